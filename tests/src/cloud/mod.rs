//! The fake cloud: Entra ID and Microsoft Graph presence as a pure model, a loopback server around it, and
//! the browser of a person who signs in. It refuses to be lenient: what Microsoft refuses, it refuses.

pub mod browser;
mod model;
mod model_aggregate;
mod model_authorize;
mod model_broken;
mod model_device;
mod model_entra;
mod model_faults;
mod model_graph;
mod model_options;
mod model_pages;
mod model_presence;
mod model_refusals;
mod model_routes;
mod model_sight;
mod model_tokens;
mod model_verbs;
mod model_wire;
mod server;

pub use model::{Cloud, Seen};
pub use model_faults::{Fault, Kind, On, RetryAfter, TokenError};
pub use model_options::{
    ALEX, App, CLIENT_ID, Consent, DOMAIN, MEGAN, Options, Policy, Rotation, TENANT, User, Window,
};
pub use model_presence::{FADE_AWAY, FADE_INACTIVE, Interval, Pair, SessionState, Shown};
pub use model_sight::Sight;
pub(crate) use model_wire::Seed;
pub use model_wire::{Delivery, Millis, Request, Response};
pub use server::CloudServer;
