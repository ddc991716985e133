//! Owns what is known of our presence session at the service: the lease, writes that may still land, the pin, and what
//! colleagues were last seen to see. Refuses to know what is wanted.

use crate::left::Left;
use crate::pin::Pin;
use crate::{Effective, Rules, Saved, SavedSession, Status, Time};

/// What the session is, as far as the service confirmed it.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Confirmed {
    Unknown,
    Nothing,
    Held(Lease),
}

/// A confirmed setPresence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Lease {
    pub(crate) wish: u64,
    pub(crate) status: Status,
    pub(crate) sent_at: Time,
    pub(crate) expires_at: Time,
    pub(crate) renew_at: Option<Time>,
}

/// What is known of the session.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    confirmed: Confirmed,
    /// When the service last confirmed that there is none.
    cleared_at: Option<Time>,
    /// Until when a write that was given up may still land at the service.
    late_write: Option<Time>,
    pin: Pin,
    seen: Option<(Time, Effective)>,
    look_wanted: bool,
}

impl Lease {
    /// When the session stops saying the status, unless renewed.
    pub(crate) fn ends_at(&self, rules: &Rules) -> Time {
        match self.status {
            Status::Available => self.expires_at.min(self.sent_at + rules.fade),
            Status::InACall | Status::InAConferenceCall | Status::Away | Status::Presenting => {
                self.expires_at
            }
        }
    }
}

impl Session {
    pub(crate) fn new() -> Session {
        Session {
            confirmed: Confirmed::Nothing,
            cleared_at: None,
            late_write: None,
            pin: Pin::Free,
            seen: None,
            look_wanted: false,
        }
    }

    /// What the run before this one left at the service: its session, unless it was that of another registration, and
    /// the pin, which is the person's whichever registration set it.
    pub(crate) fn resume(&mut self, saved: &Saved, is_of_another: bool) {
        self.confirmed = match (saved.session, saved.wish == crate::SavedWish::Nothing) {
            _ if is_of_another => Confirmed::Nothing,
            (Some(SavedSession { status, sent_at, expires_at }), _) if saved.ended => {
                Confirmed::Held(Lease { wish: 0, status, sent_at, expires_at, renew_at: None })
            }
            (_, true) => Confirmed::Nothing,
            (_, false) => Confirmed::Unknown,
        };
        if saved.pinned {
            self.pin = Pin::Doubtful;
        }
    }

    /// What a run before this one sent may still be on its way.
    pub(crate) fn doubt_the_run_before(&mut self, until: Time) {
        if self.confirmed == Confirmed::Unknown {
            self.late_write = Some(until);
        }
    }

    /// The lease, whatever it is for.
    pub(crate) fn lease(&self) -> Option<&Lease> {
        match &self.confirmed {
            Confirmed::Held(lease) => Some(lease),
            Confirmed::Unknown | Confirmed::Nothing => None,
        }
    }

    /// The lease, if it is for this wish.
    pub(crate) fn lease_of(&self, wish: u64) -> Option<&Lease> {
        self.lease().filter(|lease| lease.wish == wish)
    }

    /// Whether there is no session, as far as is known.
    pub(crate) fn is_none(&self) -> bool {
        self.confirmed == Confirmed::Nothing
    }

    /// Whether a write that was given up may still land.
    pub(crate) fn awaits_late_write(&self) -> bool {
        self.late_write.is_some()
    }

    /// Whether nothing that was given up can still change the session.
    pub(crate) fn is_settled(&self, now: Time) -> bool {
        self.late_write.is_none_or(|late| late <= now)
    }

    /// When the service confirmed that there is none, if that is what is known.
    pub(crate) fn cleared_at(&self) -> Option<Time> {
        self.cleared_at
    }

    /// When the session has to be set so that it says what this wish wants.
    pub(crate) fn set_at(&self, wish: u64) -> Option<Time> {
        let Some(lease) = self.lease_of(wish) else { return Some(Time::AT_ONCE) };
        let late = self.late_write.filter(|late| *late > lease.sent_at);
        match (lease.renew_at, late) {
            (Some(renew), Some(late)) => Some(renew.min(late)),
            (renew, late) => renew.or(late),
        }
    }

