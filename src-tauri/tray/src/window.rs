//! Owns starting the window, a process of its own beside this one; refuses to know what it shows.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use presence_core::Notice;

use crate::notify;

/// Starts the window.
pub(crate) fn open() {
    let path = beside();
    if !path.is_file() {
        return missing(&path.display().to_string());
    }
    let mut command = Command::new(&path);
    // Saves 25 MB where the window's graphics are drawn by software.
    command.env("GDK_GL", "disable");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    match command.spawn() {
        Ok(mut child) => {
            // Somebody must wait for the child, so that nothing is left of it once it is closed.
            let waiter =
                std::thread::Builder::new().stack_size(64 * 1024).name("window".to_owned());
            if let Err(error) = waiter.spawn(move || child.wait()) {
                tracing::warn!(%error, "nobody waits for the window");
            }
        }
        Err(error) => missing(&format!("{}: {error}", path.display())),
    }
}

/// Where the window is: in the folder of this program.
fn beside() -> PathBuf {
    let name = format!("presence-tray-window{}", std::env::consts::EXE_SUFFIX);
    let this = std::env::current_exe().unwrap_or_default();
    this.with_file_name(name)
}

fn missing(what: &str) {
    tracing::warn!(what, "the window cannot be started");
    notify::show(Notice {
        title: "The window cannot be opened".to_owned(),
        body: format!(
            "{what} is not there or does not start. The tray menu and the command line still work."
        ),
    });
}
