//! The fake cloud at a port: a loopback server around the pure model, and the browser of a person who signs in. It
//! refuses to be lenient: what Microsoft refuses, it refuses.

pub mod browser;
mod server;

pub use presence_simulation::cloud::*;
pub use server::CloudServer;
