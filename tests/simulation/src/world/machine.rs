//! The machine: its clock, its queue of what comes, its sleep and its crashes; it refuses to decide anything
//! that the core decides.

use std::collections::{BTreeMap, BTreeSet};

use presence_core::{
    Answer, Call, CallId, Core, Event, Notice, Outcome, ReplyTo, Rules, Saved, Settings, Setup,
    Time, View,
};
use presence_wire::TokenStore;

use super::arrivals::{Coming, Flight};
use super::bent::{Bend, Bent};
use super::keyring::Keyring;
use super::person::Browser;
use super::record::{Entry, What};
use super::story::Story;
use super::subject::{Place, Watched};
use crate::cloud::{Cloud, MEGAN, Millis, Options, Seed};

/// One person with one machine, and the cloud.
#[derive(Debug)]
pub struct World {
    /// Milliseconds since the cloud began.
    pub now: Millis,
    /// The cloud.
    pub cloud: Cloud,
    /// The configuration, for the next start.
    pub setup: Setup,
    /// Every call that the program made, and when, while nobody observes.
    pub sent: Vec<(Millis, Call)>,
    /// Every notification, and when.
    pub notices: Vec<(Millis, Notice)>,
    /// How often the window was asked for.
    pub windows: u32,
    /// When the machine was let asleep.
    pub let_asleep: Vec<Millis>,
    /// How often the wish was written.
    pub saves: u32,
    /// Whether the program has ended.
    pub exited: bool,
    pub(super) core: Core,
    /// When the core wants to look again; asked for once after each event.
    due: Option<Time>,
    pub(super) rules: Rules,
    bent: Bent,
    pub(super) booted: Millis,
    pub(super) wall_ahead: i64,
    pub(super) tokens: TokenStore,
    pub(super) browser: Option<Browser>,
    pub(super) keyring: Keyring,
    pub(super) file: Saved,
    pub(super) flight: Option<Flight>,
    pub(super) awaited: BTreeSet<ReplyTo>,
    pub(super) outcomes: BTreeMap<ReplyTo, Outcome>,
    pub(super) asked: u64,
    pub(super) loads: u64,
    /// The identity of the configuration in force.
    pub(super) identity: String,
    /// What comes, by its time and in the order of asking; the next one is the last.
    pub(super) coming: Vec<((Millis, u64), Coming)>,
    counted: u64,
    pub(super) random: Seed,
    story: Story,
    pub(super) record: Option<Vec<Entry>>,
    pub(super) watched: Watched,
    newest_answer: Option<(CallId, Answer)>,
}

impl World {
    /// A world with default settings, its program started.
    pub fn new(seed: u64) -> World {
        let settings =
            Settings { identity: Place::Contoso.identity().to_owned(), ..Settings::default() };
        World::with(Setup::Ready(settings), Options::default(), seed)
    }

    /// A world with a person who is signed in.
    pub fn signed_in(seed: u64) -> World {
        let mut world = World::new(seed);
        world.sign_in();
        world
    }

    /// A world of one's own making, its program started.
    pub fn with(setup: Setup, options: Options, seed: u64) -> World {
        let mut world = World::off(setup, options, seed, Rules::default());
        world.start();
        world
    }

    /// The same, with other rules and before its program was first started.
    pub fn off(setup: Setup, options: Options, seed: u64, rules: Rules) -> World {
        World {
            now: 1_000,
            cloud: Cloud::new(options, seed),
            core: Core::new(setup.clone(), Saved::default(), [0; 32]),
            due: None,
            rules,
            bent: Bent::default(),
            setup,
            sent: Vec::new(),
            notices: Vec::new(),
            windows: 0,
            let_asleep: Vec::new(),
            saves: 0,
            exited: false,
            booted: 0,
            wall_ahead: 0,
            tokens: TokenStore::default(),
            browser: None,
            keyring: Keyring::default(),
            file: Saved::default(),
            flight: None,
            awaited: BTreeSet::new(),
            outcomes: BTreeMap::new(),
            asked: 0,
            loads: 0,
            identity: String::new(),
            coming: Vec::new(),
            counted: 0,
            random: Seed(seed),
            story: Story::default(),
            record: None,
            watched: Watched::default(),
            newest_answer: None,
        }
    }

    /// Starts the program with what files and keyring hold.
    pub fn start(&mut self) {
        let mut seed = [0; 32];
        seed.fill_with(|| self.random.next() as u8);
        self.exited = false;
        self.newest_answer = None;
        self.keyring.is_free_at = 0;
        self.configured(&self.setup.clone());
        self.note(What::Started(Box::new(self.setup.clone())));
        let (setup, saved) = (self.setup.clone(), self.remembered(self.file.clone()));
        self.file.ended = false;
        self.core = Core::with_rules(setup, saved, seed, self.rules.clone());
        self.bend(self.bent.bend);
        self.happen(Event::Tick);
    }

    /// Lets `millis` pass.
    pub fn run(&mut self, millis: Millis) {
        self.run_until(self.now + millis);
    }

