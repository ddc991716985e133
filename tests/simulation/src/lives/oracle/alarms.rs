//! Whether a passing problem is shown, or told, only while it is one: not after a success, not when only reads
//! failed, not beyond its pause. It refuses to judge what needs a person.

use std::collections::BTreeSet;

use presence_core::{Answer, Call, Effect, GraphRequest, ProblemKind, Status, View};

use super::answers::is_judged;
use super::excuses::{self, REACTION};
use super::keeping::fits;
use super::wishes::{Held, Wanted};
use super::{Flight, Leaving, Machine, Oracle, Promise};
use crate::cloud::Millis;

const SECOND: Millis = 1_000;
const MINUTE: Millis = 60 * SECOND;
/// How long before its end a session that nobody renews is told of.
const FOREWARNING: Millis = 61 * SECOND;
/// Available fades after this.
const FADE: Millis = 300 * SECOND;
/// An access token is not used in the last seconds of its life.
const LAST_SECONDS: Millis = 16 * SECOND;
/// How long a sign-in that did not work is shown beside a good one.
const ENDED_STANDS: Millis = 305 * SECOND;

/// What a call was for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Purpose {
    Session,
    /// The same, and only a person or an administrator ends it.
    Verdict,
    Pin,
    Look,
    Message,
    Token,
    /// Of somebody who was signed in before: the service asked them, and so everybody here, for patience.
    Former,
}

/// What the service confirmed of the session.
#[derive(Clone, Copy, Debug)]
pub(super) struct Confirmed {
    pub(super) status: Status,
    pub(super) sent: Millis,
    /// The wish that was the newest when it was sent.
    pub(super) wish: u64,
    /// When it ends unless renewed, the fade included.
    pub(super) ends: Millis,
}

/// What failed and has not worked since, and what is on the faces.
#[derive(Debug, Default)]
pub(super) struct Alarms {
    failing: BTreeSet<Purpose>,
    /// Until when the newest failure is a reason to wait.
    pause_until: Millis,
    pub(super) confirmed: Option<Confirmed>,
    /// Until when the access token serves.
    pub(super) serves_until: Millis,
    sign_in_failed: Option<Millis>,
    shown: Option<ProblemKind>,
    has_spoken: bool,
}

impl Alarms {
    pub(super) fn start(&mut self) {
        *self = Alarms::default();
    }

    /// Somebody else, or nobody, is signed in.
    pub(super) fn another(&mut self) {
        self.confirmed = None;
        self.serves_until = 0;
    }

    /// Whether something failed that only a person or an administrator ends.
    pub(super) fn is_verdict_standing(&self) -> bool {
        self.failing.contains(&Purpose::Verdict)
    }

    /// Whether anything fails that the status needs.
    pub(super) fn is_in_trouble(&self) -> bool {
        self.failing.iter().any(|purpose| !purpose.is_aside())
    }

    /// They are back, with their token, and whatever patience Entra asked of them.
    pub(super) fn back(&mut self, now: Millis, serves_until: Millis, patient_until: Millis) {
        self.serves_until = serves_until;
        if now < patient_until {
            self.failing.insert(Purpose::Token);
            self.pause_until = self.pause_until.max(patient_until);
        }
    }

    /// Nobody knows what became of a call that writes the session.
    pub(super) fn doubts(&mut self, call: &Call) {
        if call.writes_session() {
            self.confirmed = None;
        }
    }

    pub(super) fn serves(&self, now: Millis) -> bool {
        now < self.usable_until()
    }

    /// Until when the access token is used.
    pub(super) fn usable_until(&self) -> Millis {
        self.serves_until.saturating_sub(LAST_SECONDS)
    }

