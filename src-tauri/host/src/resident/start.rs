//! Owns how a resident begins, and how its configuration is read and read again; refuses what comes after.

use presence_core::{Aspect, Problem, t};
use thiserror::Error;

use super::*;
use crate::history::Starter;
use crate::policy;

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
        let (config, setup) = read_setup(&profile, one_shot);
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
            loads: 0,
            delay: Delay::default(),
            call: None,
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
            resident.configure(config);
        }
        if let Some(problem) = policy::problem(&resident.profile.policy_file()) {
            resident.tell(Aspect::Policy, Some(problem));
        }
        Ok(resident)
    }

    pub(super) fn read_configuration(&mut self, reading: Reading, face: &mut impl Face) {
        self.tell(Aspect::Policy, policy::problem(&self.profile.policy_file()));
        let (config, setup) = read_setup(&self.profile, self.one_shot);
        if reading == Reading::IfChanged && config.is_some() && config == self.config {
            // A mistake may be mended by that.
            return self.happen(Event::Configured(setup), face);
        }
        tracing::info!("the configuration was read again");
        if let Some(config) = config {
            self.configure(config.clone());
            self.happen(Event::Configured(setup), face);
            face.configured(&config);
        } else {
            self.happen(Event::Configured(setup), face);
        }
    }

    /// Tells what stands in the way of `aspect`, or that nothing does any more.
    pub(super) fn tell(&self, aspect: Aspect, problem: Option<Problem>) {
        self.commands().report(aspect, problem.into_iter().collect());
    }

    fn configure(&mut self, config: Config) {
        let former = self.config.as_ref().map(|former| &former.registration);
        if former != Some(&config.registration) {
            self.identity += 1;
        }
        self.config = Some(config);
    }
}

/// How the configuration is read again.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// What it asks of the desktop is done anew even if it says the same.
    Whole,
    IfChanged,
}

fn read_setup(profile: &Profile, one_shot: Option<Purpose>) -> (Option<Config>, Setup) {
    match Config::read(profile) {
        Ok(config) => {
            // Before anything that is said of it.
            language::set(config.language);
            let settings = config.settings();
            let settings = one_shot.map_or(settings.clone(), |purpose| purpose.bends(settings));
            (Some(config), Setup::Ready(settings))
        }
        Err(error) => {
            tracing::warn!(%error, "not configured");
            (None, Setup::Invalid(error.problem()))
        }
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
