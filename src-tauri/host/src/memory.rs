//! Owns that no crash writes this program's memory to a disk, as tokens are in it, and that what is free in it does not
//! stay with a program that runs all day. Refuses to hide the process from the desktop, whose portals look at who calls
//! them: on Linux it stays dumpable (prctl(2), `PR_SET_DUMPABLE`).

#[cfg_attr(windows, path = "memory/windows.rs")]
#[cfg_attr(unix, path = "memory/unix.rs")]
mod os;

#[cfg_attr(all(target_os = "linux", target_env = "gnu"), path = "memory/glibc.rs")]
#[cfg_attr(not(all(target_os = "linux", target_env = "gnu")), path = "memory/other.rs")]
mod heap;

pub(crate) use heap::give_back;
pub use heap::{share_heap, share_worker};
pub use os::forbid_dumps;

/// How tokio is told the number of its threads (its `runtime::Builder::worker_threads`).
#[cfg(unix)]
pub(crate) const WORKERS: &str = "TOKIO_WORKER_THREADS";
