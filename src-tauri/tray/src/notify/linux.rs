//! Owns notifications on Linux (Desktop Notifications Specification, over D-Bus), and withdraws that of a problem that no
//! longer stands; refuses to have anybody wait for them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::{self, IsTerminal};
use std::time::Duration;

use presence_core::{Notice, View};
use presence_host::{APP_ID, APP_NAME, ICON_NAME};
use tokio::sync::mpsc;
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

    fn close_notification(&self, id: u32) -> zbus::Result<()>;
}

/// How long an end waits for the desktop.
const LAST_WORDS: Duration = Duration::from_secs(2);

pub(super) async fn show_last(notice: &Notice) {
    if io::stderr().is_terminal() {
        return;
    }
    // GNOME withdraws, with its program's end, what came under the name of an application.
    let sent = async { send(&zbus::Connection::session().await?, notice, 0, HashMap::new()).await };
    match tokio::time::timeout(LAST_WORDS, sent).await {
        Ok(Ok(_)) => {}
        Ok(Err(error)) => tracing::warn!(%error, "the desktop does not show a notification"),
        Err(_) => tracing::warn!("the desktop does not answer"),
    }
}

async fn send(
    connection: &zbus::Connection,
    notice: &Notice,
    replaces: u32,
    hints: HashMap<&str, Value<'_>>,
) -> zbus::Result<u32> {
    let desktop = NotificationsProxy::new(connection).await?;
    let (title, body) = (&notice.title, notice.body.replace('&', "&amp;").replace('<', "&lt;"));
    desktop.notify(APP_NAME, replaces, ICON_NAME, title, &body, &[], hints, -1).await
}

/// The notifications of this program.
pub(crate) struct Notices(mpsc::UnboundedSender<Message>);

enum Message {
    Show(Notice),
    /// The titles of the problems that stand.
    Stand(BTreeSet<String>),
}

impl Notices {
    pub(crate) fn start() -> Notices {
        let (messages, received) = mpsc::unbounded_channel();
        tokio::spawn(attend(received));
        Notices(messages)
    }

    /// Shows `notice`, as soon as the desktop does.
    pub(crate) fn show(&self, notice: Notice) {
        tracing::info!(title = notice.title, "notified");
        self.tell(Message::Show(notice));
    }

    /// Withdraws what was said of problems that stood before and are not in `view`.
    pub(crate) fn stand(&self, view: &View) {
        let problems = view.problem.iter().chain(&view.desktop);
        self.tell(Message::Stand(problems.map(|problem| problem.title.clone()).collect()));
    }

    fn tell(&self, message: Message) {
        // Nobody listens once the runtime ends.
        let _ = self.0.send(message);
    }
}

async fn attend(mut messages: mpsc::UnboundedReceiver<Message>) {
    let mut shown = Shown::default();
    let mut standing = BTreeSet::new();
    while let Some(message) = messages.recv().await {
        let done = match message {
            Message::Show(notice) => shown.show(&notice).await,
            Message::Stand(now) => {
                let over: Vec<String> = standing.difference(&now).cloned().collect();
                standing = now;
                shown.withdraw(&over).await
            }
        };
        if let Err(error) = done {
            tracing::warn!(%error, "the desktop does not do as asked with a notification");
        }
    }
}

/// What the desktop was told.
#[derive(Default)]
struct Shown {
    /// GNOME withdraws a notification when the connection that it came by is closed.
    connection: Option<zbus::Connection>,
    ids: BTreeMap<String, u32>,
}

impl Shown {
    async fn show(&mut self, notice: &Notice) -> zbus::Result<()> {
        let connection = match &self.connection {
            Some(connection) => connection,
            None => self.connection.insert(zbus::Connection::session().await?),
        };
        let hints = HashMap::from([("desktop-entry", Value::from(APP_ID))]);
        let former = self.ids.get(&notice.title).copied().unwrap_or_default();
        let id = send(connection, notice, former, hints).await?;
        self.ids.insert(notice.title.clone(), id);
        Ok(())
    }

    async fn withdraw(&mut self, titles: &[String]) -> zbus::Result<()> {
        let Some(connection) = &self.connection else { return Ok(()) };
        for title in titles {
            if let Some(id) = self.ids.remove(title) {
                NotificationsProxy::new(connection).await?.close_notification(id).await?;
            }
        }
        Ok(())
    }
}
