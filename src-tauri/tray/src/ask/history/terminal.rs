//! Owns what the terminal behind stdout can show; refuses to draw.

use std::io::{self, IsTerminal};

/// Where nothing says how wide the terminal is, columns.
const WIDTH: usize = 80;

/// How wide it is, columns.
pub(super) fn width() -> usize {
    let told = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    told.or_else(measured).filter(|columns| *columns > 0).unwrap_or(WIDTH)
}

/// Whether it shows colours, and its person wants them (no-color.org).
pub(super) fn takes_colours() -> bool {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let is_dumb = std::env::var_os("TERM").is_some_and(|name| name == "dumb");
    io::stdout().is_terminal() && !is_set("NO_COLOR") && !is_dumb && obeys_colours()
}

#[cfg(unix)]
fn measured() -> Option<usize> {
    rustix::termios::tcgetwinsize(io::stdout()).ok().map(|size| usize::from(size.ws_col))
}

#[cfg(not(unix))]
fn measured() -> Option<usize> {
    None
}

#[cfg(windows)]
use crate::console::obeys_colours;

#[cfg(not(windows))]
fn obeys_colours() -> bool {
    true
}
