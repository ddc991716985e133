//! What is said to Entra ID and Microsoft Graph, what their answers mean, and how a sign-in lies in the keyring: bytes
//! and pure functions. Refuses sockets, clocks, files and randomness: the host has them, and the tests' simulated
//! machines play them.
//!
//! A call of the core becomes a request with [`TokenStore::request`], and the service's response becomes the core's
//! answer with [`Pending::answer`]. Tokens stay in the [`TokenStore`]; the core knows them by name.
//!
//! Start with [`TokenStore`], which every call goes through. `graph.rs` and `entra.rs` have what each service is asked
//! and how its answers are read, [`opening`] and [`redirect`] the way of a sign-in through the browser, [`vault`] how
//! the refresh token lies in the keyring. Foreign text is cleaned where it enters ([`text`]).

#![warn(clippy::wildcard_enum_match_arm)]

mod clean;
mod entra;
mod graph;
mod http;
mod id_token;
mod pending;
pub mod redirect;
mod registration;
mod token_store;
pub mod vault;

pub use clean::{printable, text};
pub use entra::{EntraError, Opening, opening, refusal};
pub use graph::{answers, read_presence};
pub use http::{Method, Request, Response};
pub use pending::Pending;
pub use registration::{Cloud, Registration};
pub use token_store::{Attempt, TokenStore};
