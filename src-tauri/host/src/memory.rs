//! Owns that no crash writes this program's memory to a disk: tokens are in it. Refuses to hide the process from the
//! desktop, whose portals look at who calls them: on Linux it stays dumpable (prctl(2), `PR_SET_DUMPABLE`).

#[cfg_attr(windows, path = "memory/windows.rs")]
#[cfg_attr(unix, path = "memory/unix.rs")]
mod os;

pub use os::forbid_dumps;
