//! The answers of Graph and Entra, with their headers: read by the wire, taken by the core, shown to the faces.

use std::collections::VecDeque;
use std::time::SystemTime;

use oauth2::AuthorizationCode;
use presence_core::{
    Answer, AttemptId, Call, CallId, Command, Core, Effect, Event, GrantId, Redirect, ReplyTo,
    Saved, Settings, Setup, SignInMethod, Status, StatusMessage, Time, VaultEvent,
};
use presence_host::{Clock, Moment, Snapshot};
use presence_wire::{Response, TokenStore, answers, opening};
use serde_json::Value;

use super::{account, first_line, kept, registration, response};
use crate::shown::{is_clean, is_clean_problem};

/// What passes the door is shorter, bytes.
const LINE: usize = 64 * 1024;
/// How often the core is asked for what comes next.
const STEPS: usize = 60;

/// The first line of the input says how somebody is signed in: `stored`, `browser` or `device`. What follows are the
/// answers to one call after the other, with a line `----` between them: the status, the headers, an empty line, the
/// body.
pub(crate) fn check(input: &[u8]) {
    let (mode, rest) = first_line(input);
    let told: VecDeque<Response> = split(rest).map(read).collect();
    for response in &told {
        // What `doctor` asks about an answer to a call without a token.
        let _ = answers(response);
    }
    let mut machine = Machine::new(told, mode == "stored");
    if mode != "stored" {
        let method =
            if mode == "device" { SignInMethod::DeviceCode } else { SignInMethod::Browser };
        machine.ask(Command::SignIn { method });
    }
    let message = StatusMessage::read("Back at 3").unwrap();
    machine.ask(Command::Set { status: Status::Away, seconds: None, message });
    for _ in 0..STEPS {
        if machine.told.is_empty() {
            break;
        }
        machine.wait();
    }
    // With what is to be claimed, if anything is.
    machine.ask(Command::SignIn { method: SignInMethod::Browser });
}

fn split(input: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(input);
    std::iter::from_fn(move || {
        let all = rest?;
        let mark = b"\n----\n";
        let end = all.windows(mark.len()).position(|window| window == mark);
        rest = end.map(|end| &all[end + mark.len()..]);
        Some(&all[..end.unwrap_or(all.len())])
    })
}

fn read(answer: &[u8]) -> Response {
    let (status, mut rest) = first_line(answer);
    let mut headers = Vec::new();
    while !rest.is_empty() {
        let (line, after) = first_line(rest);
        rest = after;
        let Some((name, value)) = line.split_once(": ") else { break };
        headers.push((name.to_ascii_lowercase().into(), value.to_owned()));
    }
    response(status.parse().unwrap_or(200), headers, rest.to_owned())
}

/// A program that has started, and a service that answers what was told.
struct Machine {
    core: Core,
    tokens: TokenStore,
    now: Time,
    told: VecDeque<Response>,
    call: Option<(CallId, Call)>,
    has_stored: bool,
    loads: u64,
}

impl Machine {
    fn new(told: VecDeque<Response>, has_stored: bool) -> Machine {
        let settings = Settings {
            identity: registration().identity(),
            pin_away: true,
            device_code: true,
            ..Settings::default()
        };
        let core = Core::new(Setup::Ready(settings), Saved::default(), [7; 32]);
        let mut machine = Machine {
            core,
            tokens: TokenStore::default(),
            now: Time::ZERO,
            told,
            call: None,
            has_stored,
            loads: 0,
        };
        machine.happen(Event::Tick);
        machine
    }

    fn ask(&mut self, command: Command) {
        self.happen(Event::Command { command, reply: Some(ReplyTo(1)) });
    }

    /// Answers the call that is under way, or lets time pass.
    fn wait(&mut self) {
        if let Some((id, call)) = self.call.take() {
            let present = registration();
            let answer = match self.tokens.request(&call, Some(&present), SystemTime::UNIX_EPOCH) {
                Ok((_, pending)) => {
                    let Some(response) = self.told.pop_front() else { return };
                    pending.answer(id, &response, &mut self.tokens)
                }
                Err(answer) => answer,
            };
            is_bounded(&answer);
            return self.happen(Event::Answered { id, answer });
        }
        match self.core.deadline() {
            Some(at) => self.now = self.now.max(at),
            // Nothing would come any more.
            None => self.told.clear(),
        }
        self.happen(Event::Tick);
    }

