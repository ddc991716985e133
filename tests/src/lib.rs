//! The fake cloud, the private desktop, and what drives the program end to end.

pub mod cloud;
#[cfg(target_os = "linux")]
pub mod desktop;
pub mod packages;
pub mod world;
#[cfg(target_os = "linux")]
pub mod stage;
pub mod workspace;
