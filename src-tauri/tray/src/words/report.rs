//! Owns the lines in which `status` reaches a person; refuses to print them.

use presence_core::words::seen_as;
use presence_core::{MessageState, t};
use presence_host::Report;

use super::time;

/// A report as lines for people.
pub(crate) fn in_words(report: &Report) -> String {
    let wanted = match (report.wanted, &report.until) {
        (None, _) => t!("nothing").to_owned(),
        (Some(status), None) => status.label().to_owned(),
        (Some(status), Some(until)) => {
            t!("{status} until {time}", status = status.label(), time = clock(until))
        }
    };
    let mut lines = line(t!("Wanted"), &wanted);
    let session = report.session.as_ref().map(|session| {
        let (status, ends) = (session.status.label(), clock(&session.expires_at));
        match &session.renews_at {
            Some(at) => t!(
                "{status}, renewed at {time}, ends at {ends} unless renewed",
                status,
                time = clock(at),
                ends
            ),
            None => t!("{status}, ends at {ends} unless renewed", status, ends),
        }
    });
    lines += &line(t!("Session"), session.as_deref().unwrap_or(t!("none")));
    let seen = report.effective.as_ref();
    let seen = seen
        .map(|seen| [&seen_as(&seen.availability), " (", &seen_as(&seen.activity), ")"].concat());
    lines += &line(t!("Colleagues see"), seen.as_deref().unwrap_or(t!("not known")));
    let account = report.account.as_ref().map(|account| {
        t!("{name} (tenant {tenant})", name = account.name, tenant = account.tenant)
    });
    lines += &line(t!("Account"), account.as_deref().unwrap_or(t!("not signed in")));
    if let Some(message) = &report.message {
        let text = message.text.as_str();
        let said = match (message.state, &message.problem) {
            (MessageState::Set, _) => text.to_owned(),
            (MessageState::Setting, _) => t!("{text} (not set yet)", text),
            (MessageState::NotSet, None) => t!("{text} (not set)", text),
            (MessageState::NotSet, Some(problem)) => {
                t!("{text} (not set: {problem})", text, problem = problem.title)
            }
        };
        lines += &line(t!("Message"), &said);
    }
    if let Some(difference) = &report.difference {
        let text = [&difference.text, " ", &difference.remedy].concat();
        lines += &line(t!("Difference"), &text);
    }
    if let Some(problem) = &report.problem {
        lines += &line(t!("Problem"), &problem.to_string());
    }
    lines
}

fn line(label: &str, text: &str) -> String {
    format!("{label:<16}{text}\n")
}

/// A time of a report (RFC 3339 UTC) on the wall of this computer: "Mon 15:42:07".
pub(crate) fn clock(utc: &str) -> String {
    chrono::DateTime::parse_from_rfc3339(utc).map_or_else(
        |_| utc.to_owned(),
        |time| time::day_and_second(time.with_timezone(&chrono::Local)),
    )
}
