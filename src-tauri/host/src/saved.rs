//! Owns the file that keeps the wish over a restart; refuses secrets.

use std::path::PathBuf;
use std::time::Duration;
use std::{fs, io};

use chrono::{DateTime, Local};
use presence_core::{Saved, SavedWish, Status};
use serde::{Deserialize, Serialize};

use crate::files::write_atomically;
use crate::{Moment, Place};

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum WishFile {
    Nothing,
    Cleared,
    Status { status: Status, until: Option<DateTime<Local>>, seconds: Option<u64> },
}

#[derive(Serialize, Deserialize)]
struct SavedFile {
    wish: WishFile,
    before: Option<Status>,
}

/// What was wanted last; the default when there is no readable file.
pub(crate) fn load(place: &Place, moment: &Moment) -> Saved {
    let path = place.state.join("wish.json");
    let file: SavedFile = match fs::read(&path).map(|bytes| serde_json::from_slice(&bytes)) {
        Ok(Ok(file)) => file,
        Ok(Err(error)) => {
            tracing::warn!(%error, path = %path.display(), "the last wish cannot be read");
            return Saved::default();
        }
        Err(_) => return Saved::default(),
    };
    let wish = match file.wish {
        WishFile::Nothing => SavedWish::Nothing,
        WishFile::Cleared => SavedWish::Cleared,
        WishFile::Status { status, until, seconds } => SavedWish::Status {
            status,
            until: until.map(|wall| moment.time_at(wall)),
            lasts: seconds.map(Duration::from_secs),
        },
    };
    Saved { wish, before: file.before, ended: end_mark(place).exists() }
}

/// Writes the wish down; where that fails, the program goes on without.
pub(crate) fn keep(place: &Place, moment: &Moment, saved: &Saved) {
    if let Err(error) = store(place, moment, saved) {
        tracing::warn!(%error, "the wish cannot be saved: it will not survive a restart");
    }
}

/// From here on a crash may leave calls on the way.
pub(crate) fn note_start(place: &Place) {
    // Where it stays, the next start is a little less careful.
    let _ = fs::remove_file(end_mark(place));
}

/// Nothing is on the way any more.
pub(crate) fn note_end(place: &Place) {
    // Where it is missing, the next start sends one call more.
    let _ = fs::write(end_mark(place), b"");
}

fn end_mark(place: &Place) -> PathBuf {
    place.state.join("ended")
}

fn store(place: &Place, moment: &Moment, saved: &Saved) -> io::Result<()> {
    let wish = match &saved.wish {
        SavedWish::Nothing => WishFile::Nothing,
        SavedWish::Cleared => WishFile::Cleared,
        SavedWish::Status { status, until, lasts } => WishFile::Status {
            status: *status,
            until: until.map(|time| moment.wall(time)),
            seconds: lasts.map(|lasts| lasts.as_secs()),
        },
    };
    let file = SavedFile { wish, before: saved.before };
    write_atomically(&place.state.join("wish.json"), &serde_json::to_vec(&file)?)
}
