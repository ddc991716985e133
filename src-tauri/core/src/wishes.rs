//! Owns what the person wants, what they wanted before, and how sure it is; refuses to know what the service has.

use std::time::Duration;

use crate::{OnStart, SavedWish, Status, Time};

/// What the person wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Want {
    /// Nothing: the session is not ours to touch.
    Nothing,
    /// No session, and the service has not confirmed it.
    Clearing,
    Held(Wish),
}

/// A wanted status. Its number tells it from an equal wish before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Wish {
    pub(crate) number: u64,
    pub(crate) status: Status,
    pub(crate) until: Option<Time>,
    pub(crate) lasts: Option<Duration>,
}

/// What is wanted, and what was.
#[derive(Clone, Debug)]
pub(crate) struct Wishes {
    want: Want,
    /// What a toggle, or the end of a timed wish, goes back to.
    previous: Option<Status>,
    /// What was wanted before somebody chose without knowing whether anyone is signed in.
    provisional: Option<(Want, Option<Status>)>,
    given: u64,
    /// The wish that a person made and the service has not confirmed.
    awaited: Option<u64>,
    /// When a person last chose a status, or chose none.
    chosen_at: Time,
}

impl Wishes {
    /// Nothing is wanted; a run before this one wanted `previous` before its last wish.
    pub(crate) fn new(previous: Option<Status>) -> Wishes {
        Wishes {
            want: Want::Nothing,
            previous,
            provisional: None,
            given: 0,
            awaited: None,
            chosen_at: Time::AT_ONCE,
        }
    }

    /// Takes up what a run before this one saved.
    pub(crate) fn resume(&mut self, on_start: OnStart, wish: SavedWish) {
        match (on_start, wish) {
            (_, SavedWish::Cleared) => self.want = Want::Clearing,
            (OnStart::Nothing, _) | (OnStart::Resume, SavedWish::Nothing) => {
                self.want = Want::Nothing;
            }
            (OnStart::Want(status), _) => {
                self.never_go_back_to(status);
                self.hold(status, None, None);
            }
            (OnStart::Resume, SavedWish::Status { status, until, lasts }) => {
                self.hold(status, until, lasts);
            }
        }
    }

    pub(crate) fn want(&self) -> Want {
        self.want
    }

    pub(crate) fn wish(&self) -> Option<Wish> {
        match self.want {
            Want::Held(wish) => Some(wish),
            Want::Nothing | Want::Clearing => None,
        }
    }

    pub(crate) fn previous(&self) -> Option<Status> {
        self.previous
    }

    /// The number of the newest wish that was given.
    pub(crate) fn newest(&self) -> u64 {
        self.given
    }

    /// The number of the wanted wish, which need not be the last that was given.
    pub(crate) fn wanted_number(&self) -> u64 {
        self.wish().map_or(self.given, |wish| wish.number)
    }

    /// Whether a person waits for the service to confirm the newest wish.
    pub(crate) fn is_newest_awaited(&self) -> bool {
        self.awaited == Some(self.given)
    }

    /// Whether a person chose within `span`.
    pub(crate) fn is_just_chosen(&self, now: Time, span: Duration) -> bool {
        now.since(self.chosen_at) < span
    }

    /// Makes `status` the newest wish.
    pub(crate) fn hold(&mut self, status: Status, until: Option<Time>, lasts: Option<Duration>) {
        self.given += 1;
        self.want = Want::Held(Wish { number: self.given, status, until, lasts });
    }

    /// What an untimed wish was is what a toggle, or the end of a timed wish, goes back to.
    pub(crate) fn remember_before(&mut self, next: Status) {
        match self.want {
            Want::Held(Wish { status, until: None, .. }) if status != next => {
                self.previous = Some(status);
            }
            Want::Held(_) => self.never_go_back_to(next),
            Want::Nothing | Want::Clearing => self.previous = None,
        }
    }

    /// Nobody goes back to what is chosen now.
    fn never_go_back_to(&mut self, status: Status) {
        self.previous.take_if(|previous| *previous == status);
    }

    pub(crate) fn clear(&mut self) {
        self.want = Want::Clearing;
    }

