//! Owns looking for a tray on this desktop, for `doctor`; refuses to show anything in it.

use presence_core::Problem;

use crate::words;

#[cfg(target_os = "linux")]
#[zbus::proxy(
    interface = "org.kde.StatusNotifierWatcher",
    default_service = "org.kde.StatusNotifierWatcher",
    default_path = "/StatusNotifierWatcher",
    gen_blocking = false
)]
trait Watcher {
    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> zbus::Result<bool>;
}

/// Whether the desktop shows a tray.
#[cfg(target_os = "linux")]
pub(crate) async fn check() -> Result<String, Problem> {
    let asked = async {
        let connection = zbus::Connection::session().await?;
        WatcherProxy::new(&connection).await?.is_status_notifier_host_registered().await
    };
    match asked.await {
        Ok(true) => Ok(words::doctor::TRAY.to_owned()),
        Ok(false) | Err(_) => Err(words::doctor::no_tray()),
    }
}

/// Whether the desktop shows a tray.
#[cfg(not(target_os = "linux"))]
pub(crate) async fn check() -> Result<String, Problem> {
    Ok(words::doctor::TRAY.to_owned())
}
