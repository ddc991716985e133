//! Owns everything the core can ask the host to do; refuses to say why.

use serde::{Deserialize, Serialize};

use crate::{AttemptId, Call, CallId, Claims, GrantId, Private, Problem, ReplyTo, Saved};

/// What the host must do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Make a call and answer with [`crate::Event::Answered`] within its limit.
    Call {
        /// Its number.
        id: CallId,
        /// What to call.
        call: Call,
    },
    /// Give a call up; its answer no longer matters.
    Abandon(CallId),
    /// Load the stored sign-in.
    Load,
    /// Store a grant's refresh token in place of the stored one.
    Store(GrantId),
    /// Delete the stored sign-in of an identity ([`crate::Settings::identity`]), which need not be the present one.
    Forget {
        /// Whose entry.
        identity: String,
    },
    /// A grant's tokens are not needed any more.
    Drop(GrantId),
    /// Listen for the redirect and open the browser.
    OpenSignIn {
        /// The attempt.
        attempt: AttemptId,
        /// A claims challenge to pass on.
        claims: Option<Claims>,
    },
    /// Stop listening, and hold nothing of this attempt any more.
    CloseSignIn(AttemptId),
    /// Save what is wanted.
    Save(Saved),
    /// Show a notification.
    Notify(Notice),
    /// Tell a face the outcome of its command.
    Reply {
        /// Which.
        to: ReplyTo,
        /// The outcome.
        outcome: Outcome,
    },
    /// Open the window.
    OpenWindow,
    /// Read the configuration and answer with [`crate::Event::Configured`].
    ReadConfiguration,
    /// Let the machine sleep: what had to be done first is done, or takes too long.
    LetSleep,
    /// End the program.
    Exit {
        /// Whether nothing that it sent can still change the session: [`Saved::ended`] of the next start.
        settled: bool,
    },
}

/// A notification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// A few words.
    pub title: String,
    /// A sentence or two.
    pub body: String,
}

/// How a command ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// As asked.
    Done,
    /// The status as asked, but not its message, or not yet.
    Partly(Problem),
    /// Not as asked, or not yet.
    Failed(Problem),
    /// A device code is to be shown; the end of the sign-in follows in the view.
    ShowCode {
        /// What the person types.
        user_code: Private<String>,
        /// Where.
        verification_uri: String,
    },
}
