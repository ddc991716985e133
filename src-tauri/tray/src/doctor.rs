//! Owns looking at all that the program needs and saying what to do where something is missing. Refuses to mend it.

use presence_core::words::not_running;
use presence_core::{Problem, ProblemKind};
use presence_host::{Check, Config, Diagnosis, Profile, SignInReport, Snapshot};

use crate::autostart::{self, Standing};
use crate::installed::Installed;
use crate::shortcuts::Holder;
use crate::{shortcuts, tray, words};

/// What a resident shows, or what this process finds out in its place.
pub(crate) enum Seen {
    Resident(Snapshot),
    Nobody(Snapshot),
}

/// What the resident that shows `snapshot` finds.
pub(crate) async fn of_resident(profile: Profile, snapshot: Snapshot) -> Diagnosis {
    examine(&profile, &Ok(Seen::Resident(snapshot))).await.into()
}

/// Looks at everything. What cannot be looked at without a configuration is left out.
pub(crate) async fn examine(profile: &Profile, seen: &Result<Seen, Problem>) -> Vec<Check> {
    let (mut checks, config) = presence_host::examine(profile).await;
    checks.push(Check::new("resident", resident(seen)));
    if config.is_some() {
        checks.push(Check::new("sign-in", sign_in(seen)));
        checks.extend(permission(seen).map(|finding| Check::new("permission", finding)));
    }
    checks.push(Check::new("tray", tray::check(profile).await));
    if let Some(config) = &config {
        checks.push(Check::new("shortcuts", bound(config, seen).await));
        checks.push(Check::new("autostart", starts(profile, config, seen)));
    }
    checks.push(Check::new("installation", Ok(words::doctor::installed(Installed::look()))));
    checks
}

fn resident(seen: &Result<Seen, Problem>) -> Result<String, Problem> {
    match seen {
        Ok(Seen::Resident(_)) => Ok(words::doctor::RUNNING.said().to_owned()),
        Err(problem) if problem.kind != ProblemKind::NotConfigured => Err(problem.clone()),
        Ok(Seen::Nobody(_)) | Err(_) => Err(not_running(None)),
    }
}

fn sign_in(seen: &Result<Seen, Problem>) -> Result<String, Problem> {
    let snapshot = match seen {
        Ok(Seen::Resident(snapshot) | Seen::Nobody(snapshot)) => snapshot,
        Err(problem) => return Err(problem.clone()),
    };
    if let Some(problem) = standing(snapshot).filter(|problem| !is_about_permission(problem)) {
        return Err(problem.clone());
    }
    match &snapshot.sign_in {
        SignInReport::SignedIn => {
            let name = snapshot.report.account.as_ref().map(|account| account.name.as_str());
            Ok(words::doctor::signed_in(name))
        }
        SignInReport::NotConfigured
        | SignInReport::Looking
        | SignInReport::SignedOut
        | SignInReport::SigningIn { .. }
        | SignInReport::Needed => Err(words::doctor::not_signed_in()),
    }
}

/// What the service says to a token; nothing without one.
fn permission(seen: &Result<Seen, Problem>) -> Option<Result<String, Problem>> {
    let snapshot = match seen {
        Ok(Seen::Resident(snapshot) | Seen::Nobody(snapshot)) => snapshot,
        Err(_) => return None,
    };
    if let Some(problem) = standing(snapshot).filter(|problem| is_about_permission(problem)) {
        return Some(Err(problem.clone()));
    }
    let effective = snapshot.report.effective.as_ref()?;
    Some(Ok(words::doctor::permission_granted(&effective.availability)))
}

fn is_about_permission(problem: &Problem) -> bool {
    use ProblemKind::{ConsentNeeded, NoPresence, NotAllowed};
    [ConsentNeeded, NotAllowed, NoPresence].contains(&problem.kind)
}

fn standing(snapshot: &Snapshot) -> Option<&Problem> {
    snapshot.report.problem.as_ref().filter(|problem| !snapshot.desktop.contains(problem))
}

async fn bound(config: &Config, seen: &Result<Seen, Problem>) -> Result<String, Problem> {
    if config.shortcuts.is_empty() {
        return Ok(words::doctor::shortcuts(0));
    }
    let problems = match seen {
        Ok(Seen::Resident(snapshot)) => of_kind(snapshot, ProblemKind::Shortcut),
        Ok(Seen::Nobody(_)) => shortcuts::check(&config.shortcuts, Holder::Nobody).await,
        Err(_) => shortcuts::check(&config.shortcuts, Holder::Resident).await,
    };
    match merged(problems) {
        Some(problem) => Err(problem),
        None => Ok(words::doctor::shortcuts(config.shortcuts.len())),
    }
}

fn starts(
    profile: &Profile,
    config: &Config,
    seen: &Result<Seen, Problem>,
) -> Result<String, Problem> {
    if let Ok(Seen::Resident(snapshot)) = seen
        && let Some(problem) = merged(of_kind(snapshot, ProblemKind::Autostart))
    {
        return Err(problem);
    }
    Ok(match (config.autostart, autostart::standing(profile)) {
        (true, Standing::On) => words::doctor::STARTS,
        (true, Standing::SwitchedOff) => words::doctor::START_SWITCHED_OFF,
        (true, Standing::Absent) => words::doctor::START_ABSENT,
        (false, _) => words::doctor::STARTS_NOT,
    }
    .said()
    .to_owned())
}

fn of_kind(snapshot: &Snapshot, kind: ProblemKind) -> Vec<Problem> {
    snapshot.desktop.iter().filter(|problem| problem.kind == kind).cloned().collect()
}

/// All of them as one, since a check has one line.
fn merged(problems: Vec<Problem>) -> Option<Problem> {
    let mut problems = problems.into_iter();
    let mut first = problems.next()?;
    for other in problems {
        first.detail = format!("{} {}: {}", first.detail, other.title, other.detail);
    }
    Some(first)
}
