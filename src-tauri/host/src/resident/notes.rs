//! Owns what is written down of what happens, in the log, in the history and of the wish; refuses to let a request wait
//! for it.

use presence_core::Aspect;

use super::*;
use crate::Moment;

/// What counts as sleep, milliseconds; less is the grain of two clocks.
const SLEEP: i64 = 1_000;

impl Resident {
    /// Whether the wish or the history is to be written. A disk may be slow, and requests and answers do not wait for it.
    pub(super) fn has_something_to_write(&self) -> bool {
        self.unwritten.is_some() || self.history.as_ref().is_some_and(Recorder::is_due)
    }

    /// Writes down what is wanted, and tells when that fails, and when it does no more.
    pub(super) fn write_wish(&mut self) {
        let Some(saved) = self.unwritten.take() else { return };
        let moment = self.clock.moment();
        let kept = if self.one_shot.is_some_and(Purpose::is_only_a_look) {
            saved::keep_sign_in(&self.profile, &moment, &saved)
        } else {
            saved::keep(&self.profile, &moment, &saved)
        };
        if kept.is_err() || self.is_unsaved {
            self.is_unsaved = kept.is_err();
            self.tell(Aspect::Wish, kept.err());
        }
    }

    pub(super) fn note(&mut self, what: impl FnOnce(&mut Recorder)) {
        if let Some(history) = &mut self.history {
            what(history);
        }
    }

    pub(super) fn note_change(&mut self, view: &View, moment: &Moment) {
        log_change(self.shown.as_ref(), view);
        if let Some(history) = &mut self.history {
            history.shows(self.shown.as_ref(), view, moment);
        }
    }

    /// Tells the core that the machine slept. The timer fires on resume, so this is soon after it.
    pub(super) fn notice_sleep(&mut self, face: &mut impl Face) {
        let asleep = self.clock.asleep_millis();
        let slept = asleep - std::mem::replace(&mut self.asleep, asleep);
        if slept > SLEEP {
            let moment = self.clock.moment();
            self.note(|history| history.slept(slept, &moment));
            self.happen(Event::Woke(Woke::Machine), face);
        }
    }
}

fn log_change(before: Option<&View>, view: &View) {
    let told = |view: &View| {
        let wanted = view.wish.as_ref().map(|wish| wish.status);
        let says = view.session.as_ref().map(|session| session.status);
        (wanted, says, view.progress, view.problem.as_ref().map(|problem| problem.kind))
    };
    let new = told(view);
    if before.map(told) != Some(new) {
        let (wanted, session, progress, problem) = new;
        tracing::info!(?wanted, ?session, ?progress, ?problem, "now");
    }
}
