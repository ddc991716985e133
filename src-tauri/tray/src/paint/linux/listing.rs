//! Owns that the tray lists the item: where the tray loses or refuses it, it is registered again. Refuses to look
//! without having been told.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Notify;
use zbus::fdo::DBusProxy;
use zbus::message::Type;
use zbus::{Connection, MatchRule, Message};

use crate::tray::{WatcherProxy, item_name, lists};

/// What passes before each time that the item is registered again; after the last one, that tray has had its chance.
const PAUSES: [Duration; 5] = [
    Duration::from_millis(100),
    Duration::from_millis(300),
    Duration::from_secs(1),
    Duration::from_secs(3),
    Duration::from_secs(5),
];
/// A loss after this time is another trouble than the one before.
const LATER: Duration = Duration::from_secs(60);

const LOSS: &str = "StatusNotifierItemUnregistered";

/// Has the bus tell `connection` when a tray loses an item.
///
/// # Errors
/// When the bus does not answer.
pub(super) async fn listen(connection: &Connection) -> zbus::Result<()> {
    let rule = MatchRule::builder().msg_type(Type::Signal).member(LOSS)?.build();
    Ok(DBusProxy::new(connection).await?.add_match_rule(rule).await?)
}

/// Whether a tray has lost an item, this or another.
pub(super) fn is_loss(message: &Message) -> bool {
    message.header().member().is_some_and(|member| member == LOSS)
}

/// Registers the item again whenever the tray has `lost` it.
///
/// # Errors
/// When the bus does not answer.
pub(super) async fn keep(connection: Connection, lost: Arc<Notify>) -> zbus::Result<()> {
    let item = item_name(std::process::id());
    let watcher = WatcherProxy::new(&connection).await?;
    let bus = DBusProxy::new(&connection).await?;
    let mut pauses = PAUSES.iter();
    let mut last = (None, Instant::now());
    loop {
        lost.notified().await;
        let tray = bus.get_name_owner(watcher.inner().destination().clone()).await.ok();
        if tray != last.0 || last.1.elapsed() > LATER {
            pauses = PAUSES.iter();
        }
        last = (tray, Instant::now());
        // A tray that is gone is waited for elsewhere.
        while let Ok(false) = lists(&connection, &item).await {
            let Some(pause) = pauses.next() else {
                tracing::warn!("the tray does not show the item");
                break;
            };
            tokio::time::sleep(*pause).await;
            tracing::info!("the tray has lost the item, which is registered again");
            if let Err(error) = watcher.register_status_notifier_item(&item).await {
                tracing::debug!(%error, "the item was refused");
            }
        }
    }
}
