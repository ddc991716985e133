//! A tray without a panel: owns the StatusNotifierWatcher name and takes items in; refuses to draw them.

use std::time::Duration;

use anyhow::{Context, Result};
use futures_util::StreamExt;
use tokio::sync::watch;
use tokio::task::AbortHandle;
use zbus::message::Header;
use zbus::object_server::SignalEmitter;

use super::bus::{Bus, become_owner, poll, runtime, wait_for};
use super::item::Item;

const WATCHER: &str = "org.kde.StatusNotifierWatcher";
const PATH: &str = "/StatusNotifierWatcher";

/// How a watcher treats an item that is registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Manner {
    Keeps,
    /// Takes it in and drops it at once, as GNOME's may.
    Drops,
    /// Answers with an error, as GNOME's may.
    Refuses,
}

/// A StatusNotifier host and its watcher. It may come and go during a test, as a panel may.
#[derive(Debug)]
pub struct TrayHost {
    bus: Bus,
    book: watch::Sender<Book>,
    departures: AbortHandle,
}

/// What a watcher knows.
#[derive(Debug)]
struct Book {
    manner: Manner,
    items: Vec<Place>,
    /// How often one was registered.
    registrations: usize,
}

impl TrayHost {
    /// Becomes the tray of the session bus at `address`.
    ///
    /// # Errors
    /// The bus does not answer, or it has a tray already.
    pub fn start(address: &str) -> Result<TrayHost> {
        TrayHost::with_manner(address, Manner::Keeps)
    }

    /// The same, but every item is dropped as soon as it is there, until [`TrayHost::keep`].
    ///
    /// # Errors
    /// As [`TrayHost::start`].
    pub fn that_drops(address: &str) -> Result<TrayHost> {
        TrayHost::with_manner(address, Manner::Drops)
    }

    /// The same, but every item is refused, until [`TrayHost::keep`].
    ///
    /// # Errors
    /// As [`TrayHost::start`].
    pub fn that_refuses(address: &str) -> Result<TrayHost> {
        TrayHost::with_manner(address, Manner::Refuses)
    }

    fn with_manner(address: &str, manner: Manner) -> Result<TrayHost> {
        let bus = Bus::connect(address)?;
        let book = watch::Sender::new(Book { manner, items: Vec::new(), registrations: 0 });
        let connection = bus.connection();
        let sender = book.clone();
        let departures = wait_for(async move {
            connection.object_server().at(PATH, Watcher { book: sender.clone() }).await?;
            let names = zbus::fdo::DBusProxy::new(&connection).await?;
            let changes = names.receive_name_owner_changed().await?;
            let task = runtime().spawn(forget_departed(changes, sender, connection.clone()));
            become_owner(&connection, WATCHER).await?;
            anyhow::Ok(task.abort_handle())
        });
        Ok(TrayHost { bus, book, departures: departures.context("there is a tray already")? })
    }

    /// Keeps the items that are registered from now on.
    pub fn keep(&self) {
        self.book.send_modify(|book| book.manner = Manner::Keeps);
    }

    /// Forgets all items, and says so.
    pub fn forget(&self) {
        let (book, connection) = (self.book.clone(), self.bus.connection());
        wait_for(async move { forget(&book, &connection, |_| true).await });
    }

    /// How often an item was registered.
    pub fn registrations(&self) -> usize {
        self.book.borrow().registrations
    }

    /// The items in the tray, in the order of their coming.
    pub fn items(&self) -> Vec<Item> {
        self.book.borrow().items.iter().map(|place| self.item(place)).collect()
    }

    /// Waits until there is an item and gives the one that came last.
    ///
    /// # Errors
    /// None comes within `limit`.
    pub fn wait_for_item(&self, limit: Duration) -> Result<Item> {
        let mut book = self.book.subscribe();
        let place = wait_for(async move {
            let arrival = book.wait_for(|book| !book.items.is_empty());
            let book = tokio::time::timeout(limit, arrival).await.ok()?.ok()?;
            book.items.last().cloned()
        });
        Ok(self.item(&place.with_context(|| format!("no tray item came within {limit:?}"))?))
    }

