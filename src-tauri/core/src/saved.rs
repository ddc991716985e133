//! Owns what survives a restart, and what a start makes of it; refuses files.

use crate::facts::{Lease, Pin, Shown, Want, Wish};
use crate::keeper::Core;
use crate::{Effect, Flaw, OnStart, Saved, SavedSession, SavedWish, Setup};

impl Core {
    pub(crate) fn resume(&mut self) {
        let on_start = match &self.setup {
            Setup::Ready(settings) => settings.on_start,
            Setup::Missing(_) => OnStart::Resume,
        };
        self.take_up_deletions();
        if self.is_of_this_identity() {
            self.resume_session();
        } else {
            (self.shown, self.pin) = (Shown::Nothing, Pin::Free);
        }
        match (on_start, self.saved.wish) {
            (_, SavedWish::Cleared) => self.want = Want::Cleared,
            (OnStart::Nothing, _) | (OnStart::Resume, SavedWish::Nothing) => {
                self.want = Want::Nothing;
            }
            (OnStart::Want(status), _) => {
                self.before = self.before.filter(|before| *before != status);
                self.wish(status, None, None);
            }
            (OnStart::Resume, SavedWish::Status { status, until, lasts }) => {
                let until = until.filter(|_| !self.rules.has(Flaw::ForgetsEndAtStart));
                self.wish(status, until, lasts);
            }
        }
    }

    /// The first registration that works is in force from now on.
    pub(crate) fn begin(&mut self) {
        if self.configured_at.is_some() || self.identity().is_none() {
            return;
        }
        self.configured_at = Some(self.now);
        // What a run before this one sent may still be on its way.
        if self.shown == Shown::Unknown && !self.saved.ended {
            self.ghost = Some(self.now + self.rules.call_limit);
        }
    }

    /// What the run before this one left at the service.
    fn resume_session(&mut self) {
        self.shown = match (self.saved.session, self.saved.wish) {
            (Some(SavedSession { status, sent_at, expires_at }), _) if self.saved.ended => {
                let (wish, renew_at) = (0, None);
                Shown::Held(Lease { wish, status, sent_at, expires_at, renew_at })
            }
            (_, SavedWish::Nothing) => Shown::Nothing,
            (_, SavedWish::Cleared | SavedWish::Status { .. }) => Shown::Unknown,
        };
        if self.saved.pinned {
            self.pin = Pin::Doubtful;
        }
    }

    pub(crate) fn save(&mut self) {
        let wish = match &self.want {
            Want::Nothing => SavedWish::Nothing,
            Want::Cleared => SavedWish::Cleared,
            Want::Held(Wish { status, until, lasts, .. }) => {
                SavedWish::Status { status: *status, until: *until, lasts: *lasts }
            }
        };
        let session = match &self.shown {
            Shown::Held(Lease { status, sent_at, expires_at, .. }) if self.gone => {
                let (status, sent_at, expires_at) = (*status, *sent_at, *expires_at);
                Some(SavedSession { status, sent_at, expires_at })
            }
            Shown::Held(_) | Shown::Unknown | Shown::Nothing => None,
        };
        let saved = Saved {
            wish,
            before: self.before,
            ended: self.saved.ended,
            session,
            pinned: self.pin != Pin::Free,
            identity: self.held_in_keyring.clone(),
            forgets: self.to_forget(),
        };
        if saved != self.saved && !self.rules.has(Flaw::SavesNothing) {
            self.saved = saved.clone();
            self.emit(Effect::Save(saved));
        }
    }
}
