//! Owns what the desktop's tray says of itself and of the item in it; refuses to show anything in it.

use presence_core::Problem;
use presence_host::Profile;

use crate::words;

#[cfg(target_os = "linux")]
#[zbus::proxy(
    interface = "org.kde.StatusNotifierWatcher",
    default_service = "org.kde.StatusNotifierWatcher",
    default_path = "/StatusNotifierWatcher",
    gen_blocking = false
)]
pub(crate) trait Watcher {
    fn register_status_notifier_item(&self, service: &str) -> zbus::Result<()>;

    #[zbus(property(emits_changed_signal = "false"))]
    fn registered_status_notifier_items(&self) -> zbus::Result<Vec<String>>;

    #[zbus(property(emits_changed_signal = "false"))]
    fn is_status_notifier_host_registered(&self) -> zbus::Result<bool>;
}

/// The bus name by which the item of `process` is registered.
#[cfg(target_os = "linux")]
pub(crate) fn item_name(process: u32) -> String {
    format!("org.kde.StatusNotifierItem-{process}-1")
}

/// Whether the tray lists the item with this name; an error where there is no tray.
#[cfg(target_os = "linux")]
pub(crate) async fn lists(connection: &zbus::Connection, item: &str) -> zbus::Result<bool> {
    let listed = WatcherProxy::new(connection).await?.registered_status_notifier_items().await?;
    let bus = zbus::fdo::DBusProxy::new(connection).await?;
    let owner = bus.get_name_owner(item.try_into()?).await;
    // Some trays list an item by the name that it gave, others by the one that the bus gave.
    let names = [Some(item), owner.as_ref().ok().map(|owner| owner.as_str())];
    let is_ours = |entry: &String| names.contains(&entry.split('/').next());
    Ok(listed.iter().any(is_ours))
}

/// Whether the desktop shows a tray and, where a resident runs, its icon in it.
#[cfg(target_os = "linux")]
pub(crate) async fn check(profile: &Profile) -> Result<String, Problem> {
    use presence_host::Client;

    let resident = Client::connect(profile).await.ok().and_then(|client| client.resident());
    let asked = async {
        let connection = zbus::Connection::session().await?;
        let has_host =
            WatcherProxy::new(&connection).await?.is_status_notifier_host_registered().await?;
        let is_shown = match resident {
            Some(process) if has_host => lists(&connection, &item_name(process)).await?,
            Some(_) | None => true,
        };
        zbus::Result::Ok((has_host, is_shown))
    };
    match asked.await {
        Ok((true, true)) => Ok(words::doctor::TRAY.said().to_owned()),
        Ok((true, false)) => Err(words::doctor::not_in_tray()),
        Ok((false, _)) | Err(_) => Err(words::doctor::no_tray()),
    }
}

/// Whether the desktop shows a tray.
#[cfg(not(target_os = "linux"))]
pub(crate) async fn check(_: &Profile) -> Result<String, Problem> {
    Ok(words::doctor::TRAY.said().to_owned())
}
