//! Whether a timed status ends when it said, by the program or by its expiration; it refuses to judge what comes
//! after it.

use presence_core::{Call, GraphRequest, Status};

use super::keeping::pair;
use super::wishes::{Held, Wanted};
use super::{Oracle, Promise};
use crate::cloud::{Cloud, Millis, SessionState};
use crate::world::Subject;

const SECOND: Millis = 1_000;
/// How soon after its moment a timed status is over.
pub(super) const END: Millis = 5 * SECOND;
/// The shortest `expirationDuration` that Graph takes: a status with less time left outlasts a machine that
/// is switched off.
const SHORTEST: Millis = 300 * SECOND;

/// The timed status that the service has.
#[derive(Clone, Copy, Debug)]
struct Limit {
    subject: Subject,
    status: Status,
    until: Millis,
}

/// Until when the service may go on with a timed status.
#[derive(Debug, Default)]
pub(super) struct Timed {
    limit: Option<Limit>,
    /// When the machine was last said to wake.
    woke: Millis,
}

impl Timed {
    pub(super) fn woke(&mut self, now: Millis) {
        self.woke = now;
    }

    /// Something else changed this session.
    pub(super) fn is_over(&mut self, of: Subject) {
        self.limit.take_if(|limit| limit.subject == of);
    }
}

impl Oracle {
    /// A setPresence of ours took effect.
    pub(super) fn set_landed(&mut self, at: Millis, sent: Millis) {
        self.excuses.ours();
        self.timed.limit = match self.wishes.wanted {
            Wanted::Held(Held { status, until: Some(until) }) if sent >= self.wishes.since => {
                let until = (until + (at - sent)).max(at + SHORTEST) + END;
                Some(Limit { subject: self.subject, status, until })
            }
            Wanted::Held(_) | Wanted::Gone | Wanted::Untouched => None,
        };
    }

    /// Whatever happens to the program, the status ends by its expiration.
    pub(super) fn timed_until(&mut self, from: Millis, to: Millis, cloud: &Cloud) {
        let Some(limit) = self.timed.limit.filter(|limit| limit.until < to) else { return };
        let Subject { person, place } = limit.subject;
        let late = cloud
            .history_of(person.oid(), place.client_id(), from.max(limit.until), to)
            .into_iter()
            .find(|piece| piece.state == SessionState::Holding(pair(limit.status)));
        if let Some(late) = late {
            let what =
                format!("{} ended neither by the program nor by its expiration", limit.status);
            self.timed.limit = None;
            self.broken(Promise::TimedEnd, late.from, Some(late.to - limit.until), what);
        }
    }

    /// Whoever outlasts the end of the wish needs no renewal.
    pub(super) fn timed_sent(&mut self, now: Millis, call: &Call) {
        let (Some(&GraphRequest::SetPresence { status, .. }), Wanted::Held(held)) =
            (call.graph(), self.wishes.wanted)
        else {
            return;
        };
        let (Some(until), Some(lease)) = (held.until, self.alarms.confirmed) else { return };
        let is_held = lease.status == status && lease.wish == self.wishes.number;
        let stirred = self.timed.woke.max(self.order.late_until).max(self.falling_until);
        if is_held && lease.ends >= until && stirred <= lease.sent && !self.excuses.is_foreign() {
            let what = format!("{status} is renewed, and lasts until its end");
            self.broken(Promise::TimedEnd, now, None, what);
        }
    }
}
