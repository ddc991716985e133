//! One presence session, its fade, its expiry and its past; it refuses to know other sessions.

use super::wire::Millis;

/// How long an Available session shows Available after setPresence.
pub const FADE_INACTIVE: Millis = 5 * 60_000;
/// How long after setPresence an Available session shows Away.
pub const FADE_AWAY: Millis = 10 * 60_000;

/// A presence as colleagues see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shown {
    /// As in Graph's `availability`.
    pub availability: &'static str,
    /// As in Graph's `activity`.
    pub activity: &'static str,
}

impl Shown {
    /// What is shown when no session exists.
    pub const OFFLINE: Shown = Shown::new("Offline", "Offline");

    /// The six that a person can pin ("presence: setUserPreferredPresence").
    pub const PREFERRED: [Shown; 6] = [
        Shown::new("Available", "Available"),
        Shown::new("Busy", "Busy"),
        Shown::new("DoNotDisturb", "DoNotDisturb"),
        Shown::new("BeRightBack", "BeRightBack"),
        Shown::new("Away", "Away"),
        Shown::new("Offline", "OffWork"),
    ];

    /// Any availability and activity, for Teams clients.
    pub const fn new(availability: &'static str, activity: &'static str) -> Shown {
        Shown { availability, activity }
    }

    /// The place among sessions: the highest is shown.
    pub(crate) fn rank(self) -> u8 {
        match (self.availability, self.activity) {
            ("DoNotDisturb", _) => 5,
            ("Busy", _) => 4,
            ("Available", "AvailableInactive") => 2,
            ("Available", _) => 3,
            ("Offline", _) => 0,
            _ => 1,
        }
    }
}

/// The five pairs of "presence: setPresence".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pair {
    /// Available / Available.
    Available,
    /// Busy / InACall.
    InACall,
    /// Busy / InAConferenceCall.
    InAConferenceCall,
    /// Away / Away.
    Away,
    /// DoNotDisturb / Presenting.
    Presenting,
}

impl Pair {
    /// All five.
    pub const ALL: [Pair; 5] =
        [Pair::Available, Pair::InACall, Pair::InAConferenceCall, Pair::Away, Pair::Presenting];

    /// The pair in Graph's words.
    pub fn shown(self) -> Shown {
        match self {
            Pair::Available => Shown::new("Available", "Available"),
            Pair::InACall => Shown::new("Busy", "InACall"),
            Pair::InAConferenceCall => Shown::new("Busy", "InAConferenceCall"),
            Pair::Away => Shown::new("Away", "Away"),
            Pair::Presenting => Shown::new("DoNotDisturb", "Presenting"),
        }
    }
}

/// What an application's session is at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionState {
    /// Never set, or cleared.
    Absent,
    /// As it was set.
    Holding(Pair),
    /// Available, faded after 5 minutes: Available / AvailableInactive.
    Inactive,
    /// Available, faded after 10 minutes: Away / Away.
    FadedAway,
    /// Past its expiration.
    Expired,
}

impl SessionState {
    /// What the session shows; `None` when there is no session.
    pub fn shown(self) -> Option<Shown> {
        match self {
            SessionState::Absent | SessionState::Expired => None,
            SessionState::Holding(pair) => Some(pair.shown()),
            SessionState::Inactive => Some(Shown::new("Available", "AvailableInactive")),
            SessionState::FadedAway => Some(Shown::new("Away", "Away")),
        }
    }

    /// Whether it faded or expired, rather than being as set or cleared.
    pub fn is_lapse(self) -> bool {
        match self {
            SessionState::Absent | SessionState::Holding(_) => false,
            SessionState::Inactive | SessionState::FadedAway | SessionState::Expired => true,
        }
    }
}

/// A stretch of time in which a session was in one state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interval {
    /// Its first millisecond.
    pub from: Millis,
    /// The first millisecond after it.
    pub to: Millis,
    /// The state.
    pub state: SessionState,
}

#[derive(Clone, Copy, Debug)]
struct Lease {
    pair: Pair,
    set: Millis,
    expires: Millis,
}

impl Lease {
    fn state(self, at: Millis) -> SessionState {
        let age = at.saturating_sub(self.set);
        match self.pair {
            _ if at >= self.expires => SessionState::Expired,
            Pair::Available if age >= FADE_AWAY => SessionState::FadedAway,
            Pair::Available if age >= FADE_INACTIVE => SessionState::Inactive,
            pair => SessionState::Holding(pair),
        }
    }

    /// The moments, up to `to`, at which the state may change.
    fn turns(self, to: Millis) -> impl Iterator<Item = Millis> {
        let mut turns =
            [self.set, self.set + FADE_INACTIVE, self.set + FADE_AWAY, self.expires, to];
        turns.iter_mut().for_each(|turn| *turn = (*turn).min(to));
        turns.sort_unstable();
        turns.into_iter()
    }
}

