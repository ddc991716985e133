//! Owns the person's global shortcuts: which keys ask for what, and what is said when they cannot. Refuses to
//! know how a desktop gives keys to a program.

use presence_core::{Aspect, Problem};
use presence_host::{Bound, Commands, Config, Shortcut};

mod combination;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod other;
#[cfg(target_os = "linux")]
mod portal;
#[cfg(target_os = "linux")]
mod x11;

#[cfg(target_os = "linux")]
pub(crate) use linux::Shortcuts;
#[cfg(not(target_os = "linux"))]
pub(crate) use other::Shortcuts;

use crate::words::shortcut as words;
use combination::Combination;

/// A line of `[shortcuts]` that makes sense.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Binding {
    shortcut: Shortcut,
    combination: Combination,
}

/// What the configuration asks of the desktop, and what is wrong with the rest of it.
#[derive(Debug)]
pub(crate) struct Order {
    bindings: Vec<Binding>,
    problems: Vec<Problem>,
    commands: Commands,
}

/// Who may hold the keys already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holder {
    Nobody,
    /// A resident, whose keys would seem taken by another program.
    Resident,
}

/// What is wrong with `shortcuts` on this desktop, found out without keeping any key.
pub(crate) async fn check(shortcuts: &[Shortcut], holder: Holder) -> Vec<Problem> {
    let (bindings, mut problems) = read(shortcuts);
    if !bindings.is_empty() {
        #[cfg(target_os = "linux")]
        problems.extend(linux::check(bindings, holder).await);
        #[cfg(not(target_os = "linux"))]
        problems.extend(other::check(&bindings, holder));
    }
    problems
}

/// Whether `bound` can have `keys`, as far as that can be said without a desktop.
///
/// # Errors
/// Why they are no keys to press.
pub(crate) fn judge(bound: Bound, keys: &str) -> Result<(), Problem> {
    match keys.parse::<Combination>() {
        Ok(_) => Ok(()),
        Err(mistake) => Err(words::not_set(bound, keys, &mistake)),
    }
}

impl Order {
    /// Reads the shortcuts of `config`.
    pub(crate) fn of(config: &Config, commands: &Commands) -> Order {
        let (bindings, problems) = read(&config.shortcuts);
        Order { bindings, problems, commands: commands.clone() }
    }

    /// Tells what does not work: the mistakes, and what the desktop `refused`.
    fn report(&self, refused: Vec<Problem>) {
        let problems: Vec<Problem> = self.problems.iter().cloned().chain(refused).collect();
        for problem in &problems {
            tracing::warn!(problem.detail, "a shortcut does not work");
        }
        tracing::info!(asked = self.bindings.len(), problems = problems.len(), "shortcuts are set");
        self.commands.report(Aspect::Shortcuts, problems);
    }

    /// The keys of `bound` were pressed.
    fn pressed(&self, bound: Bound) {
        tracing::info!(shortcut = bound.name(), "pressed");
        self.commands.press(bound.command());
    }
}

/// Reads every line; of two with the same keys, the first has them.
fn read(shortcuts: &[Shortcut]) -> (Vec<Binding>, Vec<Problem>) {
    let mut bindings: Vec<Binding> = Vec::new();
    let mut problems = Vec::new();
    for shortcut in shortcuts {
        let combination = match shortcut.keys.parse::<Combination>() {
            Ok(combination) => combination,
            Err(mistake) => {
                problems.push(words::misread(shortcut, &mistake));
                continue;
            }
        };
        let holder = bindings.iter().find(|binding| binding.combination == combination);
        if let Some(holder) = holder {
            problems.push(words::same_keys(shortcut, &holder.shortcut));
            continue;
        }
        bindings.push(Binding { shortcut: shortcut.clone(), combination });
    }
    (bindings, problems)
}

fn taken(binding: &Binding) -> Problem {
    words::unusable(&binding.shortcut, words::TAKEN.said())
}

/// One problem for all: this desktop gives no keys.
#[cfg(target_os = "linux")]
fn nowhere(bindings: &[Binding], why: &str) -> Problem {
    words::nowhere(bindings.iter().map(|binding| binding.shortcut.bound), why)
}

#[cfg(test)]
mod tests {
    use super::*;
    use presence_core::{ProblemKind, Status};

    fn shortcut(bound: Bound, keys: &str) -> Shortcut {
        Shortcut { bound, keys: keys.to_owned() }
    }

    #[test]
    fn a_line_that_makes_no_sense_is_a_problem_and_the_others_stay() {
        let (bindings, problems) = read(&[
            shortcut(Bound::Status(Status::Available), "Ctrl+Alt+1"),
            shortcut(Bound::Status(Status::Away), "Ctrl+Alt+Nope"),
            shortcut(Bound::Status(Status::Presenting), "5"),
            shortcut(Bound::Clear, "alt+control+1"),
            shortcut(Bound::Open, "Super+P"),
        ]);

        let bound: Vec<_> = bindings.iter().map(|binding| binding.shortcut.bound).collect();
        assert_eq!(bound, [Bound::Status(Status::Available), Bound::Open]);
        let details: Vec<_> = problems.iter().map(|problem| problem.detail.as_str()).collect();
        for (detail, words) in details.iter().zip([
            "away = \"Ctrl+Alt+Nope\" in [shortcuts] cannot be used: it names \"Nope\", which is not a key",
            "presenting = \"5\" in [shortcuts] cannot be used: it would take 5",
            "clear = \"alt+control+1\" in [shortcuts] cannot be used: available = \"Ctrl+Alt+1\" has the same keys.",
        ]) {
            assert!(detail.starts_with(words), "{detail}");
        }
        assert_eq!(problems.len(), 3);
        assert!(problems.iter().all(|problem| problem.kind == ProblemKind::Shortcut));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn where_no_keys_are_given_the_commands_are_named() {
        let lines =
            [shortcut(Bound::Status(Status::Away), "Alt+1"), shortcut(Bound::Clear, "Alt+2")];
        let problem = nowhere(&read(&lines).0, "it is so");
        assert!(problem.remedy.ends_with("presence-tray toggle away, presence-tray clear"));
    }
}
