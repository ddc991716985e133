//! The fake cloud, the private desktop, and what drives the program end to end.

#[cfg(target_os = "linux")]
pub mod bench;
pub mod cloud;
#[cfg(target_os = "linux")]
pub mod cross;
#[cfg(target_os = "linux")]
pub mod desktop;
#[cfg(target_os = "linux")]
pub mod desktops;
pub mod hostile;
#[cfg(target_os = "linux")]
pub mod installed;
pub mod packages;
pub mod promises;
#[cfg(target_os = "linux")]
pub mod proxy;
#[cfg(target_os = "linux")]
pub mod release;
#[cfg(target_os = "linux")]
pub mod stage;
pub mod types;
#[cfg(target_os = "linux")]
pub mod wine;
pub mod workspace;
