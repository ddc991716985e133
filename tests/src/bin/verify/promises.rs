//! Owns what shows that the test of each promise can fail: the promise broken by its patch, in a copy of this
//! repository. Refuses a test that fails without the patch, or is not run.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use presence_tests::cross::{self, Target};
use presence_tests::packages::{self, Consent, Group};
use presence_tests::promises::{Breach, NO_SOURCES, Promise};
use presence_tests::wine::Windows;
use presence_tests::workspace::{Tally, built_to, cargo_in, root, run_command, test_command};
use rustix::process::geteuid;

use crate::windows;

/// All crates but the window, whose toolkit takes long to link and which is built where a test opens it.
const CRATES: [&str; 4] = ["--locked", "--workspace", "--exclude", "presence-tray-window"];

/// How a test is run; in this order, as the first ones take the least time to build.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Suite {
    /// Beside the code of this package.
    Unit(String),
    /// A test program that takes no other one.
    Alone(String),
    /// A test program that uses what was built.
    EndToEnd(String),
    /// Beside the code for Windows.
    WindowsUnit,
    /// What uses what was built for Windows.
    Windows,
}

/// Breaks the promises whose tests have these names, or all; fails when a breach is not noticed.
pub(crate) fn verify(names: &[String], consent: Consent) -> Result<()> {
    let mut suites: BTreeMap<Suite, Vec<Promise>> = BTreeMap::new();
    for promise in chosen(names)? {
        suites.entry(Suite::of(&promise.file)?).or_default().push(promise);
    }
    let mut groups = vec![Group::BuildWindow, Group::Desktop];
    if suites.keys().any(Suite::is_of_windows) {
        groups.extend([Group::Cross, Group::Windows]);
    }
    packages::ensure(&groups, consent)?;
    let mut copy = Copy::new()?;
    let mut unnoticed = Vec::new();
    for (suite, promises) in &suites {
        copy.refresh()?;
        let names: Vec<&str> = promises.iter().map(|promise| &*promise.test).collect();
        let whole = copy.test(suite, promises, &names)?;
        let expected = Tally { passed: names.len() as u64, failed: 0 };
        ensure!(whole == expected, "of {names:?}, {} pass without a patch", whole.passed);
        for promise in promises {
            copy.refresh()?;
            promise.break_in(&copy.folder, Breach::Make)?;
            let told = match copy.test(suite, std::slice::from_ref(promise), &[&promise.test]) {
                Ok(Tally { passed: 0, failed: 1 }) => {
                    println!("noticed: {}", promise.test);
                    continue;
                }
                Ok(Tally { passed, failed }) => format!("{passed} passed, {failed} failed"),
                // It may be one that does not compile.
                Err(error) => format!("{error:#}"),
            };
            println!("NOT NOTICED: {}", promise.test);
            unnoticed.push(format!("{}: {told}", promise.test));
        }
    }
    copy.refresh()?;
    ensure!(unnoticed.is_empty(), "these breaches were not noticed:\n{}", unnoticed.join("\n"));
    println!("Every one of {} breaches was noticed.", suites.values().flatten().count());
    Ok(())
}

fn chosen(names: &[String]) -> Result<Vec<Promise>> {
    let all = Promise::all()?;
    if let Some(name) = names.iter().find(|name| all.iter().all(|it| it.test != **name)) {
        bail!("{name} is the test of no promise in docs/security.md");
    }
    Ok(all.into_iter().filter(|it| names.is_empty() || names.contains(&it.test)).collect())
}

impl Suite {
    /// Of the tests in `file`.
    fn of(file: &Path) -> Result<Suite> {
        let parts: Vec<&str> = file.iter().filter_map(OsStr::to_str).collect();
        let program = |name: &str| name.trim_end_matches(".rs").to_owned();
        let is_of_windows = parts.iter().any(|part| program(part) == "windows");
        Ok(match parts[..] {
            ["src-tauri", _, "src", ..] if is_of_windows => Suite::WindowsUnit,
            ["src-tauri", part, "src", ..] => Suite::Unit(format!("presence-{part}")),
            ["tests", "fuzz" | "simulation", "tests", name, ..] => Suite::Alone(program(name)),
            ["tests", "tests", ..] if is_of_windows => Suite::Windows,
            ["tests", "tests", name, ..] => Suite::EndToEnd(program(name)),
            _ => bail!("how are the tests of {} run?", file.display()),
        })
    }

    fn is_of_windows(&self) -> bool {
        match self {
            Suite::WindowsUnit | Suite::Windows => true,
            Suite::Unit(_) | Suite::Alone(_) | Suite::EndToEnd(_) => false,
        }
    }
}

/// A copy of this repository, with target folders of its own.
struct Copy {
    folder: PathBuf,
    /// Started at the first test that needs it.
    windows: Option<Windows>,
}

impl Copy {
    fn new() -> Result<Copy> {
        let target =
            built_to()?.parent().context("a profile lies in the target folder")?.to_owned();
        Ok(Copy { folder: target.join("promises"), windows: None })
    }

    /// Makes it what this repository is now. A file that is the same is not touched: nothing is built for it.
    fn refresh(&self) -> Result<()> {
        mirror(&root()?, &self.folder)
    }

