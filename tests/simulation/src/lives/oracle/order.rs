//! Whether each call is for the newest wish; it refuses to ask whether it was needed.

use presence_core::{Call, CallId, GraphRequest, OnQuit, Status, View};

use super::wishes::{Held, Wanted};
use super::{Leaving, Machine, Oracle, Promise};
use crate::cloud::Millis;

const SECOND: Millis = 1_000;
/// How long a new wish waits for the call before it.
const PATIENCE: Millis = 2 * SECOND + 200;
/// How long an abandoned call may still land.
const LANDS: Millis = 10 * SECOND;

/// What was sent, and what must not be any more.
#[derive(Debug, Default)]
pub(super) struct Order {
    /// The call that a newer wish waits for, and since when.
    overtaken: Option<(CallId, Millis)>,
    /// Until when an abandoned call may still land.
    pub(super) late_until: Millis,
    /// Whether the service confirmed the end of the session.
    pub(super) is_gone: bool,
    /// Whether the wish to end it is written down.
    pub(super) is_saved: bool,
}

impl Order {
    pub(super) fn start(&mut self, now: Millis) {
        self.overtaken = None;
        self.late_until = now + LANDS;
    }

    /// Nothing waits in a sleep.
    pub(super) fn rests(&mut self) {
        self.overtaken = None;
    }

    pub(super) fn abandoned(&mut self, call: &Call, sent: Millis) {
        if call.writes_session() {
            self.late_until = self.late_until.max(sent + LANDS);
        }
    }

    /// Whether a newer wish waited for a call, and not until its `limit`.
    pub(super) fn is_overtaken(&self, id: CallId, limit: Millis) -> bool {
        self.overtaken.is_some_and(|(of, since)| of == id && since + PATIENCE < limit)
    }

    pub(super) fn cleared(&mut self, sent: Millis) {
        self.is_gone |= sent >= self.late_until;
    }
}

impl Oracle {
    pub(super) fn order_wish(&mut self, now: Millis) {
        let writes = |call: &Call| call.writes_session() || call.writes_pin();
        self.order.overtaken = match &self.flight {
            Some(flight) if writes(&flight.call) => Some((flight.id, now)),
            Some(_) | None => None,
        };
    }

    /// The call is no longer on its way.
    pub(super) fn order_landed(&mut self, now: Millis, id: CallId) {
        let Some((_, since)) = self.order.overtaken.take_if(|(overtaken, _)| *overtaken == id)
        else {
            return;
        };
        if now > since + PATIENCE {
            let what = "a wish waits for the call before it".to_owned();
            self.broken(Promise::LastWish, now, Some(now - since - PATIENCE), what);
        }
    }

    pub(super) fn order_sent(&mut self, now: Millis, call: &Call) {
        if self.persons.is_former(call) {
            return;
        }
        let wrong = match call.graph() {
            Some(&GraphRequest::SetPresence { status, expiration }) => {
                let asks = Millis::try_from(expiration.as_millis()).unwrap_or(Millis::MAX);
                self.wrong_set(now, status, asks)
            }
            Some(GraphRequest::ClearPresence) => self.wrong_clear(now),
            Some(
                GraphRequest::ReadPresence
                | GraphRequest::PinAway { .. }
                | GraphRequest::Unpin
                | GraphRequest::ReadMessage { .. }
                | GraphRequest::SetMessage { .. }
                | GraphRequest::ClearMessage,
            )
            | None => None,
        };
        if let Some(what) = wrong {
            self.broken(Promise::LastWish, now, None, what);
        }
    }

    fn wrong_set(&self, now: Millis, status: Status, asks: Millis) -> Option<String> {
        if self.leaving != Leaving::No {
            return Some(format!("{status} is set while leaving"));
        }
        let Wanted::Held(Held { status: wanted, until }) = self.wishes.wanted else {
            return Some(format!("{status} is set, and {} is wanted", self.wanted()));
        };
        if status != wanted {
            return Some(format!("{status} is set, and {wanted} is wanted"));
        }
        let left = until?.saturating_sub(now).max(300 * SECOND) + SECOND;
        (asks > left).then(|| format!("{status} is set for {asks} ms, and wanted for {left} ms"))
    }

    fn wrong_clear(&self, now: Millis) -> Option<String> {
        let may = match self.leaving {
            Leaving::SigningOut | Leaving::Quitting { clears: true } => true,
            Leaving::Quitting { clears: false } => false,
            Leaving::No => {
                let falls = now < self.falling_until && self.settings.on_quit == OnQuit::Clear;
                falls || (self.wishes.wanted == Wanted::Gone && !self.order.is_gone)
            }
        };
        (!may).then(|| format!("the session is cleared, and {} is wanted", self.wanted()))
    }

    /// The faces show the wish that the person has.
    pub(super) fn shows(&mut self, now: Millis, view: &View, booted: Millis) {
        if self.leaving != Leaving::No || self.machine != Machine::On {
            return;
        }
        let shown = view.wish.as_ref().map(|wish| {
            let until = wish.until.map(|until| booted.saturating_add_signed(until.as_millis()));
            (wish.status, until)
        });
        let wanted = match self.wishes.wanted {
            Wanted::Held(held) => Some((held.status, held.until)),
            Wanted::Gone | Wanted::Untouched => None,
        };
        if shown != wanted {
            let what = format!("the wish is {wanted:?}, and {shown:?} is shown");
            self.broken(Promise::LastWish, now, None, what);
        }
    }
}
