//! Whether a challenge's claims are passed on, once and to Entra's answer; it refuses to read them.

use presence_core::{Answer, Call, Claims, Effect};

use super::{Oracle, Promise};
use crate::cloud::Millis;

/// The challenge that no token has answered yet.
#[derive(Debug, Default)]
pub(super) struct Challenge {
    open: Option<Claims>,
    /// That of whoever was signed in before.
    former: Option<Claims>,
}

impl Challenge {
    pub(super) fn start(&mut self) {
        *self = Challenge::default();
    }

    /// Somebody else is signed in.
    pub(super) fn changes(&mut self) {
        self.former = self.open.take().or(self.former.take());
    }

    pub(super) fn answered(&mut self, is_former: bool, answer: &Answer) {
        let open = if is_former { &mut self.former } else { &mut self.open };
        match answer {
            Answer::Unauthorized { claims: Some(claims), .. } => *open = Some(claims.clone()),
            Answer::Granted(_) => *open = None,
            Answer::Unauthorized { claims: None, .. }
            | Answer::Done
            | Answer::Presence(_)
            | Answer::DeviceCode(_)
            | Answer::Pending
            | Answer::SlowDown
            | Answer::Throttled { .. }
            | Answer::Forbidden { .. }
            | Answer::NotFound { .. }
            | Answer::Rejected { .. }
            | Answer::Busy { .. }
            | Answer::Offline { .. }
            | Answer::Refused(_) => {}
        }
    }
}

impl Oracle {
    pub(super) fn claims(&mut self, now: Millis, effect: &Effect) {
        let (claims, is_former) = match effect {
            Effect::Call { call: call @ Call::Refresh { claims, .. }, .. } => {
                (claims, self.persons.is_former(call))
            }
            Effect::OpenSignIn { claims, .. } => (claims, false),
            _ => return,
        };
        let open = if is_former { &self.challenge.former } else { &self.challenge.open };
        if claims.is_some() && claims != open {
            let what = "claims are sent that nobody asks for".to_owned();
            self.broken(Promise::Claims, now, None, what);
        }
    }
}
