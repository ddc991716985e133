//! What holds for every sequence of events, also for one that no service and no host would send. It refuses
//! to know what any of them is for.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use presence_core::{
    Account, Answer, AttemptId, Call, CallId, Command, Core, DeviceCode, Effect, Effective, Event,
    FoundMessage, GrantId, Granted, GraphRequest, Ids, NoAnswer, OnQuit, Private, Problem,
    ProblemKind, Redirect, Refusal, RefusalKind, ReplyTo, Saved, SavedMessage, SavedWish, Settings,
    Setup, SignInMethod, Status, StatusMessage, Time, VaultEvent, Woke,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::RngSeed;

/// What the host does next.
#[derive(Clone, Debug)]
enum Step {
    /// Something happens after a time.
    After(u64, Event),
    /// The call on its way is answered.
    Answer(u64, Answer),
    /// The deadline comes.
    Deadline,
}

/// The core with everything that a host could hold against it.
struct Judge {
    core: Core,
    now: Time,
    flight: Option<(CallId, Call)>,
    asked: BTreeSet<ReplyTo>,
    answered: BTreeSet<ReplyTo>,
    /// Whose tokens the host holds.
    grants: BTreeMap<GrantId, Account>,
    /// When the calls were made.
    called: Vec<Time>,
    exited: bool,
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        // The same cases everywhere: a run that fails here fails for whoever repeats it.
        rng_seed: RngSeed::Fixed(1),
        ..ProptestConfig::with_cases(600)
    })]

    /// No panic, one call at a time, one reply a command, nothing after Exit, and no deadline that has passed.
    #[test]
    fn the_core_keeps_its_word(
        seed in any::<[u8; 32]>(),
        saved in saved(),
        settings in settings(),
        steps in vec(step(), 1..120),
    ) {
        let mut judge = Judge::new(Core::new(Setup::Ready(settings), saved, seed));
        for step in steps {
            judge.step(step);
        }
    }

    /// Whoever asks is answered: at the latest when the program ends.
    #[test]
    fn everyone_is_answered_by_the_end(
        seed in any::<[u8; 32]>(),
        saved in saved(),
        settings in settings(),
        steps in vec(step(), 1..60),
    ) {
        let mut judge = Judge::new(Core::new(Setup::Ready(settings), saved, seed));
        for step in steps {
            judge.step(step);
        }
        judge.ask(Command::Quit);
        for _ in 0..50 {
            judge.step(Step::Deadline);
        }
        prop_assert!(judge.exited);
        prop_assert_eq!(&judge.asked, &judge.answered);
        judge.ask(Command::Quit);
        prop_assert_eq!(&judge.asked, &judge.answered);
        prop_assert_eq!(judge.core.deadline(), None);
    }

    /// The same seed and the same events make the same effects.
    #[test]
    fn the_core_follows_from_its_seed(seed in any::<[u8; 32]>(), steps in vec(step(), 1..40)) {
        let judge = || Judge::new(Core::new(Setup::Ready(Settings::default()), Saved::default(), seed));
        let (mut one, mut other) = (judge(), judge());
        for step in steps {
            prop_assert_eq!(one.step(step.clone()), other.step(step));
        }
    }
}

impl Judge {
    fn new(core: Core) -> Judge {
        let mut judge = Judge {
            core,
            now: Time::ZERO,
            flight: None,
            asked: BTreeSet::new(),
            answered: BTreeSet::new(),
            grants: BTreeMap::new(),
            called: Vec::new(),
            exited: false,
        };
        judge.happen(Event::Tick);
        judge
    }

    fn ask(&mut self, command: Command) {
        let reply = ReplyTo(self.asked.len() as u64);
        self.asked.insert(reply);
        self.happen(Event::Command { command, reply: Some(reply) });
    }