    fn happen(&mut self, event: Event) {
        let mut events = VecDeque::from([event]);
        while let Some(event) = events.pop_front() {
            for effect in self.core.handle(self.now, event) {
                self.carry_out(effect, &mut events);
            }
            let late = self.core.deadline().filter(|at| *at <= self.now);
            assert_eq!(late, None, "due and not done");
            self.shows_nothing_unclean();
        }
    }

    fn carry_out(&mut self, effect: Effect, events: &mut VecDeque<Event>) {
        match effect {
            Effect::Call { id, call } => self.call = Some((id, call)),
            Effect::Abandon(_) => self.call = None,
            Effect::Load if self.has_stored => {
                let grant = GrantId::stored(self.loads);
                self.loads += 1;
                self.tokens.put_kept(grant, registration(), kept("refresh-0"));
                events.push_back(Event::Vault(VaultEvent::Present { grant, account: account() }));
            }
            Effect::Load => events.push_back(Event::Vault(VaultEvent::Absent)),
            Effect::Store(grant) => events.push_back(Event::Vault(VaultEvent::Stored(grant))),
            Effect::Forget { identity } => {
                events.push_back(Event::Vault(VaultEvent::Forgotten(identity)));
            }
            Effect::Drop(grant) => self.tokens.drop_grant(grant),
            Effect::OpenSignIn { attempt, claims } => {
                let opening = opening(&registration(), 1, claims.as_ref(), [7; 48]).unwrap();
                self.tokens.begin(attempt, registration(), opening.attempt);
                self.tokens.code_came(attempt, AuthorizationCode::new("code".to_owned()));
                events.push_back(opened(attempt, opening.url.as_str()));
                events.push_back(Event::Redirected { attempt, redirect: Redirect::Code });
            }
            Effect::Notify(notice) => {
                is_clean(&notice.title, 300);
                is_clean(&notice.body, 1_000);
            }
            Effect::Reply { outcome, .. } => {
                is_clean_value(&serde_json::to_value(outcome).unwrap())
            }
            Effect::CloseSignIn(_)
            | Effect::Save(_)
            | Effect::OpenWindow
            | Effect::ReadConfiguration
            | Effect::LetSleep
            | Effect::Exit { .. } => {}
        }
    }

    fn shows_nothing_unclean(&self) {
        let view = self.core.view(self.now);
        if let Some(problem) = &view.problem {
            is_clean_problem(problem);
        }
        let moment = Moment { time: self.now, ..Clock::of_machine().moment() };
        let snapshot = Snapshot::new(&view, &moment, "config.toml".to_owned());
        let told = serde_json::to_value(&snapshot).unwrap();
        assert!(told.to_string().len() < LINE, "too long for the door");
        is_clean_value(&told);
    }
}

/// No service makes the program wait for longer than documented.
fn is_bounded(answer: &Answer) {
    match answer {
        Answer::Throttled { retry_after, .. } | Answer::Busy { retry_after, .. } => {
            assert!(retry_after.unwrap_or_default().as_secs() <= 3600, "{answer:?}");
        }
        Answer::DeviceCode(code) => assert!(code.interval.as_secs() <= 300, "{answer:?}"),
        Answer::Done
        | Answer::Presence(_)
        | Answer::Message(..)
        | Answer::Granted(_)
        | Answer::Pending
        | Answer::SlowDown
        | Answer::Unauthorized { .. }
        | Answer::Forbidden { .. }
        | Answer::NotFound { .. }
        | Answer::Rejected { .. }
        | Answer::Offline { .. }
        | Answer::Refused(_) => {}
    }
}

fn opened(attempt: AttemptId, url: &str) -> Event {
    let url = presence_core::Private(url.to_owned());
    Event::SignInOpened { attempt, url, trouble: None }
}

fn is_clean_value(value: &Value) {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
        Value::String(text) => is_clean(text, LINE),
        Value::Array(values) => values.iter().for_each(is_clean_value),
        Value::Object(values) => values.values().for_each(is_clean_value),
    }
}
