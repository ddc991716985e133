//! Many machines of one tenant, each with a core of its own, and the one cloud between them; refuses to favour
//! any of them.

mod machine;
mod report;

use std::collections::BTreeMap;
use std::ops::Range;
use std::time::SystemTime;

use presence_core::{CallId, Effect, Event, GrantId, NoAnswer, Rules, Status, Time, VaultEvent};

use self::machine::Machine;
pub use self::report::Report;
use super::sockets::{no_answer, received, sent};
use super::subject::Place;
use crate::cloud::{
    Cloud, Delivery, Fault, Millis, On, Options, Policy, Request, Response, Seed, User, Window,
};

/// A tenant's people and their machines.
#[derive(Debug)]
pub struct Fleet {
    now: Millis,
    cloud: Cloud,
    rules: Rules,
    machines: Vec<Machine>,
    coming: BTreeMap<(Millis, u64), (usize, Coming)>,
    counted: u64,
    random: Seed,
    /// When presence calls reached the service, and whether it took them.
    calls: Vec<(Millis, bool)>,
    obstacle: Option<(Millis, Millis)>,
}

#[derive(Debug)]
enum Coming {
    Start,
    Tick,
    Landing(CallId, Request),
    Response(CallId, Response),
    NoAnswer(CallId),
    Loaded,
    Stored(GrantId),
}

impl Fleet {
    /// A tenant of `people`, signed in and switched off, with a limit of `limit` presence requests in 30 seconds.
    pub fn new(people: usize, limit: usize, window: Window, rules: Rules, seed: u64) -> Fleet {
        let oid = |number: usize| format!("{number:08x}-0000-4000-8000-000000000000");
        let user = |number: usize| User::new(&oid(number), "A", "a@contoso.com");
        let defaults = Options::default();
        let policy = Policy { throttle: limit, window, refresh_token_bytes: 40, ..defaults.policy };
        let options =
            Options { users: (0..people).map(user).collect(), record: false, policy, ..defaults };
        let mut fleet = Fleet {
            now: 0,
            cloud: Cloud::new(options, seed),
            rules,
            machines: Vec::new(),
            coming: BTreeMap::new(),
            counted: 0,
            random: Seed(seed),
            calls: Vec::new(),
            obstacle: None,
        };
        for number in 0..people {
            let mut jitter = [0; 32];
            jitter.fill_with(|| fleet.random.next() as u8);
            let refresh = fleet.cloud.sign_in(0, &oid(number));
            fleet.machines.push(Machine::off(oid(number), refresh, jitter));
        }
        fleet
    }

    /// Lets the people numbered `who` switch on, each at a moment within `when`, and want `status` as yesterday.
    pub fn switch_on(&mut self, who: Range<usize>, status: Option<Status>, when: Range<Millis>) {
        for number in who {
            let at = when.start + self.random.next() % (when.end - when.start);
            self.machines[number].wants(status, at);
            self.later(at - self.now, number, Coming::Start);
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
            let (number, coming) = entry.remove();
            self.arrive(number, coming);
        }
        self.now = end;
    }

    /// What became of the wishes so far.
    pub fn report(&self) -> Report {
        Report::of(&self.machines, &self.cloud, &self.calls, self.obstacle, self.now)
    }

    fn arrive(&mut self, number: usize, coming: Coming) {
        let machine = &mut self.machines[number];
        match coming {
            Coming::Start => {
                machine.start(self.rules.clone());
                self.happen(number, Event::Tick);
            }
            Coming::Tick => {
                machine.ticks_at = None;
                self.happen(number, Event::Tick);
            }
            Coming::Landing(id, request) => self.land(number, id, request),
            Coming::Response(id, response) => {
                let flight = machine.flight.take_if(|flight| flight.0 == id);
                let Some(pending) = flight.and_then(|(_, pending)| pending) else { return };
                let response = received(response, self.cloud.time(self.now));
                let answer = pending.answer(id, &response, &mut machine.tokens);
                self.happen(number, Event::Answered { id, answer });
            }
            Coming::NoAnswer(id) => {
                if machine.flight.take_if(|flight| flight.0 == id).is_some() {
                    let answer = no_answer(NoAnswer::Timeout);
                    self.happen(number, Event::Answered { id, answer });
                }
            }
            Coming::Loaded => {
                let event = VaultEvent::Present {
                    grant: GrantId::stored(0),
                    account: machine.account.clone(),
                };
                self.happen(number, Event::Vault(event));
            }
            Coming::Stored(grant) => self.happen(number, Event::Vault(VaultEvent::Stored(grant))),
        }
    }

    fn land(&mut self, number: usize, id: CallId, request: Request) {
        let is_presence = request.path.starts_with("/v1.0/");
        let response = self.cloud.handle(self.now, request);
        if is_presence {
            self.calls.push((self.now, response.status != 429));
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
                let packed = machine.tokens.request(
                    &call,
                    Some(Place::Contoso.registration()),
                    SystemTime::UNIX_EPOCH,
                );
                let limit = Rules::default().limit(&call).as_millis() as Millis;
                let (request, pending) = packed.ok().unzip();
                machine.flight = Some((id, pending));
                if let Some(request) = request {
                    let way = self.latency();
                    self.later(way, number, Coming::Landing(id, sent(request)));
                }
                self.later(limit, number, Coming::NoAnswer(id));
            }
            Effect::Abandon(id) => drop(machine.flight.take_if(|flight| flight.0 == id)),
            Effect::Load => self.later(20, number, Coming::Loaded),
            Effect::Store(grant) => self.later(20, number, Coming::Stored(grant)),
            Effect::Drop(grant) => machine.tokens.drop_grant(grant),
            Effect::Notify(_) => machine.told += 1,
            Effect::Forget { .. }
            | Effect::OpenSignIn { .. }
            | Effect::CloseSignIn(_)
            | Effect::Save(_)
            | Effect::Reply { .. }
            | Effect::OpenWindow
            | Effect::ReadConfiguration
            | Effect::LetSleep
            | Effect::Exit { .. } => {}
        }
    }

    fn later(&mut self, millis: Millis, machine: usize, coming: Coming) {
        self.counted += 1;
        self.coming.insert((self.now + millis, self.counted), (machine, coming));
    }

    fn latency(&mut self) -> Millis {
        25 + self.random.next() % 126
    }
}