    pub(super) fn confirms(&mut self, flight: &Flight) {
        let purpose = purpose(&flight.call);
        match flight.call.graph() {
            Some(&GraphRequest::SetPresence { status, expiration }) => {
                let asked = Millis::try_from(expiration.as_millis()).unwrap_or(Millis::MAX);
                let lasts = if status == Status::Available { asked.min(FADE) } else { asked };
                let ends = flight.sent + lasts;
                self.confirmed =
                    Some(Confirmed { status, sent: flight.sent, wish: flight.wish, ends });
            }
            Some(GraphRequest::ClearPresence) => self.confirmed = None,
            Some(
                GraphRequest::ReadPresence
                | GraphRequest::PinAway { .. }
                | GraphRequest::Unpin
                | GraphRequest::ReadMessage { .. }
                | GraphRequest::SetMessage { .. }
                | GraphRequest::ClearMessage,
            )
            | None => {}
        }
        match purpose {
            Purpose::Session => self.failing.retain(|failing| *failing == Purpose::Token),
            // That a message gets through says nothing of a session that does not.
            Purpose::Message => self.failing.retain(|failing| !failing.is_aside()),
            // Whoever takes any other write, or shows what colleagues see, is there.
            Purpose::Pin | Purpose::Look | Purpose::Former => self.former_confirms(),
            Purpose::Token | Purpose::Verdict => {}
        }
    }

    /// Graph answered a former person.
    pub(super) fn former_confirms(&mut self) {
        self.failing.retain(|failing| matches!(failing, Purpose::Token | Purpose::Verdict));
    }

    /// Graph asked a former person for patience.
    pub(super) fn former_waits(&mut self, until: Millis) {
        self.failing.insert(Purpose::Former);
        self.pause_until = self.pause_until.max(until);
    }

    pub(super) fn granted(&mut self, call: &Call, until: Millis) {
        self.failing.remove(&Purpose::Token);
        self.serves_until = until;
        self.sign_in_failed.take_if(|_| call.signs_in());
    }

    pub(super) fn failed(&mut self, now: Millis, flight: &Flight, answer: &Answer, age: Millis) {
        if flight.call.signs_in() {
            self.sign_in_failed = Some(now);
            return;
        }
        self.failing.insert(match purpose(&flight.call) {
            Purpose::Session if is_judged(answer) => Purpose::Verdict,
            purpose => purpose,
        });
        let pause = excuses::poll(age);
        let until = match answer {
            Answer::Throttled { retry_after, .. } | Answer::Busy { retry_after, .. } => {
                let asked = retry_after.map_or(pause, |span| {
                    let span = Millis::try_from(span.as_millis()).unwrap_or(Millis::MAX / 4);
                    span + span / 10 + SECOND
                });
                let is_throttled = matches!(answer, Answer::Throttled { .. });
                asked + if is_throttled { 10 * MINUTE } else { 0 }
            }
            _ => pause,
        };
        self.pause_until = self.pause_until.max(now + until);
        if let Answer::Throttled { .. } = answer
            && let Some(confirmed) = self.confirmed
        {
            // Whoever still holds yields to others until just before the end.
            self.pause_until = self.pause_until.max(confirmed.ends);
        }
        if let Answer::Unauthorized { .. } = answer {
            self.serves_until = 0;
            return;
        }
        match flight.call.graph() {
            Some(&GraphRequest::SetPresence { status, expiration }) => match &mut self.confirmed {
                Some(confirmed) if confirmed.status == status => {
                    if let Answer::Offline { .. } = answer {
                        // It may have taken effect.
                        let asked = Millis::try_from(expiration.as_millis()).unwrap_or(Millis::MAX);
                        confirmed.ends = confirmed.ends.min(flight.sent + asked);
                    }
                }
                Some(_) | None => self.confirmed = None,
            },
            Some(GraphRequest::ClearPresence) => self.confirmed = None,
            _ => {}
        }
    }
}

impl Oracle {
    /// What the service confirmed, unless something landed after it, or may have, that nothing has overtaken yet.
    fn sure(&self, now: Millis) -> Option<Confirmed> {
        let late_until = self.order.late_until;
        self.alarms.confirmed.filter(|lease| now < late_until || lease.sent >= late_until)
    }

    /// Whether the service has confirmed the newest wish, and the session says it.
    pub(super) fn is_as_wanted(&self, now: Millis) -> bool {
        if !fits(self.wishes.wanted, self.sight().state) {
            return false;
        }
        match (self.wishes.wanted, self.sure(now)) {
            (Wanted::Held(Held { status, .. }), Some(confirmed)) => {
                confirmed.status == status && confirmed.sent >= self.wishes.since
            }
            (Wanted::Held(_), None) => false,
            (Wanted::Gone, _) => self.order.is_gone,
            (Wanted::Untouched, _) => true,
        }
    }

