//! Owns the last things before a quit, a sign-out or a sleep, and their time limit; refuses to start anything new.

use std::time::Duration;

use crate::Time;
use crate::context::Context;

/// What comes after the last things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    SignOut,
    Quit,
    /// A quit came while a sign-out was under way.
    SignOutAndQuit,
}

/// The last things, and until when they may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct LastThings {
    ending: Ending,
    clears: bool,
    until: Time,
}

/// Whether the machine is about to sleep, or does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sleep {
    Awake,
    /// The last things before sleep are being done, until then at most.
    Preparing {
        clears: bool,
        until: Time,
    },
    /// Nothing is sent. Whoever still runs then did not go to sleep after all.
    Asleep {
        until: Time,
    },
}

/// What a shutdown or a sleep does to the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LastGoal {
    /// It is ended.
    Clear,
    /// It stays as it is.
    LeaveAlone,
}

/// Shutdown and sleep.
#[derive(Clone, Debug)]
pub(crate) struct Shutdown {
    last: Option<LastThings>,
    sleep: Sleep,
    exited: bool,
}

impl Shutdown {
    pub(crate) fn new() -> Shutdown {
        Shutdown { last: None, sleep: Sleep::Awake, exited: false }
    }

    /// The program has ended.
    pub(crate) fn is_over(&self) -> bool {
        self.exited
    }

    /// Whether a quit or a sign-out is under way, or over.
    pub(crate) fn has_begun(&self) -> bool {
        self.last.is_some() || self.exited
    }

    /// Whether only last things are done, before an end or a sleep.
    pub(crate) fn is_busy(&self) -> bool {
        self.last.is_some() || self.sleep != Sleep::Awake
    }

    /// Whether the machine is awake, as far as is known.
    pub(crate) fn is_awake(&self) -> bool {
        self.sleep == Sleep::Awake
    }

    /// Whether nothing is sent.
    pub(crate) fn is_asleep(&self) -> bool {
        matches!(self.sleep, Sleep::Asleep { .. })
    }

    /// What the session should be in place of what is wanted.
    pub(crate) fn goal(&self) -> Option<LastGoal> {
        let clears = match (&self.last, self.sleep) {
            (Some(last), _) => last.clears,
            (None, Sleep::Awake) => return None,
            (None, Sleep::Preparing { clears, .. }) => clears,
            (None, Sleep::Asleep { .. }) => false,
        };
        Some(if clears { LastGoal::Clear } else { LastGoal::LeaveAlone })
    }

    /// Whether a sign-out is under way.
    pub(crate) fn signs_out(&self) -> bool {
        self.last.is_some_and(|last| match last.ending {
            Ending::SignOut | Ending::SignOutAndQuit => true,
            Ending::Quit => false,
        })
    }

    /// Whether the program goes on afterwards.
    pub(crate) fn only_signs_out(&self) -> bool {
        self.last.is_some_and(|last| last.ending == Ending::SignOut)
    }

    /// Until when the last things may take.
    pub(crate) fn limit(&self) -> Option<Time> {
        self.last.map(|last| last.until)
    }

    /// Until when what has to be done before a sleep may take.
    pub(crate) fn sleep_limit(&self) -> Option<Time> {
        match self.sleep {
            Sleep::Preparing { until, .. } => Some(until),
            Sleep::Awake | Sleep::Asleep { .. } => None,
        }
    }

    /// When a machine that was let asleep and still runs has stayed awake.
    pub(crate) fn stayed_awake_at(&self) -> Option<Time> {
        match self.sleep {
            Sleep::Asleep { until } => Some(until),
            Sleep::Awake | Sleep::Preparing { .. } => None,
        }
    }

    pub(crate) fn begin(&mut self, ending: Ending, clears: bool, cx: &Context) {
        if self.is_asleep() {
            // Whoever commands it is awake.
            self.sleep = Sleep::Awake;
        }
        self.last = Some(LastThings { ending, clears, until: cx.now + cx.rules.shutdown_limit });
    }

    /// A quit comes beside what is under way.
    pub(crate) fn quit_too(&mut self) {
        if let Some(last) = &mut self.last
            && last.ending == Ending::SignOut
        {
            last.ending = Ending::SignOutAndQuit;
        }
    }

    /// The last things are done, or take too long; returns what comes after them. After a sign-out that a quit came
    /// to, the keyring forgets before the program ends.
    pub(crate) fn end(&mut self) -> Option<Ending> {
        let last = self.last.take()?;
        match last.ending {
            Ending::SignOut => {}
            Ending::Quit => self.exited = true,
            Ending::SignOutAndQuit => {
                self.last = Some(LastThings { ending: Ending::Quit, ..last });
            }
        }
        Some(last.ending)
    }

    /// The registration that somebody signs out of is not configured any more: there is nobody left to sign out.
    pub(crate) fn signed_out_elsewhere(&mut self) {
        self.last = match self.last.take() {
            Some(last @ LastThings { ending: Ending::SignOutAndQuit, .. }) => {
                Some(LastThings { ending: Ending::Quit, ..last })
            }
            Some(LastThings { ending: Ending::SignOut, .. }) | None => None,
            Some(last @ LastThings { ending: Ending::Quit, .. }) => Some(last),
        };
    }

    pub(crate) fn prepare_for_sleep(&mut self, clears: bool, cx: &Context) {
        self.sleep = Sleep::Preparing { clears, until: cx.now + cx.rules.shutdown_limit };
    }

    pub(crate) fn let_sleep(&mut self, cx: &Context) {
        self.sleep = Sleep::Asleep { until: cx.now + cx.rules.sleep_comes_within };
    }

    /// The machine is awake; returns how long it slept, absent when it was not let asleep or stayed awake.
    pub(crate) fn wake(&mut self, cx: &Context) -> Option<Duration> {
        let sleep = std::mem::replace(&mut self.sleep, Sleep::Awake);
        let Sleep::Asleep { until } = sleep else { return None };
        let stayed = (until..=until + cx.rules.answer_margin).contains(&cx.now);
        let slept = cx.now.since(until - cx.rules.sleep_comes_within);
        (!stayed).then_some(slept)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::tests::context;

    #[test]
    fn a_quit_during_a_sign_out_ends_the_program_after_it() {
        let (mut shutdown, cx) = (Shutdown::new(), context());
        shutdown.begin(Ending::SignOut, true, &cx);
        assert!(shutdown.only_signs_out() && shutdown.goal() == Some(LastGoal::Clear));
        shutdown.quit_too();
        assert!(shutdown.signs_out() && !shutdown.only_signs_out());
        assert_eq!(shutdown.end(), Some(Ending::SignOutAndQuit));
        assert!(!shutdown.is_over());
        assert_eq!(shutdown.end(), Some(Ending::Quit));
        assert!(shutdown.is_over() && shutdown.end().is_none());
    }

    #[test]
    fn a_machine_that_stays_awake_has_not_slept() {
        let (mut shutdown, mut cx) = (Shutdown::new(), context());
        shutdown.prepare_for_sleep(false, &cx);
        assert_eq!(shutdown.goal(), Some(LastGoal::LeaveAlone));
        shutdown.let_sleep(&cx);
        let until = shutdown.stayed_awake_at().expect("it was let asleep");
        let mut slept = shutdown.clone();
        cx.advance(until);
        assert_eq!(shutdown.wake(&cx), None);
        cx.advance(until + Duration::from_secs(3600));
        assert!(slept.wake(&cx) > Some(Duration::from_secs(3600)) && slept.is_awake());
    }
}
