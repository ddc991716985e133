//! Finds the programs that were built, and sees them to their end; refuses to know which stage they play on.

use std::path::PathBuf;
use std::process::{Child, Output};
use std::sync::mpsc;

use anyhow::{Context, Result, bail, ensure};
use rustix::process::Signal;

use super::LIMIT;
use crate::desktop::kill;

/// Waits for the end of a child, and for what it prints.
///
/// # Errors
/// When it runs for three times [`LIMIT`]; it is then killed.
pub fn end_of(child: Child) -> Result<Output> {
    let id = child.id();
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || sender.send(child.wait_with_output()));
    match receiver.recv_timeout(LIMIT * 3) {
        Ok(output) => Ok(output?),
        Err(_) => {
            kill(id, Signal::KILL)?;
            bail!("it did not end and was killed")
        }
    }
}

/// What a command printed that must have succeeded.
///
/// # Errors
/// When it did not; with what it said instead.
pub fn printed(output: Output) -> Result<String> {
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "it ended with {}: {said}", output.status);
    Ok(String::from_utf8(output.stdout)?)
}

/// A program built from this workspace, in the folder this one was built to.
///
/// # Errors
/// When it is not there.
pub fn built(name: &str) -> Result<PathBuf> {
    let this = std::env::current_exe()?;
    let folder = this.ancestors().skip(1).find(|folder| folder.join(name).is_file());
    let folder =
        folder.with_context(|| format!("{name} is not built; \"cargo verify\" builds it first"))?;
    Ok(folder.join(name))
}
