//! The real core against the pure fake cloud, in virtual time: one person, one machine, one keyring. It
//! refuses sockets, threads, sleeping and any randomness but its seed.

mod arrivals;
mod effects;
mod entra;
pub mod fleet;
mod graph;
mod keyring;
mod machine;
mod person;
mod power;
mod purse;
mod record;
mod story;
mod wire;

pub use keyring::Mood;
pub use machine::World;
pub use record::{Deed, Entry, What};
