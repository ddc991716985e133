//! Owns what is said of trouble with the service, with what becomes of the wish; refuses to decide which one stands.

use std::fmt;

use super::{after, permission_missing};
use crate::trouble::TroubleKind;
use crate::wishes::Want;
use crate::{BadCertificate, Flaw, Ids, NoAnswer, Problem, ProblemKind, Sentence, sentence, t};

/// The titles of a trouble, by what becomes of the wish once it has passed.
struct Titles {
    /// Where nothing is wanted.
    plain: Sentence,
    /// Where a status is wanted.
    sets: fn(&str) -> String,
    /// Where the status is to be cleared.
    clears: Sentence,
}

impl Titles {
    fn of(self, want: Want) -> String {
        match want {
            Want::Held(wish) => (self.sets)(wish.status.label()),
            Want::Clearing => self.clears.said().to_owned(),
            Want::Nothing => self.plain.said().to_owned(),
        }
    }
}

/// The same problem, with what becomes of the wish in its title.
pub(crate) fn with_wish(mut problem: Problem, want: Want) -> Problem {
    if problem.kind == ProblemKind::SignInNeeded {
        let title = &problem.title;
        match want {
            Want::Held(wish) => {
                let status = wish.status.label();
                problem.title = t!("{problem}: will set {status} then", problem = title, status);
            }
            Want::Clearing => {
                problem.title = t!("{problem}: will clear your status then", problem = title);
            }
            Want::Nothing => {}
        }
    }
    problem
}

pub(crate) fn trouble(kind: &TroubleKind, want: Want) -> Problem {
    let (title, detail, remedy) = match kind {
        TroubleKind::Offline(cause @ NoAnswer::Certificate(_)) => (
            UNTRUSTED.of(want),
            after(
                t!("The program does not trust what answered for Microsoft's service, and sent it nothing. Your choice is kept, and the program keeps trying."),
                &cause.to_string(),
            ),
            cause.remedy().unwrap_or_default(),
        ),
        TroubleKind::Offline(cause) => (
            OFFLINE.of(want),
            after(
                t!("Microsoft's service cannot be reached. Your choice is kept, and the program keeps trying."),
                &cause.to_string(),
            ),
            cause.remedy().unwrap_or(t!("If this continues, check your network connection.")),
        ),
        TroubleKind::ServiceBusy => (
            SERVICE_BUSY.of(want),
            t!("The service reported an internal error. Your choice is kept, and the program keeps trying.").to_owned(),
            "",
        ),
        TroubleKind::Throttled => (
            THROTTLED.of(want),
            t!("The service has received too many requests from your organisation. The program waits as long as the service asks, then tries again.").to_owned(),
            "",
        ),
        TroubleKind::TooManyChanges => (
            TOO_MANY_CHANGES.of(want),
            t!("The program limits how many requests it sends in a minute. Your latest choice is set as soon as the limit allows.").to_owned(),
            t!("If you did not make these changes, look for a script that sets your status repeatedly."),
        ),
        TroubleKind::TokenRefused => (
            TOKEN_REFUSED.of(want),
            t!("The service did not accept a newly issued access token. The program keeps trying, at longer and longer intervals.").to_owned(),
            t!("If this continues, sign out and sign in again."),
        ),
        TroubleKind::ConsentNeeded => return permission_missing(),
        TroubleKind::NotAllowed => (
            t!("Not allowed to set your presence").to_owned(),
            t!("The service denied access: the permission Presence.ReadWrite is missing, or a policy of your organisation forbids setting it. The program tries again every half hour.").to_owned(),
            t!("Sign in again to give consent, or ask your administrator to allow Presence.ReadWrite."),
        ),
        TroubleKind::NoPresence => (
            t!("This account has no presence").to_owned(),
            t!("The service has no presence for this account, which may have no Teams licence. The program tries again every half hour.").to_owned(),
            t!("Ask your administrator whether this account may use Teams."),
        ),
        TroubleKind::Rejected(detail) => (
            t!("The service did not accept the request").to_owned(),
            after(
                t!("This is a bug in this program. The request is not repeated until you choose a status."),
                detail,
            ),
            t!("Report the bug with the IDs below."),
        ),
    };
    Problem::new(kind.problem_kind(), title, detail, remedy)
}

const OFFLINE: Titles = Titles {
    plain: sentence!("Offline"),
    sets: |status| t!("Offline: will set {status} when connected", status),
    clears: sentence!("Offline: will clear your status when connected"),
};

const UNTRUSTED: Titles = Titles {
    plain: sentence!("No trusted connection"),
    sets: |status| t!("No trusted connection: will set {status} when there is one", status),
    clears: sentence!("No trusted connection: will clear your status when there is one"),
};

