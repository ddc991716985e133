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

/// A StatusNotifier host and its watcher. It may come and go during a test, as a panel may.
#[derive(Debug)]
pub struct TrayHost {
    bus: Bus,
    items: watch::Receiver<Vec<Place>>,
    departures: AbortHandle,
}

impl TrayHost {
    /// Becomes the tray of the session bus at `address`.
    ///
    /// # Errors
    /// The bus does not answer, or it has a tray already.
    pub fn start(address: &str) -> Result<TrayHost> {
        let bus = Bus::connect(address)?;
        let (sender, items) = watch::channel(Vec::new());
        let connection = bus.connection();
        let watcher = Watcher { items: sender.clone() };
        let departures = wait_for(async move {
            connection.object_server().at("/StatusNotifierWatcher", watcher).await?;
            let names = zbus::fdo::DBusProxy::new(&connection).await?;
            let changes = names.receive_name_owner_changed().await?;
            let task = runtime().spawn(forget_departed(changes, sender, connection.clone()));
            become_owner(&connection, WATCHER).await?;
            anyhow::Ok(task.abort_handle())
        });
        Ok(TrayHost { bus, items, departures: departures.context("there is a tray already")? })
    }

    /// The items in the tray, in the order of their coming.
    pub fn items(&self) -> Vec<Item> {
        self.items.borrow().iter().map(|place| self.item(place)).collect()
    }

    /// Waits until there is an item and gives the one that came last.
    ///
    /// # Errors
    /// None comes within `limit`.
    pub fn wait_for_item(&self, limit: Duration) -> Result<Item> {
        let mut items = self.items.clone();
        let place = wait_for(async move {
            let arrival = items.wait_for(|items| !items.is_empty());
            let items = tokio::time::timeout(limit, arrival).await.ok()?.ok()?;
            items.last().cloned()
        });
        Ok(self.item(&place.with_context(|| format!("no tray item came within {limit:?}"))?))
    }

    /// Waits until no item is left.
    ///
    /// # Errors
    /// One stays longer than `limit`.
    pub fn wait_until_empty(&self, limit: Duration) -> Result<()> {
        poll("an empty tray", limit, || Ok(self.items.borrow().is_empty().then_some(())))
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
    items: watch::Sender<Vec<Place>>,
}

#[zbus::interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    async fn register_status_notifier_item(
        &self,
        service: String,
        #[zbus(header)] header: Header<'_>,
        #[zbus(signal_emitter)] emitter: SignalEmitter<'_>,
    ) -> zbus::fdo::Result<()> {
        let sender = header.sender().map(ToString::to_string).unwrap_or_default();
        let path =
            if service.starts_with('/') { service } else { "/StatusNotifierItem".to_owned() };
        let place = Place { name: sender, path };
        let registered = place.registered();
        self.items.send_modify(|items| {
            items.retain(|item| *item != place);
            items.push(place);
        });
        Ok(emitter.status_notifier_item_registered(&registered).await?)
    }

    fn register_status_notifier_host(&self, _service: String) {}

    #[zbus(property)]
    fn registered_status_notifier_items(&self) -> Vec<String> {
        self.items.borrow().iter().map(Place::registered).collect()
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
    items: watch::Sender<Vec<Place>>,
    connection: zbus::Connection,
) {
    while let Some(change) = changes.next().await {
        let Ok(change) = change.args() else { continue };
        if change.new_owner().is_some() {
            continue;
        }
        let mut gone = Vec::new();
        items.send_if_modified(|items| {
            gone = items.extract_if(.., |item| item.name == change.name().as_str()).collect();
            !gone.is_empty()
        });
        let Ok(emitter) = SignalEmitter::new(&connection, "/StatusNotifierWatcher") else {
            continue;
        };
        for place in gone {
            // A bus that is gone has nobody left to tell.
            let _ = Watcher::status_notifier_item_unregistered(&emitter, &place.registered()).await;
        }
    }
}
