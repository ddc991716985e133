//! What an observer sees of sessions, now and in the past, and of who called; it refuses to change anything.

use super::Cloud;
use super::message::MessageSight;
use super::presence::{Interval, SessionState, Shown};
use super::wire::Millis;

/// What there is of a user's presence now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sight {
    /// What the session says.
    pub state: SessionState,
    /// When it stops saying so, unless somebody changes it: its fade or its expiry.
    pub until: Millis,
    /// What is pinned, by the user or by an application, and until when.
    pub pinned: Option<(Shown, Millis)>,
    /// What stands as the status message.
    pub message: Option<MessageSight>,
}

impl Sight {
    /// Nothing at all.
    pub const NONE: Sight =
        Sight { state: SessionState::Absent, until: 0, pinned: None, message: None };
}

impl Cloud {
    /// The `oid` of everybody.
    pub fn people(&self) -> impl Iterator<Item = &str> {
        self.options.users.iter().map(|user| user.oid.as_str())
    }

    /// How often anything may have changed that a [`Sight`] of the user of this number shows, beside time.
    pub(crate) fn changes(&self, user: usize) -> u64 {
        self.presence.get(user).map_or(0, |presence| presence.changes)
    }

    /// Whose token the newest request came with that was answered: the client ID and the `oid`.
    pub fn caller(&self) -> Option<(&str, &str)> {
        let (app, user) = (self.caller.app?, self.caller.user?);
        Some((&self.options.apps[app].client_id, &self.options.users[user].oid))
    }

    /// The first application's session for the user at any time up to now.
    pub fn session(&self, oid: &str, at: Millis) -> SessionState {
        self.session_of(oid, &self.options.apps[0].client_id, at)
    }

    /// Any application's session for the user at any time up to now.
    pub fn session_of(&self, oid: &str, client_id: &str, at: Millis) -> SessionState {
        let app = self.app(client_id).expect("inspection names a registered application");
        let session = self.presence[self.user(oid)].session(app);
        session.map_or(SessionState::Absent, |session| session.state(at))
    }

    /// What colleagues see of the user now.
    pub fn aggregate(&self, oid: &str, now: Millis) -> Shown {
        self.presence[self.user(oid)].aggregate(now)
    }

    /// The states of the first application's session within `from..to`, in order; gaps are Absent.
    pub fn history(&self, oid: &str, from: Millis, to: Millis) -> Vec<Interval> {
        let session = self.presence[self.user(oid)].session(0);
        session.map_or_else(Vec::new, |session| session.history(from, to))
    }

    /// When the first application's session had faded or expired within `from..to`.
    pub fn lapses(&self, oid: &str, from: Millis, to: Millis) -> Vec<Interval> {
        let mut history = self.history(oid, from, to);
        history.retain(|interval| interval.state.is_lapse());
        history
    }

    /// What there is of the user of this number, and of their session by the application of each number; nothing of
    /// those that do not exist.
    pub(crate) fn sights<const N: usize>(
        &self,
        user: usize,
        apps: [usize; N],
        now: Millis,
    ) -> [Sight; N] {
        let Some(presence) = self.presence.get(user) else { return [Sight::NONE; N] };
        let pinned = presence.pinned(now);
        let message = presence.note(now).map(|note| note.sight);
        let nothing = Sight { pinned, message, ..Sight::NONE };
        apps.map(|app| match presence.session(app) {
            Some(session) => {
                Sight { state: session.state(now), until: session.turns_at(now), ..nothing }
            }
            None => nothing,
        })
    }

    /// The states of an application's session within `from..to`, in order; gaps are Absent.
    pub fn history_of(
        &self,
        oid: &str,
        client_id: &str,
        from: Millis,
        to: Millis,
    ) -> Vec<Interval> {
        let (Some(user), Some(app)) = (self.find_user(oid), self.app(client_id)) else {
            return Vec::new();
        };
        let session = self.presence[user].session(app);
        session.map_or_else(Vec::new, |session| session.history(from, to))
    }
}
