//! What the core promises, each promise against the fake cloud in virtual time. It refuses to know how the
//! core keeps it.

use std::time::Duration;

use presence_core::{
    AccountView, Answer, AttemptId, Call, CallId, Command, Core, DifferenceCause, Effect,
    EntraRequest, Event, GrantId, Granted, GraphRequest, NoAnswer, Notifications, OnEnd, OnQuit,
    OnStart, Outcome, Problem, ProblemKind, Progress, Redirect, ReplyTo, Saved, SavedSession,
    Settings, Setup, SignInMethod, Status, Time, VaultEvent, Woke,
};
use presence_simulation::cloud::Pick;
use presence_simulation::cloud::{
    ALEX, App, Consent, Fault, Kind, MEGAN, Millis, On, Options, Pair, RetryAfter, Rotation,
    SessionState, Shown, TokenError, User, Words,
};
use presence_simulation::world::{Mood, OTHER_CLIENT_ID, Place, World};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::RngSeed;
use serde_json::json;

const SECOND: Millis = 1_000;
const MINUTE: Millis = 60 * SECOND;
const HOUR: Millis = 60 * MINUTE;

mod ceiling;
mod chosen;
mod configured;
mod forgotten;
mod keyring;
mod last_wish;
mod leaving;
mod machine;
mod message;
mod outages;
mod persons;
mod pinned;
mod registrations;
mod rest;
mod sign_in;
mod throttling;
mod timed;
mod tokens;
mod truth;
mod unseen;
mod wake;

/// What may happen to the person, the machine and the service.
#[derive(Clone, Debug)]
enum Turn {
    Click(Command),
    Run(Millis),
    Sleep(Millis),
    /// With notice, as logind gives it.
    Rest(Millis),
    Reload,
    Crash,
    Network,
    RevokeAccess,
    Fault(On, u32, Fault),
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        // The same cases everywhere: a run that fails here fails for whoever repeats it.
        rng_seed: RngSeed::Fixed(1),
        ..ProptestConfig::with_cases(200)
    })]

    /// Whatever happened before: once it stops, the session is what is wanted, and stays so.
    #[test]
    fn after_all_trouble_the_wish_holds(seed in any::<u64>(), turns in vec(turn(), 1..40)) {
        let mut world = World::signed_in(seed);
        for turn in turns {
            take(&mut world, turn);
        }
        world.cloud.heal();
        // Half an hour is the pause after what only an administrator changes.
        world.run(36 * MINUTE);
        prop_assert_eq!(world.unanswered(), 0);
        settle(&mut world);
        prop_assert_eq!(problem(&world), None);
        let from = world.now;
        for _ in 0..8 {
            match world.view().wish {
                Some(wish) => prop_assert_eq!(world.session(), held(wish.status)),
                None => prop_assert_eq!(world.session().shown(), None),
            }
            world.run(HOUR);
            settle(&mut world);
        }
        prop_assert_eq!(world.cloud.lapses(MEGAN, from, world.now).into_iter().find(
            |lapse| lapse.state != SessionState::Expired
        ), None);
    }
}

fn take(world: &mut World, turn: Turn) {
    match turn {
        Turn::Click(command) => {
            world.click(command);
        }
        Turn::Run(millis) => world.run(millis),
        Turn::Sleep(millis) => world.sleep(millis),
        Turn::Rest(millis) => {
            world.fall_asleep();
            world.sleep(millis);
        }
        Turn::Reload => {
            world.click(Command::Reload);
        }
        Turn::Crash => {
            world.crash();
            world.start();
        }
        Turn::Network => world.happen(Event::Woke(Woke::Network)),
        Turn::RevokeAccess => world.cloud.revoke_access(MEGAN),
        Turn::Fault(on, times, fault) => world.cloud.fault(on, times, fault),
    }
}

/// Lets what is under way end.
fn settle(world: &mut World) {
    for _ in 0..30 {
        if world.view().progress == Progress::Settled {
            return;
        }
        world.run(SECOND);
    }
}

