//! Owns noticing that a configuration file changed; refuses to read it, and to poll for it.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};
use tokio::sync::mpsc;

use crate::Profile;
use crate::files::private_folder;

/// An editor writes in several steps: one word for all of them.
const SETTLES: Duration = Duration::from_millis(250);

/// Watches as long as it lives.
pub(crate) struct Watcher {
    _system: RecommendedWatcher,
}

impl Watcher {
    /// Calls `changed` soon after `config.toml` or `policy.toml` changed, came or went.
    pub(crate) fn start(
        profile: &Profile,
        changed: impl Fn() + Send + Sync + 'static,
    ) -> Option<Watcher> {
        let (touched, mut touches) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while touches.recv().await.is_some() {
                tokio::time::sleep(SETTLES).await;
                while touches.try_recv().is_ok() {}
                changed();
            }
        });
        let files = [profile.config_file(), profile.policy_file()];
        let names = files.clone().map(|path| path.file_name().unwrap_or_default().to_owned());
        let tell = move |event: notify::Result<Event>| match event {
            // Our own reading is told too.
            Ok(Event { kind: EventKind::Access(_), .. }) => {}
            Ok(event) if names_one_of(&event.paths, &names) => drop(touched.send(())),
            Ok(_) => {}
            Err(error) => tracing::debug!(%error, "the configuration cannot be watched"),
        };
        let mut system = match notify::recommended_watcher(tell) {
            Ok(system) => system,
            Err(error) => {
                tracing::warn!(%error, "a changed configuration needs \"presence-tray reload\"");
                return None;
            }
        };
        // A folder that is there can be watched for the file that will be.
        if let Err(error) = private_folder(&profile.config) {
            tracing::warn!(%error, folder = %profile.config.display(), "cannot be created");
        }
        let folders = files.iter().filter_map(|file| file.parent());
        for folder in folders.filter(|folder| folder.is_dir()) {
            if let Err(error) = system.watch(folder, RecursiveMode::NonRecursive) {
                tracing::warn!(%error, folder = %folder.display(), "cannot be watched");
            }
        }
        Some(Watcher { _system: system })
    }
}

fn names_one_of(paths: &[PathBuf], names: &[OsString]) -> bool {
    paths.iter().filter_map(|path| path.file_name()).any(|name| names.iter().any(|n| n == name))
}