    /// When the session has to be cleared so that there is none.
    pub(crate) fn clear_at(&self) -> Option<Time> {
        match self.confirmed {
            Confirmed::Nothing => self.late_write,
            Confirmed::Held(_) | Confirmed::Unknown => Some(Time::AT_ONCE),
        }
    }

    /// When what the session said is no longer true.
    pub(crate) fn lapses_at(&self, rules: &Rules) -> Option<Time> {
        let lease = self.lease()?;
        let end = lease.ends_at(rules);
        // What may have landed after it should have been overtaken by now.
        let late = self.late_write.filter(|late| *late > lease.sent_at);
        Some(late.map_or(end, |late| end.min(late + rules.answer_margin)))
    }

    /// Nobody knows what the session says.
    pub(crate) fn doubt(&mut self) {
        self.confirmed = Confirmed::Unknown;
    }

    /// The service has set the session.
    pub(crate) fn held(&mut self, lease: Lease) {
        if self.lease_of(lease.wish).is_none() {
            // What was seen before it says nothing about it.
            self.seen = None;
        }
        self.landed(lease.sent_at);
        self.confirmed = Confirmed::Held(lease);
    }

    /// The service has confirmed that there is no session.
    pub(crate) fn cleared(&mut self, sent_at: Time, now: Time) {
        self.landed(sent_at);
        self.cleared_at = Some(now);
        self.end();
    }

    /// There is no session.
    pub(crate) fn end(&mut self) {
        (self.confirmed, self.seen) = (Confirmed::Nothing, None);
    }

    /// A write overtook what was given up before it.
    fn landed(&mut self, sent_at: Time) {
        self.late_write.take_if(|late| sent_at >= *late);
    }

    /// A write of the session was given up, and may still land.
    pub(crate) fn given_up(&mut self, until: Time) {
        self.late_write = self.late_write.max(Some(until));
        self.confirmed = Confirmed::Unknown;
    }

    /// A setPresence failed. One that the same status is held by may have taken effect: without an answer the session
    /// ends when that one says.
    pub(crate) fn set_failed(&mut self, status: Status, expires_at: Time, is_unanswered: bool) {
        match &mut self.confirmed {
            Confirmed::Held(lease) if lease.status == status => {
                if is_unanswered {
                    lease.expires_at = lease.expires_at.min(expires_at);
                }
            }
            Confirmed::Held(_) | Confirmed::Nothing | Confirmed::Unknown => self.doubt(),
        }
    }

    /// The machine slept: the lease is renewed at once, unless it was just set, as more than one part of a system tells
    /// of the same wake.
    pub(crate) fn woke(&mut self, now: Time, rules: &Rules) {
        match &mut self.confirmed {
            Confirmed::Held(lease) if now.since(lease.sent_at) >= rules.look_fresh => {
                lease.renew_at = Some(now);
            }
            Confirmed::Held(_) | Confirmed::Nothing | Confirmed::Unknown => {}
        }
    }

    /// What is left behind for somebody who is not signed in any more; nothing is known of a session of ours then.
    pub(crate) fn hand_over(&mut self, now: Time) -> Left {
        let left = Left {
            session: !self.is_none(),
            late_write: self.late_write.filter(|late| *late > now),
            pinned: self.pin != Pin::Free,
            ..Left::default()
        };
        *self = Session::new();
        left
    }

    /// What was left behind is ours again.
    pub(crate) fn take_back(&mut self, left: &Left) {
        if left.session {
            self.doubt();
        }
        self.late_write = self.late_write.max(left.late_write);
        if left.pinned {
            self.pin = Pin::Doubtful;
        }
    }

    pub(crate) fn pin(&self) -> Pin {
        self.pin
    }

    pub(crate) fn set_pin(&mut self, pin: Pin) {
        self.pin = pin;
    }

