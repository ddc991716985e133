//! Owns telling a person why the window does not open; refuses to keep it to itself where nobody reads stderr.

#[cfg(windows)]
use presence_host::message_box;
use thiserror::Error;

use crate::words;

/// Why the window does not open, in words for a person.
#[derive(Debug, Error)]
pub(crate) enum Trouble {
    /// This Windows has no browser engine that a program may use.
    #[cfg(windows)]
    #[error("{}", words::no_engine(DOWNLOAD))]
    NoEngine,
    /// Tauri does not start.
    #[error("{}", words::cannot_open(.0))]
    Tauri(#[from] tauri::Error),
}

/// Microsoft's page "Microsoft Edge WebView2", with the installers for everybody.
#[cfg(windows)]
const DOWNLOAD: &str = "https://developer.microsoft.com/microsoft-edge/webview2";

/// Looks for what the window cannot do without.
///
/// # Errors
/// When it is missing.
pub(crate) fn look() -> Result<(), Trouble> {
    #[cfg(windows)]
    if tauri::webview_version().is_err() {
        return Err(Trouble::NoEngine);
    }
    Ok(())
}

impl Trouble {
    /// Says it where this program was started from.
    #[cfg(not(windows))]
    #[expect(clippy::print_stderr, reason = "nothing else can show it")]
    pub(crate) fn tell(&self) {
        eprintln!("presence-tray-window: {self}");
    }

    /// Says it in a box of its own, and waits until it was read.
    #[cfg(windows)]
    pub(crate) fn tell(&self) {
        match self {
            Trouble::NoEngine => {
                if message_box::ask(&self.to_string()) {
                    // Whoever has no browser either has read the address.
                    let _ = open::that_detached(DOWNLOAD);
                }
            }
            Trouble::Tauri(_) => message_box::show(&self.to_string()),
        }
    }
}

/// Lets a panic be seen: Tauri ends so when a window cannot be made.
#[cfg(windows)]
pub(crate) fn show_panics() {
    std::panic::set_hook(Box::new(|panic| {
        message_box::show(&words::has_to_close(panic));
    }));
}
