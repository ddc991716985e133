//! Owns what is verified on real desktops; refuses the private one that the other end-to-end tests have.

use anyhow::Result;
use presence_tests::packages::{self, Consent, Group};
use presence_tests::workspace::{Tally, run, test};

/// Runs the checks on the desktops with these names, on all of them without any.
pub(crate) fn verify(names: &[String], consent: Consent) -> Result<Tally> {
    packages::ensure(&[Group::BuildWindow, Group::Desktop], consent)?;
    run(&["build", "--locked", "--workspace", "--bins"])?;
    let tests = ["test", "--locked", "-p", "presence-tests", "--test", "desktops", "--"];
    let names = names.iter().map(String::as_str);
    test(&tests.into_iter().chain(names).collect::<Vec<_>>())
}
