//! Owns `doctor`: looks at all that the program needs and says what to do where something is missing. Refuses to
//! mend it.

use std::process::ExitCode;

use presence_core::{Command, Problem, ProblemKind};
use presence_host::{Check, Client, Config, Facade, Place, Purpose, SignInReport, examine};
use serde_json::json;

use super::doer::{self, Doer};
use super::words;
use crate::autostart::{self, Standing};
use crate::shortcuts::Holder;
use crate::{shortcuts, tray};

pub(super) async fn examine_all(place: &Place, json: bool) -> Result<ExitCode, Problem> {
    let mut checks = examine(place).await;
    let config = Config::read(place).ok();
    let seen = look(place).await;
    checks.push(Check::new("resident", resident(&seen)));
    if config.is_some() {
        checks.push(Check::new("sign-in", sign_in(&seen)));
        checks.extend(permission(&seen).map(|finding| Check::new("permission", finding)));
    }
    checks.push(Check::new("tray", tray::check().await));
    if let Some(config) = &config {
        checks.push(Check::new("shortcuts", bound(config, &seen).await));
        checks.push(Check::new("autostart", starts(place, config, &seen)));
    }
    if json {
        println!("{}", as_json(&checks));
    } else {
        print!("{}", in_words(&checks));
    }
    let is_well = checks.iter().all(|check| check.finding.is_ok());
    Ok(if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What a resident shows, or what this process finds out in its place.
enum Seen {
    Resident(Facade),
    Nobody(Facade),
    Unknown(Problem),
}

async fn look(place: &Place) -> Seen {
    let found = async {
        Ok(match doer::find(place, Purpose::Look).await? {
            Doer::Resident(mut client) => {
                doer::ask(&mut client, Command::Look).await?;
                let facade = async { Client::connect(place).await?.watch().await?.next().await };
                let facade = facade.await.map_err(|error| doer::cannot_act(&error))?;
                Seen::Resident(facade.ok_or_else(words::leaving)?)
            }
            Doer::Errand(errand) => {
                let work = doer::run(errand, async |commands, mut facades| {
                    facades.wait_for(doer::keyring_has_answered).await;
                    let _ = commands.outcome(Command::Look).await;
                    facades.wait_for(|_| true).await
                });
                Seen::Nobody(work.await?.ok_or_else(words::leaving)?)
            }
        })
    };
    found.await.unwrap_or_else(Seen::Unknown)
}

fn resident(seen: &Seen) -> Result<String, Problem> {
    match seen {
        Seen::Resident(_) => Ok("Presence Tray is running".to_owned()),
        Seen::Unknown(problem) if problem.kind != ProblemKind::NotConfigured => {
            Err(problem.clone())
        }
        Seen::Nobody(_) | Seen::Unknown(_) => Err(Problem::new(
            ProblemKind::NotRunning,
            "Presence Tray is not running",
            "Nobody keeps your status.",
            "Start it with: presence-tray",
        )),
    }
}

fn sign_in(seen: &Seen) -> Result<String, Problem> {
    let facade = match seen {
        Seen::Resident(facade) | Seen::Nobody(facade) => facade,
        Seen::Unknown(problem) => return Err(problem.clone()),
    };
    if let Some(problem) = standing(facade).filter(|problem| !is_about_permission(problem)) {
        return Err(problem.clone());
    }
    match &facade.sign_in {
        SignInReport::SignedIn => {
            let name = facade.report.account.as_ref().map(|account| account.name.as_str());
            Ok(format!("signed in as {}", name.unwrap_or("somebody")))
        }
        SignInReport::NotConfigured
        | SignInReport::Looking
        | SignInReport::SignedOut
        | SignInReport::SigningIn { .. }
        | SignInReport::Needed => Err(Problem::new(
            ProblemKind::SignInNeeded,
            "Nobody is signed in",
            "No status can be set.",
            "Sign in with: presence-tray sign-in",
        )),
    }
}

/// What the service says to a token; nothing without one.
fn permission(seen: &Seen) -> Option<Result<String, Problem>> {
    let facade = match seen {
        Seen::Resident(facade) | Seen::Nobody(facade) => facade,
        Seen::Unknown(_) => return None,
    };
    if let Some(problem) = standing(facade).filter(|problem| is_about_permission(problem)) {
        return Some(Err(problem.clone()));
    }
    let effective = facade.report.effective.as_ref()?;
    let seen = &effective.availability;
    Some(Ok(format!("Presence.ReadWrite is granted; colleagues see {seen}")))
}

fn is_about_permission(problem: &Problem) -> bool {
    use ProblemKind::{ConsentNeeded, NoPresence, NotAllowed};
    [ConsentNeeded, NotAllowed, NoPresence].contains(&problem.kind)
}

fn standing(facade: &Facade) -> Option<&Problem> {
    facade.report.problem.as_ref().filter(|problem| !facade.desktop.contains(problem))
}

async fn bound(config: &Config, seen: &Seen) -> Result<String, Problem> {
    if config.shortcuts.is_empty() {
        return Ok("none are set".to_owned());
    }
    let problems = match seen {
        Seen::Resident(facade) => of_kind(facade, ProblemKind::Shortcut),
        Seen::Nobody(_) => shortcuts::check(&config.shortcuts, Holder::Nobody).await,
        Seen::Unknown(_) => shortcuts::check(&config.shortcuts, Holder::Resident).await,
    };
    match merged(problems) {
        Some(problem) => Err(problem),
        None => Ok(match config.shortcuts.len() {
            1 => "1 is set".to_owned(),
            count => format!("{count} are set"),
        }),
    }
}

fn starts(place: &Place, config: &Config, seen: &Seen) -> Result<String, Problem> {
    if let Seen::Resident(facade) = seen
        && let Some(problem) = merged(of_kind(facade, ProblemKind::Autostart))
    {
        return Err(problem);
    }
    Ok(match (config.autostart, autostart::standing(place)) {
        (true, Standing::On) => "Presence Tray starts at log-in",
        (true, Standing::SwitchedOff) => "switched off in the desktop's own settings, which win",
        (true, Standing::Absent) => "Presence Tray sets it up when it starts",
        (false, _) => "Presence Tray does not start at log-in (autostart = false)",
    }
    .to_owned())
}

fn of_kind(facade: &Facade, kind: ProblemKind) -> Vec<Problem> {
    facade.desktop.iter().filter(|problem| problem.kind == kind).cloned().collect()
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

fn in_words(checks: &[Check]) -> String {
    let line = |check: &Check| match &check.finding {
        Ok(text) => format!("ok       {:<14} {text}\n", check.name),
        Err(problem) => {
            let mut text = format!("problem  {:<14} {}", check.name, problem.title);
            for sentence in [&problem.detail, &problem.remedy] {
                if !sentence.is_empty() {
                    text.push_str(&format!("\n{:24}{sentence}", ""));
                }
            }
            let ids: Vec<_> =
                problem.ids.iter().map(|(name, value)| format!("{name} {value}")).collect();
            if !ids.is_empty() {
                text.push_str(&format!("\n{:24}For your help desk: {}", "", ids.join(", ")));
            }
            text.push('\n');
            text
        }
    };
    checks.iter().map(line).collect()
}

fn as_json(checks: &[Check]) -> serde_json::Value {
    let check = |check: &Check| match &check.finding {
        Ok(text) => json!({ "name": check.name, "ok": true, "text": text, "problem": null }),
        Err(problem) => {
            json!({ "name": check.name, "ok": false, "text": problem.title, "problem": problem })
        }
    };
    json!({ "ok": checks.iter().all(|check| check.finding.is_ok()),
            "checks": checks.iter().map(check).collect::<Vec<_>>() })
}
