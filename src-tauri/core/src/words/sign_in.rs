//! Owns what is said of a sign-in: that it is needed, how it ended, and what its browser shows; refuses what the app
//! registration is to blame for.

use super::{after, consent_refused, not_public_client};
use crate::{NoAnswer, Problem, ProblemKind, Refusal, RefusalKind, Sentence, sentence, t};

const SIGN_IN: Sentence =
    sentence!("Choose \"Sign in…\" in the tray menu, or run: presence-tray sign-in");

const FAILED: Sentence = sentence!("Sign-in failed");

/// What the browser shows at the end of a sign-in.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// The heading.
    pub title: Sentence,
    /// The sentences below it, if there are any.
    pub text: Option<Sentence>,
}

/// The browser brought the code.
pub const PAGE_SIGNED_IN: Page = Page {
    title: sentence!("You are signed in"),
    text: Some(sentence!("You can close this tab.")),
};

/// The browser brought a refusal.
pub const PAGE_NOT_SIGNED_IN: Page = Page {
    title: sentence!("You are not signed in"),
    text: Some(sentence!("Presence Tray shows the reason. You can close this tab.")),
};

/// The browser brought a code, and what became of it is not certain.
pub const PAGE_GO_BACK: Page = Page {
    title: sentence!("Please return to Presence Tray"),
    text: Some(sentence!("It shows whether you are signed in. You can close this tab.")),
};

/// The browser came from another sign-in.
pub const PAGE_OF_ANOTHER: Page = Page {
    title: sentence!("This is not the sign-in that Presence Tray is waiting for"),
    text: Some(sentence!(
        "It may be an older tab. Close it, and choose “Sign in…” in the tray menu again."
    )),
};

/// The browser asked for something else.
pub const PAGE_NOTHING: Page = Page { title: sentence!("There is nothing here"), text: None };

impl Refusal {
    /// The refusal of a sign-in, for a person.
    pub fn problem(&self) -> Problem {
        match self.kind {
            RefusalKind::Declined => sign_in_cancelled(),
            RefusalKind::Expired => sign_in_expired(),
            RefusalKind::ConsentNeeded => consent_refused(self),
            RefusalKind::NotPublicClient => not_public_client(self),
            RefusalKind::PersonNeeded | RefusalKind::Other => sign_in_failed(self),
        }
    }
}

/// The redirect of the browser cannot be received, for the reason `why`.
pub fn no_listener(why: &str) -> Problem {
    Problem::new(
        ProblemKind::SignInFailed,
        t!("The sign-in could not start"),
        t!("The program could not listen for the browser on this computer ({why}).", why),
        t!("Sign in with a code instead: presence-tray sign-in --device-code"),
    )
}

/// The configuration has `device_code = false`.
pub(crate) fn device_code_off() -> Problem {
    Problem::new(
        ProblemKind::SignInFailed,
        t!("Sign-in with a code is turned off"),
        t!("The configuration has device_code = false, which your organisation may have set."),
        t!("Sign in with the browser of this computer: presence-tray sign-in"),
    )
}

/// No browser opened, for the reason `why`.
pub fn browser_unavailable(why: &str) -> Problem {
    Problem::new(
        ProblemKind::BrowserUnavailable,
        t!("The browser could not be opened"),
        t!(
            "The desktop did not open a browser ({why}). The program is still waiting for the sign-in.",
            why
        ),
        t!(
            "Copy the sign-in address from the window, or from \"presence-tray sign-in\", into a browser on this computer."
        ),
    )
}

/// Why no browser opened: the desktop has nothing that opens pages.
pub fn opener_missing() -> String {
    t!("no program is set up to open web pages").to_owned()
}

/// Why no browser opened: `opener` failed with `why`.
pub fn opener_failed(opener: &str, why: &str) -> String {
    format!("{opener}: {why}")
}

/// Why no browser opened: `opener` did not answer.
pub fn opener_silent(opener: &str) -> String {
    t!("{opener} did not respond", opener)
}

pub(crate) fn sign_in_needed() -> Problem {
    Problem::new(
        ProblemKind::SignInNeeded,
        t!("Sign in first"),
        t!("You are not signed in, so nothing was changed."),
        SIGN_IN.said(),
    )
}

pub(crate) fn sign_in_again(refusal: &Refusal) -> Problem {
    Problem::new(
        ProblemKind::SignInNeeded,
        t!("Sign in again"),
        after(
            t!("Microsoft requires you to sign in again. Your choice is kept until then."),
            &refusal.detail,
        ),
        SIGN_IN.said(),
    )
    .with_ids(refusal.ids.clone())
}

pub(crate) fn sign_in_failed(refusal: &Refusal) -> Problem {
    Problem::new(
        ProblemKind::SignInFailed,
        FAILED.said(),
        after(t!("Microsoft refused the sign-in."), &refusal.detail),
        t!("Sign in again; if it fails again, give your help desk the IDs below."),
    )
    .with_ids(refusal.ids.clone())
}

pub(crate) fn sign_in_cancelled() -> Problem {
    Problem::new(
        ProblemKind::SignInCancelled,
        t!("Sign-in cancelled"),
        t!("The sign-in was cancelled. Nothing was changed."),
        t!("Choose \"Sign in…\" when you want to continue."),
    )
}

pub(crate) fn sign_in_expired() -> Problem {
    Problem::new(
        ProblemKind::SignInExpired,
        t!("Sign-in timed out"),
        t!("The sign-in was not completed in time. Nothing was changed."),
        t!("Choose \"Sign in…\" to start again."),
    )
}

pub(crate) fn sign_in_busy() -> Problem {
    Problem::new(
        ProblemKind::ServiceBusy,
        t!("Microsoft's sign-in service has a problem"),
        t!("The sign-in service reported an internal error."),
        t!("Sign in again in a few minutes."),
    )
}

pub(crate) fn sign_in_offline(cause: &NoAnswer) -> Problem {
    Problem::new(
        ProblemKind::Offline,
        t!("Offline: the sign-in could not be completed"),
        after(t!("Microsoft's sign-in service cannot be reached."), &cause.to_string()),
        cause.remedy().unwrap_or(t!("Check your network connection, then sign in again.")),
    )
}

pub(crate) fn sign_in_odd() -> Problem {
    Problem::new(
        ProblemKind::SignInFailed,
        FAILED.said(),
        t!("The sign-in service sent a response that the program does not understand."),
        t!("Check tenant and cloud in config.toml, then sign in again."),
    )
}
