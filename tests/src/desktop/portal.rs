//! Stands in for the desktop portal: gives shortcuts to programs, as a Wayland desktop does; refuses to
//! show anything.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::sync::watch;
use zbus::zvariant::{ObjectPath, OwnedValue};

use super::bus::{Bus, become_owner, wait_for};

mod objects;
use objects::{GlobalShortcuts, Registry};

const NAME: &str = "org.freedesktop.portal.Desktop";
const PATH: &str = "/org/freedesktop/portal/desktop";

type Options = HashMap<String, OwnedValue>;

/// How the person, or the desktop, answers a program that asks for shortcuts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consent {
    /// All may be had.
    All,
    /// All but this one.
    AllBut(&'static str),
    /// None.
    None,
}

/// Which portal it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Manner {
    /// Shortcuts are bound by `BindShortcuts`, as documented.
    Documented,
    /// Plasma's of 5.27: they are bound when the session is created, and `BindShortcuts` opens the settings.
    Plasma,
}

/// A shortcut that a program has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortalShortcut {
    /// The program's name for it.
    pub id: String,
    /// What a person reads.
    pub description: String,
    /// The keys the program would like.
    pub trigger: String,
}

/// What the portal knows.
#[derive(Clone, Debug, Default)]
struct Book {
    /// The shortcuts of each session, by its path, with the program's bus name.
    sessions: BTreeMap<String, (String, Vec<PortalShortcut>)>,
    /// The ids by which programs registered.
    apps: Vec<String>,
    /// How often a program called `BindShortcuts`.
    asked: usize,
    /// The programs that have called before.
    known: Vec<String>,
}

/// The session's portal for a test.
#[derive(Debug)]
pub struct Portal {
    bus: Bus,
    book: watch::Receiver<Book>,
}

impl Portal {
    /// Becomes the portal of the session bus at `address`.
    ///
    /// # Errors
    /// The bus does not answer, or it has a portal already.
    pub fn start(address: &str, consent: Consent) -> Result<Portal> {
        Portal::with_manner(address, consent, Manner::Documented)
    }

    /// The same in the manner of Plasma 5.27.
    ///
    /// # Errors
    /// As [`Portal::start`].
    pub fn of_plasma(address: &str, consent: Consent) -> Result<Portal> {
        Portal::with_manner(address, consent, Manner::Plasma)
    }

    fn with_manner(address: &str, consent: Consent, manner: Manner) -> Result<Portal> {
        let bus = Bus::connect(address)?;
        let (sender, book) = watch::channel(Book::default());
        let connection = bus.connection();
        let started = wait_for(async move {
            let shortcuts = GlobalShortcuts { book: sender.clone(), consent, manner };
            connection.object_server().at(PATH, shortcuts).await?;
            connection.object_server().at(PATH, Registry { book: sender }).await?;
            become_owner(&connection, NAME).await
        });
        started.context("there is a portal already")?;
        Ok(Portal { bus, book })
    }

    /// Waits until the one open session has shortcuts, and gives them.
    ///
    /// # Errors
    /// It has none within `limit`.
    pub fn wait_for_shortcuts(&self, limit: Duration) -> Result<Vec<PortalShortcut>> {
        self.wait_until(limit, |shortcuts| !shortcuts.is_empty())
    }

    /// Waits until the shortcuts of all sessions are as `wanted`.
    ///
    /// # Errors
    /// They are not within `limit`; the message shows them.
    pub fn wait_until(
        &self,
        limit: Duration,
        wanted: impl Fn(&[PortalShortcut]) -> bool + Send + Sync + 'static,
    ) -> Result<Vec<PortalShortcut>> {
        let all = |book: &Book| -> Vec<PortalShortcut> {
            book.sessions.values().flat_map(|(_, shortcuts)| shortcuts.clone()).collect()
        };
        let mut book = self.book.clone();
        let found = wait_for(async move {
            let arrival = book.wait_for(|book| wanted(&all(book)));
            Some(all(&*tokio::time::timeout(limit, arrival).await.ok()?.ok()?))
        });
        found.with_context(|| format!("no such shortcuts; there are {:?}", self.book.borrow()))
    }

    /// The ids by which programs registered.
    pub fn apps(&self) -> Vec<String> {
        self.book.borrow().apps.clone()
    }

    /// How often a program called `BindShortcuts`, whatever the answer was.
    pub fn asked(&self) -> usize {
        self.book.borrow().asked
    }

    /// How many sessions are open.
    pub fn sessions(&self) -> usize {
        self.book.borrow().sessions.len()
    }

    /// Presses the keys of the shortcut `id`.
    ///
    /// # Errors
    /// No program has it, or the bus is gone.
    pub fn press(&self, id: &str) -> Result<()> {
        let book = self.book.borrow().clone();
        let has = |shortcuts: &[PortalShortcut]| shortcuts.iter().any(|held| held.id == id);
        let (path, (program, _)) = book
            .sessions
            .into_iter()
            .find(|(_, (_, shortcuts))| has(shortcuts))
            .with_context(|| format!("nobody has the shortcut {id}"))?;
        let (connection, id) = (self.bus.connection(), id.to_owned());
        let sent = wait_for(async move {
            let interface = "org.freedesktop.portal.GlobalShortcuts";
            for signal in ["Activated", "Deactivated"] {
                let body = (ObjectPath::try_from(path.as_str())?, &id, 1u64, Options::new());
                connection
                    .emit_signal(Some(program.as_str()), PATH, interface, signal, &body)
                    .await?;
            }
            zbus::Result::Ok(())
        });
        sent.context("the session bus is gone")
    }
}

impl Drop for Portal {
    fn drop(&mut self) {
        self.bus.release(NAME);
    }
}
