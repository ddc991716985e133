//! Owns everything that can happen to the core; refuses tokens, codes and status codes.

use crate::{
    Account, Answer, AttemptId, CallId, Command, GrantId, Private, Problem, Refusal, ReplyTo, Setup,
};

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A face asks for something; the outcome goes to `reply`, if anyone waits for it.
    Command {
        /// What is asked.
        command: Command,
        /// Who waits for the outcome.
        reply: Option<ReplyTo>,
    },
    /// A global shortcut asks for something. Nobody waits for the outcome, so a person is told of a failure.
    Pressed(Command),
    /// What a person asked for just now could not be done on this desktop, and no face shows why.
    Failed(Problem),
    /// A call was answered, or given up by the host.
    Answered {
        /// The call.
        id: CallId,
        /// The answer, from a closed set.
        answer: Answer,
    },
    /// The OS keyring answered.
    Vault(VaultEvent),
    /// The configuration was read again. One with a mistake changes nothing that works.
    Configured(Setup),
    /// The loopback listener waits and the browser was asked to open this URL.
    SignInOpened {
        /// The attempt.
        attempt: AttemptId,
        /// The authorize URL, for a person to copy.
        url: Private<String>,
        /// Why the desktop did not open it, if so.
        trouble: Option<Problem>,
    },
    /// The loopback listener could not start.
    SignInImpossible {
        /// The attempt.
        attempt: AttemptId,
        /// Why.
        problem: Problem,
    },
    /// The browser came back to the loopback redirect.
    Redirected {
        /// The attempt.
        attempt: AttemptId,
        /// With what.
        redirect: Redirect,
    },
    /// The machine or the network came back.
    Woke(Woke),
    /// The machine is about to sleep, or the person to log out, and waits for [`crate::Effect::LetSleep`].
    Sleeping,
    /// A face did what the configuration asks of the desktop. What it said of this aspect before is over.
    Desktop {
        /// Which part of the desktop.
        aspect: Aspect,
        /// What could not be done.
        problems: Vec<Problem>,
    },
    /// The deadline was reached.
    Tick,
}

/// What came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Woke {
    /// The machine, from sleep.
    Machine,
    /// The network.
    Network,
}

/// A part of the desktop that the configuration asks something of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Aspect {
    /// The configuration itself: the newest one has a mistake, the one before it is in force.
    Configuration,
    /// The organisation's file, which may not be its own.
    Policy,
    /// The file that keeps the wish over a restart.
    Wish,
    /// Global keyboard shortcuts.
    Shortcuts,
    /// The start at log-in.
    Autostart,
}

/// What the browser brought to the loopback redirect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Redirect {
    /// A code; the host holds it.
    Code,
    /// An error of the authorize endpoint.
    Refused(Refusal),
}

/// What the OS keyring answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VaultEvent {
    /// A sign-in is stored: its tokens are now known to the host as this grant.
    Present {
        /// The grant.
        grant: GrantId,
        /// Whose.
        account: Account,
    },
    /// None is stored.
    Absent,
    /// The keyring does not answer, is locked, or does not exist: nobody is signed out by that.
    Unavailable(Problem),
    /// The grant's refresh token is stored.
    Stored(GrantId),
    /// It could not be stored.
    StoreFailed(GrantId, Problem),
    /// The stored sign-in of this identity is gone.
    Forgotten(String),
    /// It could not be deleted.
    ForgetFailed(String, Problem),
}
