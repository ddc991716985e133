//! Whether what is shown of the session, and of what colleagues see, is so; it refuses to judge problems.

use presence_core::{CallId, Effective, View};

use super::keeping::pair;
use super::{Machine, Oracle, Promise};
use crate::cloud::{Millis, SessionState};

const SECOND: Millis = 1_000;
/// What colleagues saw is shown for so long.
const FRESH: Millis = 15 * 60 * SECOND;
/// A face may be so late.
const LATE: Millis = SECOND;

/// What the service said last, and what is on the faces of it.
#[derive(Debug, Default)]
pub(super) struct Views {
    /// What colleagues saw, and when that was read.
    read: Option<(Millis, Effective)>,
    /// When the service confirmed the newest status.
    changed: Millis,
    /// The call by which the session is what it is, while the program does not know of it.
    doubt: Option<Option<CallId>>,
    /// Whether a face shows what colleagues see.
    shows_look: bool,
}

impl Views {
    pub(super) fn start(&mut self) {
        *self = Views::default();
    }

    /// Nobody looks.
    pub(super) fn rests(&mut self) {
        self.shows_look = false;
    }

    /// Somebody else is signed in.
    pub(super) fn another(&mut self) {
        (self.read, self.doubt) = (None, None);
    }

    pub(super) fn read(&mut self, now: Millis, seen: &Effective) {
        self.read = Some((now, seen.clone()));
    }

    /// What was read before it says nothing of it.
    pub(super) fn changed(&mut self, now: Millis) {
        self.changed = now;
    }

    /// A write took effect that the program learns of later, if at all.
    pub(super) fn wrote(&mut self, by: Option<CallId>) {
        self.doubt = Some(by);
    }

    pub(super) fn confirmed(&mut self, id: CallId) {
        self.doubt.take_if(|doubt| *doubt == Some(id));
    }
}

impl Oracle {
    pub(super) fn viewed(&mut self, now: Millis, view: &View, booted: Millis) {
        self.views.shows_look = view.effective.is_some();
        if self.machine != Machine::On {
            return;
        }
        let wrong = self.wrong_session(now, view, booted).or_else(|| self.wrong_look(now, view));
        if let Some(what) = wrong {
            self.broken(Promise::View, now, None, what);
        }
    }

    pub(super) fn views_until(&mut self, now: Millis) {
        let old = self.views.read.as_ref().is_some_and(|(at, _)| at + FRESH + LATE < now);
        if old && std::mem::take(&mut self.views.shows_look) {
            let what = "what colleagues saw long ago is still shown".to_owned();
            self.broken(Promise::View, now, None, what);
        }
    }

    fn wrong_session(&self, now: Millis, view: &View, booted: Millis) -> Option<String> {
        let session = view.session.as_ref()?;
        let ends = booted.checked_add_signed(session.expires_at.as_millis())?;
        if let Some(renews) = session.renews_at {
            let renews = booted.saturating_add_signed(renews.as_millis());
            if renews < now || renews > ends {
                return Some(format!(
                    "a renewal is shown {} ms from now",
                    renews as i64 - now as i64
                ));
            }
        }
        if self.excuses.is_foreign() || self.views.doubt.is_some() {
            return None;
        }
        let sight = self.sight();
        if sight.state != SessionState::Holding(pair(session.status)) {
            return Some(format!(
                "{} is shown, and the session is {:?}",
                session.status, sight.state
            ));
        }
        (ends > sight.until)
            .then(|| format!("the session is shown for {} ms too long", ends - sight.until))
    }

    fn wrong_look(&self, now: Millis, view: &View) -> Option<String> {
        let seen = view.effective.as_ref()?;
        let what = match &self.views.read {
            None => "what nobody read is shown of what colleagues see",
            Some((_, read)) if read != seen => {
                "something else is shown than colleagues were seen to see"
            }
            Some((at, _)) if *at < self.views.changed => {
                "what colleagues saw before the newest status is shown"
            }
            Some((at, _)) if at + FRESH < now => "what colleagues saw long ago is shown",
            Some(_) => return None,
        };
        Some(what.to_owned())
    }
}
