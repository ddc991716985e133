//! Whether a challenge's claims are passed on, once and to Entra's answer; it refuses to read them.

use presence_core::{Answer, Call, Claims, Effect, EntraRequest};

use super::{Oracle, Promise};
use crate::cloud::Millis;
use crate::world::Subject;

/// The challenge that no token has answered yet.
#[derive(Debug, Default)]
pub(super) struct Challenge {
    open: Option<Claims>,
    /// Those of whoever was signed in before.
    formers: Vec<(Subject, Claims)>,
}

impl Challenge {
    pub(super) fn start(&mut self) {
        *self = Challenge::default();
    }

    /// Somebody else is signed in.
    pub(super) fn changes(&mut self, from: Subject) {
        self.formers.extend(self.open.take().map(|claims| (from, claims)));
    }

    /// Whoever was signed in before is back.
    pub(super) fn back(&mut self, subject: Subject) {
        self.open = self.take_former(subject);
    }

    fn take_former(&mut self, of: Subject) -> Option<Claims> {
        let at = self.formers.iter().position(|(subject, _)| *subject == of)?;
        Some(self.formers.swap_remove(at).1)
    }

    pub(super) fn answered(&mut self, former: Option<Subject>, answer: &Answer) {
        let open = match answer {
            Answer::Unauthorized { claims: Some(claims), .. } => Some(claims.clone()),
            Answer::Granted(_) => None,
            Answer::Unauthorized { claims: None, .. }
            | Answer::Done
            | Answer::Presence(_)
            | Answer::Message(..)
            | Answer::DeviceCode(_)
            | Answer::Pending
            | Answer::SlowDown
            | Answer::Throttled { .. }
            | Answer::Forbidden { .. }
            | Answer::NotFound { .. }
            | Answer::Rejected { .. }
            | Answer::Busy { .. }
            | Answer::Offline { .. }
            | Answer::Refused(_) => return,
        };
        match former {
            None => self.open = open,
            Some(former) => {
                self.take_former(former);
                self.formers.extend(open.map(|claims| (former, claims)));
            }
        }
    }
}

impl Oracle {
    pub(super) fn claims(&mut self, now: Millis, effect: &Effect) {
        let (claims, former) = match effect {
            Effect::Call {
                call: call @ Call::Entra(EntraRequest::Refresh { claims, .. }), ..
            } => (claims, self.persons.former(call)),
            Effect::OpenSignIn { claims, .. } => (claims, None),
            _ => return,
        };
        let open = match former {
            None => self.challenge.open.as_ref(),
            Some(former) => {
                let theirs = self.challenge.formers.iter().find(|(subject, _)| *subject == former);
                theirs.map(|(_, claims)| claims)
            }
        };
        if claims.is_some() && claims.as_ref() != open {
            let what = "claims are sent that nobody asks for".to_owned();
            self.broken(Promise::Claims, now, None, what);
        }
    }
}
