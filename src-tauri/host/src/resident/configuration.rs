//! Owns how the configuration is read and read again, on a thread that may wait for its disk; refuses to ask a disk twice
//! that has not answered.

use presence_core::{Aspect, Problem};

use super::*;
use crate::config::{ConfigError, LIMIT};
use crate::patience::{AT_HAND, within};
use crate::policy;

/// What is taken over of a configuration that is read again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// What it asks of the desktop is done anew even if it says the same.
    Everything,
    Changes,
}

/// What the disk says.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) config: Result<Config, ConfigError>,
    /// What is wrong with the organisation's file as it lies there.
    pub(super) policy: Option<Problem>,
}

impl Read {
    fn of(profile: &Profile) -> Read {
        let policy = policy::problem(&profile.policy_file());
        Read { config: Config::wait_for(profile), policy }
    }
}

/// A reading that has not ended yet.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading {
    number: u64,
    what: What,
    is_late: bool,
}

/// The first reading. Without one that ends, a start goes on as without a configuration.
pub(super) fn begin(
    profile: &Profile,
    outbox: &mpsc::UnboundedSender<Input>,
) -> (Read, Option<Reading>) {
    match read(profile, LIMIT, outbox) {
        Some(read) => (read, None),
        None => {
            let read = Read { config: Err(ConfigError::silent(profile)), policy: None };
            let reading = Reading { number: 0, what: What::Everything, is_late: true };
            (read, Some(reading))
        }
    }
}

fn read(profile: &Profile, limit: Duration, outbox: &mpsc::UnboundedSender<Input>) -> Option<Read> {
    let (profile, outbox) = (profile.clone(), outbox.clone());
    within(limit, move || Read::of(&profile), move |read| drop(outbox.send(Input::Read(read))))
}

impl Resident {
    pub(super) fn read_configuration(&mut self, what: What, face: &mut impl Face) {
        if let Some(reading) = &mut self.reading {
            if what == What::Everything {
                reading.what = what;
            }
            // Whoever waits for it is told again.
            let number = reading.number;
            return if reading.is_late {
                self.miss_configuration(number, face)
            };
        }
        if let Some(read) = read(&self.profile, AT_HAND, &self.outbox) {
            return self.configure(read, what, face);
        }
        self.readings += 1;
        let number = self.readings;
        self.reading = Some(Reading { number, what, is_late: false });
        let outbox = self.outbox.clone();
        tokio::spawn(async move {
            tokio::time::sleep(LIMIT).await;
            let _ = outbox.send(Input::ReadingIsLate(number));
        });
    }

    /// Somebody who has just written the configuration need not wait for the system's word of it.
    pub(super) fn configure_if_missing(&mut self, face: &mut impl Face) {
        if self.config.is_none() {
            self.read_configuration(What::Everything, face);
        }
    }

    /// What was not at hand came.
    pub(super) fn read_late(&mut self, read: Read, face: &mut impl Face) {
        if let Some(reading) = self.reading.take() {
            self.configure(read, reading.what, face);
        }
    }

    /// Tells that the reading with this number has not ended, if that is so.
    pub(super) fn miss_configuration(&mut self, number: u64, face: &mut impl Face) {
        let Some(reading) = self.reading.as_mut().filter(|reading| reading.number == number) else {
            return;
        };
        reading.is_late = true;
        let (_, setup) = setup(Err(ConfigError::silent(&self.profile)), self.one_shot);
        self.happen(Event::Configured(setup), face);
    }

    fn configure(&mut self, read: Read, what: What, face: &mut impl Face) {
        self.tell(Aspect::Policy, read.policy);
        let (config, setup) = setup(read.config, self.one_shot);
        if what == What::Changes && config.is_some() && config == self.config {
            // A mistake may be mended by that.
            return self.happen(Event::Configured(setup), face);
        }
        tracing::info!("the configuration was read again");
        if let Some(config) = config {
            self.go_by(config.clone());
            self.happen(Event::Configured(setup), face);
            face.configured(&config);
        } else {
            self.happen(Event::Configured(setup), face);
        }
    }

    pub(super) fn go_by(&mut self, config: Config) {
        let former = self.config.as_ref().map(|former| &former.registration);
        if former != Some(&config.registration) {
            self.identity += 1;
        }
        self.config = Some(config);
    }
}

/// What the core is told of a reading.
pub(super) fn setup(
    read: Result<Config, ConfigError>,
    one_shot: Option<Purpose>,
) -> (Option<Config>, Setup) {
    match read {
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
