//! Owns how a resident begins; refuses what comes after.

use presence_core::{Aspect, Problem, t};
use thiserror::Error;

use super::configuration::setup;
use super::*;
use crate::config::ConfigError;
use crate::history::Starter;

/// Why the resident could not start.
#[derive(Debug, Error)]
pub enum StartError {
    /// The door could not be opened.
    #[error(transparent)]
    Door(#[from] DoorError),
    /// The system gave no timer.
    #[error("{}", t!("the system provided no timer: {why}", why = .0))]
    Timer(io::Error),
    /// The system gave no randomness.
    #[error("{}", t!("the system provided no random numbers: {why}", why = .0))]
    Seed(String),
}

impl Resident {
    /// Takes the lock of `profile`, opens its door and reads its configuration and last wish.
    ///
    /// # Errors
    /// [`DoorError::Taken`] when another process acts there already.
    pub fn start(profile: Profile) -> Result<Resident, StartError> {
        let lock = Lock::take(&profile)?;
        let door = Door::open(&profile)?;
        Resident::assemble(profile, lock, Some(Arc::new(door)), None)
    }

    /// The same without a door, for one command.
    pub(crate) fn for_one_shot(profile: Profile, purpose: Purpose) -> Result<Resident, StartError> {
        let lock = Lock::take(&profile)?;
        Resident::assemble(profile, lock, None, Some(purpose))
    }

    fn assemble(
        profile: Profile,
        lock: Lock,
        door: Option<Arc<Door>>,
        one_shot: Option<Purpose>,
    ) -> Result<Resident, StartError> {
        let clock = Clock::of_machine();
        let seed = random().map_err(|error| StartError::Seed(error.to_string()))?;
        let (outbox, inbox) = mpsc::unbounded_channel();
        // Before the reading: what is written from then on is noticed.
        let tell = outbox.clone();
        let watcher = match one_shot {
            None => Watcher::start(&profile, move || drop(tell.send(Input::FileChanged))),
            Some(_) => None,
        };
        let (read, reading) = configuration::begin(&profile, &outbox);
        let is_new = matches!(read.config, Err(ConfigError::Missing(_)));
        let (config, setup) = setup(read.config, one_shot);
        let moment = clock.moment();
        let saved: Saved = saved::load(&profile, &moment);
        let history = match one_shot {
            None => Some(Starter::Program),
            Some(purpose) if purpose.is_only_a_look() => None,
            Some(_) => Some(Starter::Command),
        };
        let history = history.map(|by| Recorder::start(&profile, by, &moment));
        if !one_shot.is_some_and(Purpose::is_only_a_look) {
            saved::note_start(&profile);
        }
        let saved = match one_shot {
            None => saved,
            Some(purpose) => purpose.begins_with(&profile, saved),
        };
        let mut resident = Resident {
            core: Core::new(setup, saved, seed),
            alarm: Alarm::new().map_err(StartError::Timer)?,
            clock,
            config: None,
            door,
            _lock: lock,
            one_shot,
            _watcher: watcher,
            inbox,
            outbox,
            http: Http::default(),
            tokens: TokenStore::default(),
            vaults: Vaults::new(&profile.vault),
            identity: 0,
            is_new,
            reading,
            readings: 0,
            loads: 0,
            delay: Delay::default(),
            call: None,
            head_start: None,
            listener: None,
            replies: BTreeMap::new(),
            asked: 0,
            unwritten: None,
            is_unsaved: false,
            asleep: clock.asleep_millis(),
            owed: Arc::default(),
            window: WindowPlace::default(),
            snapshots: watch::Sender::new(None),
            shown: None,
            shown_in: language::current(),
            history,
            profile,
        };
        if let Some(config) = config {
            resident.go_by(config);
        }
        if read.policy.is_some() {
            resident.tell(Aspect::Policy, read.policy);
        }
        Ok(resident)
    }

    /// Tells what stands in the way of `aspect`, or that nothing does any more.
    pub(super) fn tell(&self, aspect: Aspect, problem: Option<Problem>) {
        self.commands().report(aspect, problem.into_iter().collect());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_written_after_the_reading_is_noticed() {
        let folder = std::env::temp_dir().join(format!("presence-tray-{}", std::process::id()));
        let profile = Profile::under(&folder).unwrap();
        let mut resident = Resident::start(profile.clone()).unwrap();

        std::fs::write(profile.config_file(), "on_quit = \"keep\"").unwrap();

        let told = tokio::time::timeout(Duration::from_secs(5), resident.inbox.recv()).await;
        drop(resident);
        // Windows deletes what is watched a moment later.
        let _ = std::fs::remove_dir_all(&folder);
        assert!(matches!(told, Ok(Some(Input::FileChanged))));
    }
}