    /// Nothing is wanted any more, and nothing to go back to.
    pub(crate) fn forget(&mut self) {
        (self.want, self.previous) = (Want::Nothing, None);
    }

    /// There is no session any more, and nobody wants one.
    pub(crate) fn cleared(&mut self) {
        if self.want == Want::Clearing {
            self.want = Want::Nothing;
        }
    }

    pub(crate) fn take_previous(&mut self) -> Option<Status> {
        self.previous.take()
    }

    /// A person chose at `now`.
    pub(crate) fn chosen(&mut self, now: Time) {
        self.chosen_at = now;
    }

    /// A person waits for the newest wish.
    pub(crate) fn awaited(&mut self) {
        self.awaited = Some(self.given);
    }

    /// The service confirmed a wish; returns whether a person waited for it.
    pub(crate) fn confirmed(&mut self, number: u64) -> bool {
        self.awaited.take_if(|awaited| *awaited == number).is_some()
    }

    /// What is wanted now was chosen without knowing whether anyone is signed in; `prior` was wanted before. Returns
    /// whether it is what is wanted again should the choice be undone.
    pub(crate) fn make_provisional(&mut self, prior: &Wishes) -> bool {
        let becomes =
            self.provisional.is_none() && self.want != prior.want && self.want != Want::Nothing;
        if becomes {
            self.provisional = Some((prior.want, prior.previous));
        }
        becomes
    }

    /// Somebody is signed in, or may be: the choice stands.
    pub(crate) fn confirm(&mut self) {
        self.provisional = None;
    }

    /// Nobody is signed in: who chose meanwhile is told that nothing was changed. Returns whether somebody did.
    pub(crate) fn undo(&mut self) -> bool {
        let prior = self.provisional.take();
        if let Some((want, previous)) = prior {
            (self.want, self.previous) = (want, previous);
            self.awaited = None;
        }
        // Without a sign-in no session can be ended: it expires by itself.
        self.cleared();
        prior.is_some()
    }

    pub(crate) fn to_save(&self) -> SavedWish {
        match self.want {
            Want::Nothing => SavedWish::Nothing,
            Want::Clearing => SavedWish::Cleared,
            Want::Held(Wish { status, until, lasts, .. }) => {
                SavedWish::Status { status, until, lasts }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_goes_back_to_the_last_untimed_wish_and_never_to_what_is_wanted() {
        let mut wishes = Wishes::new(None);
        let mut choose = |status, until| {
            wishes.remember_before(status);
            wishes.hold(status, until, None);
            wishes.previous()
        };
        assert_eq!(choose(Status::Available, None), None);
        assert_eq!(choose(Status::Away, Some(Time::ZERO)), Some(Status::Available));
        assert_eq!(choose(Status::Presenting, None), Some(Status::Available));
        assert_eq!(choose(Status::Available, None), Some(Status::Presenting));
    }

    #[test]
    fn a_choice_that_nobody_signed_in_could_make_is_undone() {
        let mut wishes = Wishes::new(None);
        wishes.hold(Status::Away, None, None);
        let before = wishes.clone();
        wishes.clear();
        wishes.make_provisional(&before);
        wishes.undo();
        assert_eq!(wishes.want(), before.want());
        wishes.clear();
        wishes.undo();
        assert_eq!(wishes.want(), Want::Nothing, "no session can be ended");
    }

    #[test]
    fn an_equal_wish_has_another_number() {
        let mut wishes = Wishes::new(None);
        wishes.hold(Status::Away, None, None);
        wishes.awaited();
        wishes.hold(Status::Away, None, None);
        assert!(!wishes.is_newest_awaited());
        assert!(wishes.confirmed(1) && !wishes.confirmed(1));
        assert_eq!(wishes.wanted_number(), 2);
    }

    #[test]
    fn a_clear_that_was_not_confirmed_is_resumed_whatever_the_start_wants() {
        for on_start in [OnStart::Nothing, OnStart::Resume, OnStart::Want(Status::Away)] {
            let mut wishes = Wishes::new(None);
            wishes.resume(on_start, SavedWish::Cleared);
            assert_eq!(wishes.want(), Want::Clearing);
        }
    }
}