    /// Lets time pass until `end`.
    pub fn run_until(&mut self, end: Millis) {
        while let Some(at) = self.next().filter(|at| *at <= end) {
            self.now = self.now.max(at);
            match self.next_until(self.now) {
                Some((_, coming)) => self.arrive(coming),
                None => self.tick_if_due(),
            }
        }
        self.now = self.now.max(end);
    }

    /// What the faces show now.
    pub fn view(&self) -> View {
        self.core.view(self.time())
    }

    /// From now on bends what goes into the core, and what comes out of it.
    pub fn bend(&mut self, bend: Option<Bend>) {
        self.bent = Bent::new(bend);
    }

    /// What the faces that watch are shown.
    pub(super) fn painted(&mut self) -> View {
        self.bent.view(&self.core, self.time())
    }

    /// Tells the program that something happened.
    pub fn happen(&mut self, event: Event) {
        if self.exited {
            return;
        }
        if let Event::Answered { id, answer } = &event {
            self.newest_answer = Some((*id, answer.clone()));
        }
        if let Event::Configured(setup) = &event {
            self.configured(setup);
        }
        let told = event.clone();
        let now = self.time();
        let (effects, echoes) = self.bent.handle(&mut self.core, now, event, &self.identity);
        self.due = self.bent.deadline(&self.core, now, &self.identity);
        let step = self.record.as_ref().map(Vec::len);
        if step.is_some() {
            self.stepped(told);
        } else {
            let done: Vec<String> = effects.iter().map(|effect| format!("{effect:?}")).collect();
            self.tell(&format!("{told:?} → {}", done.join("; ")));
        }
        for effect in &effects {
            self.do_effect(effect);
        }
        if let Some(step) = step {
            self.asked_for(step, effects);
        }
        for echo in echoes {
            self.happen(echo);
        }
        let is_late = self.due.is_some_and(|at| at <= self.time());
        assert!(!is_late, "the core is due at {:?} and was not", self.due);
    }

    /// A configuration with a mistake leaves the one before it in force.
    fn configured(&mut self, setup: &Setup) {
        if let Setup::Ready(settings) = setup {
            self.identity.clone_from(&settings.identity);
        }
    }

    /// Tells the program the newest answer again, as a duplicated connection would.
    pub fn echo(&mut self) {
        if let Some((id, answer)) = self.newest_answer.clone() {
            self.happen(Event::Answered { id, answer });
        }
    }

    /// Whether the service has rotated the refresh token and the keyring does not hold the new one yet.
    pub fn stores_due(&self) -> bool {
        self.coming.iter().any(|(_, coming)| coming.brings_a_refresh_token())
    }

    /// The commands that have not been answered.
    pub fn unanswered(&self) -> usize {
        self.awaited.len()
    }

    /// When the core wants to look again.
    pub fn deadline(&self) -> Option<Millis> {
        let at = self.due?.as_millis();
        Some(u64::try_from(at).unwrap_or(0) + self.booted)
    }

    /// The newest part of what happened.
    pub fn story(&self) -> String {
        self.story.text()
    }

    pub(super) fn later(&mut self, millis: Millis, coming: Coming) {
        self.counted += 1;
        self.comes((self.now + millis, self.counted), coming);
    }

    pub(super) fn comes(&mut self, at: (Millis, u64), coming: Coming) {
        let place = self.coming.partition_point(|(other, _)| *other > at);
        self.coming.insert(place, (at, coming));
    }

    /// Takes what comes next, if it comes until `end`.
    pub(super) fn next_until(&mut self, end: Millis) -> Option<((Millis, u64), Coming)> {
        self.coming.pop_if(|((at, _), _)| *at <= end)
    }

    /// The way to the service, or back.
    pub(super) fn latency(&mut self) -> Millis {
        25 + self.random.next() % 126
    }

    pub(super) fn record(&mut self) -> Option<&mut Vec<Entry>> {
        self.record.as_mut()
    }

    /// From now on keeps a record in place of the story.
    pub fn observe(&mut self) {
        self.record = Some(Vec::new());
    }

    fn next(&self) -> Option<Millis> {
        let coming = self.coming.last().map(|((at, _), _)| *at);
        let deadline = if self.exited { None } else { self.deadline() };
        match (coming, deadline) {
            (Some(coming), Some(deadline)) => Some(coming.min(deadline)),
            (coming, deadline) => coming.or(deadline),
        }
    }

    pub(super) fn tick_if_due(&mut self) {
        if self.deadline().is_some_and(|at| at <= self.now) {
            self.happen(Event::Tick);
        }
    }

    /// The machine's clock.
    pub fn time(&self) -> Time {
        let at = i64::try_from(self.now - self.booted).expect("centuries are enough");
        Time::from_millis(at)
    }

    pub(super) fn tell(&mut self, what: &str) {
        if self.record.is_some() {
            return;
        }
        let session = self.cloud.session(MEGAN, self.now);
        self.story.tell(self.now, session, what);
    }
}

impl Drop for World {
    #[expect(clippy::print_stderr, reason = "a failed test shows the story beside its panic")]
    fn drop(&mut self) {
        if std::thread::panicking() && self.record.is_none() {
            eprintln!("What happened:\n{}", self.story());
        }
    }
}
