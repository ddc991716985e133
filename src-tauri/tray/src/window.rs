//! Owns starting the window, a process of its own beside this one; refuses to know what it shows.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use presence_core::Problem;
use presence_host::{Commands, WindowPlace};

use crate::words;

/// What a Linux desktop reads by which a window may come to the front: on Wayland, on X11.
const TOKENS: [&str; 2] = ["XDG_ACTIVATION_TOKEN", "DESKTOP_STARTUP_ID"];

/// Starts the window for the click that the desktop gave `token` with, or brings the one that has the `place` to the
/// front; if it cannot be started, the resident is told.
pub(crate) fn open(commands: &Commands, place: &WindowPlace, token: Option<String>) {
    let Some(starting) = place.ask(token.clone()) else { return };
    let mut command = Command::new(beside());
    for name in TOKENS {
        // The resident may have been started with one of its own, long ago.
        command.env_remove(name);
        command.envs(token.iter().map(|token| (name, token)));
    }
    if let Err(problem) = spawn(command, starting) {
        tracing::warn!(what = problem.detail, "the window cannot be started");
        commands.failed(problem);
    }
}

/// Starts the window.
///
/// # Errors
/// When it is not beside this program, or does not start.
pub(crate) fn start() -> Result<(), Problem> {
    spawn(Command::new(beside()), ())
}

/// Keeps `held` until the window has ended.
fn spawn(mut command: Command, held: impl Send + 'static) -> Result<(), Problem> {
    let path = PathBuf::from(command.get_program());
    if !path.is_file() {
        return Err(words::window::unavailable(&path.display().to_string()));
    }
    // Saves 25 MB where the window's graphics are drawn by software.
    command.env("GDK_GL", "disable");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command
        .spawn()
        .map_err(|error| words::window::unavailable(&format!("{}: {error}", path.display())))?;
    // Somebody must wait for the child, so that nothing is left of it once it is closed.
    let waiter = std::thread::Builder::new().stack_size(64 * 1024).name("window".to_owned());
    let wait = move || {
        match child.wait() {
            Ok(status) if status.success() => {}
            Ok(status) => tracing::warn!(%status, "the window did not end well"),
            Err(error) => tracing::warn!(%error, "nobody waits for the window"),
        }
        drop(held);
    };
    if let Err(error) = waiter.spawn(wait) {
        tracing::warn!(%error, "nobody waits for the window");
    }
    Ok(())
}

/// Where the window is: in the folder of this program.
fn beside() -> PathBuf {
    let name = format!("presence-tray-window{}", std::env::consts::EXE_SUFFIX);
    let this = std::env::current_exe().unwrap_or_default();
    this.with_file_name(name)
}
