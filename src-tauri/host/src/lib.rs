//! Does what the core decided: HTTP, OAuth, keyring, files, clock, the door, the loop. Refuses to decide.
//!
//! Start with [`Resident`], the loop of the program that stays: it feeds events to the core, carries out its effects
//! (`resident/effects.rs`) and shows each view to its [`Face`], which asks with [`Commands`]. Other processes ask it
//! through the door, as a [`Client`]; where no resident runs, a [`OneShot`] carries out one command. Each belongs to a
//! [`Profile`], the folders of one person's configuration and state. A [`Snapshot`] is the view as programs read it.

#![warn(clippy::wildcard_enum_match_arm)]

mod app_id;
mod clock;
mod config;
mod doctor;
mod door;
mod files;
pub mod history;
mod http;
mod language;
mod lock;
mod memory;
#[cfg(windows)]
pub mod message_box;
mod network;
mod one_shot;
mod opener;
mod patience;
mod policy;
mod profile;
#[cfg(target_os = "linux")]
mod readiness;
mod redirect;
mod report;
mod resident;
mod saved;
mod signals;
mod sleep;
#[cfg(windows)]
mod user;
mod vault;
mod watch;

#[cfg(windows)]
pub use app_id::claim_app_id;
pub use app_id::{APP_ID, APP_NAME, ICON_NAME};
pub use clock::{Clock, Moment};
pub use config::{
    Bound, Change, Config, ConfigError, ConfigReport, Key, KeyReport, Kind, MistakeReport, Origin,
    Shortcut, Value,
};
pub use doctor::{Check, CheckReport, Diagnosis, examine};
pub use door::{
    Client, DoorError, Read, Request, Requests, Response, Starting, Turn, Watch, WindowPlace,
};
pub use language::choose_language;
pub use memory::{forbid_dumps, share_heap, share_worker};
pub use one_shot::{OneShot, Purpose, Snapshots};
pub use policy::GROUP_POLICY;
pub use presence_wire::{Cloud, Registration, printable};
pub use profile::{Profile, ProfileError};
pub use report::{Report, SignInReport, Snapshot};
pub use resident::{Commands, Face, Resident, StartError};
