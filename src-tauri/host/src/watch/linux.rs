//! Watches folders by inotify(7), without a thread. `notify` also asks for what is opened, and each program that starts
//! opens something in `/etc`, where the folder of a policy may come to be.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::sync::Arc;

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
    /// The number of each.
    watched: Vec<i32>,
    reading: AbortHandle,
}

impl Folders {
    /// Calls `tell` with the name of what changed in a folder; with none where that is the folder itself.
    ///
    /// # Errors
    /// When the system has no room for another watcher.
    pub(super) fn start(tell: impl Fn(Option<&OsStr>) + Send + 'static) -> io::Result<Folders> {
        let inotify = init(CreateFlags::NONBLOCK | CreateFlags::CLOEXEC)?;
        let inotify = Arc::new(readiness::awaited(inotify)?);
        let reading = tokio::spawn(read(inotify.clone(), tell)).abort_handle();
        Ok(Folders { inotify, watched: Vec::new(), reading })
    }

    /// Watches these, and no others any more.
    pub(super) fn watch(&mut self, folders: BTreeSet<PathBuf>) {
        for number in self.watched.drain(..) {
            // One that is gone is watched no more as it is.
            let _ = remove_watch(self.inotify.get_ref(), number);
        }
        for folder in folders {
            match add_watch(self.inotify.get_ref(), &folder, CHANGES) {
                Ok(number) => self.watched.push(number),
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

async fn read(inotify: Arc<AsyncFd<OwnedFd>>, tell: impl Fn(Option<&OsStr>)) {
    loop {
        let Ok(mut ready) = inotify.readable().await else { return };
        let mut room = [MaybeUninit::uninit(); ROOM];
        let mut reader = Reader::new(inotify.get_ref(), &mut room);
        loop {
            match reader.next() {
                // Our own doing.
                Ok(event) if event.events().contains(ReadFlags::IGNORED) => {}
                Ok(event) => {
                    tell(event.file_name().map(|name| OsStr::from_bytes(name.to_bytes())));
                }
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => break ready.clear_ready(),
                Err(error) => {
                    return tracing::debug!(%error, "the configuration cannot be watched");
                }
            }
        }
    }
}
