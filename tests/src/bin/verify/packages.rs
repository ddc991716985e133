//! Owns what is verified of the packages for Linux: what Debian's and the desktops' own checkers say, and what
//! becomes of one that is installed. Refuses to install anything into this system.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use anyhow::{Result, ensure};
use presence_tests::packages::{self, Consent, Group};
use presence_tests::release::{self, System, VERSION};
use presence_tests::workspace::{Tally, cargo_in, root, run_command, test};

/// Makes the packages, and a set of an older version, and tries them.
pub(crate) fn verify(consent: Consent) -> Result<Tally> {
    let groups = [Group::BuildWindow, Group::Desktop, Group::Browser, Group::Packages];
    packages::ensure(&groups, consent)?;
    release::make(&[System::Linux], consent)?;
    release::make_older()?;
    judge()?;
    test(&["test", "--locked", "-p", "presence-tests", "--test", "packages"])
}

/// What others have to say of the packages.
fn judge() -> Result<()> {
    let mut lintian = Command::new("lintian");
    lintian.args(["--allow-root", "--fail-on", "error", "--tag-display-limit", "0"]);
    lintian.args(release::debs(VERSION)?);
    run_command(lintian)?;
    let folder = root()?.join("src-tauri/packaging/linux");
    let mut entry = Command::new("desktop-file-validate");
    entry.arg(folder.join("app.presence-tray.desktop"));
    run_command(entry)?;
    let mut metadata = Command::new("appstreamcli");
    // Portals know the program by this ID.
    metadata.args(["validate", "--no-net", "--override=cid-desktopapp-is-not-rdns=info"]);
    metadata.arg(folder.join("app.presence-tray.metainfo.xml"));
    run_command(metadata)
}

/// Whether clones in two folders make the same bytes. It builds everything twice, which takes longer than all else
/// about packages.
pub(crate) fn verify_same_bytes() -> Result<()> {
    let folder = root()?.join("target/packages/twice");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let [one, other] = [folder.join("one"), folder.join("somewhere/deep/below/another")];
    let (one, other) = (sums_of_clone(&one)?, sums_of_clone(&other)?);
    ensure!(one == other, "the packages differ:\n{one}\n{other}");
    Ok(fs::remove_dir_all(folder)?)
}

fn sums_of_clone(folder: &Path) -> Result<String> {
    let mut clone = Command::new("git");
    clone.args(["clone", "--quiet"]).arg(root()?).arg(folder);
    run_command(clone)?;
    // Cargo marks a target folder only where it makes it.
    let build = ["build", "--locked", "-p", "presence-tests", "--bin", "packages"];
    run_command(cargo_in(folder, &build)?)?;
    let theirs = folder.join("target/packages");
    fs::create_dir_all(&theirs)?;
    // The tools need not be built anew.
    symlink(root()?.join("target/packages/tools"), theirs.join("tools"))?;
    run_command(cargo_in(folder, &["packages", "linux", "--yes"])?)?;
    Ok(fs::read_to_string(theirs.join(format!("made/{VERSION}/SHA256SUMS")))?)
}