/// One application's session for one user, with its past.
#[derive(Clone, Debug, Default)]
pub(crate) struct Session {
    lease: Option<Lease>,
    /// Closed intervals, neighbours of one state joined; a gap is Absent.
    past: Vec<Interval>,
}

impl Session {
    pub(crate) fn set(&mut self, now: Millis, pair: Pair, duration: Millis) {
        self.close(now);
        self.lease = Some(Lease { pair, set: now, expires: now + duration });
    }

    /// Whether there was a session to clear.
    pub(crate) fn clear(&mut self, now: Millis) -> bool {
        let existed = self.state(now).shown().is_some();
        self.close(now);
        existed
    }

    /// The state at any time, past or present.
    pub(crate) fn state(&self, at: Millis) -> SessionState {
        if let Some(lease) = self.lease.filter(|lease| lease.set <= at) {
            return lease.state(at);
        }
        let next = self.past.partition_point(|interval| interval.to <= at);
        match self.past.get(next) {
            Some(interval) if interval.from <= at => interval.state,
            Some(_) | None => SessionState::Absent,
        }
    }

    /// The intervals of `from..to` in which the session existed or had expired, clipped.
    pub(crate) fn history(&self, from: Millis, to: Millis) -> Vec<Interval> {
        let first = self.past.partition_point(|interval| interval.to <= from);
        let mut all = self.past[first..].to_vec();
        if let Some(lease) = self.lease {
            extend(&mut all, lease, to);
        }
        for interval in &mut all {
            interval.from = interval.from.max(from);
            interval.to = interval.to.min(to);
        }
        all.retain(|interval| interval.from < interval.to);
        all
    }

    /// When the present state ends by itself.
    pub(crate) fn turns_at(&self, now: Millis) -> Millis {
        let Some(lease) = self.lease else { return 0 };
        let is_other = |turn: &Millis| lease.state(*turn) != lease.state(now);
        let turns = [lease.set + FADE_INACTIVE, lease.set + FADE_AWAY, lease.expires];
        let turns = turns.into_iter().filter(|turn| (now + 1..=lease.expires).contains(turn));
        turns.filter(is_other).min().unwrap_or(0)
    }

    /// When it was last set, if it was not cleared since.
    pub(crate) fn since(&self) -> Option<Millis> {
        self.lease.map(|lease| lease.set)
    }

    fn close(&mut self, now: Millis) {
        if let Some(lease) = self.lease.take() {
            extend(&mut self.past, lease, now);
        }
    }
}

fn extend(intervals: &mut Vec<Interval>, lease: Lease, to: Millis) {
    let mut from = lease.set;
    for turn in lease.turns(to) {
        if turn <= from {
            continue;
        }
        let state = lease.state(from);
        match intervals.last_mut() {
            Some(last) if last.to == from && last.state == state => last.to = turn,
            Some(_) | None => intervals.push(Interval { from, to: turn, state }),
        }
        from = turn;
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::option;
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    const MINUTE: Millis = 60_000;

    proptest! {
        /// The session is what the last call before a moment made of it, also when asked much later.
        #[test]
        fn past_and_present_follow_from_the_last_call(calls in vec(call(), 1..30), tail in 0..300u64) {
            let mut session = Session::default();
            let mut now = 0;
            let mut made = Vec::new();
            for (gap, set) in calls {
                now += gap;
                match set {
                    Some((pair, minutes)) => session.set(now, pair, minutes * MINUTE),
                    None => { session.clear(now); }
                }
                made.push((now, set));
            }
            let end = now + tail * MINUTE;

            let history = session.history(0, end);

            for at in (0..end).step_by(47_001) {
                let last = made.iter().rev().find(|(when, _)| *when <= at);
                let expected = last.map_or(SessionState::Absent, |(when, set)| plainly(*set, at - when));
                prop_assert_eq!(session.state(at), expected);
                let held = history.iter().find(|held| held.from <= at && at < held.to);
                prop_assert_eq!(held.map_or(SessionState::Absent, |held| held.state), expected);
            }
            for pair in history.windows(2) {
                prop_assert!(pair[0].to <= pair[1].from);
                prop_assert!(pair[0].to < pair[1].from || pair[0].state != pair[1].state);
            }
        }
    }

    fn call() -> impl Strategy<Value = (Millis, Option<(Pair, u64)>)> {
        let set = option::weighted(0.8, (select(&Pair::ALL[..]), 5..=240u64));
        (prop_oneof![0..20 * MINUTE, 0..300 * MINUTE], set)
    }

    fn plainly(set: Option<(Pair, u64)>, age: Millis) -> SessionState {
        match set {
            None => SessionState::Absent,
            Some((_, minutes)) if age >= minutes * MINUTE => SessionState::Expired,
            Some((Pair::Available, _)) if age >= 10 * MINUTE => SessionState::FadedAway,
            Some((Pair::Available, _)) if age >= 5 * MINUTE => SessionState::Inactive,
            Some((pair, _)) => SessionState::Holding(pair),
        }
    }
}
