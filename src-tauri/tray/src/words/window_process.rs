//! Owns what the window's process says when there is no page to say it; refuses to show it.

use std::fmt::Display;

use presence_core::t;

/// This Windows has no browser engine; it comes from the page `download`, which the person may open now.
#[cfg(windows)]
pub(crate) fn no_engine(download: &str) -> String {
    [
        t!("The Presence Tray window needs the Microsoft Edge WebView2 Runtime, which is not installed for your user account. The tray menu and the command line work without it."),
        t!("Install it from {download}, then open the window again.", download).as_str(),
        t!("Open that page now?"),
    ]
    .join("\n\n")
}

/// The window cannot be made.
pub(crate) fn cannot_open(why: &dyn Display) -> String {
    t!("The Presence Tray window cannot be opened: {why}", why)
}

/// The window ends with a panic.
#[cfg(windows)]
pub(crate) fn has_to_close(why: &dyn Display) -> String {
    t!("The Presence Tray window has to close: {why}", why)
}

/// The resident crashed: the page adds a full stop, and has the button.
pub(crate) fn ended() -> &'static str {
    t!("Presence Tray ended unexpectedly. \"Try again\" starts it")
}

/// The resident cannot be started: part of a sentence.
pub(crate) fn cannot_start(program: &dyn Display, why: &dyn Display) -> String {
    t!("cannot start {program}: {why}", program, why)
}
