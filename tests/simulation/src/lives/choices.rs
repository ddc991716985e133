//! What a person may ask for, and what a configuration may say; it refuses to choose when.

use presence_core::{
    Command, Notifications, OnEnd, OnQuit, OnStart, Settings, Status, StatusMessage,
};

use super::chance::Chance;
use super::life::Life;
use crate::world::Place;

impl Life {
    pub(super) fn status(&mut self) -> Status {
        // What fades needs the most care.
        if self.chance.percent(40) { Status::Available } else { self.chance.one(&Status::ALL) }
    }

    pub(super) fn command(&mut self) -> Command {
        let status = self.status();
        match self.chance.below(20) {
            0..8 => Command::Set { status, seconds: None, message: self.message() },
            8..12 => {
                let seconds = Some(self.seconds());
                Command::Set { status, seconds, message: self.message() }
            }
            12..16 => Command::Toggle { status, message: self.message() },
            16..18 => Command::Clear,
            18 => {
                let seconds = self.chance.percent(70).then(|| self.seconds());
                Command::SetDuration { seconds }
            }
            _ => Command::Look,
        }
    }

    /// A status message, for those who write any.
    fn message(&mut self) -> Option<StatusMessage> {
        if !self.writes || !self.words.percent(30) {
            return None;
        }
        format!("Back at {} & <soon>", self.words.below(1_000_000)).parse().ok()
    }

    fn seconds(&mut self) -> u64 {
        let longest = self.chance.one(&[900, 7_200, 86_401]);
        self.chance.span(300, longest)
    }
}

/// Any settings that a configuration can have.
pub(super) fn settings(chance: &mut Chance, place: Place) -> Settings {
    Settings {
        identity: place.identity().to_owned(),
        expiration: std::time::Duration::from_secs(chance.one(&[300, 900, 3_600, 3_600, 14_400])),
        on_quit: chance.one(&[OnQuit::Clear, OnQuit::Clear, OnQuit::Keep]),
        on_start: chance.one(&[
            OnStart::Resume,
            OnStart::Resume,
            OnStart::Resume,
            OnStart::Nothing,
            OnStart::Want(Status::Available),
        ]),
        on_end: chance.one(&[OnEnd::Resume, OnEnd::Resume, OnEnd::Clear]),
        notifications: chance.one(&[
            Notifications::Problems,
            Notifications::Problems,
            Notifications::All,
            Notifications::None,
        ]),
        pin_away: chance.percent(25),
        device_code: true,
    }
}
