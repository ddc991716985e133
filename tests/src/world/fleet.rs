//! Many machines of one tenant, each with a core of its own, and the one cloud between them; refuses to favour
//! any of them.

use std::collections::BTreeMap;

use presence_core::{
    Account, Call, CallId, Command, Core, Effect, Event, GrantId, Saved, Settings, Setup, Status,
    Time, VaultEvent,
};

use super::purse::{Purse, Tokens};
use super::wire;
use crate::cloud::{
    Cloud, Delivery, Fault, Millis, On, Options, Policy, Request, Response, Seed, SessionState,
    TENANT, User,
};

/// How long a wish may take to reach the service before it counts as not held.
const GRACE: Millis = 10_000;
/// The window of the service's limit.
const WINDOW: Millis = 30_000;

/// A tenant's people and their machines.
#[derive(Debug)]
pub struct Fleet {
    now: Millis,
    cloud: Cloud,
    machines: Vec<Machine>,
    coming: BTreeMap<(Millis, u64), (usize, Coming)>,
    counted: u64,
    random: Seed,
    calls: Vec<Millis>,
    throttled: Vec<Millis>,
    obstacle: Option<(Millis, Millis)>,
}

#[derive(Debug)]
struct Machine {
    oid: String,
    core: Core,
    purse: Purse,
    flight: Option<(CallId, Call)>,
    ticks_at: Option<Millis>,
    wish: Option<(Millis, Status)>,
    told: u32,
}

#[derive(Debug)]
enum Coming {
    Click(Status),
    Tick,
    Landing(CallId, Request),
    Response(CallId, Response),
    NoAnswer(CallId),
    Stored(GrantId),
}

/// What became of the wishes.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The share of the wished time during which the session said so, without the outage and five minutes
    /// after it.
    pub held: f64,
    /// The share of the person who fared worst.
    pub worst: f64,
    /// The most presence calls in any 30 seconds, refused ones too.
    pub peak: usize,
    /// How many calls were answered with 429.
    pub throttled: usize,
    /// How many presence calls were made.
    pub calls: usize,
    /// How many people were told of a problem.
    pub told: usize,
}

impl Fleet {
    /// A tenant of `people`, signed in, with a limit of `limit` presence requests in 30 seconds.
    pub fn new(people: usize, limit: usize, seed: u64) -> Fleet {
        let oid = |number: usize| format!("{number:08x}-0000-4000-8000-000000000000");
        let defaults = Options::default();
        let options = Options {
            users: (0..people)
                .map(|number| User::new(&oid(number), "A", "a@contoso.com"))
                .collect(),
            record: false,
            policy: Policy { throttle: limit, refresh_token_bytes: 40, ..defaults.policy.clone() },
            ..defaults
        };
        let mut random = Seed(seed);
        let mut fleet = Fleet {
            now: 0,
            cloud: Cloud::new(options, seed),
            machines: Vec::new(),
            coming: BTreeMap::new(),
            counted: 0,
            random: Seed(seed),
            calls: Vec::new(),
            throttled: Vec::new(),
            obstacle: None,
        };
        for number in 0..people {
            let mut jitter = [0; 32];
            jitter.fill_with(|| random.next() as u8);
            fleet.add(oid(number), jitter);
        }
        fleet
    }

    fn add(&mut self, oid: String, seed: [u8; 32]) {
        let settings = Settings { identity: "contoso".to_owned(), ..Settings::default() };
        let account = Account { oid: oid.clone(), tenant: TENANT.to_owned(), name: "a".to_owned() };
        let refresh = Some(self.cloud.sign_in(0, &oid));
        let mut purse = Purse::default();
        let tokens = Tokens { account: Some(account.clone()), access: None, refresh };
        purse.put(GrantId::STORED, tokens);
        let core = Core::new(Setup::Ready(settings), Saved::default(), seed);
        let (flight, ticks_at, wish) = (None, None, None);
        self.machines.push(Machine { oid, core, purse, flight, ticks_at, wish, told: 0 });
        let present = VaultEvent::Present { grant: GrantId::STORED, account };
        self.happen(self.machines.len() - 1, Event::Vault(present));
    }

    /// Lets the people numbered `who` choose `status`, each at a moment within `from..to`.
    pub fn choose(
        &mut self,
        who: std::ops::Range<usize>,
        status: Status,
        from: Millis,
        to: Millis,
    ) {
        for machine in who {
            let at = from + self.random.next() % (to - from);
            self.machines[machine].wish = Some((at, status));
            self.later(at - self.now, machine, Coming::Click(status));
        }
    }

    /// Takes the service away from everybody.
    pub fn outage(&mut self, from: Millis, to: Millis) {
        self.cloud.fault_between(On::All, from, to, Fault::Status(503, None));
        self.obstacle = Some((from, to));
    }

    /// Lets time pass until `end`.
    pub fn run_until(&mut self, end: Millis) {
        while let Some(entry) = self.coming.first_entry().filter(|entry| entry.key().0 <= end) {
            self.now = self.now.max(entry.key().0);
            let (machine, coming) = entry.remove();
            self.arrive(machine, coming);
        }
        self.now = end;
    }

