//! Owns what is said when the sign-in cannot be read from, written to or deleted from the OS keyring; refuses to try.

use crate::{Problem, ProblemKind, Sentence, sentence, t};

const UNLOCK: Sentence = sentence!("Unlock the keyring, or start its service.");

const NOT_REMEMBERED: Sentence = sentence!("Your sign-in will not be remembered");

/// The sign-in could not be loaded, for the reason `why`.
pub fn keyring_unavailable(why: &str) -> Problem {
    Problem::new(
        ProblemKind::KeyringUnavailable,
        t!("The keyring is not available"),
        t!("Your sign-in is stored in the keyring of this computer, but {why}.", why),
        UNLOCK.said(),
    )
}

/// What the keyring holds is no sign-in, or not one alone, for the reason `why`.
pub fn sign_in_unreadable(why: &str) -> Problem {
    let mut problem = keyring_unavailable(why);
    problem.title = t!("The stored sign-in cannot be read").to_owned();
    problem.remedy = t!("Sign in again, which replaces what is stored.").to_owned();
    problem
}

/// The same from a program that stays.
pub fn keeps_trying(mut problem: Problem) -> Problem {
    problem.detail.push(' ');
    problem.detail.push_str(t!("The program keeps trying."));
    problem
}

/// The sign-in could not be deleted, for the reason `why`.
pub fn not_forgotten(why: &str) -> Problem {
    still_stored(t!(
        "You are signed out here, but {why}, so the sign-in could not be deleted from there. The program keeps trying.",
        why
    ))
}

/// The sign-in could not be stored, for the reason `why`.
pub fn not_remembered(why: &str) -> Problem {
    Problem::new(
        ProblemKind::NotRemembered,
        NOT_REMEMBERED.said(),
        t!(
            "You are signed in for now, but {why}. The program keeps trying; until that succeeds, you are signed out when the program ends.",
            why
        ),
        UNLOCK.said(),
    )
}

/// There is nothing to store: Microsoft issued no refresh token.
pub fn no_refresh_token() -> Problem {
    Problem::new(
        ProblemKind::NotRemembered,
        NOT_REMEMBERED.said(),
        t!("Microsoft issued no refresh token, so you stay signed in for about an hour."),
        t!("Ask your administrator to allow offline_access for the app registration."),
    )
}

/// A sign-out whose deletion the keyring has not confirmed.
pub(crate) fn keyring_is_slow() -> Problem {
    let detail = t!(
        "You are signed out here, but the keyring has not deleted the sign-in yet. The program keeps trying."
    );
    still_stored(detail.to_owned())
}

fn still_stored(detail: String) -> Problem {
    Problem::new(
        ProblemKind::NotForgotten,
        t!("Your sign-in is still in the keyring"),
        detail,
        t!(
            "Unlock the keyring, or start its service, and keep the program running until the sign-in is deleted."
        ),
    )
}
