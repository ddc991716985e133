//! Whether the session said what was wanted, interval by interval; it refuses to look at moments.

use presence_core::Status;

use super::timed::END;
use super::wishes::{Held, Wanted};
use super::{Leaving, Machine, Oracle, Promise};
use crate::cloud::{Cloud, Interval, Millis, Pair, SessionState};
use crate::world::Subject;

/// How far the judgement has come.
#[derive(Debug, Default)]
pub(super) struct Keeping {
    judged_to: Millis,
    /// Since when the session says something else than is wanted.
    pub(super) lapsed_since: Option<Millis>,
    /// The violation that still grows.
    open: Option<usize>,
}

impl Oracle {
    /// Judges the time up to `now`.
    pub(super) fn judge_until(&mut self, now: Millis, cloud: &Cloud) {
        if self.machine == Machine::On
            && let Wanted::Held(Held { until: Some(until), .. }) = self.wishes.wanted
            && until <= now
        {
            let end = until.max(self.keeping.judged_to);
            self.judge(end, cloud);
            self.wishes.pass(end, &self.settings);
            self.wished(end, true);
            self.excuses.unclaim();
            self.excuses.allow(end + END);
        }
        self.judge(now, cloud);
    }

    fn judge(&mut self, to: Millis, cloud: &Cloud) {
        let from = std::mem::replace(&mut self.keeping.judged_to, to);
        if from >= to {
            return;
        }
        self.timed_until(from, to, cloud);
        if self.machine != Machine::On
            || self.leaving != Leaving::No
            || self.wishes.wanted == Wanted::Untouched
        {
            return self.fits_again();
        }
        // Between two entries of the record only time changes what a session says.
        let sight = self.sights.of(self.subject);
        if sight.until == 0 || to <= sight.until {
            return self.judge_piece(Interval { from, to, state: sight.state });
        }
        let Subject { person, place } = self.subject;
        let history = cloud.history_of(person.oid(), place.client_id(), from, to);
        for piece in whole(history, from, to) {
            self.judge_piece(piece);
        }
    }

    fn judge_piece(&mut self, piece: Interval) {
        if fits(self.wishes.wanted, piece.state) {
            return self.fits_again();
        }
        if self.keeping.lapsed_since.is_none() {
            self.keeping.lapsed_since = Some(piece.from);
            // Whoever sets it again looks what colleagues see.
            self.manners.disturbed(piece.from);
        }
        if self.sign_in.wants_a_person() {
            return;
        }
        let late = self.excuses.until(piece.from, self.alarms.usable_until());
        if late >= piece.to {
            return;
        }
        if let Some(open) = self.keeping.open {
            let grown = &mut self.violations[open];
            grown.by = Some(piece.to - grown.at);
            return;
        }
        self.keeping.open = Some(self.violations.len());
        let what = format!("{} is wanted, and the session is {:?}", self.wanted(), piece.state);
        self.broken(Promise::Held, late, Some(piece.to - late), what);
    }

    fn fits_again(&mut self) {
        self.keeping.lapsed_since = None;
        self.keeping.open = None;
    }

    pub(super) fn wanted(&self) -> String {
        match self.wishes.wanted {
            Wanted::Held(held) => held.status.label().to_owned(),
            Wanted::Gone => "no session".to_owned(),
            Wanted::Untouched => "nothing".to_owned(),
        }
    }
}

/// Graph's pair for a status.
pub(super) fn pair(status: Status) -> Pair {
    match status {
        Status::Available => Pair::Available,
        Status::InACall => Pair::InACall,
        Status::InAConferenceCall => Pair::InAConferenceCall,
        Status::Away => Pair::Away,
        Status::Presenting => Pair::Presenting,
    }
}

pub(super) fn fits(wanted: Wanted, state: SessionState) -> bool {
    match wanted {
        Wanted::Untouched => true,
        Wanted::Gone => state.shown().is_none(),
        Wanted::Held(held) => state == SessionState::Holding(pair(held.status)),
    }
}

/// The history with its gaps.
fn whole(history: Vec<Interval>, from: Millis, to: Millis) -> Vec<Interval> {
    let mut all = Vec::with_capacity(history.len() + 1);
    let mut at = from;
    for piece in history {
        if at < piece.from {
            all.push(Interval { from: at, to: piece.from, state: SessionState::Absent });
        }
        at = piece.to;
        all.push(piece);
    }
    if at < to {
        all.push(Interval { from: at, to, state: SessionState::Absent });
    }
    all
}
