//! Owns noticing that a configuration file changed; refuses to read it, and to poll for it.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc;

use crate::config::LIMIT;
use crate::files::private_folder;
use crate::patience::within;
use crate::{Profile, policy};

#[cfg_attr(target_os = "linux", path = "watch/linux.rs")]
#[cfg_attr(not(target_os = "linux"), path = "watch/other.rs")]
mod os;

use os::Folders;

/// An editor writes in several steps: one word for all of them.
const SETTLES: Duration = Duration::from_millis(250);

/// Watches as long as it lives.
pub(crate) struct Watcher {
    _watch: Arc<Mutex<Watch>>,
}

/// What is watched now.
struct Watch {
    system: Folders,
    files: Vec<PathBuf>,
    /// Of what lies in their folders, what matters.
    names: Arc<Mutex<BTreeSet<OsString>>>,
}

impl Watcher {
    /// Calls `changed` soon after `config.toml`, `policy.toml` or what the system's management sets changed, came or went.
    pub(crate) fn start(
        profile: &Profile,
        changed: impl Fn() + Send + Sync + 'static,
    ) -> Option<Watcher> {
        let (touched, mut touches) = mpsc::unbounded_channel();
        let names: Arc<Mutex<BTreeSet<OsString>>> = Arc::default();
        let by_system = touched.clone();
        let known = names.clone();
        let tell = move |name: Option<&OsStr>| {
            let known = known.lock().unwrap_or_else(PoisonError::into_inner);
            if name.is_none_or(|name| known.contains(name)) {
                let _ = touched.send(());
            }
        };
        let system = match Folders::start(tell) {
            Ok(system) => system,
            Err(error) => {
                tracing::warn!(%error, "a changed configuration needs \"presence-tray reload\"");
                return None;
            }
        };
        policy::watch_system(move || by_system.send(()).is_ok());
        let own = [profile.config_file(), profile.policy_file()];
        let files = own.into_iter().chain(policy::files_of_system()).collect();
        let watch = Arc::new(Mutex::new(Watch { system, files, names }));
        let weak = Arc::downgrade(&watch);
        let (folder, first) = (profile.config.clone(), watch.clone());
        // What is written after this is noticed, on a disk that answers.
        let looking = move || {
            // A folder that is there can be watched for the file that will be.
            if let Err(error) = private_folder(&folder) {
                tracing::warn!(%error, folder = %folder.display(), "cannot be created");
            }
            look(&first);
        };
        within(LIMIT, looking, drop);
        tokio::spawn(async move {
            while touches.recv().await.is_some() {
                tokio::time::sleep(SETTLES).await;
                while touches.try_recv().is_ok() {}
                // Where the files are may be what has changed.
                let Some(watch) = weak.upgrade() else { return };
                // It waits for the disk.
                let _ = tokio::task::spawn_blocking(move || look(&watch)).await;
                changed();
            }
        });
        Some(Watcher { _watch: watch })
    }
}

fn look(watch: &Mutex<Watch>) {
    watch.lock().unwrap_or_else(PoisonError::into_inner).look();
}

impl Watch {
    /// Watches where the files are, also those that links lead to, or where they will be.
    fn look(&mut self) {
        let real = self.files.iter().filter_map(|file| fs::canonicalize(file).ok());
        let all: BTreeSet<PathBuf> = self.files.iter().cloned().chain(real).collect();
        let (folders, names): (BTreeSet<_>, Vec<_>) =
            all.iter().filter_map(|file| place(file)).unzip();
        *self.names.lock().unwrap_or_else(PoisonError::into_inner) =
            names.into_iter().flatten().collect();
        // One that is there may have been made anew.
        self.system.watch(folders);
    }
}

/// The folder where `file` is seen to come and go, and the names there that tell of it: its own and the folder's; where
/// the folder is not there, what would be the next one on the way to it.
fn place(file: &Path) -> Option<(PathBuf, Vec<OsString>)> {
    let mut below = file;
    loop {
        let folder = below.parent()?;
        if folder.is_dir() {
            let names = [below.file_name(), folder.file_name()];
            return Some((
                folder.to_owned(),
                names.into_iter().flatten().map(OsString::from).collect(),
            ));
        }
        below = folder;
    }
}
