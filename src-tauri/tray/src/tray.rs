//! Owns looking for a tray on this desktop, for `doctor`; refuses to show anything in it.

use presence_core::Problem;
#[cfg(target_os = "linux")]
use presence_core::ProblemKind;

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
        Ok(true) => Ok("this desktop shows one".to_owned()),
        Ok(false) | Err(_) => Err(Problem::new(
            ProblemKind::NoTray,
            "This desktop shows no tray",
            "The icon appears as soon as something shows one; the window and the command line work without.",
            "On GNOME, switch on the extension \"AppIndicator and KStatusNotifierItem Support\"; elsewhere, add a tray to the panel.",
        )),
    }
}

/// Whether the desktop shows a tray.
#[cfg(not(target_os = "linux"))]
pub(crate) async fn check() -> Result<String, Problem> {
    Ok("this system always has one".to_owned())
}
