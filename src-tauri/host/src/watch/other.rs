//! Watches folders as the system does it, by `notify`.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::PathBuf;

use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};

/// The folders that are watched, as long as this lives.
pub(super) struct Folders {
    system: RecommendedWatcher,
    watched: BTreeSet<PathBuf>,
}

impl Folders {
    /// Calls `tell` with the name of what changed in a folder, or with the folder's own.
    ///
    /// # Errors
    /// When the system does not tell of changes.
    pub(super) fn start(tell: impl Fn(Option<&OsStr>) + Send + 'static) -> notify::Result<Folders> {
        let system =
            notify::recommended_watcher(move |event: notify::Result<Event>| match event {
                // Our own reading is told too.
                Ok(Event { kind: EventKind::Access(_), .. }) => {}
                Ok(event) => {
                    let names = event.paths.iter().filter_map(|path| path.file_name());
                    names.for_each(|name| tell(Some(name)));
                }
                Err(error) => tracing::debug!(%error, "the configuration cannot be watched"),
            })?;
        Ok(Folders { system, watched: BTreeSet::new() })
    }

    /// Watches these, and no others any more.
    pub(super) fn watch(&mut self, folders: BTreeSet<PathBuf>) {
        for folder in &self.watched {
            // One that is gone is watched no more as it is.
            let _ = self.system.unwatch(folder);
        }
        for folder in &folders {
            if let Err(error) = self.system.watch(folder, RecursiveMode::NonRecursive) {
                tracing::warn!(%error, folder = %folder.display(), "cannot be watched");
            }
        }
        self.watched = folders;
    }
}