    /// Builds what the tests of these names in `suite` need, and runs them.
    fn test(&mut self, suite: &Suite, promises: &[Promise], names: &[&str]) -> Result<Tally> {
        let mut test = match suite {
            Suite::Unit(package) => {
                cargo_in(&self.folder, &["test", "--locked", "-p", package, "--lib"])?
            }
            Suite::Alone(program) => self.program(program)?,
            Suite::EndToEnd(program) => {
                ensure!(program != "packages" || geteuid().is_root(), "{names:?} takes root");
                self.build(promises)?;
                self.program(program)?
            }
            Suite::WindowsUnit => {
                let windows = match self.windows.take() {
                    Some(windows) => windows,
                    None => windows::for_units()?,
                };
                let test = windows::test_units(self.windows.insert(windows), &["--lib"])?;
                self.here(test)
            }
            Suite::Windows => {
                run_command(self.here(windows::build(&["--bin", "presence-tray"])?))?;
                self.program("windows")?
            }
        };
        test.arg("--no-fail-fast").arg("--").args(names);
        test_command(test)
    }

    fn program(&self, name: &str) -> Result<Command> {
        cargo_in(&self.folder, &[&["test"], &CRATES[..], &["--test", name]].concat())
    }

    fn build(&self, promises: &[Promise]) -> Result<()> {
        run_command(cargo_in(&self.folder, &[&["build"], &CRATES[..], &["--bins"]].concat())?)?;
        for promise in promises {
            if fs::read_to_string(root()?.join(&promise.file))?.contains(".open_window()") {
                let window = ["build", "--locked", "-p", "presence-tray-window"];
                return run_command(cargo_in(&self.folder, &window)?);
            }
        }
        Ok(())
    }

    /// Lets a command for Windows work on the copy.
    fn here(&self, mut cargo: Command) -> Command {
        let target = self.folder.join("target").join(cross::name(Target::Windows));
        cargo.current_dir(&self.folder).env("CARGO_TARGET_DIR", target);
        cargo
    }
}

/// Makes the sources below `to` those below `from`.
fn mirror(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    let is_source = |name: &OsStr| NO_SOURCES.iter().all(|other| name != *other);
    for old in fs::read_dir(to)? {
        let old = old?;
        if is_source(&old.file_name()) && !from.join(old.file_name()).exists() {
            if old.file_type()?.is_dir() {
                fs::remove_dir_all(old.path())?;
            } else {
                fs::remove_file(old.path())?;
            }
        }
    }
    for new in fs::read_dir(from)? {
        let (new, name) = new.map(|new| (new.path(), new.file_name()))?;
        // A target folder of another name has this mark.
        if !is_source(&name) || new.join("CACHEDIR.TAG").exists() {
            continue;
        }
        if new.is_dir() {
            mirror(&new, &to.join(name))?;
        } else if fs::read(to.join(&name)).ok() != Some(fs::read(&new)?) {
            fs::write(to.join(&name), fs::read(&new)?)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_promise_has_a_suite() {
        for promise in Promise::all().unwrap() {
            Suite::of(&promise.file).unwrap();
        }
        let suite = |file: &str| Suite::of(Path::new(file)).unwrap();
        assert_eq!(suite("src-tauri/wire/src/clean.rs"), Suite::Unit("presence-wire".to_owned()));
        assert_eq!(suite("src-tauri/host/src/door/windows.rs"), Suite::WindowsUnit);
        assert_eq!(suite("tests/tests/windows/policy.rs"), Suite::Windows);
        assert_eq!(suite("tests/tests/tls.rs"), Suite::EndToEnd("tls".to_owned()));
        assert_eq!(suite("tests/tests/window/door.rs"), Suite::EndToEnd("window".to_owned()));
        assert_eq!(suite("tests/fuzz/tests/corpora.rs"), Suite::Alone("corpora".to_owned()));
        assert!(Suite::of(Path::new("tests/page/check.mjs")).is_err());
    }

    #[test]
    fn a_copy_becomes_what_it_is_a_copy_of_and_keeps_what_was_built() {
        let folder = std::env::temp_dir().join(format!("pt-mirror-{}", std::process::id()));
        let (from, to) = (folder.join("from"), folder.join("to"));
        for (file, text) in [
            ("from/same", "1"),
            ("from/in/changed", "2"),
            ("from/target/built", "3"),
            ("to/same", "1"),
            ("to/in/changed", "broken"),
            ("to/in/gone", "4"),
            ("to/target/built", "5"),
        ] {
            let file = folder.join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        let written = |name: &str| fs::metadata(to.join(name)).unwrap().modified().unwrap();
        let before = written("same");

        mirror(&from, &to).unwrap();

        let text = |name: &str| fs::read_to_string(to.join(name)).ok();
        assert_eq!(text("in/changed").as_deref(), Some("2"));
        assert_eq!(text("in/gone"), None);
        assert_eq!(text("target/built").as_deref(), Some("5"));
        assert_eq!(written("same"), before);
        fs::remove_dir_all(folder).unwrap();
    }
}
