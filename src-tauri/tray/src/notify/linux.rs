//! Owns notifications on Linux (Desktop Notifications Specification, over D-Bus); refuses to wait for them.

use std::collections::HashMap;

use presence_core::Notice;
use presence_host::APP_NAME;
use zbus::zvariant::Value;

#[zbus::proxy(
    interface = "org.freedesktop.Notifications",
    default_service = "org.freedesktop.Notifications",
    default_path = "/org/freedesktop/Notifications",
    gen_blocking = false
)]
trait Notifications {
    #[expect(clippy::too_many_arguments, reason = "the specification's signature")]
    fn notify(
        &self,
        app_name: &str,
        replaces_id: u32,
        app_icon: &str,
        summary: &str,
        body: &str,
        actions: &[&str],
        hints: HashMap<&str, Value<'_>>,
        expire_timeout: i32,
    ) -> zbus::Result<u32>;
}

pub(super) fn show(notice: Notice) {
    tokio::spawn(async move {
        if let Err(error) = send(&notice).await {
            tracing::warn!(%error, "the notification cannot be shown");
        }
    });
}

async fn send(notice: &Notice) -> zbus::Result<()> {
    let connection = zbus::Connection::session().await?;
    let desktop = NotificationsProxy::new(&connection).await?;
    let hints = HashMap::from([("desktop-entry", Value::from("presence-tray"))]);
    let body = notice.body.replace('&', "&amp;").replace('<', "&lt;");
    desktop.notify(APP_NAME, 0, "presence-tray", &notice.title, &body, &[], hints, -1).await?;
    Ok(())
}
