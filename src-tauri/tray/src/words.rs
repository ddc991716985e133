//! Owns the catalogue of what the faces say to a person, by subject; refuses to decide when it is said. Two files of it
//! are other modules', since other programs are built from them too: `words/command_line.rs` (`cli`) and
//! `words/window_process.rs` (the window).

pub(crate) mod autostart;
pub(crate) mod command;
pub(crate) mod config;
pub(crate) mod doctor;
pub(crate) mod history;
pub(crate) mod menu;
pub(crate) mod report;
pub(crate) mod shortcut;
pub(crate) mod start;
pub(crate) mod time;
pub(crate) mod window;
