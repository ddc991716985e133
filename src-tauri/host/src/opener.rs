//! Owns asking the desktop to open a URL with its own opener; refuses to guess a browser.

#[cfg_attr(windows, path = "opener/windows.rs")]
#[cfg_attr(not(windows), path = "opener/other.rs")]
mod os;

pub(crate) use os::open;
