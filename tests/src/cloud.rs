//! The fake cloud at a port: a loopback server around the pure model, TLS in front of it, and the browser of a person who
//! signs in. It refuses to be lenient: what Microsoft refuses, it refuses.

pub mod browser;
mod server;
mod tls;

pub use presence_simulation::cloud::*;
pub use server::CloudServer;
pub use tls::{Authority, Certificate, TlsPort};
