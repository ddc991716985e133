//! Owns the sentences in which the core's problems reach a person; refuses to decide which one stands.

use std::fmt;

use crate::trouble::TroubleKind;
use crate::view::DifferenceCause;
use crate::wishes::Want;
use crate::{NoAnswer, Notice, Problem, ProblemKind, Refusal, RefusalKind, Status};

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

/// What happens to the wish once the trouble has passed: "will set Available".
fn intent(want: Want) -> Option<String> {
    match want {
        Want::Held(wish) => Some(format!("will set {}", wish.status.label())),
        Want::Clearing => Some("will clear your status".to_owned()),
        Want::Nothing => None,
    }
}

fn title(plain: &str, want: Want, when: &str) -> String {
    match intent(want) {
        Some(intent) => format!("{plain}: {intent} {when}"),
        None => plain.to_owned(),
    }
}

fn after(sentence: &str, detail: &str) -> String {
    if detail.is_empty() { sentence.to_owned() } else { format!("{sentence} ({detail})") }
}

impl fmt::Display for NoAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NoAnswer::Timeout => f.write_str("there was no answer in time"),
            NoAnswer::NoConnection => f.write_str("no connection"),
            NoAnswer::Broken => f.write_str("the connection broke"),
            NoAnswer::TooLong => f.write_str("the answer was far too long"),
            NoAnswer::NoRequest => f.write_str("the request could not be made"),
            NoAnswer::NotTheService(Some(status)) => {
                write!(f, "something else answered in its place, with status {status}")
            }
            NoAnswer::NotTheService(None) => f.write_str("something else answered in its place"),
            NoAnswer::Unexpected => {
                f.write_str("the service answered something else than was asked for")
            }
        }
    }
}

pub(crate) fn trouble(kind: &TroubleKind, want: Want) -> Problem {
    let (title, detail, remedy) = match kind {
        TroubleKind::Offline(cause) => (
            title("Offline", want, "when connected"),
            after("Microsoft's service cannot be reached. Your choice is kept and tried again by itself.", &cause.to_string()),
            "Check the network if this lasts.",
        ),
        TroubleKind::ServiceBusy => (
            title("Microsoft's service has a problem", want, "when it is back"),
            "The service answered with an error of its own. Your choice is kept and tried again by itself.".to_owned(),
            "",
        ),
        TroubleKind::Throttled => (
            title("Asked to slow down", want, "soon"),
            "The service has had too many requests from your organisation. The program waits as long as it was asked to, then tries again.".to_owned(),
            "",
        ),
        TroubleKind::TooManyChanges => (
            title("Too many changes in a minute", want, "in less than a minute"),
            "The program makes only so many calls a minute, whoever asks. The newest choice is set as soon as there is room.".to_owned(),
            "If it was not you, look for a script that sets your status again and again.",
        ),
        TroubleKind::TokenRefused => (
            title("Microsoft refused the sign-in", want, "when it is accepted"),
            "The service did not accept a fresh token. The program tries again, less and less often.".to_owned(),
            "If this lasts, sign out and sign in again.",
        ),
        TroubleKind::ConsentNeeded => return permission_missing(),
        TroubleKind::NotAllowed => (
            "Not allowed to set your presence".to_owned(),
            "The service refused: the permission Presence.ReadWrite is missing, or a policy of your organisation forbids it. The program tries again every half hour.".to_owned(),
            "Sign in again to give consent, or ask your administrator to allow Presence.ReadWrite.",
        ),
        TroubleKind::NoPresence => (
            "This account has no presence".to_owned(),
            "The service knows no presence for this account: it may have no Teams licence. The program tries again every half hour.".to_owned(),
            "Ask your administrator whether the account may use Teams.",
        ),
        TroubleKind::Rejected(detail) => (
            "The service did not accept the request".to_owned(),
            after("This is a bug in this program. It is not tried again until you choose a status.", detail),
            "Please report it with the ids below.",
        ),
    };
    Problem::new(kind.problem_kind(), &title, &detail, remedy)
}