fn turn() -> impl Strategy<Value = Turn> {
    let status = || select(&Status::ALL[..]);
    let command = prop_oneof![
        4 => status().prop_map(|status| Command::Set { status, seconds: None, message: None }),
        2 => (status(), 300..20_000u64)
            .prop_map(|(status, seconds)| Command::Set { status, seconds: Some(seconds), message: None }),
        2 => status().prop_map(|status| Command::Toggle { status, message: None }),
        1 => Just(Command::Clear),
        1 => Just(Command::Look),
        1 => Just(Command::Reset),
        1 => Just(Command::SignIn { method: SignInMethod::Browser }),
        1 => Just(Command::SignIn { method: SignInMethod::DeviceCode }),
    ];
    let on = select(&[On::All, On::Graph, On::Token, On::Kind(Kind::SetPresence)][..]);
    let fault = prop_oneof![
        2 => Just(Fault::LoseRequest),
        2 => Just(Fault::LoseAnswer),
        1 => Just(Fault::CaptivePortal),
        2 => (0..9_500u64).prop_map(Fault::LandLate),
        1 => (0..40_000u64).prop_map(Fault::Late),
        2 => select(&[401, 403, 500, 503, 429][..]).prop_map(|status| Fault::Status(status, None)),
        1 => (0..300u64)
            .prop_map(|seconds| Fault::Status(429, Some(RetryAfter::Seconds(seconds)))),
        1 => Just(Fault::TokenError(TokenError::TemporarilyUnavailable)),
    ];
    prop_oneof![
        6 => command.prop_map(Turn::Click),
        4 => (0..4_000u64).prop_map(Turn::Run),
        4 => (0..3 * HOUR).prop_map(Turn::Run),
        1 => (0..12 * HOUR).prop_map(Turn::Sleep),
        1 => (0..12 * HOUR).prop_map(Turn::Rest),
        1 => Just(Turn::Reload),
        1 => Just(Turn::Crash),
        1 => Just(Turn::Network),
        1 => Just(Turn::RevokeAccess),
        5 => (on, 1..6u32, fault).prop_map(|(on, times, fault)| Turn::Fault(on, times, fault)),
    ]
}

fn settings() -> Settings {
    Settings { identity: Place::Contoso.identity().to_owned(), ..Settings::default() }
}

/// A tenant with two registrations and two people; nobody is signed in.
fn two_registrations(setup: Setup, seed: u64) -> World {
    let users = vec![User::megan(), User::alex()];
    let mut options = Options { users, ..Options::default() };
    options.apps.push(App { client_id: OTHER_CLIENT_ID.to_owned(), ..options.apps[0].clone() });
    options.graph_roots = Place::ALL.map(|place| place.graph().to_owned()).to_vec();
    World::with(setup, options, seed)
}

/// The same, with a person who is signed in.
fn signed_in_here(seed: u64) -> World {
    let mut world = two_registrations(here(), seed);
    world.sign_in();
    world
}

fn here() -> Setup {
    Setup::Ready(settings())
}

fn elsewhere() -> Setup {
    Setup::Ready(Settings { identity: Place::Fabrikam.identity().to_owned(), ..settings() })
}

fn configure(world: &mut World, setup: Setup) {
    world.setup = setup;
    world.click(Command::Reload);
    world.run(2 * SECOND);
}

fn pinning(seed: u64) -> World {
    let pins = Settings { pin_away: true, ..settings() };
    let mut world = World::with(Setup::Ready(pins), Options::default(), seed);
    world.sign_in();
    world
}

fn wishes() -> Vec<Command> {
    vec![
        Command::Set { status: Status::Away, seconds: None, message: None },
        Command::Toggle { status: Status::Away, message: None },
        Command::Clear,
    ]
}

