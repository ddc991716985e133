//! Does what the core decided: HTTP, OAuth, keyring, files, clock, the door, the loop. Refuses to decide.

mod app_id;
mod checkup;
mod clean;
mod clock;
mod config;
mod door;
mod entra;
mod errand;
mod files;
mod graph;
mod http;
mod identity;
mod lock;
mod network;
mod opener;
mod place;
mod purse;
mod redirect;
mod report;
mod resident;
mod saved;
mod signals;
mod sleep;
mod vault;
mod watch;

#[cfg(windows)]
pub use app_id::claim_app_id;
pub use app_id::{APP_ID, APP_NAME};
pub use checkup::{Check, examine};
pub use clean::printable;
pub use clock::{Clock, Moment};
pub use config::{Bound, Cloud, Config, ConfigError, Registration, Shortcut};
pub use door::{Client, DoorError, Watch};
pub use errand::{Errand, Facades, Purpose};
pub use place::{Place, PlaceError};
pub use report::{Facade, Report, SignInReport};
pub use resident::{Commands, Face, Resident, StartError};