    fn step(&mut self, step: Step) -> Vec<Effect> {
        match step {
            Step::After(millis, Event::Command { command, .. }) => {
                self.now = self.now + Duration::from_millis(millis);
                self.ask(command);
                Vec::new()
            }
            Step::After(millis, event) => {
                self.now = self.now + Duration::from_millis(millis);
                self.happen(event)
            }
            Step::Answer(millis, answer) => {
                self.now = self.now + Duration::from_millis(millis);
                match self.flight.take() {
                    Some((id, call)) => {
                        self.brings(id, &call, &answer);
                        self.happen(Event::Answered { id, answer })
                    }
                    None => Vec::new(),
                }
            }
            Step::Deadline => match self.core.deadline() {
                Some(at) => {
                    self.now = self.now.max(at);
                    self.happen(Event::Tick)
                }
                None => Vec::new(),
            },
        }
    }

    /// What the host's token store makes of an answer.
    fn brings(&mut self, id: CallId, call: &Call, answer: &Answer) {
        let Answer::Granted(Granted { account, .. }) = answer else { return };
        let before = call.grant().map(|grant| self.grants[&grant].clone());
        let nobody = || Account { oid: String::new(), tenant: String::new(), name: String::new() };
        let whose = before.or(account.clone()).unwrap_or_else(nobody);
        self.grants.insert(GrantId(id.0), whose);
    }

    /// No call is made without tokens, and no minute sees more calls than the ceiling.
    fn may_call(&mut self, call: &Call) {
        if let Some(grant) = call.grant() {
            assert!(self.grants.contains_key(&grant), "{call:?} without tokens");
        }
        self.called.push(self.now);
        let minute = self.now - Duration::from_secs(60);
        let calls = self.called.iter().filter(|at| **at > minute).count();
        assert!(calls <= 20, "{calls} calls in a minute");
    }

    fn happen(&mut self, event: Event) -> Vec<Effect> {
        if let Event::Vault(VaultEvent::Present { grant, account }) = &event {
            self.grants.insert(*grant, account.clone());
        }
        let effects = self.core.handle(self.now, event);
        for effect in &effects {
            self.judge(effect);
        }
        let late = self.core.deadline().filter(|at| *at <= self.now);
        assert_eq!(late, None, "due and not done");
        let view = self.core.view(self.now);
        assert!(view.session.is_none_or(|session| session.expires_at > self.now));
        effects
    }

    fn judge(&mut self, effect: &Effect) {
        match effect {
            Effect::Call { id, call } => {
                assert!(!self.exited, "a call after Exit");
                assert_eq!(self.flight, None, "two calls at once");
                self.flight = Some((*id, call.clone()));
                self.may_call(call);
                if let Some(GraphRequest::SetPresence { expiration, .. }) = call.graph() {
                    assert!((300..=14_400).contains(&expiration.as_secs()));
                    assert_eq!(expiration.subsec_nanos(), 0);
                }
            }
            Effect::Abandon(id) => {
                let given_up = self.flight.take().map(|(id, _)| id);
                assert_eq!(given_up, Some(*id), "abandoned without being on its way");
            }
            Effect::Reply { to, .. } => {
                assert!(self.asked.contains(to), "nobody asked");
                assert!(self.answered.insert(*to), "answered twice");
            }
            Effect::Exit { .. } => {
                assert!(!self.exited, "exits twice");
                self.exited = true;
            }
            Effect::Drop(grant) => {
                assert!(self.grants.remove(grant).is_some(), "{grant:?} is dropped twice");
            }
            Effect::Load
            | Effect::Store(_)
            | Effect::Forget { .. }
            | Effect::OpenSignIn { .. }
            | Effect::CloseSignIn(_)
            | Effect::Save(_)
            | Effect::Notify(_)
            | Effect::ReadConfiguration
            | Effect::LetSleep
            | Effect::OpenWindow => assert!(!self.exited, "{effect:?} after Exit"),
        }
    }
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (pause(), event()).prop_map(|(pause, event)| Step::After(pause, event)),
        6 => (pause(), answer()).prop_map(|(pause, answer)| Step::Answer(pause, answer)),
        4 => Just(Step::Deadline),
    ]
}