/// What lets colleagues see something else than `says`, and the one next step.
pub(crate) fn difference(
    cause: DifferenceCause,
    says: Status,
    seen: &str,
) -> (String, &'static str) {
    match cause {
        DifferenceCause::Faded => (
            "Colleagues see you as inactive: the session was not renewed in time.".to_owned(),
            "Choose Available again.",
        ),
        DifferenceCause::TeamsStatus if says == Status::Away && seen == "Available" => (
            "A Teams client says Available, and that wins over Away.".to_owned(),
            "Set \"pin_away = true\" in config.toml, or choose Away in Teams.",
        ),
        DifferenceCause::TeamsStatus => (
            format!(
                "Teams itself shows {}: a call, a meeting or a status chosen there wins over this one.",
                people_words(seen)
            ),
            "To let this one show, choose \"Reset status\" in Teams.",
        ),
        DifferenceCause::NoSession => (
            "Colleagues see you as offline: the change has not reached Teams yet, or you chose \"Appear offline\" there.".to_owned(),
            "If it stays so, choose \"Reset status\" in Teams.",
        ),
        DifferenceCause::Other => (
            format!("Colleagues see {}.", people_words(seen)),
            "It may take Teams a few minutes to follow.",
        ),
    }
}

/// Graph's `DoNotDisturb` as people write it.
fn people_words(availability: &str) -> String {
    let mut words = String::new();
    for letter in availability.chars() {
        if letter.is_uppercase() && !words.is_empty() {
            words.push(' ');
            words.extend(letter.to_lowercase());
        } else {
            words.push(letter);
        }
    }
    words
}

pub(crate) fn permission_missing() -> Problem {
    Problem::new(
        ProblemKind::ConsentNeeded,
        "Permission missing: Presence.ReadWrite",
        "You are signed in, but without the permission Presence.ReadWrite, so your presence cannot be set.",
        "Sign in again and consent, or ask your administrator to grant it to the app registration.",
    )
}

pub(crate) fn sign_in_needed() -> Problem {
    Problem::new(
        ProblemKind::SignInNeeded,
        "Sign in first",
        "Nobody is signed in, so nothing was changed.",
        "Choose \"Sign in…\" in the tray menu, or run: presence-tray sign-in",
    )
}

pub(crate) fn sign_in_again(refusal: &Refusal) -> Problem {
    Problem::new(
        ProblemKind::SignInNeeded,
        "Sign in again",
        &after(
            "Microsoft asks you to sign in again. Your choice is kept until then.",
            &refusal.detail,
        ),
        "Choose \"Sign in…\" in the tray menu, or run: presence-tray sign-in",
    )
    .with_ids(refusal.ids.clone())
}

/// The same problem, with what becomes of the wish in its title.
pub(crate) fn with_wish(mut problem: Problem, want: Want) -> Problem {
    if problem.kind == ProblemKind::SignInNeeded
        && let Some(intent) = intent(want)
    {
        problem.title = format!("{}: {intent} then", problem.title);
    }
    problem
}

pub(crate) fn sign_in_failed(refusal: &Refusal) -> Problem {
    Problem::new(
        ProblemKind::SignInFailed,
        "The sign-in did not work",
        &after("Microsoft refused the sign-in.", &refusal.detail),
        "Sign in again; if it stays so, show your help desk the ids below.",
    )
    .with_ids(refusal.ids.clone())
}

pub(crate) fn not_public_client(refusal: &Refusal) -> Problem {
    Problem::new(
        ProblemKind::NotPublicClient,
        "The app registration is not set up for this program",
        &after("Microsoft does not accept the application (client) ID as a public client of this tenant.", &refusal.detail),
        "In the Entra admin centre, under Authentication, switch \"Allow public client flows\" on; check client_id and tenant in config.toml.",
    )
    .with_ids(refusal.ids.clone())
}

pub(crate) fn consent_refused(refusal: &Refusal) -> Problem {
    let mut ids = refusal.ids.clone();
    let link = ids.remove("admin consent");
    let remedy = match link {
        Some(link) => format!("Ask your administrator to open this link: {link}"),
        None => "Sign in again and consent, or ask your administrator to.".to_owned(),
    };
    Problem::new(
        ProblemKind::ConsentNeeded,
        "Consent needed",
        &after(
            "Your organisation has not allowed this app registration to set presence.",
            &refusal.detail,
        ),
        &remedy,
    )
    .with_ids(ids)
}

pub(crate) fn sign_in_cancelled() -> Problem {
    Problem::new(
        ProblemKind::SignInCancelled,
        "Sign-in cancelled",
        "The sign-in was broken off. Nothing was changed.",
        "Choose \"Sign in…\" when you want to go on.",
    )
}

