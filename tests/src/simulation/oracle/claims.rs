//! Whether a challenge's claims are passed on, once and to Entra's answer; it refuses to read them.

use presence_core::{Answer, Call, Claims, Effect};

use super::{Oracle, Promise};
use crate::cloud::Millis;

/// The challenge that no token has answered yet.
#[derive(Debug, Default)]
pub(super) struct Challenge(Option<Claims>);

impl Challenge {
    pub(super) fn start(&mut self) {
        self.0 = None;
    }

    pub(super) fn answered(&mut self, answer: &Answer) {
        match answer {
            Answer::Unauthorized { claims: Some(claims), .. } => self.0 = Some(claims.clone()),
            Answer::Granted(_) => self.0 = None,
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
        let claims = match effect {
            Effect::Call { call: Call::Refresh { claims, .. }, .. } => claims,
            Effect::OpenSignIn { claims, .. } => claims,
            _ => return,
        };
        if claims.is_some() && *claims != self.challenge.0 {
            let what = "claims are sent that nobody asks for".to_owned();
            self.broken(Promise::Claims, now, None, what);
        }
    }
}