fn pause() -> impl Strategy<Value = u64> {
    prop_oneof![4 => 0..300u64, 3 => 0..5_000u64, 2 => 0..400_000u64, 1 => 0..90_000_000u64]
}

fn event() -> impl Strategy<Value = Event> {
    let problem = || Problem::new(ProblemKind::KeyringUnavailable, "Locked", "It is locked.", "");
    let attempt = (0..6u64).prop_map(AttemptId);
    let grant = (0..40u64).prop_map(GrantId);
    prop_oneof![
        8 => command().prop_map(|command| Event::Command { command, reply: None }),
        2 => command().prop_map(Event::Pressed),
        1 => Just(Event::Failed(problem())),
        3 => (0..1_000_000u64, account()).prop_map(|(load, account)| {
            let grant = GrantId::stored(load);
            Event::Vault(VaultEvent::Present { grant, account })
        }),
        1 => Just(Event::Vault(VaultEvent::Absent)),
        1 => Just(Event::Vault(VaultEvent::Unavailable(problem()))),
        2 => grant.clone().prop_map(|grant| Event::Vault(VaultEvent::Stored(grant))),
        1 => grant.prop_map(move |grant| Event::Vault(VaultEvent::StoreFailed(grant, problem()))),
        1 => identity().prop_map(|identity| Event::Vault(VaultEvent::Forgotten(identity))),
        1 => identity()
            .prop_map(move |identity| Event::Vault(VaultEvent::ForgetFailed(identity, problem()))),
        2 => attempt.clone().prop_map(|attempt| Event::Redirected { attempt, redirect: Redirect::Code }),
        1 => attempt.clone().prop_map(|attempt| Event::SignInOpened {
            attempt,
            url: Private("https://x".to_owned()),
            trouble: None,
        }),
        1 => attempt.prop_map(move |attempt| Event::SignInImpossible { attempt, problem: problem() }),
        1 => select(&[Woke::Machine, Woke::Network][..]).prop_map(Event::Woke),
        1 => Just(Event::Sleeping),
        1 => settings().prop_map(|settings| Event::Configured(Setup::Ready(settings))),
        1 => Just(Event::Configured(Setup::Invalid(problem()))),
        1 => (0..60u64).prop_map(|id| Event::Answered { id: CallId(1_000 + id), answer: Answer::Done }),
        1 => Just(Event::Tick),
    ]
}

fn command() -> impl Strategy<Value = Command> {
    let method = select(&[SignInMethod::Browser, SignInMethod::DeviceCode][..]);
    prop_oneof![
        6 => (status(), option::of(0..100_000u64), message())
            .prop_map(|(status, seconds, message)| Command::Set { status, seconds, message }),
        2 => option::of(300..86_400u64).prop_map(|seconds| Command::SetDuration { seconds }),
        3 => (status(), message())
            .prop_map(|(status, message)| Command::Toggle { status, message }),
        2 => Just(Command::Clear),
        2 => method.prop_map(|method| Command::SignIn { method }),
        1 => Just(Command::CancelSignIn),
        1 => Just(Command::SignOut),
        2 => Just(Command::Look),
        1 => Just(Command::Reset),
        1 => Just(Command::Open),
    ]
}

fn message() -> impl Strategy<Value = Option<StatusMessage>> {
    option::of(
        select(&["Back at 3", "Lunch"][..]).prop_map(|text| text.parse().expect("it is a message")),
    )
}

fn away() -> Effective {
    Effective { availability: "Away".to_owned(), activity: "Away".to_owned() }
}

