//! Owns what is said of trouble with the service, with what becomes of the wish; refuses to decide which one stands.

use std::fmt;

use super::{after, permission_missing};
use crate::trouble::TroubleKind;
use crate::wishes::Want;
use crate::{Ids, NoAnswer, Problem, ProblemKind};

/// What happens to the wish once the trouble has passed: "will set Available".
fn intent(want: Want) -> Option<String> {
    match want {
        Want::Held(wish) => Some(["will set ", wish.status.label()].concat()),
        Want::Clearing => Some("will clear your status".to_owned()),
        Want::Nothing => None,
    }
}

fn title(plain: &str, want: Want, when: &str) -> String {
    match intent(want) {
        Some(intent) => [plain, ": ", &intent, " ", when].concat(),
        None => plain.to_owned(),
    }
}

/// The same problem, with what becomes of the wish in its title.
pub(crate) fn with_wish(mut problem: Problem, want: Want) -> Problem {
    if problem.kind == ProblemKind::SignInNeeded
        && let Some(intent) = intent(want)
    {
        problem.title = [&problem.title, ": ", &intent, " then"].concat();
    }
    problem
}

pub(crate) fn trouble(kind: &TroubleKind, want: Want) -> Problem {
    let (title, detail, remedy) = match kind {
        TroubleKind::Offline(cause) => (
            title("Offline", want, "when connected"),
            after(
                "Microsoft's service cannot be reached. Your choice is kept, and the program keeps trying.",
                &cause.to_string(),
            ),
            "If this continues, check your network connection.",
        ),
        TroubleKind::ServiceBusy => (
            title("Microsoft's service has a problem", want, "when it is back"),
            "The service reported an internal error. Your choice is kept, and the program keeps trying.".to_owned(),
            "",
        ),
        TroubleKind::Throttled => (
            title("Microsoft's service is limiting requests", want, "soon"),
            "The service has received too many requests from your organisation. The program waits as long as the service asks, then tries again.".to_owned(),
            "",
        ),
        TroubleKind::TooManyChanges => (
            title("Too many changes in a minute", want, "in less than a minute"),
            "The program limits how many requests it sends in a minute. Your latest choice is set as soon as the limit allows.".to_owned(),
            "If you did not make these changes, look for a script that sets your status repeatedly.",
        ),
        TroubleKind::TokenRefused => (
            title("Microsoft refused the sign-in", want, "when it is accepted"),
            "The service did not accept a newly issued access token. The program keeps trying, at longer and longer intervals.".to_owned(),
            "If this continues, sign out and sign in again.",
        ),
        TroubleKind::ConsentNeeded => return permission_missing(),
        TroubleKind::NotAllowed => (
            "Not allowed to set your presence".to_owned(),
            "The service denied access: the permission Presence.ReadWrite is missing, or a policy of your organisation forbids setting it. The program tries again every half hour.".to_owned(),
            "Sign in again to give consent, or ask your administrator to allow Presence.ReadWrite.",
        ),
        TroubleKind::NoPresence => (
            "This account has no presence".to_owned(),
            "The service has no presence for this account, which may have no Teams licence. The program tries again every half hour.".to_owned(),
            "Ask your administrator whether this account may use Teams.",
        ),
        TroubleKind::Rejected(detail) => (
            "The service did not accept the request".to_owned(),
            after(
                "This is a bug in this program. The request is not repeated until you choose a status.",
                detail,
            ),
            "Report the bug with the IDs below.",
        ),
    };
    Problem::new(kind.problem_kind(), title, detail, remedy)
}

/// Why there was no answer: a part of a sentence.
impl fmt::Display for NoAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NoAnswer::Timeout => f.write_str("the request timed out"),
            NoAnswer::NoConnection => f.write_str("no connection"),
            NoAnswer::Broken => f.write_str("the connection was lost"),
            NoAnswer::TooLong => f.write_str("the response was too long"),
            NoAnswer::NoRequest => f.write_str("the request could not be made"),
            NoAnswer::NotTheService(Some(status)) => {
                write!(f, "something else answered in its place, with HTTP status {status}")
            }
            NoAnswer::NotTheService(None) => f.write_str("something else answered in its place"),
            NoAnswer::Unexpected => f.write_str("the service sent an unexpected response"),
        }
    }
}

/// The line of names and values for the help desk.
fn for_help_desk(ids: &Ids) -> String {
    let ids: Vec<_> = ids.iter().map(|(name, value)| format!("{name} {value}")).collect();
    format!("For your help desk: {}", ids.join(", "))
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.title)?;
        for sentence in [&self.detail, &self.remedy] {
            if !sentence.is_empty() {
                write!(f, "\n  {sentence}")?;
            }
        }
        if !self.ids.is_empty() {
            write!(f, "\n  {}", for_help_desk(&self.ids))?;
        }
        Ok(())
    }
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
