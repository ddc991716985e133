//! Until when what happened explains a lapse; it refuses what was not injected.

use presence_core::{Answer, Call};

use crate::cloud::Millis;

const SECOND: Millis = 1_000;
const MINUTE: Millis = 60 * SECOND;

/// What the program may take to do what it can do at once: a call, and a refresh before it.
pub(super) const AT_ONCE: Millis = 2 * SECOND;
/// What it may take after a wish, or after the end of an obstacle that it could notice.
pub(super) const REACTION: Millis = 10 * SECOND;
/// How long the end of an obstacle that it can only poll for may go unnoticed.
const POLL: Millis = MINUTE;
/// The same once the obstacle is older than `OLD`.
const POLL_OLD: Millis = 5 * MINUTE;
const OLD: Millis = 15 * MINUTE;
/// How rarely what only an administrator or a person changes is tried.
const SLOW: Millis = 30 * MINUTE;

/// What explains a lapse, and for how long.
#[derive(Clone, Debug, Default)]
pub(super) struct Excuses {
    /// Nothing shortens these: `Retry-After`, a call that waits in vain.
    firm: Millis,
    /// A backoff ends with a wish, a waking machine or a network.
    backoff: Millis,
    /// Entra's pause, and that after a refresh that failed while the access token served.
    entra: Millis,
    /// A pause for an administrator, or for others under throttling, ends with a wish.
    slow: Millis,
    /// How many calls were throttled since one was not.
    throttled: u32,
    /// The service said that the request is wrong: only a wish is tried again.
    is_rejected: bool,
    /// Another machine of the same person changed the session.
    is_foreign: bool,
    /// Whether a wish asks for the session back.
    is_claimed: bool,
    /// Whether a 401 that something explains came since a token was last accepted: the next one counts as the second.
    is_suspect: bool,
    /// Since when calls fail.
    pub(super) trouble_since: Option<Millis>,
}

impl Excuses {
    /// Until when a lapse that began at `from` is explained.
    pub(super) fn until(&self, from: Millis, serves_until: Millis) -> Millis {
        if self.is_foreign && !self.is_claimed {
            return Millis::MAX;
        }
        // Entra's patience matters to nobody whose access token serves.
        let paused = from.max(self.pauses());
        if paused < serves_until { paused } else { paused.max(self.entra) }
    }

    /// Until when the pauses last that something explains, whoever set the session.
    pub(super) fn pauses(&self) -> Millis {
        if self.is_rejected { Millis::MAX } else { self.spans() }
    }

    /// The same without what only a wish ends.
    pub(super) fn spans(&self) -> Millis {
        self.firm.max(self.backoff).max(self.slow)
    }

    pub(super) fn is_foreign(&self) -> bool {
        self.is_foreign
    }

    pub(super) fn is_rejected(&self) -> bool {
        self.is_rejected
    }

    /// A start knows nothing of the pauses of the run before it.
    pub(super) fn start(&mut self, now: Millis, until: Millis) {
        *self = Excuses { firm: until, is_foreign: self.is_foreign, ..Excuses::default() };
        self.trouble_since = None;
        self.backoff = now;
    }

    /// A call that was given up, or that the run before this one made, changes the session: once no other can land
    /// any more, at `late_until`, the program sends the wish again.
    pub(super) fn lands_unawaited(&mut self, late_until: Millis) {
        self.allow(late_until + AT_ONCE);
    }

    /// Time that the program has to act, whatever else happens.
    pub(super) fn allow(&mut self, until: Millis) {
        self.firm = self.firm.max(until);
    }

    /// A wish begins, perhaps in trouble with what was wanted before.
    pub(super) fn wish(&mut self, now: Millis, is_in_trouble: bool) {
        self.signed_in(now);
        self.trouble_since = is_in_trouble.then_some(now);
        self.is_claimed = true;
    }

    /// A person did what only a person can.
    pub(super) fn signed_in(&mut self, now: Millis) {
        self.noticed(now);
        self.slow = self.slow.min(now + REACTION);
        self.is_rejected = false;
    }

    /// The end of an obstacle was told.
    pub(super) fn noticed(&mut self, now: Millis) {
        self.allow(now + REACTION);
        self.backoff = self.backoff.min(now + REACTION);
    }

    pub(super) fn foreign(&mut self) {
        (self.is_foreign, self.is_claimed) = (true, false);
    }

    /// A wish asks for the session back.
    pub(super) fn claim(&mut self) {
        self.is_claimed = true;
    }

