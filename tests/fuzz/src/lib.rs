//! Owns what holds for any input at all, for each part of the program that reads what others write; refuses to make up
//! that input, which is the corpora's and the engine's.
//!
//! A target is a function of bytes that panics where a promise is broken. It calls what ships, as what ships calls it.

#![allow(clippy::unwrap_used, reason = "a panic is a finding")]

use std::path::{Path, PathBuf};

// The command line looks for the keys here.
use presence_host::Key;

#[path = "../../../src-tauri/tray/src/cli.rs"]
mod cli;
mod scratch;
mod shown;
mod targets;

/// A reader of input, with what must hold of it.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Its name, which is that of its corpus.
    pub name: &'static str,
    /// The longest input that is made up for it, bytes.
    pub longest: usize,
    /// Panics where `input` breaks a promise.
    pub check: fn(input: &[u8]),
}

/// All of them.
pub const TARGETS: [Target; 9] = [
    Target { name: "answers", longest: 8 * 1024, check: targets::answers::check },
    Target { name: "challenge", longest: 4 * 1024, check: targets::challenge::check },
    Target { name: "command-line", longest: 1024, check: targets::command_line::check },
    Target { name: "config", longest: 4 * 1024, check: targets::config::check },
    // More than a line of the door takes.
    Target { name: "door", longest: 80 * 1024, check: targets::door::check },
    Target { name: "history", longest: 8 * 1024, check: targets::history::check },
    Target { name: "id-token", longest: 4 * 1024, check: targets::id_token::check },
    // More than is read of a request.
    Target { name: "redirect", longest: 20 * 1024, check: targets::redirect::check },
    // Written as JSON, it is shorter than the parts that a sign-in may have.
    Target { name: "vault", longest: 2 * 1024, check: targets::vault::check },
];

impl Target {
    /// The target of this name.
    #[must_use]
    pub fn find(name: &str) -> Option<Target> {
        TARGETS.into_iter().find(|target| target.name == name)
    }

    /// Where its corpus is: a file for each input.
    #[must_use]
    pub fn corpus(&self) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("corpora").join(self.name)
    }
}
