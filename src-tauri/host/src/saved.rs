//! Owns the file that keeps the wish, and what a restart must know of session and sign-in; refuses secrets.

use std::path::PathBuf;
use std::time::Duration;
use std::{fs, io};

use chrono::{DateTime, Local};
use presence_core::{
    Private, Problem, Saved, SavedMessage, SavedSession, SavedWish, Status, StatusMessage, words,
};
use serde::{Deserialize, Serialize};

use crate::files::write_atomically;
use crate::{Moment, Profile};

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
    #[serde(default)]
    session: Option<SessionFile>,
    #[serde(default)]
    pinned: bool,
    #[serde(default)]
    owner: Option<String>,
    #[serde(default)]
    identity: Option<String>,
    #[serde(default)]
    forgets: Vec<String>,
    #[serde(default)]
    message: MessageFile,
}

#[derive(Default, Serialize, Deserialize)]
struct MessageFile {
    wanted: Option<StatusMessage>,
    written: Vec<StatusMessage>,
    recent: Vec<StatusMessage>,
}

#[derive(Serialize, Deserialize)]
struct SessionFile {
    status: Status,
    sent_at: DateTime<Local>,
    expires_at: DateTime<Local>,
}

/// What was wanted last; the default when there is no readable file.
pub(crate) fn load(profile: &Profile, moment: &Moment) -> Saved {
    let path = wish_file(profile);
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
    let session = file.session.map(|session| SavedSession {
        status: session.status,
        sent_at: moment.time_at(session.sent_at),
        expires_at: moment.time_at(session.expires_at),
    });
    Saved {
        wish,
        previous: file.before,
        ended: end_mark(profile).exists(),
        session,
        pinned: file.pinned,
        owner: file.owner.map(|owner| Private(owner.into())),
        identity: file.identity.map(Into::into),
        forgets: file.forgets,
        message: SavedMessage {
            wanted: file.message.wanted,
            written: file.message.written.into(),
            recent: file.message.recent.into(),
        },
    }
}

/// Writes down only whose sign-in the keyring holds, and what it has to forget; the wish stays as it is.
pub(crate) fn keep_sign_in(
    profile: &Profile,
    moment: &Moment,
    saved: &Saved,
) -> Result<(), Problem> {
    let (identity, forgets) = (saved.identity.clone(), saved.forgets.clone());
    keep(profile, moment, &Saved { identity, forgets, ..load(profile, moment) })
}

/// Writes the wish down; where that fails, the program goes on without.
pub(crate) fn keep(profile: &Profile, moment: &Moment, saved: &Saved) -> Result<(), Problem> {
    store(profile, moment, saved).map_err(|error| {
        tracing::warn!(%error, "the wish cannot be saved: it will not survive a restart");
        words::wish_not_saved(&wish_file(profile), &error.to_string())
    })
}

fn wish_file(profile: &Profile) -> PathBuf {
    profile.state.join("wish.json")
}

/// From here on a crash may leave calls on the way.
pub(crate) fn note_start(profile: &Profile) {
    // Where it stays, the next start is a little less careful.
    let _ = fs::remove_file(end_mark(profile));
}

/// Nothing is on the way any more.
pub(crate) fn note_end(profile: &Profile) {
    // Where it is missing, the next start sends one call more.
    let _ = fs::write(end_mark(profile), b"");
}

fn end_mark(profile: &Profile) -> PathBuf {
    profile.state.join("ended")
}

fn store(profile: &Profile, moment: &Moment, saved: &Saved) -> io::Result<()> {
    let wish = match &saved.wish {
        SavedWish::Nothing => WishFile::Nothing,
        SavedWish::Cleared => WishFile::Cleared,
        SavedWish::Status { status, until, lasts } => WishFile::Status {
            status: *status,
            until: until.map(|time| moment.wall(time)),
            seconds: lasts.map(|lasts| lasts.as_secs()),
        },
    };
    let session = saved.session.map(|session| SessionFile {
        status: session.status,
        sent_at: moment.wall(session.sent_at),
        expires_at: moment.wall(session.expires_at),
    });
    let file = SavedFile {
        wish,
        before: saved.previous,
        session,
        pinned: saved.pinned,
        owner: saved.owner.as_ref().map(|owner| owner.0.to_string()),
        identity: saved.identity.as_deref().map(str::to_owned),
        forgets: saved.forgets.clone(),
        message: MessageFile {
            wanted: saved.message.wanted.clone(),
            written: saved.message.written.to_vec(),
            recent: saved.message.recent.to_vec(),
        },
    };
    write_atomically(&wish_file(profile), &serde_json::to_vec(&file)?)
}