    fn arrive(&mut self, number: usize, coming: Coming) {
        let machine = &mut self.machines[number];
        match coming {
            Coming::Click(status) => {
                let command = Command::Set { status, seconds: None };
                self.happen(number, Event::Command { command, reply: None });
            }
            Coming::Tick => {
                machine.ticks_at = None;
                self.happen(number, Event::Tick);
            }
            Coming::Landing(id, request) => self.land(number, id, request),
            Coming::Response(id, response) => {
                let Some((_, call)) = machine.flight.take_if(|flight| flight.0 == id) else {
                    return;
                };
                let wall = self.cloud.time(self.now);
                let answer = wire::understand(id, &call, &response, wall, &mut machine.purse);
                self.happen(number, Event::Answered { id, answer });
            }
            Coming::NoAnswer(id) => {
                if machine.flight.take_if(|flight| flight.0 == id).is_some() {
                    let answer = wire::no_answer("there was no answer in time");
                    self.happen(number, Event::Answered { id, answer });
                }
            }
            Coming::Stored(grant) => self.happen(number, Event::Vault(VaultEvent::Stored(grant))),
        }
    }

    fn land(&mut self, number: usize, id: CallId, request: Request) {
        let is_presence = request.path.starts_with("/v1.0/");
        let response = self.cloud.handle(self.now, request);
        if is_presence {
            self.calls.push(self.now);
        }
        if response.status == 429 {
            self.throttled.push(self.now);
        }
        let back = self.latency();
        match response.delivery {
            Delivery::Answer | Delivery::Late(_) | Delivery::LandsLate(_) => {
                self.later(back, number, Coming::Response(id, response));
            }
            Delivery::LostBefore | Delivery::LostAfter => {
                self.later(back, number, Coming::NoAnswer(id));
            }
            // The limit of the call ends it.
            Delivery::Silent => {}
        }
    }

    fn happen(&mut self, number: usize, event: Event) {
        let now = Time::from_millis(i64::try_from(self.now).expect("centuries are enough"));
        let effects = self.machines[number].core.handle(now, event);
        for effect in effects {
            self.do_effect(number, effect);
        }
        let machine = &mut self.machines[number];
        let deadline = machine.core.deadline().map(|at| u64::try_from(at.as_millis()).unwrap_or(0));
        if let Some(at) = deadline.filter(|at| machine.ticks_at.is_none_or(|ticks| *at < ticks)) {
            machine.ticks_at = Some(at);
            self.later(at.saturating_sub(self.now), number, Coming::Tick);
        }
    }

    fn do_effect(&mut self, number: usize, effect: Effect) {
        let machine = &mut self.machines[number];
        match effect {
            Effect::Call { id, call } => {
                let packed = wire::pack(&call, &machine.purse);
                let limit = if call.goes_to_entra() { 30_000 } else { 10_000 };
                machine.flight = Some((id, call));
                if let Ok(request) = packed {
                    let way = self.latency();
                    self.later(way, number, Coming::Landing(id, request));
                }
                self.later(limit, number, Coming::NoAnswer(id));
            }
            Effect::Abandon(id) => drop(machine.flight.take_if(|flight| flight.0 == id)),
            Effect::Store(grant) => {
                machine.purse.adopt(grant);
                self.later(20, number, Coming::Stored(grant));
            }
            Effect::Notify(_) => machine.told += 1,
            Effect::Load
            | Effect::Forget
            | Effect::OpenSignIn { .. }
            | Effect::CloseSignIn(_)
            | Effect::Save(_)
            | Effect::Reply { .. }
            | Effect::OpenWindow
            | Effect::ReadConfiguration
            | Effect::LetSleep
            | Effect::Exit => {}
        }
    }

    fn later(&mut self, millis: Millis, machine: usize, coming: Coming) {
        self.counted += 1;
        self.coming.insert((self.now + millis, self.counted), (machine, coming));
    }

    fn latency(&mut self) -> Millis {
        25 + self.random.next() % 126
    }

    /// What became of the wishes so far.
    pub fn report(&self) -> Report {
        let shares: Vec<(u64, u64)> =
            self.machines.iter().filter_map(|machine| self.share(machine)).collect();
        let (held, wished) =
            shares.iter().fold((0, 0), |(a, b), (held, wished)| (a + held, b + wished));
        let share = |held: u64, wished: u64| held as f64 / wished.max(1) as f64;
        let all = shares.iter().map(|(held, wished)| share(*held, *wished));
        Report {
            held: share(held, wished),
            worst: all.fold(1.0, f64::min),
            peak: peak(&self.calls),
            throttled: self.throttled.len(),
            calls: self.calls.len(),
            told: self.machines.iter().filter(|machine| machine.told > 0).count(),
        }
    }

    /// The milliseconds during which a wish held, and all during which it should have.
    fn share(&self, machine: &Machine) -> Option<(u64, u64)> {
        let (clicked, status) = machine.wish?;
        let (from, to) = (clicked + GRACE, self.now);
        let pardon = self.obstacle.map_or((to, to), |(from, to)| (from, to + 5 * 60_000));
        let counted = |from: Millis, to: Millis| {
            let pardoned = to.min(pardon.1).saturating_sub(from.max(pardon.0));
            to.saturating_sub(from).saturating_sub(pardoned)
        };
        let history = self.cloud.history(&machine.oid, from, to);
        let held = history.iter().filter(|interval| says(interval.state, status));
        Some((held.map(|interval| counted(interval.from, interval.to)).sum(), counted(from, to)))
    }
}

fn says(state: SessionState, status: Status) -> bool {
    let shown = state.shown();
    let is = |shown: crate::cloud::Shown| {
        shown.availability == status.availability() && shown.activity == status.activity()
    };
    matches!(state, SessionState::Holding(_)) && shown.is_some_and(is)
}

fn peak(calls: &[Millis]) -> usize {
    let within = |first: usize| calls[first..].partition_point(|at| *at < calls[first] + WINDOW);
    (0..calls.len()).map(within).max().unwrap_or(0)
}
