//! Watches folders by inotify(7), without a thread. `notify` also asks for what is opened, and each program that starts
//! opens something in `/etc`, where the folder of a policy may come to be.

use std::collections::BTreeSet;
use std::ffi::{CStr, OsStr, OsString};
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use rustix::fs::inotify::{
    CreateFlags, ReadFlags, Reader, WatchFlags, add_watch, init, remove_watch,
};
use rustix::io::Errno;
use tokio::io::unix::AsyncFd;
use tokio::task::AbortHandle;

use crate::readiness;

/// What changes a file that is read by its name, and who may write to it.
const CHANGES: WatchFlags = WatchFlags::CREATE
    .union(WatchFlags::DELETE)
    .union(WatchFlags::CLOSE_WRITE)
    .union(WatchFlags::MOVED_FROM)
    .union(WatchFlags::MOVED_TO)
    .union(WatchFlags::ATTRIB)
    .union(WatchFlags::DELETE_SELF)
    .union(WatchFlags::MOVE_SELF)
    .union(WatchFlags::ONLYDIR);
/// Room for several events, bytes.
const ROOM: usize = 2048;

/// The folders that are watched, as long as this lives.
pub(super) struct Folders {
    inotify: Arc<AsyncFd<OwnedFd>>,
    watched: Watched,
    reading: AbortHandle,
}

/// The number and the name of each.
type Watched = Arc<Mutex<Vec<(i32, OsString)>>>;

impl Folders {
    /// Calls `tell` with the name of what changed in a folder, or with the folder's own.
    ///
    /// # Errors
    /// When the system has no room for another watcher.
    pub(super) fn start(tell: impl Fn(&OsStr) + Send + 'static) -> io::Result<Folders> {
        let inotify = init(CreateFlags::NONBLOCK | CreateFlags::CLOEXEC)?;
        let inotify = Arc::new(readiness::awaited(inotify)?);
        let watched = Watched::default();
        let reading = tokio::spawn(read(inotify.clone(), watched.clone(), tell)).abort_handle();
        Ok(Folders { inotify, watched, reading })
    }

    /// Watches these, and no others any more.
    pub(super) fn watch(&mut self, folders: BTreeSet<PathBuf>) {
        let mut watched = self.watched.lock().unwrap_or_else(PoisonError::into_inner);
        for (number, _) in watched.drain(..) {
            // One that is gone is watched no more as it is.
            let _ = remove_watch(self.inotify.get_ref(), number);
        }
        for folder in folders {
            match add_watch(self.inotify.get_ref(), &folder, CHANGES) {
                Ok(number) => {
                    let name = folder.file_name().unwrap_or_default().to_owned();
                    watched.push((number, name));
                }
                Err(error) => {
                    tracing::warn!(%error, folder = %folder.display(), "cannot be watched");
                }
            }
        }
    }
}

impl Drop for Folders {
    fn drop(&mut self) {
        self.reading.abort();
    }
}

async fn read(inotify: Arc<AsyncFd<OwnedFd>>, watched: Watched, tell: impl Fn(&OsStr)) {
    loop {
        let Ok(mut ready) = inotify.readable().await else { return };
        let mut room = [MaybeUninit::uninit(); ROOM];
        let mut reader = Reader::new(inotify.get_ref(), &mut room);
        loop {
            match reader.next() {
                // Our own doing.
                Ok(event) if event.events().contains(ReadFlags::IGNORED) => {}
                Ok(event) => match event.file_name().map(CStr::to_bytes) {
                    Some(name) => tell(OsStr::from_bytes(name)),
                    None => {
                        let watched = watched.lock().unwrap_or_else(PoisonError::into_inner);
                        let of = watched.iter().find(|(number, _)| *number == event.wd());
                        of.iter().for_each(|(_, name)| tell(name));
                    }
                },
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => break ready.clear_ready(),
                Err(error) => {
                    return tracing::debug!(%error, "the configuration cannot be watched");
                }
            }
        }
    }
}
