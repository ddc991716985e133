//! Owns the lines in which `status` reaches a person; refuses to print them.

use presence_core::MessageState;
use presence_host::Report;

/// A report as lines for people.
pub(crate) fn in_words(report: &Report) -> String {
    let nothing = || "nothing".to_owned();
    let wanted = report.wanted.map_or_else(nothing, |status| status.label().to_owned());
    let until =
        report.until.as_ref().map(|until| format!(" until {}", clock(until))).unwrap_or_default();
    let mut lines = vec![format!("Wanted          {wanted}{until}")];
    lines.push(match &report.session {
        Some(session) => {
            let renews = session.renews_at.as_ref().map(|at| format!(", renewed at {}", clock(at)));
            let ends = format!(", ends at {} unless renewed", clock(&session.expires_at));
            format!(
                "Session         {}{}{ends}",
                session.status.label(),
                renews.unwrap_or_default()
            )
        }
        None => "Session         none".to_owned(),
    });
    lines.push(match &report.effective {
        Some(seen) => format!("Colleagues see  {} ({})", seen.availability, seen.activity),
        None => "Colleagues see  not known".to_owned(),
    });
    lines.push(match &report.account {
        Some(account) => format!("Account         {} (tenant {})", account.name, account.tenant),
        None => "Account         not signed in".to_owned(),
    });
    if let Some(message) = &report.message {
        let text = message.text.as_str();
        lines.push(match (message.state, &message.problem) {
            (MessageState::Set, _) => format!("Message         {text}"),
            (MessageState::Setting, _) => format!("Message         {text} (not set yet)"),
            (MessageState::NotSet, None) => format!("Message         {text} (not set)"),
            (MessageState::NotSet, Some(problem)) => {
                format!("Message         {text} (not set: {})", problem.title)
            }
        });
    }
    if let Some(difference) = &report.difference {
        lines.push(format!("Difference      {} {}", difference.text, difference.remedy));
    }
    if let Some(problem) = &report.problem {
        lines.push(format!("Problem         {problem}"));
    }
    lines.push(String::new());
    lines.join("\n")
}

/// A time of a report (RFC 3339 UTC) on the wall of this computer: "Mon 15:42:07".
pub(crate) fn clock(utc: &str) -> String {
    chrono::DateTime::parse_from_rfc3339(utc).map_or_else(
        |_| utc.to_owned(),
        |time| time.with_timezone(&chrono::Local).format("%a %H:%M:%S").to_string(),
    )
}