fn answer() -> impl Strategy<Value = Answer> {
    const FOUND: [FoundMessage; 3] =
        [FoundMessage::Nothing, FoundMessage::Ours, FoundMessage::Theirs];
    let ids = Ids::new;
    let after = option::of(0..600u64).prop_map(|seconds| seconds.map(Duration::from_secs));
    const KINDS: [RefusalKind; 6] = [
        RefusalKind::PersonNeeded,
        RefusalKind::ConsentNeeded,
        RefusalKind::Declined,
        RefusalKind::Expired,
        RefusalKind::NotPublicClient,
        RefusalKind::Other,
    ];
    let refused = |kind| Answer::Refused(Refusal { kind, detail: String::new(), ids: Ids::new() });
    prop_oneof![
        8 => Just(Answer::Done),
        2 => Just(Answer::Presence(away())),
        4 => select(&FOUND[..]).prop_map(|found| Answer::Message(away(), found)),
        8 => (0..6_000u64, prop::bool::weighted(0.9), prop::bool::weighted(0.8), account())
            .prop_map(|(seconds, may, known, account)| Answer::Granted(Granted {
                account: known.then_some(account),
                access_for: Duration::from_secs(seconds),
                may_set_presence: may,
            })),
        2 => (0..20u64, 0..2_000u64).prop_map(|(interval, life)| Answer::DeviceCode(DeviceCode {
            user_code: Private("ABC".to_owned()),
            verification_uri: "https://x".to_owned(),
            interval: Duration::from_secs(interval),
            expires_in: Duration::from_secs(life),
        })),
        1 => Just(Answer::Pending),
        1 => Just(Answer::SlowDown),
        1 => after.clone().prop_map(move |retry_after| Answer::Throttled { retry_after, ids: ids() }),
        1 => after.prop_map(move |retry_after| Answer::Busy { retry_after, ids: ids() }),
        1 => option::of(Just(Private("{}".to_owned())))
            .prop_map(move |claims| Answer::Unauthorized { claims, ids: ids() }),
        1 => Just(Answer::Forbidden { ids: ids() }),
        1 => Just(Answer::NotFound { ids: ids() }),
        1 => Just(Answer::Rejected { detail: String::new(), ids: ids() }),
        2 => Just(Answer::Offline { cause: NoAnswer::Broken }),
        1 => select(&KINDS[..]).prop_map(refused),
    ]
}

fn identity() -> impl Strategy<Value = String> {
    select(&["contoso", "contoso", "fabrikam"][..]).prop_map(str::to_owned)
}

fn settings() -> impl Strategy<Value = Settings> {
    (prop::bool::ANY, prop::bool::ANY, 300..14_400u64, prop::bool::weighted(0.1)).prop_map(
        |(pin_away, keep, expiration, other)| Settings {
            identity: if other { "fabrikam" } else { "contoso" }.to_owned(),
            expiration: Duration::from_secs(expiration),
            on_quit: if keep { OnQuit::Keep } else { OnQuit::Clear },
            pin_away,
            ..Settings::default()
        },
    )
}

fn saved() -> impl Strategy<Value = Saved> {
    let wish = prop_oneof![
        Just(SavedWish::Nothing),
        Just(SavedWish::Cleared),
        (status(), option::of(-90_000_000..90_000_000i64)).prop_map(|(status, until)| {
            SavedWish::Status { status, until: until.map(Time::from_millis), lasts: None }
        }),
    ];
    let owner = option::of(account().prop_map(|account| Private(account.id().into())));
    let texts = vec(message(), 0..3).prop_map(|texts| texts.into_iter().flatten().collect());
    (wish, option::of(status()), owner, texts, any::<[bool; 4]>()).prop_map(
        |(wish, previous, owner, texts, [ended, pinned, owes, moved]): (
            _,
            _,
            _,
            Vec<StatusMessage>,
            _,
        )| Saved {
            wish,
            previous,
            ended,
            pinned,
            owner,
            forgets: if owes { vec!["contoso".to_owned()] } else { Vec::new() },
            identity: moved.then(|| "fabrikam".into()),
            session: None,
            message: SavedMessage {
                wanted: texts.first().cloned(),
                recent: texts.clone().into(),
                written: texts.into(),
            },
        },
    )
}

fn status() -> impl Strategy<Value = Status> {
    select(&Status::ALL[..])
}

fn account() -> impl Strategy<Value = Account> {
    select(&["megan", "alex", "megan"][..]).prop_map(|name| Account {
        oid: name.to_owned(),
        tenant: "tid".to_owned(),
        name: name.to_owned(),
    })
}
