//! Owns the judges that are not ours, of sign-in and Graph: Microsoft's libraries and a certified OpenID provider.
//! Refuses to install them anywhere but into the working tree.

use std::process::Command;

use anyhow::Result;
use presence_tests::packages::{self, Consent, Group};
use presence_tests::workspace::{Tally, judges, root, run, run_command, test};

/// Microsoft's libraries at the fake cloud, and the program at the provider.
pub(crate) fn verify(consent: Consent) -> Result<Tally> {
    packages::ensure(&[Group::BuildWindow, Group::Desktop, Group::Judges], consent)?;
    let ours = root()?.join("tests/judges");
    let python = judges()?.join("python");
    let mut venv = Command::new("python3");
    venv.args(["-m", "venv"]).arg(&python);
    run_command(venv)?;
    let mut pip = Command::new(python.join("bin/pip"));
    pip.args(["install", "--quiet", "--disable-pip-version-check", "--requirement"]);
    pip.arg(ours.join("python/requirements.txt"));
    run_command(pip)?;
    let mut npm = Command::new("npm");
    npm.arg("ci").current_dir(ours.join("openid"));
    run_command(npm)?;
    run(&["build", "--locked", "-p", "presence-tray"])?;
    test(&["test", "--locked", "-p", "presence-tests", "--test", "judges"])
}
