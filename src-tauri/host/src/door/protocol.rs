//! Owns the lines that pass the door: what is asked, and what is answered. Refuses tokens, which none of them can hold.

use chrono::{DateTime, Utc};
use presence_core::{Command, Outcome, Problem};
use serde::{Deserialize, Serialize};

use crate::history::Page;
use crate::{Change, ConfigReport, Diagnosis};

/// What comes in at the door: one object on a line of at most 64 KB.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Request {
    /// Do this, and say how it ended: a [`Response::Outcome`].
    Do(Command),
    /// Stream what faces show, from now on, a [`crate::Snapshot`] a line, and null when the resident ends by itself.
    Watch(bool),
    /// Be the one window: a [`Response::Window`]. After [`Turn::Open`], each line that follows is a request to come to
    /// the front, a token of the desktop or null, which a line answers once it is done.
    #[cfg_attr(feature = "types", ts(skip))]
    Window {
        /// What the desktop gave for the click, on Linux.
        token: Option<String>,
    },
    /// Tell what snapshots are too small for.
    Read(Read),
    /// Change the configuration, and tell it once the resident goes by it: a [`Response::Config`].
    Configure(Change),
}

/// What can be read beside the snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Read {
    /// Every key of the configuration: a [`Response::Config`].
    Config,
    /// A part of the history: a [`Response::History`].
    History {
        /// From when on.
        since: DateTime<Utc>,
        /// [`Page::next`] of the page before; absent for the first.
        after: Option<usize>,
    },
    /// What works and what does not, a few seconds' work: a [`Response::Doctor`].
    Doctor,
}

/// What the door answers, on a line of at most 64 KB.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Response {
    /// How a command ended.
    Outcome(Outcome),
    /// The configuration.
    Config(ConfigReport),
    /// What `doctor` finds.
    Doctor(Diagnosis),
    /// A part of the history.
    History(Page),
    /// Whether this window opens.
    #[cfg_attr(feature = "types", ts(skip))]
    Window(Turn),
    /// Why something was not done or told.
    Problem(Problem),
    /// Why the line made no sense, or its answer is too long for one.
    Misunderstood(String),
}

/// Whether a window opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Turn {
    /// It is the one.
    Open,
    /// Another one has come to the front for it.
    HandedOver,
}
