//! Owns the file of the history: lines are put at its end, and only what is too old or too much is taken from its
//! beginning. Refuses to understand more of a line than its time.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use chrono::{DateTime, Utc};

use super::{Entry, KEPT, Telling};
use crate::Profile;
use crate::files::{open_to_append, write_atomically};

/// The most that the file holds, bytes.
pub(super) const LIMIT: u64 = 1_000_000;
/// What is left of a file that reached its limit, bytes: so it is rarely rewritten.
const REST: usize = 500_000;
/// Longer lines are none of ours, bytes.
const LINE: usize = 16 * 1024;

pub(super) fn path(profile: &Profile) -> PathBuf {
    profile.state.join("history.jsonl")
}

/// The entries, each with the length of its line; none where there is no file. What is no entry is passed over.
pub(super) fn entries(
    path: &Path,
) -> io::Result<impl Iterator<Item = io::Result<(Entry, usize)>> + use<>> {
    let file = match File::open(path) {
        Ok(file) => Some(file),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    // One that somebody else made larger is cut when the program starts.
    let lines = file.into_iter().flat_map(|file| BufReader::new(file.take(2 * LIMIT)).split(b'\n'));
    Ok(lines.filter_map(|line| match line {
        Ok(line) => entry(&line).map(|entry| Ok((entry, line.len()))),
        Err(error) => Some(Err(error)),
    }))
}

fn entry(line: &[u8]) -> Option<Entry> {
    if line.len() > LINE { None } else { serde_json::from_slice(line).ok() }
}

/// The last sign of life of whoever wrote the file: an entry, or [`touch`].
pub(super) fn alive_until(path: &Path) -> Option<DateTime<Utc>> {
    fs::metadata(path).and_then(|metadata| metadata.modified()).ok().map(DateTime::from)
}

/// Leaves a sign of life that takes no room.
pub(super) fn touch(path: &Path) -> io::Result<()> {
    File::options().append(true).open(path)?.set_modified(SystemTime::now())
}

/// Bytes in the file.
pub(super) fn size(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |metadata| metadata.len())
}

/// Puts `lines`, each with its end, at the end of the file, on a line of their own whatever a crash left there.
pub(super) fn append(path: &Path, lines: &[u8]) -> io::Result<()> {
    let mut file = open_to_append(path)?;
    if ends_within_a_line(&mut file)? {
        return file.write_all(&[b"\n", lines].concat());
    }
    // Not synced: an entry is not worth what that may take.
    file.write_all(lines)
}

fn ends_within_a_line(file: &mut File) -> io::Result<bool> {
    if file.metadata()?.len() == 0 {
        return Ok(false);
    }
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok(last != *b"\n")
}

/// Takes from the beginning of the file what is too old at `now`, or too much; returns what is the oldest then.
pub(super) fn trim(path: &Path, now: DateTime<Utc>) -> io::Result<DateTime<Utc>> {
    let since = now - KEPT;
    let mut kept = Vec::new();
    let mut oldest = now;
    for read in Telling::new(entries(path)?, since) {
        let (entry, _) = read?;
        if entry.at >= since {
            oldest = oldest.min(entry.at);
        }
        serde_json::to_writer(&mut kept, &entry)?;
        kept.push(b'\n');
    }
    let too_many = kept.len().saturating_sub(REST);
    let end_of_line = kept[too_many..].iter().position(|byte| *byte == b'\n');
    let begin = if too_many == 0 { 0 } else { too_many + end_of_line.map_or(0, |end| end + 1) };
    write_atomically(path, &kept[begin..])?;
    Ok(oldest)
}
