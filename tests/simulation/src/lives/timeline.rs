//! A life in lines that a person can read; it refuses to leave anything out.

use presence_core::{Call, Effect, Event, GraphRequest};

use crate::cloud::{Millis, SessionState, Sight};
use crate::world::{Entry, Person, Place, Step, Subject, What};

/// Day and time of day, from the beginning.
pub(crate) fn clock(at: Millis) -> String {
    let (seconds, millis) = (at / 1_000, at % 1_000);
    let (days, hours) = (seconds / 86_400, seconds / 3_600 % 24);
    format!("day {days:>2} {hours:02}:{:02}:{:02}.{millis:03}", seconds / 60 % 60, seconds % 60)
}

/// Time, event, effects and the session at the service.
pub(crate) fn line(entry: &Entry) -> String {
    let what = match &entry.what {
        What::Started(_) => "the program starts".to_owned(),
        What::Crashed => "the program ends on the spot".to_owned(),
        What::Asleep => "the machine sleeps".to_owned(),
        What::Awake => "the machine wakes".to_owned(),
        What::Landed { kind, status, delivery, struck, .. } => {
            let struck = if *struck { ", a fault" } else { "" };
            format!("  service: {kind:?} → {status} {delivery:?}{struck}")
        }
        What::Deed(deed) => format!("life: {deed:?}"),
        What::Step(step) => {
            let Step { event, effects, view, .. } = &**step;
            let problem = view.problem.as_ref().map(|problem| format!("  ! {:?}", problem.kind));
            let effects: Vec<String> = effects.iter().map(effect).collect();
            let effects = effects.join("; ");
            format!("{} → {effects}{}", self::event(event), problem.unwrap_or_default())
        }
    };
    let sessions = Subject::all().filter_map(|subject| session(subject, entry.sights.of(subject)));
    let session = sessions.collect::<Vec<_>>().join(" ");
    format!("{}  {session:<19}  {what}", clock(entry.at))
}

/// Megan's, as that of most, without her name.
fn session(subject: Subject, sight: Sight) -> Option<String> {
    let pin =
        sight.pinned.map_or_else(String::new, |(shown, _)| format!(" pin {}", shown.activity));
    let whose = match (subject.person, subject.place) {
        (Person::Megan, Place::Contoso) => String::new(),
        (Person::Megan, Place::Fabrikam) => "at Fabrikam ".to_owned(),
        (Person::Alex, Place::Contoso) => "Alex ".to_owned(),
        (Person::Alex, Place::Fabrikam) => "Alex at Fabrikam ".to_owned(),
    };
    match sight.state {
        SessionState::Absent if !whose.is_empty() => None,
        SessionState::Holding(pair) => Some(format!("{whose}{pair:?}{pin}")),
        other => Some(format!("{whose}({other:?}){pin}")),
    }
}

fn event(event: &Event) -> String {
    match event {
        Event::Command { command, .. } => format!("{command:?}"),
        Event::Pressed(command) => format!("keys: {command:?}"),
        Event::Failed(problem) => format!("the desktop: {}", problem.title),
        Event::Answered { id, answer } => format!("answer {}: {answer:?}", id.0),
        Event::Tick => "deadline".to_owned(),
        other => format!("{other:?}"),
    }
}

fn effect(effect: &Effect) -> String {
    match effect {
        Effect::Call { id, call } => format!("call {}: {}", id.0, self::call(call)),
        Effect::Reply { outcome, .. } => format!("reply {outcome:?}"),
        other => format!("{other:?}"),
    }
}

fn call(call: &Call) -> String {
    match call.graph() {
        Some(GraphRequest::SetPresence { status, expiration }) => {
            format!("set {status} for {} s", expiration.as_secs())
        }
        _ => format!("{call:?}"),
    }
}