fn commands() -> Vec<Command> {
    let mut all = wishes();
    all.extend([
        Command::Set { status: Status::Available, seconds: Some(600), message: None },
        Command::Look,
        Command::SignIn { method: SignInMethod::Browser },
        Command::SetDuration { seconds: Some(900) },
        Command::Toggle { status: Status::Presenting, message: None },
        Command::Look,
        Command::CancelSignIn,
        Command::Clear,
        Command::Open,
        Command::Reload,
        Command::Set { status: Status::InACall, seconds: None, message: None },
        Command::SignIn { method: SignInMethod::DeviceCode },
        Command::Set { status: Status::InACall, seconds: None, message: None },
        Command::SignOut,
    ]);
    all
}

fn held(status: Status) -> SessionState {
    SessionState::Holding(match status {
        Status::Available => Pair::Available,
        Status::InACall => Pair::InACall,
        Status::InAConferenceCall => Pair::InAConferenceCall,
        Status::Away => Pair::Away,
        Status::Presenting => Pair::Presenting,
    })
}

fn problem(world: &World) -> Option<ProblemKind> {
    world.view().problem.map(|problem| problem.kind)
}

fn failure(world: &World, reply: ReplyTo) -> Option<ProblemKind> {
    match world.outcome(reply)? {
        Outcome::Failed(problem) | Outcome::Partly(problem) => Some(problem.kind),
        Outcome::Done | Outcome::ShowCode { .. } => None,
    }
}

fn since(world: &World, from: Millis) -> Vec<(Millis, Call)> {
    world.sent.iter().filter(|(at, _)| *at >= from).cloned().collect()
}

fn kind(call: &Call) -> Kind {
    match call {
        Call::Graph { request, .. } => match request {
            GraphRequest::SetPresence { .. } => Kind::SetPresence,
            GraphRequest::ClearPresence => Kind::ClearPresence,
            GraphRequest::ReadPresence | GraphRequest::ReadMessage { .. } => Kind::ReadPresence,
            GraphRequest::PinAway { .. } => Kind::SetPreferred,
            GraphRequest::Unpin => Kind::ClearPreferred,
            GraphRequest::SetMessage { .. } | GraphRequest::ClearMessage => Kind::SetMessage,
        },
        Call::Entra(request) => match request {
            EntraRequest::Redeem { .. } => Kind::Redeem,
            EntraRequest::Refresh { .. } => Kind::Refresh,
            EntraRequest::StartDevice { .. } => Kind::DeviceCode,
            EntraRequest::PollDevice { .. } => Kind::PollDevice,
        },
    }
}

fn kinds(world: &World, from: Millis) -> Vec<Kind> {
    since(world, from).iter().map(|(_, call)| kind(call)).collect()
}

fn count(world: &World, from: Millis, of: Kind) -> usize {
    kinds(world, from).into_iter().filter(|kind| *kind == of).count()
}

fn sets(world: &World, from: Millis) -> Vec<(Millis, Duration)> {
    let set = |(at, call): (Millis, Call)| match call.graph() {
        Some(GraphRequest::SetPresence { expiration, .. }) => Some((at, *expiration)),
        _ => None,
    };
    since(world, from).into_iter().filter_map(set).collect()
}

fn polls(world: &World) -> Vec<Millis> {
    let is_poll = |(_, call): &&(Millis, Call)| kind(call) == Kind::PollDevice;
    world.sent.iter().filter(is_poll).map(|(at, _)| *at).collect()
}

fn busiest_minute(world: &World, from: Millis) -> usize {
    let times: Vec<Millis> = since(world, from).into_iter().map(|(at, _)| at).collect();
    let within =
        |start: Millis| times.iter().filter(|at| (start..start + MINUTE).contains(*at)).count();
    times.iter().map(|start| within(*start)).max().unwrap_or(0)
}

fn device_code(world: &mut World) -> String {
    let reply = world.click(Command::SignIn { method: SignInMethod::DeviceCode });
    world.run(SECOND);
    match world.outcome(reply) {
        Some(Outcome::ShowCode { user_code, .. }) => user_code.0.clone(),
        other => panic!("no device code: {other:?}"),
    }
}