pub(crate) fn sign_in_expired() -> Problem {
    Problem::new(
        ProblemKind::SignInExpired,
        "The sign-in took too long",
        "The sign-in was not finished in time. Nothing was changed.",
        "Choose \"Sign in…\" to start again.",
    )
}

pub(crate) fn sign_in_busy() -> Problem {
    Problem::new(
        ProblemKind::ServiceBusy,
        "Microsoft's sign-in has a problem",
        "The sign-in service answered with an error of its own.",
        "Sign in again in a few minutes.",
    )
}

pub(crate) fn sign_in_offline(cause: NoAnswer) -> Problem {
    Problem::new(
        ProblemKind::Offline,
        "Offline: the sign-in could not be finished",
        &after("Microsoft's sign-in service cannot be reached.", &cause.to_string()),
        "Check the network, then sign in again.",
    )
}

pub(crate) fn sign_in_odd() -> Problem {
    Problem::new(
        ProblemKind::SignInFailed,
        "The sign-in did not work",
        "The sign-in service gave an answer that the program does not understand.",
        "Check tenant and cloud in config.toml, then sign in again.",
    )
}

pub(crate) fn replaced() -> Problem {
    Problem::new(
        ProblemKind::Replaced,
        "Replaced by a newer choice",
        "Another choice came before this one was set.",
        "",
    )
}

pub(crate) fn leaving() -> Problem {
    Problem::new(
        ProblemKind::Leaving,
        "Presence Tray is closing",
        "Nothing was changed.",
        "Start it again first.",
    )
}

pub(crate) fn signing_out() -> Problem {
    Problem::new(
        ProblemKind::SignInNeeded,
        "You are being signed out",
        "Nothing was changed.",
        "Sign in again first.",
    )
}

/// A command took as long as a face should wait for it.
pub(crate) fn not_in_time() -> Problem {
    Problem::new(
        ProblemKind::ServiceBusy,
        "Not confirmed yet",
        "The service has not confirmed it within a minute. Your choice is kept and tried again by itself.",
        "",
    )
}

/// A sign-out whose deletion the keyring has not confirmed.
pub(crate) fn keyring_is_slow() -> Problem {
    Problem::new(
        ProblemKind::NotForgotten,
        "Your sign-in is still in the keyring",
        "You are signed out here, but the keyring has not deleted the sign-in yet. The program tries again by itself.",
        "Unlock the keyring, or start its service, and leave the program running until then.",
    )
}

/// A mistake in the newest configuration, while the one before it is in force.
pub(crate) fn goes_on_as_before(problem: &Problem) -> Problem {
    let mut problem = problem.clone();
    problem.detail.push_str(" The program goes on with what it read before.");
    problem
}

pub(crate) fn nothing_wanted() -> Problem {
    Problem::new(
        ProblemKind::WrongUsage,
        "No status is wanted",
        "There is no status whose end could be changed.",
        "Choose a status first.",
    )
}

pub(crate) fn wrong_span() -> Problem {
    Problem::new(
        ProblemKind::WrongUsage,
        "A timed status lasts 5 minutes to 24 hours",
        "The service cannot end a status sooner than after 5 minutes. Nothing was changed.",
        "Give a span such as 45m or 1h30m.",
    )
}

pub(crate) fn timed_ended(ended: Status, want: Want) -> Notice {
    let body = match want {
        Want::Held(wish) => format!("Going back to {}.", wish.status.label()),
        Want::Nothing | Want::Clearing => "Your status is cleared.".to_owned(),
    };
    Notice { title: format!("{} has ended", ended.label()), body }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_trouble_says_what_happened_and_what_is_done() {
        let kinds = [
            TroubleKind::Offline(NoAnswer::Timeout),
            TroubleKind::ServiceBusy,
            TroubleKind::Throttled,
            TroubleKind::TooManyChanges,
            TroubleKind::TokenRefused,
            TroubleKind::ConsentNeeded,
            TroubleKind::NotAllowed,
            TroubleKind::NoPresence,
            TroubleKind::Rejected("BadRequest".to_owned()),
        ];
        for kind in kinds {
            let problem = trouble(&kind, Want::Clearing);
            let is_sentence = problem.detail.ends_with('.') || problem.detail.ends_with(')');
            assert!(is_sentence, "{kind:?}: {}", problem.detail);
            assert!(
                !problem.title.is_empty() && !problem.title.contains('.')
                    || problem.title.contains("Presence.")
            );
        }
    }
}