    /// A face shows this from now on.
    pub(super) fn alarms(&mut self, now: Millis, view: &View, effects: &[Effect]) {
        let passing = view.problem.as_ref().filter(|problem| is_passing(problem.kind));
        self.alarms.shown = passing.map(|problem| problem.kind);
        let Some(problem) = passing else {
            self.alarms.has_spoken = false;
            return;
        };
        if self.is_beside_the_point(now) {
            return;
        }
        let what = match self.needless(now) {
            Some(why) => Some(format!("\"{}\" is shown, and {why}", problem.title)),
            None => self.is_told_needlessly(now, view, effects),
        };
        self.object(now, what);
    }

    /// What is on the faces stands until now.
    pub(super) fn alarms_until(&mut self, now: Millis) {
        let Some(kind) = self.alarms.shown else { return };
        if self.is_beside_the_point(now) || !self.is_as_wanted(now) || self.flight.is_some() {
            return;
        }
        let end = self.alarms.pause_until.max(self.free_at(now)) + REACTION;
        if now > end {
            let what = format!("{kind:?} stands beyond its pause, and all is as wanted");
            self.object(now, Some(what));
        }
    }

    fn object(&mut self, now: Millis, what: Option<String>) {
        if let Some(what) = what
            && !std::mem::replace(&mut self.alarms.has_spoken, true)
        {
            self.broken(Promise::NoFalseAlarm, now, None, what);
        }
    }

    fn is_beside_the_point(&self, now: Millis) -> bool {
        let stands =
            |at| now < at + ENDED_STANDS || self.sign_in.wants_a_person() || !self.persons.is_known;
        let sign_in = self.alarms.sign_in_failed.is_some_and(stands);
        self.machine != Machine::On
            || self.leaving != Leaving::No
            || now < self.falling_until
            || sign_in
    }

    fn needless(&self, now: Millis) -> Option<&'static str> {
        let failing = &self.alarms.failing;
        if failing.is_empty() {
            return Some("nothing fails");
        }
        let ends_soon = self.sure(now).is_some_and(|lease| now + FOREWARNING >= lease.ends);
        if !self.is_as_wanted(now) || ends_soon {
            return None;
        }
        if failing.iter().all(|purpose| purpose.is_aside()) {
            return Some("only what colleagues see could not be read");
        }
        let aside = |purpose: &Purpose| purpose.is_aside() || *purpose == Purpose::Token;
        (failing.iter().all(aside) && self.alarms.serves(now)).then_some("the access token serves")
    }

    fn is_told_needlessly(&self, now: Millis, view: &View, effects: &[Effect]) -> Option<String> {
        let problem = view.problem.as_ref()?;
        let tells = |effect: &Effect| match effect {
            Effect::Notify(notice) => notice.title == problem.title,
            _ => false,
        };
        let holds = self.sure(now).is_some_and(|lease| now + FOREWARNING < lease.ends);
        (effects.iter().any(tells) && self.is_as_wanted(now) && holds)
            .then(|| format!("\"{}\" is told, and the session holds", problem.title))
    }
}

fn purpose(call: &Call) -> Purpose {
    match call.graph() {
        Some(GraphRequest::SetPresence { .. } | GraphRequest::ClearPresence) => Purpose::Session,
        Some(GraphRequest::PinAway { .. } | GraphRequest::Unpin) => Purpose::Pin,
        Some(GraphRequest::ReadPresence) => Purpose::Look,
        Some(
            GraphRequest::ReadMessage { .. }
            | GraphRequest::SetMessage { .. }
            | GraphRequest::ClearMessage,
        ) => Purpose::Message,
        None => Purpose::Token,
    }
}

impl Purpose {
    /// Whether the status needs no such call.
    fn is_aside(self) -> bool {
        matches!(self, Purpose::Look | Purpose::Message)
    }
}

/// Whether the problem is one that passes by itself, and is the service's or the network's.
fn is_passing(kind: ProblemKind) -> bool {
    matches!(
        kind,
        ProblemKind::Offline
            | ProblemKind::ServiceBusy
            | ProblemKind::Throttled
            | ProblemKind::TokenRefused
    )
}
