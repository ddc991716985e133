//! Owns what is written down of what happens, in the log and in the history; refuses to let anybody wait for it.

use super::*;
use crate::Moment;

/// What counts as sleep, milliseconds; less is the grain of two clocks.
const SLEEP: i64 = 1_000;

impl Resident {
    /// Whether the history has something to write. It can wait for requests and answers, as a disk may be slow.
    pub(super) fn has_history_to_write(&self) -> bool {
        self.history.as_ref().is_some_and(Recorder::is_due)
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
