//! What a step of the core costs while a status is held: `cargo bench -p presence-core`.

#![allow(missing_docs, reason = "criterion's macros")]

use std::hint::black_box;
use std::time::Duration;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use presence_core::{
    Account, Answer, Call, Command, Core, Effect, Effective, EntraRequest, Event, GrantId, Granted,
    GraphRequest, ReplyTo, Saved, Settings, Setup, Status, Time, VaultEvent,
};

/// A core that is signed in and holds a status that the service has confirmed, and when.
fn holding() -> (Core, Time) {
    let mut core = Core::new(Setup::Ready(Settings::default()), Saved::default(), [1; 32]);
    let (mut now, grant) = (Time::ZERO, GrantId(1));
    let mut events = vec![
        Event::Tick,
        Event::Vault(VaultEvent::Present { grant, account: account() }),
        Event::Command { command: set(Status::Available), reply: Some(ReplyTo(1)) },
    ];
    // Until nothing is due for the next minute.
    loop {
        let effects = match events.is_empty() {
            false => core.handle(now, events.remove(0)),
            true => match core.deadline() {
                Some(next) if next <= now + Duration::from_secs(60) => {
                    now = now.max(next);
                    core.handle(now, Event::Tick)
                }
                _ => return (core, now),
            },
        };
        for effect in effects {
            if let Effect::Call { id, call } = effect {
                events.push(Event::Answered { id, answer: answer(&call) });
            }
        }
    }
}

fn set(status: Status) -> Command {
    Command::Set { status, seconds: None, message: None }
}

fn account() -> Account {
    Account { oid: "megan".to_owned(), tenant: "contoso".to_owned(), name: "Megan".to_owned() }
}

fn answer(call: &Call) -> Answer {
    match call {
        Call::Graph { request: GraphRequest::ReadPresence, .. } => {
            let both = || "Available".to_owned();
            Answer::Presence(Effective { availability: both(), activity: both() })
        }
        Call::Graph { .. } => Answer::Done,
        Call::Entra(EntraRequest::Refresh { .. }) => Answer::Granted(Granted {
            account: Some(account()),
            access_for: Duration::from_secs(3600),
            may_set_presence: true,
        }),
        Call::Entra(_) => Answer::Pending,
    }
}

fn steps(criterion: &mut Criterion) {
    let (core, now) = holding();
    let later = now + Duration::from_secs(1);
    let click = || Event::Pressed(set(Status::Away));
    let mut clicked = core.clone();
    let calls = clicked.handle(later, click());
    let answered = calls.into_iter().find_map(|effect| match effect {
        Effect::Call { id, .. } => Some(Event::Answered { id, answer: Answer::Done }),
        _ => None,
    });
    let answered = answered.expect("a click that is called for at once");
    let cases = [
        ("a tick", &core, Event::Tick),
        ("a click", &core, click()),
        ("its answer", &clicked, answered),
    ];
    for (name, core, event) in cases {
        criterion.bench_function(&format!("handle {name}"), |bencher| {
            bencher.iter_batched_ref(
                || (core.clone(), Some(event.clone())),
                |(core, event)| event.take().map(|event| core.handle(later, event)),
                BatchSize::SmallInput,
            );
        });
    }
    criterion.bench_function("deadline", |bencher| bencher.iter(|| black_box(&core).deadline()));
    criterion.bench_function("view", |bencher| bencher.iter(|| black_box(&core).view(later)));
}

criterion_group!(benches, steps);
criterion_main!(benches);
