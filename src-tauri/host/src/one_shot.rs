//! Owns what one command does when there is no resident: a core of its own for a moment, under the same lock,
//! that renews nothing. Refuses to stay.

use std::io;

use presence_core::{
    Command, Notice, Notifications, OnQuit, OnStart, Saved, SavedMessage, SavedWish, Settings, View,
};
use tokio::sync::watch;

use crate::{
    Clock, Commands, Config, Diagnosis, Face, Moment, Profile, Resident, Snapshot, StartError,
    WindowPlace, saved,
};

/// What a one-shot is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Another status: what was wanted before is remembered, as a resident does.
    Choose,
    /// The end of the session, also of one that nobody here remembers.
    End,
    /// Only a look, or the sign-in: the presence session is left alone.
    Look,
}

impl Purpose {
    /// The settings of a one-shot: its end leaves the session as it is.
    pub(crate) fn bends(self, settings: Settings) -> Settings {
        let on_start = match self {
            Purpose::Choose | Purpose::End => OnStart::Resume,
            Purpose::Look => OnStart::Nothing,
        };
        let (on_quit, notifications) = (OnQuit::Keep, Notifications::None);
        Settings { on_start, on_quit, notifications, ..settings }
    }

    /// What a one-shot remembers, of what a resident would.
    pub(crate) fn begins_with(self, profile: &Profile, saved: Saved) -> Saved {
        match self {
            Purpose::Look => {
                let (wish, message) = (SavedWish::Nothing, SavedMessage::default());
                Saved { wish, previous: None, pinned: false, message, ..saved }
            }
            Purpose::Choose => saved,
            Purpose::End => {
                // From here on, whatever happens: the next resident does not resume what was to end.
                let ending = Saved { wish: SavedWish::Cleared, previous: None, ..saved };
                // Where that fails, it is tried again with what the core saves.
                let _ = saved::keep(profile, &Clock::of_machine().moment(), &ending);
                ending
            }
        }
    }

    pub(crate) fn is_only_a_look(self) -> bool {
        match self {
            Purpose::Look => true,
            Purpose::Choose | Purpose::End => false,
        }
    }
}

/// What faces show, as it changes.
pub struct Snapshots(watch::Receiver<Option<Snapshot>>);

impl Snapshots {
    /// The next one that `holds`, or the present one; nothing when the one-shot ended first.
    pub async fn wait_for(&mut self, mut holds: impl FnMut(&Snapshot) -> bool) -> Option<Snapshot> {
        let found = self.0.wait_for(|snapshot| snapshot.as_ref().is_some_and(&mut holds)).await;
        found.ok().and_then(|snapshot| snapshot.clone())
    }
}

/// One command's work, with the lock of its profile.
pub struct OneShot(Box<Resident>);

impl OneShot {
    /// Takes the lock of `profile`.
    ///
    /// # Errors
    /// [`crate::DoorError::Taken`] when a resident or another one-shot has it.
    pub fn begin(profile: Profile, purpose: Purpose) -> Result<OneShot, StartError> {
        Resident::for_one_shot(profile, purpose).map(Box::new).map(OneShot)
    }

    /// Lets `work` ask for what it wants, waits until a new refresh token is stored, and ends.
    ///
    /// # Errors
    /// When the system's timer fails.
    pub async fn run<T>(self, work: impl AsyncFnOnce(Commands, Snapshots) -> T) -> io::Result<T> {
        let commands = self.0.commands();
        let snapshots = Snapshots(self.0.snapshots());
        let working = async {
            let done = work(commands.clone(), snapshots).await;
            // Who has ended already answers nothing.
            let _ = commands.outcome(Command::Quit).await;
            done
        };
        let mut nobody = Nobody;
        let (ended, done) = tokio::join!(self.0.run(&mut nobody), working);
        ended.map(|()| done)
    }
}

/// Nobody looks at a one-shot but the command that runs it.
struct Nobody;

impl Face for Nobody {
    fn configured(&mut self, _: &Config) {}
    fn show(&mut self, _: &View, _: &Moment) {}
    fn notify(&mut self, _: &Notice) {}
    fn open_window(&mut self, _: &WindowPlace) {}
    /// It has no door at which anybody could ask.
    fn examine(&mut self, _: Snapshot) -> impl Future<Output = Diagnosis> + Send + 'static {
        std::future::pending()
    }
}
