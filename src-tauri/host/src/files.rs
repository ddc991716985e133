//! Owns writing files and folders that are their owner's only, so that a crash leaves the old file or the new
//! one; refuses anything between.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use presence_core::t;

/// As many symbolic links as Linux follows.
const MOST_LINKS: u32 = 40;
/// How long another program may take to change a file.
const PATIENCE: Duration = Duration::from_secs(5);
/// Between two looks whether it has.
const PAUSE: Duration = Duration::from_millis(10);

/// Reads a text that a person wrote, of `most` bytes at most.
///
/// # Errors
/// When it cannot be read; when `path` is no file, such as a pipe, whose reader may wait for ever; when it is longer.
pub(crate) fn read_text(path: &Path, most: u64) -> io::Result<String> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, t!("it is not a file")));
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, t!("it is too large")));
    }
    String::from_utf8(bytes).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

/// Replaces `path` by a file with `bytes`, readable by its owner only, creating its folder if need be.
///
/// # Errors
/// When the folder or file cannot be written; the old file is then as it was.
pub(crate) fn write_atomically(path: &Path, bytes: &[u8]) -> io::Result<()> {
    fs::create_dir_all(path.parent().ok_or(io::ErrorKind::InvalidInput)?)?;
    let fresh = write_beside(path, bytes, None)?;
    fs::rename(&fresh, path)
}

/// What became of a file that was to be replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Replaced {
    /// It has the new bytes.
    Done,
    /// It is as somebody else wrote it meanwhile.
    Changed,
}

/// Replaces `path`, which held `old` when it was read (nothing: there was none), by `new`. A symbolic link stays one,
/// and the file keeps its permissions.
///
/// # Errors
/// When the folder or file cannot be written, or the file is read-only; it is then as it was.
pub(crate) fn replace(path: &Path, old: Option<&[u8]>, new: &[u8]) -> io::Result<Replaced> {
    let path = target(path);
    private_folder(path.parent().ok_or(io::ErrorKind::InvalidInput)?)?;
    let permissions = match fs::metadata(&path) {
        Ok(metadata) => Some(metadata.permissions()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    if permissions.as_ref().is_some_and(Permissions::readonly) {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, t!("the file is read-only")));
    }
    let fresh = write_beside(&path, new, permissions)?;
    let end = Instant::now() + PATIENCE;
    let replaced = loop {
        match put_in_place(&fresh, &path, old) {
            // Windows refuses it for as long as somebody reads the old file.
            Err(error)
                if cfg!(windows)
                    && error.kind() == io::ErrorKind::PermissionDenied
                    && Instant::now() < end =>
            {
                thread::sleep(PAUSE);
            }
            replaced => break replaced,
        }
    };
    if !matches!(replaced, Ok(Replaced::Done)) {
        let _ = fs::remove_file(&fresh);
    }
    replaced
}

fn put_in_place(fresh: &Path, path: &Path, old: Option<&[u8]>) -> io::Result<Replaced> {
    let now = match fs::read(path) {
        Ok(bytes) => Some(bytes),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    if now.as_deref() != old {
        return Ok(Replaced::Changed);
    }
    fs::rename(fresh, path).map(|()| Replaced::Done)
}

/// Writes `bytes` to a new file beside `path`, all the way to the disk.
fn write_beside(
    path: &Path,
    bytes: &[u8],
    permissions: Option<Permissions>,
) -> io::Result<PathBuf> {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    let fresh = PathBuf::from(name);
    let write = || {
        let mut file = private().truncate(true).open(&fresh)?;
        if let Some(permissions) = permissions {
            file.set_permissions(permissions)?;
        }
        file.write_all(bytes)?;
        file.sync_all()
    };
    let written = write();
    if written.is_err() {
        // Half a file is of no use, and takes room that may be what is lacking.
        let _ = fs::remove_file(&fresh);
    }
    written.map(|()| fresh)
}

/// Where a path leads through symbolic links, also to what does not exist yet.
fn target(path: &Path) -> PathBuf {
    let mut at = path.to_owned();
    for _ in 0..MOST_LINKS {
        let Ok(to) = fs::read_link(&at) else { break };
        at = at.parent().unwrap_or(Path::new("")).join(to);
    }
    at
}

/// Waits for the other programs of this person that change the files of `folder`; it is their turn again when the lock
/// is dropped.
///
/// # Errors
/// When one does not end, or the lock cannot be created.
pub(crate) fn turn(folder: &Path) -> io::Result<File> {
    private_folder(folder)?;
    let file = open_to_lock(&folder.join("change.lock"))?;
    let end = Instant::now() + PATIENCE;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) if Instant::now() < end => thread::sleep(PAUSE),
            Err(TryLockError::WouldBlock) => return Err(io::ErrorKind::TimedOut.into()),
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
}

/// Opens a file to lock it, leaving what is in it.
pub(crate) fn open_to_lock(path: &Path) -> io::Result<File> {
    private().truncate(false).open(path)
}

/// Opens a file to read it and to write at its end.
pub(crate) fn open_to_append(path: &Path) -> io::Result<File> {
    private().read(true).append(true).open(path)
}

/// Creates a folder, and those above it, for its owner only.
pub(crate) fn private_folder(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// The same, and refuses one that was there and that somebody else could put files into.
pub(crate) fn own_folder(path: &Path) -> io::Result<()> {
    private_folder(path)?;
    #[cfg(unix)]
    if !is_only_of(path, rustix::process::getuid().as_raw())? {
        let why = t!("it belongs to another user, or others may write to it");
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, why));
    }
    Ok(())
}

/// Whether a file or folder is this user's, and nobody else may write to it.
#[cfg(unix)]
pub(crate) fn is_only_of(path: &Path, user: u32) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;

    let metadata = fs::metadata(path)?;
    Ok(metadata.uid() == user && metadata.mode() & 0o022 == 0)
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.create(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}
