//! The real core against the pure fake cloud, in virtual time: one person, one machine, one keyring. It
//! refuses sockets, threads, sleeping and any randomness but its seed.

mod arrivals;
mod bent;
mod effects;
pub mod fleet;
mod keyring;
mod machine;
mod person;
mod power;
mod record;
mod sockets;
mod story;
mod subject;

pub use bent::Bend;
pub(crate) use bent::is_wish;
pub use keyring::Mood;
pub use machine::World;
pub use record::{Deed, Entry, Step, What};
pub use subject::{OTHER_CLIENT_ID, Person, Place, Sights, Subject};