const SERVICE_BUSY: Titles = Titles {
    plain: sentence!("Microsoft's service has a problem"),
    sets: |status| {
        t!("Microsoft's service has a problem: will set {status} when it is back", status)
    },
    clears: sentence!("Microsoft's service has a problem: will clear your status when it is back"),
};

const THROTTLED: Titles = Titles {
    plain: sentence!("Microsoft's service is limiting requests"),
    sets: |status| t!("Microsoft's service is limiting requests: will set {status} soon", status),
    clears: sentence!("Microsoft's service is limiting requests: will clear your status soon"),
};

const TOO_MANY_CHANGES: Titles = Titles {
    plain: sentence!("Too many changes in a minute"),
    sets: |status| {
        t!("Too many changes in a minute: will set {status} in less than a minute", status)
    },
    clears: sentence!("Too many changes in a minute: will clear your status in less than a minute"),
};

const TOKEN_REFUSED: Titles = Titles {
    plain: sentence!("Microsoft refused the sign-in"),
    sets: |status| {
        t!("Microsoft refused the sign-in: will set {status} when it is accepted", status)
    },
    clears: sentence!("Microsoft refused the sign-in: will clear your status when it is accepted"),
};

/// Why there was no answer: a part of a sentence.
impl fmt::Display for NoAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NoAnswer::Timeout => f.write_str(t!("the request timed out")),
            NoAnswer::NoConnection => f.write_str(t!("no connection")),
            NoAnswer::Broken => f.write_str(t!("the connection was lost")),
            NoAnswer::TooLong => f.write_str(t!("the response was too long")),
            NoAnswer::NoRequest => f.write_str(t!("the request could not be made")),
            NoAnswer::NotTheService(Some(status)) => f.write_str(&t!(
                "something else answered in its place, with HTTP status {status}",
                status
            )),
            NoAnswer::NotTheService(None) => {
                f.write_str(t!("something else answered in its place"))
            }
            NoAnswer::Unexpected => f.write_str(t!("the service sent an unexpected response")),
            NoAnswer::Certificate(certificate) => write!(f, "{certificate}"),
            NoAnswer::ProxySignIn => {
                f.write_str(t!("the proxy of this network asks for a name and a password"))
            }
        }
    }
}

impl NoAnswer {
    /// What a person can do about it, where that is not to look at the network.
    pub(crate) fn remedy(&self) -> Option<&'static str> {
        match self {
            NoAnswer::Certificate(certificate) => Some(match certificate.flaw {
                Flaw::Expired | Flaw::NotYetValid => {
                    t!(
                        "Check the date and the time of this computer; if they are right, tell your help desk."
                    )
                }
                Flaw::UnknownIssuer | Flaw::SelfSigned | Flaw::OtherHost | Flaw::Other => {
                    t!(
                        "Ask your help desk; if your organisation's proxy decrypts connections, this computer has to trust the proxy's certificate."
                    )
                }
            }),
            NoAnswer::ProxySignIn => {
                Some(t!("Ask your help desk how programs sign in to the proxy."))
            }
            NoAnswer::Timeout
            | NoAnswer::NoConnection
            | NoAnswer::Broken
            | NoAnswer::TooLong
            | NoAnswer::NoRequest
            | NoAnswer::NotTheService(_)
            | NoAnswer::Unexpected => None,
        }
    }
}

/// What is wrong with it: a part of a sentence.
impl fmt::Display for BadCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let issuer = self.issuer.as_deref().unwrap_or(t!("an unnamed issuer"));
        f.write_str(&match self.flaw {
            Flaw::UnknownIssuer => {
                t!(
                    "the certificate was issued by {issuer}, which this computer does not trust",
                    issuer
                )
            }
            Flaw::SelfSigned => t!("the certificate was issued by itself, {issuer}", issuer),
            Flaw::Expired => t!("the certificate, issued by {issuer}, has expired", issuer),
            Flaw::NotYetValid => {
                t!("the certificate, issued by {issuer}, is not valid yet", issuer)
            }
            Flaw::OtherHost => {
                t!("the certificate, issued by {issuer}, is for another server", issuer)
            }
            Flaw::Other => t!("the certificate, issued by {issuer}, is not valid", issuer),
        })
    }
}

/// The line of names and values for the help desk.
fn for_help_desk(ids: &Ids) -> String {
    let ids: Vec<_> = ids.iter().map(|(name, value)| format!("{name} {value}")).collect();
    t!("For your help desk: {ids}", ids = ids.join(", "))
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
            TroubleKind::Offline(NoAnswer::ProxySignIn),
            TroubleKind::Offline(NoAnswer::Certificate(BadCertificate {
                flaw: Flaw::Expired,
                issuer: None,
            })),
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
