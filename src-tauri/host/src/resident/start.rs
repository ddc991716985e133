//! Owns how a resident begins, and how its configuration is read and read again; refuses what comes after.

use thiserror::Error;

use super::*;

/// Why the resident could not start.
#[derive(Debug, Error)]
pub enum StartError {
    /// The door could not be opened.
    #[error(transparent)]
    Door(#[from] DoorError),
    /// The system gave no timer.
    #[error("the system gave no timer: {0}")]
    Timer(io::Error),
    /// The system gave no randomness.
    #[error("the system gave no randomness: {0}")]
    Seed(String),
}

impl Resident {
    /// Takes the lock of `place`, opens its door and reads its configuration and last wish.
    ///
    /// # Errors
    /// [`DoorError::Taken`] when another process acts there already.
    pub fn start(place: Place) -> Result<Resident, StartError> {
        let lock = Lock::take(&place)?;
        let door = Door::open(&place)?;
        Resident::assemble(place, lock, Some(Arc::new(door)), None)
    }

    /// The same without a door, for one command.
    pub(crate) fn for_errand(place: Place, purpose: Purpose) -> Result<Resident, StartError> {
        let lock = Lock::take(&place)?;
        Resident::assemble(place, lock, None, Some(purpose))
    }

    fn assemble(
        place: Place,
        lock: Lock,
        door: Option<Arc<Door>>,
        errand: Option<Purpose>,
    ) -> Result<Resident, StartError> {
        let clock = Clock::of_machine();
        let mut seed = [0u8; 32];
        rand_core::OsRng
            .try_fill_bytes(&mut seed)
            .map_err(|error| StartError::Seed(error.to_string()))?;
        let (outbox, inbox) = mpsc::unbounded_channel();
        // Before the reading: what is written from then on is noticed.
        let tell = outbox.clone();
        let watcher = match errand {
            None => Watcher::start(&place, move || drop(tell.send(Input::FileChanged))),
            Some(_) => None,
        };
        let (config, setup) = read_setup(&place, errand);
        let saved: Saved = saved::load(&place, &clock.moment());
        if !errand.is_some_and(Purpose::is_only_a_look) {
            saved::note_start(&place);
        }
        let saved = match errand {
            None => saved,
            Some(purpose) => purpose.begins_with(&place, saved),
        };
        let mut resident = Resident {
            core: Core::new(setup, saved, seed),
            alarm: Alarm::new().map_err(StartError::Timer)?,
            clock,
            config: None,
            door,
            _lock: lock,
            errand,
            _watcher: watcher,
            inbox,
            outbox,
            http: Http::default(),
            purse: Purse::default(),
            vaults: Vaults::new(&place.vault),
            identity: 0,
            loads: 0,
            delay: Delay::default(),
            call: None,
            listener: None,
            replies: BTreeMap::new(),
            asked: 0,
            asleep: clock.asleep_millis(),
            facades: watch::Sender::new(None),
            shown: None,
            place,
        };
        if let Some(config) = config {
            resident.configure(config);
        }
        Ok(resident)
    }

    pub(super) fn read_configuration(&mut self, reading: Reading, face: &mut impl Face) {
        let (config, setup) = read_setup(&self.place, self.errand);
        if reading == Reading::IfChanged && config.is_some() && config == self.config {
            return;
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

fn read_setup(place: &Place, errand: Option<Purpose>) -> (Option<Config>, Setup) {
    match Config::read(place) {
        Ok(config) => {
            let settings = config.settings();
            let settings = errand.map_or(settings.clone(), |purpose| purpose.bends(settings));
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
        let place = Place::under(&folder).unwrap();
        let mut resident = Resident::start(place.clone()).unwrap();

        std::fs::write(place.config_file(), "on_quit = \"keep\"").unwrap();

        let told = tokio::time::timeout(Duration::from_secs(5), resident.inbox.recv()).await;
        drop(resident);
        // Windows deletes what is watched a moment later.
        let _ = std::fs::remove_dir_all(&folder);
        assert!(matches!(told, Ok(Some(Input::FileChanged))));
    }
}