    /// A pin that was refused is tried at `now`.
    pub(crate) fn hasten_pin(&mut self, now: Time) {
        self.pin = self.pin.hastened(now);
    }

    /// What colleagues were seen to see, and when.
    pub(crate) fn seen(&self) -> Option<&(Time, Effective)> {
        self.seen.as_ref()
    }

    pub(crate) fn saw(&mut self, now: Time, effective: Effective) {
        self.seen = Some((now, effective));
        self.look_wanted = false;
    }

    /// What was seen says nothing any more.
    pub(crate) fn forget_seen(&mut self) {
        self.seen = None;
    }

    /// Whether somebody looks what colleagues see.
    pub(crate) fn is_look_wanted(&self) -> bool {
        self.look_wanted
    }

    pub(crate) fn want_look(&mut self, wanted: bool) {
        self.look_wanted = wanted;
    }

    /// Nobody is signed in any more. What could not be ended in time expires at the service, unseen from here.
    pub(crate) fn signed_out(&mut self) {
        (self.seen, self.look_wanted, self.pin) = (None, false, Pin::Free);
        if !self.is_none() {
            self.doubt();
        }
    }

    /// What an end leaves for the next start.
    pub(crate) fn to_save(&self) -> Option<SavedSession> {
        let Lease { status, sent_at, expires_at, .. } = *self.lease()?;
        Some(SavedSession { status, sent_at, expires_at })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Time {
        Time::from_millis(seconds * 1000)
    }

    fn lease(wish: u64, sent: i64) -> Lease {
        let status = Status::Away;
        let (sent_at, expires_at) = (at(sent), at(sent + 3600));
        Lease { wish, status, sent_at, expires_at, renew_at: Some(at(sent + 1800)) }
    }

    #[test]
    fn a_wish_is_set_at_once_until_its_own_lease_is_confirmed() {
        let mut session = Session::new();
        assert_eq!(session.set_at(1), Some(Time::AT_ONCE));
        session.held(lease(1, 0));
        assert_eq!(session.set_at(1), Some(at(1800)));
        assert_eq!(session.set_at(2), Some(Time::AT_ONCE));
        assert_eq!(session.lapses_at(&Rules::default()), Some(at(3600)));
    }

    #[test]
    fn what_was_given_up_is_overtaken_when_it_can_no_longer_land() {
        let mut session = Session::new();
        session.given_up(at(10));
        session.held(lease(1, 5));
        assert_eq!(session.set_at(1), Some(at(10)));
        assert!(session.lapses_at(&Rules::default()) < Some(at(60)));
        session.held(lease(1, 10));
        assert!(!session.awaits_late_write());
        session.given_up(at(30));
        session.cleared(at(20), at(21));
        assert_eq!(session.clear_at(), Some(at(30)));
    }

    #[test]
    fn available_ends_when_it_fades() {
        let available = Lease { status: Status::Available, ..lease(1, 0) };
        assert_eq!(available.ends_at(&Rules::default()), at(300));
    }

    #[test]
    fn a_renewal_without_an_answer_may_have_made_the_session_shorter() {
        let mut session = Session::new();
        session.held(lease(1, 0));
        session.set_failed(Status::Away, at(2000), false);
        assert_eq!(session.lapses_at(&Rules::default()), Some(at(3600)));
        session.set_failed(Status::Away, at(2000), true);
        assert_eq!(session.lapses_at(&Rules::default()), Some(at(2000)));
        session.set_failed(Status::Presenting, at(9000), true);
        assert!(session.lease().is_none() && !session.is_none());
    }

    #[test]
    fn what_one_person_leaves_is_nothing_to_the_next_and_comes_back_with_them() {
        let mut session = Session::new();
        session.held(lease(1, 0));
        session.set_pin(Pin::Held { lease: at(0) });
        let left = session.hand_over(at(1));
        assert_eq!(left, Left { session: true, pinned: true, ..Left::default() });
        assert!(session.is_none() && session.pin() == Pin::Free);
        session.take_back(&left);
        assert!(!session.is_none() && session.pin() == Pin::Doubtful);
    }
}
