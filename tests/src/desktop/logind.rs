//! Stands in for systemd-logind on the private bus: gives delay locks out and says that the machine will sleep
//! or shut down; refuses to do either.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Context, Result};
use rustix::io::Errno;
use zbus::object_server::SignalEmitter;
use zbus::zvariant::OwnedFd;

use super::bus::{Bus, become_owner, poll, wait_for};

const NAME: &str = "org.freedesktop.login1";
const PATH: &str = "/org/freedesktop/login1";

/// The machine's session manager for a test.
#[derive(Debug)]
pub struct Logind {
    bus: Bus,
    locks: Arc<Mutex<Vec<Lock>>>,
}

/// A delay lock that was given out: it is held as long as anybody has the other end open.
#[derive(Debug)]
struct Lock {
    what: String,
    mode: String,
    end: std::os::fd::OwnedFd,
}

impl Lock {
    fn is_held(&self) -> bool {
        let mut byte = [0u8; 1];
        matches!(rustix::io::read(&self.end, &mut byte), Err(Errno::AGAIN))
    }
}

impl Logind {
    /// Becomes the logind of the bus at `address`, which the desktop's programs take for the system's.
    ///
    /// # Errors
    /// The bus does not answer, or it has a logind already.
    pub fn start(address: &str) -> Result<Logind> {
        let bus = Bus::connect(address)?;
        let locks = Arc::new(Mutex::new(Vec::new()));
        let (connection, manager) = (bus.connection(), Manager { locks: locks.clone() });
        let started = wait_for(async move {
            connection.object_server().at(PATH, manager).await?;
            become_owner(&connection, NAME).await
        });
        started.context("there is a logind already")?;
        Ok(Logind { bus, locks })
    }

    /// Waits until a program holds a delay lock for sleep and shutdown.
    ///
    /// # Errors
    /// None does within `limit`.
    pub fn wait_for_lock(&self, limit: Duration) -> Result<()> {
        poll("a delay lock", limit, || Ok(self.is_delayed().then_some(())))
    }

    /// Whether a program delays the next sleep.
    pub fn is_delayed(&self) -> bool {
        let locks = self.locks.lock().expect("no test panics while it holds this");
        let delays = |lock: &Lock| lock.mode == "delay" && lock.what == "sleep:shutdown";
        locks.iter().any(|lock| delays(lock) && lock.is_held())
    }

    /// Says that the machine will sleep, and waits until nothing delays that.
    ///
    /// # Errors
    /// The bus is gone, or somebody delays it longer than `limit`.
    pub fn fall_asleep(&self, limit: Duration) -> Result<()> {
        self.say(|emitter| async move { Manager::prepare_for_sleep(&emitter, true).await })?;
        poll("the end of the delay", limit, || Ok((!self.is_delayed()).then_some(())))
    }

    /// Says that the machine woke.
    ///
    /// # Errors
    /// The bus is gone.
    pub fn wake(&self) -> Result<()> {
        self.say(|emitter| async move { Manager::prepare_for_sleep(&emitter, false).await })
    }

    /// Says that the screen is locked.
    ///
    /// # Errors
    /// The bus is gone.
    pub fn lock_screen(&self) -> Result<()> {
        let connection = self.bus.connection();
        let session = "/org/freedesktop/login1/session/_31";
        let said = wait_for(async move {
            let to = None::<zbus::names::BusName<'_>>;
            connection.emit_signal(to, session, "org.freedesktop.login1.Session", "Lock", &()).await
        });
        said.context("the signal cannot be sent")
    }

    /// Says that the machine will shut down.
    ///
    /// # Errors
    /// The bus is gone.
    pub fn shut_down(&self) -> Result<()> {
        self.say(|emitter| async move { Manager::prepare_for_shutdown(&emitter, true).await })
    }

    fn say<F>(
        &self,
        signal: impl FnOnce(SignalEmitter<'static>) -> F + Send + 'static,
    ) -> Result<()>
    where
        F: Future<Output = zbus::Result<()>> + Send,
    {
        let connection = self.bus.connection();
        let said = wait_for(async move { signal(SignalEmitter::new(&connection, PATH)?).await });
        said.context("the signal cannot be sent")
    }
}

struct Manager {
    locks: Arc<Mutex<Vec<Lock>>>,
}

#[zbus::interface(name = "org.freedesktop.login1.Manager")]
impl Manager {
    fn inhibit(
        &self,
        what: String,
        who: String,
        why: String,
        mode: String,
    ) -> zbus::fdo::Result<OwnedFd> {
        if who.is_empty() || why.is_empty() {
            return Err(zbus::fdo::Error::InvalidArgs("who and why are for people".to_owned()));
        }
        let flags = rustix::pipe::PipeFlags::CLOEXEC | rustix::pipe::PipeFlags::NONBLOCK;
        let (end, lock) = rustix::pipe::pipe_with(flags)
            .map_err(|error| zbus::fdo::Error::Failed(error.to_string()))?;
        self.locks.lock().expect("no test panics while it holds this").push(Lock {
            what,
            mode,
            end,
        });
        Ok(lock.into())
    }

    #[zbus(signal)]
    async fn prepare_for_sleep(emitter: &SignalEmitter<'_>, start: bool) -> zbus::Result<()>;

    #[zbus(signal)]
    async fn prepare_for_shutdown(emitter: &SignalEmitter<'_>, start: bool) -> zbus::Result<()>;
}
