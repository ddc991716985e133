//! What colleagues see of one user, from all sessions and the pinned status; it refuses HTTP and tokens.

use super::message::Note;
use super::presence::{Session, Shown};
use super::wire::Millis;

#[derive(Clone, Debug)]
struct TeamsClient {
    name: String,
    shown: Shown,
    since: Millis,
}

/// Everything that makes up what colleagues see of one user.
#[derive(Clone, Debug, Default)]
pub(crate) struct UserPresence {
    /// By the application's index.
    apps: Vec<(usize, Session)>,
    teams: Vec<TeamsClient>,
    preferred: Option<(Shown, Millis)>,
    note: Option<Note>,
    /// How often a session, what is pinned or the status message may have changed.
    pub(crate) changes: u64,
}

impl UserPresence {
    pub(crate) fn session(&self, app: usize) -> Option<&Session> {
        self.apps.iter().find(|(index, _)| *index == app).map(|(_, session)| session)
    }

    pub(crate) fn session_mut(&mut self, app: usize) -> &mut Session {
        self.changes += 1;
        let at = self.apps.iter().position(|(index, _)| *index == app).unwrap_or_else(|| {
            self.apps.push((app, Session::default()));
            self.apps.len() - 1
        });
        &mut self.apps[at].1
    }

    pub(crate) fn teams(&mut self, now: Millis, name: &str, shown: Option<Shown>) {
        self.teams.retain(|client| client.name != name);
        if let Some(shown) = shown {
            self.teams.push(TeamsClient { name: name.into(), shown, since: now });
        }
    }

    pub(crate) fn prefer(&mut self, preferred: Option<(Shown, Millis)>) {
        self.changes += 1;
        self.preferred = preferred;
    }

    pub(crate) fn pinned(&self, now: Millis) -> Option<(Shown, Millis)> {
        self.preferred.filter(|(_, until)| now < *until)
    }

    pub(crate) fn write(&mut self, note: Option<Note>) {
        self.changes += 1;
        self.note = note;
    }

    /// The status message that stands.
    pub(crate) fn note(&self, now: Millis) -> Option<&Note> {
        self.note.as_ref().filter(|note| now < note.sight.until)
    }

    /// What colleagues see; among equals the later one, which Microsoft does not document.
    pub(crate) fn aggregate(&self, now: Millis) -> Shown {
        let apps = self
            .apps
            .iter()
            .filter_map(|(_, session)| Some((session.state(now).shown()?, session.since()?)));
        let teams = self.teams.iter().map(|client| (client.shown, client.since));
        let best = apps.chain(teams).max_by_key(|(shown, since)| (shown.rank(), *since));
        let Some((best, _)) = best else {
            return Shown::OFFLINE;
        };
        match self.preferred {
            Some((shown, until)) if now < until => shown,
            Some(_) | None => best,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::option;
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::super::presence::Pair;
    use super::*;

    proptest! {
        /// Pinned over sessions, DoNotDisturb over Busy over Available over Away, Offline without any.
        #[test]
        fn the_aggregate_is_pinned_or_highest(
            apps in vec(select(&Pair::ALL[..]), 0..4),
            teams in vec(select(&Shown::PREFERRED[..]), 0..4),
            pinned in option::of(select(&Shown::PREFERRED[..])),
        ) {
            let mut user = UserPresence::default();
            for (app, pair) in apps.iter().enumerate() {
                user.session_mut(app).set(0, *pair, 21);
            }
            for (client, shown) in teams.iter().enumerate() {
                user.teams(0, &client.to_string(), Some(*shown));
            }
            user.prefer(pinned.map(|shown| (shown, 20)));

            let all: Vec<Shown> = apps.iter().map(|pair| pair.shown()).chain(teams).collect();
            let order = ["Offline", "Away", "BeRightBack", "Available", "Busy", "DoNotDisturb"];
            let place = |shown: &Shown| {
                // BeRightBack is no higher than Away.
                order.iter().position(|name| *name == shown.availability).filter(|p| *p != 2).unwrap_or(1)
            };
            let highest = all.iter().map(place).max();
            let unpinned = user.aggregate(20);
            match highest {
                None => prop_assert_eq!(unpinned, Shown::OFFLINE),
                Some(highest) => prop_assert_eq!(place(&unpinned), highest),
            }
            let expected = pinned.filter(|_| highest.is_some()).unwrap_or(unpinned);
            prop_assert_eq!(user.aggregate(19), expected);
        }
    }
}
