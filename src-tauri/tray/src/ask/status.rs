//! Owns `status`, once and at every change, with a resident and without; refuses to fail because of what it
//! tells.

use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Duration;

use presence_core::{Command, Problem, ProblemKind};
use presence_host::{Client, DoorError, Profile, Report, printable};

use super::executor;
use crate::doctor::Seen;
use crate::words;

/// How often a resident that is not there is looked for.
const LOOKS: Duration = Duration::from_secs(2);

pub(super) async fn once(profile: &Profile, json: bool) -> Result<ExitCode, Problem> {
    let report = match executor::look(profile).await {
        Ok(Seen::Resident(snapshot)) => snapshot.report,
        Ok(Seen::Nobody(snapshot)) => snapshot.report.without_resident(profile),
        Err(problem) if problem.kind == ProblemKind::NotConfigured => {
            let report = Report { problem: Some(problem), ..Report::default() };
            report.without_resident(profile)
        }
        Err(problem) => return Err(problem),
    };
    Ok(show(&report, json).map_or(ExitCode::FAILURE, |()| ExitCode::SUCCESS))
}

/// Goes on over the end of a resident and the start of the next, until nobody reads any more.
pub(super) async fn at_every_change(profile: &Profile, json: bool) -> Result<ExitCode, Problem> {
    let mut last = None;
    loop {
        match follow(profile, json, &mut last).await {
            Ok(()) | Err(Ended::NobodyHome) => {}
            Err(Ended::Reader) => return Ok(ExitCode::SUCCESS),
            Err(Ended::Door(error)) => return Err(executor::cannot_act(&error)),
        }
        let report = Report::default().without_resident(profile);
        if show_new(report, json, &mut last).is_err() {
            return Ok(ExitCode::SUCCESS);
        }
        tokio::time::sleep(LOOKS).await;
    }
}

/// Why following a resident ended.
enum Ended {
    NobodyHome,
    /// Nobody reads stdout any more.
    Reader,
    Door(DoorError),
}

impl From<DoorError> for Ended {
    fn from(error: DoorError) -> Ended {
        match error {
            DoorError::NobodyHome | DoorError::Broken(_) => Ended::NobodyHome,
            DoorError::Taken
            | DoorError::Folder { .. }
            | DoorError::TooLong(_)
            | DoorError::LongLine
            | DoorError::Language(_) => Ended::Door(error),
        }
    }
}

async fn follow(profile: &Profile, json: bool, last: &mut Option<Report>) -> Result<(), Ended> {
    Client::connect(profile).await?.ask(Command::Look).await?;
    let mut watch = Client::connect(profile).await?.watch().await?;
    while let Some(snapshot) = watch.next().await? {
        show_new(snapshot.report, json, last).map_err(|_| Ended::Reader)?;
    }
    Ok(())
}

fn show_new(report: Report, json: bool, last: &mut Option<Report>) -> io::Result<()> {
    if last.as_ref() == Some(&report) {
        return Ok(());
    }
    show(&report, json)?;
    *last = Some(report);
    Ok(())
}

fn show(report: &Report, json: bool) -> io::Result<()> {
    let mut out = io::stdout().lock();
    if json {
        writeln!(out, "{}", serde_json::to_string(report)?)?;
    } else {
        write!(out, "{}", printable(&words::report::in_words(report)))?;
    }
    out.flush()
}
