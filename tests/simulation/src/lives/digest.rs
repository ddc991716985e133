//! What the core does in a life, as one number: two cores with the same one behave alike. It refuses names and
//! sentences, which may change without that.

use std::time::Duration;

use presence_core::{
    AccountView, Call, Effect, EntraRequest, Event, GraphRequest, Outcome, Problem, Rules,
    SavedWish, Status, Time, View,
};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::{Verdict, live};
use crate::processors::each;
use crate::world::{Entry, Step, What};

/// The digest over effects, views and times of the lives of the first `seeds` seeds.
pub fn digest(seeds: u64) -> String {
    let lives = each(seeds, |seed| Some(of_life(seed)));
    let mut all = Sha256::new();
    lives.iter().for_each(|(_, life)| all.update(life));
    hexadecimal(&all.finalize())
}

fn of_life(seed: u64) -> String {
    let mut tape = Tape(Sha256::new());
    let Verdict { lived, violations, .. } =
        live(seed, &Rules::default(), None, |entry| tape.entry(entry));
    tape.number(lived);
    tape.number(violations.len() as u64);
    hexadecimal(&tape.0.finalize())
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What has been done so far. Each kind has a number of its own here, so that a new name changes nothing.
struct Tape(Sha256);

impl Tape {
    fn entry(&mut self, entry: &Entry) {
        let What::Step(step) = &entry.what else { return };
        let Step { event, effects, view, deadline, .. } = &**step;
        self.number(entry.at);
        self.text(match event {
            Event::Tick => "tick",
            _ => "event",
        });
        effects.iter().for_each(|effect| self.effect(effect));
        self.view(view);
        self.some(*deadline, Tape::number);
    }

    fn effect(&mut self, effect: &Effect) {
        match effect {
            Effect::Call { id, call } => {
                self.number(1);
                self.number(id.0);
                self.call(call);
            }
            Effect::Abandon(id) => self.numbers(&[2, id.0]),
            Effect::Load => self.number(3),
            Effect::Store(grant) => self.numbers(&[4, grant.0]),
            Effect::Forget { identity } => {
                self.number(5);
                self.text(identity);
            }
            Effect::Drop(grant) => self.numbers(&[6, grant.0]),
            Effect::OpenSignIn { attempt, claims } => {
                self.numbers(&[7, attempt.0]);
                self.some(claims.as_ref(), |tape, claims| tape.text(&claims.0));
            }
            Effect::CloseSignIn(attempt) => self.numbers(&[8, attempt.0]),
            Effect::Save(saved) => {
                self.number(9);
                match saved.wish {
                    SavedWish::Nothing => self.number(0),
                    SavedWish::Cleared => self.number(1),
                    SavedWish::Status { status, until, lasts } => {
                        self.status(status);
                        self.some(until, Tape::time);
                        self.some(lasts, Tape::span);
                    }
                }
                self.some(saved.previous, Tape::status);
                self.some(saved.session, |tape, session| {
                    tape.status(session.status);
                    tape.time(session.sent_at);
                    tape.time(session.expires_at);
                });
                self.numbers(&[u64::from(saved.ended), u64::from(saved.pinned)]);
                self.some(saved.owner.as_ref().map(|owner| &*owner.0), Tape::text);
                self.some(saved.identity.as_deref(), Tape::text);
                saved.forgets.iter().for_each(|identity| self.text(identity));
                let message = &saved.message;
                let texts = message.wanted.iter().chain(&*message.written).chain(&*message.recent);
                texts.for_each(|text| self.text(text.as_str()));
            }
            Effect::Notify(_) => self.number(10),
            Effect::Reply { to, outcome } => {
                self.numbers(&[11, to.0]);
                match outcome {
                    Outcome::Done => self.number(0),
                    Outcome::Failed(problem) => self.problem(problem),
                    Outcome::ShowCode { .. } => self.number(1),
                    Outcome::Partly(problem) => {
                        self.number(2);
                        self.problem(problem);
                    }
                }
            }
            Effect::OpenWindow => self.number(12),
            Effect::ReadConfiguration => self.number(13),
            Effect::LetSleep => self.number(14),
            Effect::Exit { settled } => self.numbers(&[15, u64::from(*settled)]),
        }
    }

    fn call(&mut self, call: &Call) {
        match call {
            Call::Graph { grant, request } => {
                let grant = grant.0;
                match request.clone() {
                    GraphRequest::SetPresence { status, expiration } => {
                        self.numbers(&[1, grant]);
                        self.status(status);
                        self.span(expiration);
                    }
                    GraphRequest::ClearPresence => self.numbers(&[2, grant]),
                    GraphRequest::ReadPresence => self.numbers(&[3, grant]),
                    GraphRequest::PinAway { expiration } => {
                        self.numbers(&[4, grant]);
                        self.span(expiration);
                    }
                    GraphRequest::Unpin => self.numbers(&[5, grant]),
                    GraphRequest::ReadMessage { ours } => {
                        self.numbers(&[10, grant]);
                        ours.iter().for_each(|text| self.text(text.as_str()));
                    }
                    GraphRequest::SetMessage { text, lasts } => {
                        self.numbers(&[11, grant]);
                        self.text(text.as_str());
                        self.span(lasts);
                    }
                    GraphRequest::ClearMessage => self.numbers(&[12, grant]),
                }
            }
            Call::Entra(EntraRequest::Redeem { attempt }) => self.numbers(&[6, attempt.0]),
            Call::Entra(EntraRequest::Refresh { grant, claims }) => {
                self.numbers(&[7, grant.0]);
                self.some(claims.as_ref(), |tape, claims| tape.text(&claims.0));
            }
            Call::Entra(EntraRequest::StartDevice { attempt }) => self.numbers(&[8, attempt.0]),
            Call::Entra(EntraRequest::PollDevice { attempt }) => self.numbers(&[9, attempt.0]),
        }
    }

    fn view(&mut self, view: &View) {
        match &view.account {
            AccountView::NotConfigured => self.number(1),
            AccountView::Looking => self.number(2),
            AccountView::SignedOut => self.number(3),
            AccountView::SigningIn { url, code, .. } => {
                self.numbers(&[4, u64::from(url.is_some()), u64::from(code.is_some())]);
            }
            AccountView::SignInNeeded(account) => {
                self.number(5);
                self.text(&account.name);
            }
            AccountView::SignedIn(account) => {
                self.number(6);
                self.text(&account.name);
            }
        }
        self.some(view.wish.as_ref(), |tape, wish| {
            tape.status(wish.status);
            tape.some(wish.until, Tape::time);
            tape.some(wish.lasts, Tape::span);
        });
        self.number(view.progress as u64);
        self.some(view.session.as_ref(), |tape, session| {
            tape.status(session.status);
            tape.some(session.renews_at, Tape::time);
            tape.time(session.expires_at);
        });
        self.some(view.effective.as_ref(), |tape, seen| {
            tape.text(&seen.availability);
            tape.text(&seen.activity);
        });
        self.some(view.difference.as_ref(), |tape, difference| tape.name(difference.cause));
        if let Some(message) = &view.message {
            self.text(message.text.as_str());
            self.number(message.state as u64);
        }
        self.some(view.problem.as_ref(), Tape::problem);
        view.desktop.iter().for_each(|problem| self.problem(problem));
    }

    /// The kind is a name that scripts depend on.
    fn problem(&mut self, problem: &Problem) {
        self.name(problem.kind);
    }

    fn name(&mut self, named: impl Serialize) {
        let name = serde_json::to_value(named).unwrap_or_default();
        self.text(name.as_str().unwrap_or_default());
    }

    fn status(&mut self, status: Status) {
        self.text(status.name());
    }

    fn time(&mut self, time: Time) {
        self.0.update(time.as_millis().to_le_bytes());
    }

    fn span(&mut self, span: Duration) {
        self.number(u64::try_from(span.as_millis()).unwrap_or(u64::MAX));
    }

    fn some<T>(&mut self, value: Option<T>, tell: impl FnOnce(&mut Tape, T)) {
        self.number(u64::from(value.is_some()));
        if let Some(value) = value {
            tell(self, value);
        }
    }

    fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.0.update(text);
    }

    fn numbers(&mut self, numbers: &[u64]) {
        numbers.iter().for_each(|number| self.number(*number));
    }

    fn number(&mut self, number: u64) {
        self.0.update(number.to_le_bytes());
    }
}