    /// Waits until no item is left.
    ///
    /// # Errors
    /// One stays longer than `limit`.
    pub fn wait_until_empty(&self, limit: Duration) -> Result<()> {
        poll("an empty tray", limit, || Ok(self.book.borrow().items.is_empty().then_some(())))
    }

    fn item(&self, place: &Place) -> Item {
        Item::new(self.bus.clone(), place.name.clone(), place.path.clone())
    }
}

impl Drop for TrayHost {
    fn drop(&mut self) {
        // Items still hold the connection, so the name has to be given back by hand.
        self.departures.abort();
        self.bus.release(WATCHER);
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    name: String,
    path: String,
}

impl Place {
    fn registered(&self) -> String {
        format!("{}{}", self.name, self.path)
    }
}

struct Watcher {
    book: watch::Sender<Book>,
}

#[zbus::interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    async fn register_status_notifier_item(
        &self,
        service: String,
        #[zbus(header)] header: Header<'_>,
        #[zbus(connection)] connection: &zbus::Connection,
        #[zbus(signal_emitter)] emitter: SignalEmitter<'_>,
    ) -> zbus::fdo::Result<()> {
        self.book.send_modify(|book| book.registrations += 1);
        let sender = header.sender().map(ToString::to_string).unwrap_or_default();
        let place = match service.starts_with('/') {
            true => Place { name: sender, path: service },
            false => Place { name: service, path: "/StatusNotifierItem".to_owned() },
        };
        let registered = place.registered();
        let manner = self.book.borrow().manner;
        if manner == Manner::Refuses {
            return Err(zbus::fdo::Error::Failed("this tray is out of order".to_owned()));
        }
        self.book.send_modify(|book| {
            book.items.retain(|item| *item != place);
            book.items.push(place);
        });
        emitter.status_notifier_item_registered(&registered).await?;
        if manner == Manner::Drops {
            forget(&self.book, connection, |_| true).await;
        }
        Ok(())
    }

    fn register_status_notifier_host(&self, _service: String) {}

    #[zbus(property)]
    fn registered_status_notifier_items(&self) -> Vec<String> {
        self.book.borrow().items.iter().map(Place::registered).collect()
    }

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }

    #[zbus(property)]
    fn protocol_version(&self) -> i32 {
        0
    }

    /// An item came.
    #[zbus(signal)]
    async fn status_notifier_item_registered(
        emitter: &SignalEmitter<'_>,
        service: &str,
    ) -> zbus::Result<()>;

    /// An item went.
    #[zbus(signal)]
    async fn status_notifier_item_unregistered(
        emitter: &SignalEmitter<'_>,
        service: &str,
    ) -> zbus::Result<()>;

    /// There is a host now.
    #[zbus(signal)]
    async fn status_notifier_host_registered(emitter: &SignalEmitter<'_>) -> zbus::Result<()>;
}

async fn forget_departed(
    mut changes: zbus::fdo::NameOwnerChangedStream,
    book: watch::Sender<Book>,
    connection: zbus::Connection,
) {
    while let Some(change) = changes.next().await {
        let Ok(change) = change.args() else { continue };
        if change.new_owner().is_none() {
            forget(&book, &connection, |place| place.name == change.name().as_str()).await;
        }
    }
}

/// Takes out the items that are `gone`, and says so.
async fn forget(
    book: &watch::Sender<Book>,
    connection: &zbus::Connection,
    gone: impl Fn(&Place) -> bool,
) {
    let mut taken = Vec::new();
    book.send_if_modified(|book| {
        taken = book.items.extract_if(.., |place| gone(place)).collect();
        !taken.is_empty()
    });
    let Ok(emitter) = SignalEmitter::new(connection, PATH) else { return };
    for place in taken {
        // A bus that is gone has nobody left to tell.
        let _ = Watcher::status_notifier_item_unregistered(&emitter, &place.registered()).await;
    }
}