    /// What was wanted is over, and nothing of it ever reached the service.
    pub(super) fn unclaim(&mut self) {
        self.is_claimed = false;
    }

    /// The session is ours again.
    pub(super) fn ours(&mut self) {
        self.is_foreign = false;
    }

    /// A call made at `sent` waits in vain, or lands late.
    pub(super) fn waits(&mut self, sent: Millis, call: &Call) {
        self.allow(sent + limit(call) + AT_ONCE);
    }

    pub(super) fn is_suspect(&self) -> bool {
        self.is_suspect
    }

    /// The service accepted the token.
    pub(super) fn accepted(&mut self) {
        self.is_suspect = false;
    }

    pub(super) fn succeeded(&mut self, ends_trouble: bool) {
        self.accepted();
        self.throttled = 0;
        self.trouble_since.take_if(|_| ends_trouble);
    }

    /// A token was worthless when it came to the service: the next 401 counts as the second.
    pub(super) fn suspects(&mut self, answer: &Answer) {
        self.is_suspect |= matches!(answer, Answer::Unauthorized { .. });
    }

    /// The keyring did not answer.
    pub(super) fn keyring_failed(&mut self, now: Millis, since: Millis) {
        self.backoff = self.backoff.max(now + poll(now - since) + AT_ONCE);
    }

    /// A refresh ahead of time that failed: no excuse while the access token serves.
    pub(super) fn refreshes_later(&mut self, now: Millis, answer: &Answer) {
        let asked = match answer {
            Answer::Throttled { retry_after, .. } | Answer::Busy { retry_after, .. } => {
                *retry_after
            }
            _ => None,
        };
        let span =
            asked.map_or(0, |span| Millis::try_from(span.as_millis()).unwrap_or(Millis::MAX / 4));
        self.entra = self.entra.max(now + span.max(POLL) + span / 10 + SECOND + AT_ONCE);
    }

    /// Entra's pause is over.
    pub(super) fn has_tokens(&mut self, now: Millis) {
        if now <= self.entra + AT_ONCE {
            self.allow(now + AT_ONCE);
        }
    }

    /// An answer by which an injected fault stopped the program; one that did not is no excuse.
    pub(super) fn failed(&mut self, now: Millis, call: &Call, answer: &Answer) {
        let since = *self.trouble_since.get_or_insert(now);
        let pause = poll(now - since);
        let is_throttled =
            matches!(answer, Answer::Throttled { .. }) && !matches!(call, Call::Entra(_));
        self.throttled += u32::from(is_throttled);
        match answer {
            Answer::Throttled { retry_after: Some(span), .. }
            | Answer::Busy { retry_after: Some(span), .. } => {
                let span = Millis::try_from(span.as_millis()).unwrap_or(Millis::MAX);
                self.allow(now + span + span / 10 + SECOND + AT_ONCE);
            }
            Answer::Throttled { retry_after: None, .. } => self.allow(now + pause + AT_ONCE),
            Answer::Unauthorized { .. } => {
                self.is_suspect = true;
                self.backoff = self.backoff.max(now + pause + AT_ONCE);
            }
            Answer::Busy { retry_after: None, .. } | Answer::Offline { .. } => {
                self.backoff = self.backoff.max(now + pause + AT_ONCE);
            }
            Answer::Forbidden { .. } | Answer::NotFound { .. } => {
                self.is_suspect = false;
                self.slow = self.slow.max(now + SLOW + AT_ONCE);
            }
            Answer::Rejected { .. } => {
                self.is_suspect = false;
                self.is_rejected |= call.writes_session();
            }
            Answer::Refused(_) => self.allow(now + SLOW + AT_ONCE),
            Answer::Done
            | Answer::Presence(_)
            | Answer::Message(..)
            | Answer::Granted(_)
            | Answer::DeviceCode(_)
            | Answer::Pending
            | Answer::SlowDown => {}
        }
        if is_throttled {
            self.slow = self.slow.max(self.firm + self.yields(pause));
        }
    }

    /// How long who is throttled, again and again, makes room for others.
    fn yields(&self, pause: Millis) -> Millis {
        match self.throttled {
            0..=1 => pause,
            2..=6 => 5 * MINUTE,
            _ => 10 * MINUTE,
        }
    }
}

/// When the host gives a call up.
pub(super) fn limit(call: &Call) -> Millis {
    if matches!(call, Call::Entra(_)) { 30 * SECOND } else { 10 * SECOND }
}

pub(super) fn poll(age: Millis) -> Millis {
    if age < OLD { POLL } else { POLL_OLD }
}
