//! Owns a folder that is empty at first and gone at the end; refuses to share it.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::{env, fs, process};

use presence_host::Profile;

static NEXT: AtomicU64 = AtomicU64::new(0);

/// A profile of its own.
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    pub(crate) fn new() -> Scratch {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("presence-tray-fuzz-{}-{number}", process::id());
        let folder = env::temp_dir().join(name);
        fs::create_dir_all(folder.join("state")).unwrap();
        Scratch(folder)
    }

    pub(crate) fn profile(&self) -> Profile {
        Profile::under(&self.0).unwrap()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
