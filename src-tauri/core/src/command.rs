//! Owns what a face can ask for; refuses to know which face asks.

use serde::{Deserialize, Serialize};

use crate::status_message::optional;
use crate::{Status, StatusMessage};

/// What a face can ask for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum Command {
    /// Want a status until it is changed, or for `seconds`.
    Set {
        /// The status.
        status: Status,
        /// For how long, 5 minutes to 24 hours; until changed if absent.
        #[serde(default)]
        seconds: Option<u64>,
        /// The status message that ends with it; the one before it ends in any case.
        #[serde(default, deserialize_with = "optional")]
        message: Option<StatusMessage>,
    },
    /// Change how long the wanted status lasts, from now.
    SetDuration {
        /// For how long; until changed if absent.
        seconds: Option<u64>,
    },
    /// Want a status, or go back from it to what was wanted before.
    Toggle {
        /// The status.
        status: Status,
        /// The status message that goes with it.
        #[serde(default, deserialize_with = "optional")]
        message: Option<StatusMessage>,
    },
    /// End our presence session.
    Clear,
    /// Remove the status that the person chose in Teams ("presence: clearUserPreferredPresence"), so that the session
    /// shows. Tried only while somebody waits for its outcome: later, they may have chosen something newer.
    Reset,
    /// Sign in.
    SignIn {
        /// How.
        method: SignInMethod,
    },
    /// Break a sign-in off.
    CancelSignIn,
    /// Clear the session and forget the token.
    SignOut,
    /// Find out what colleagues see.
    Look,
    /// Open the window.
    Open,
    /// Read the configuration again.
    Reload,
    /// End the program.
    Quit,
}

/// How a person signs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum SignInMethod {
    /// Authorization code + PKCE in the system browser.
    Browser,
    /// Device code.
    DeviceCode,
}

/// Who waits for an outcome; the host gives the numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReplyTo(pub u64);
