//! Stands in for the desktop's notification program: keeps what was said; refuses to show it.

use std::collections::HashMap;
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::sync::watch;
use zbus::object_server::SignalEmitter;
use zbus::zvariant::OwnedValue;

use super::bus::{Bus, become_owner, wait_for};

const NAME: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";

/// One notification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notification {
    /// What the program was told as its id.
    pub id: u32,
    /// The notification whose place it took, or 0.
    pub replaces: u32,
    /// The program's name.
    pub app: String,
    /// The first line.
    pub summary: String,
    /// The text.
    pub body: String,
    /// Keys and labels of the buttons, in turn.
    pub actions: Vec<String>,
}

/// The session's notification program for a test.
#[derive(Debug)]
pub struct Notifications {
    bus: Bus,
    said: watch::Receiver<Vec<Notification>>,
}

impl Notifications {
    /// Becomes the notification program of the session bus at `address`.
    ///
    /// # Errors
    /// The bus does not answer, or it has a notification program already.
    pub fn start(address: &str) -> Result<Notifications> {
        let bus = Bus::connect(address)?;
        let (sender, said) = watch::channel(Vec::new());
        let connection = bus.connection();
        let started = wait_for(async move {
            connection.object_server().at(PATH, Recorder { said: sender }).await?;
            become_owner(&connection, NAME).await
        });
        started.context("there is a notification program already")?;
        Ok(Notifications { bus, said })
    }

    /// All notifications so far, the oldest first.
    pub fn all(&self) -> Vec<Notification> {
        self.said.borrow().clone()
    }

    /// Waits for a notification that satisfies `wanted`; earlier ones count.
    ///
    /// # Errors
    /// None comes within `limit`; the message shows those that came.
    pub fn wait_for(
        &self,
        wanted: impl Fn(&Notification) -> bool + Send + Sync + 'static,
        limit: Duration,
    ) -> Result<Notification> {
        let mut said = self.said.clone();
        let found = wait_for(async move {
            let arrival = said.wait_for(|said| said.iter().any(&wanted));
            let said = tokio::time::timeout(limit, arrival).await.ok()?.ok()?;
            said.iter().find(|notification| wanted(notification)).cloned()
        });
        found.with_context(|| {
            format!("no such notification within {limit:?}; came: {:?}", self.all())
        })
    }

    /// Clicks a button of a notification.
    ///
    /// # Errors
    /// The bus is gone.
    pub fn click(&self, id: u32, action: &str) -> Result<()> {
        let (connection, action) = (self.bus.connection(), action.to_owned());
        wait_for(async move {
            let emitter = SignalEmitter::new(&connection, PATH)?;
            Recorder::action_invoked(&emitter, id, &action).await
        })
        .context("the session bus is gone")
    }
}

struct Recorder {
    said: watch::Sender<Vec<Notification>>,
}

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Recorder {
    #[expect(clippy::too_many_arguments, reason = "the specification's")]
    fn notify(
        &self,
        app_name: String,
        replaces_id: u32,
        _app_icon: String,
        summary: String,
        body: String,
        actions: Vec<String>,
        _hints: HashMap<String, OwnedValue>,
        _expire_timeout: i32,
    ) -> u32 {
        let fresh = u32::try_from(self.said.borrow().len() + 1).unwrap_or(u32::MAX);
        let id = if replaces_id == 0 { fresh } else { replaces_id };
        let notification =
            Notification { id, replaces: replaces_id, app: app_name, summary, body, actions };
        self.said.send_modify(|said| said.push(notification));
        id
    }

    async fn close_notification(
        &self,
        id: u32,
        #[zbus(signal_emitter)] emitter: SignalEmitter<'_>,
    ) -> zbus::fdo::Result<()> {
        const CLOSED_BY_PROGRAM: u32 = 3;
        Ok(emitter.notification_closed(id, CLOSED_BY_PROGRAM).await?)
    }

    fn get_capabilities(&self) -> Vec<String> {
        vec!["body".to_owned(), "actions".to_owned(), "persistence".to_owned()]
    }

    fn get_server_information(&self) -> (String, String, String, String) {
        ("recorder".to_owned(), "presence-tests".to_owned(), "1".to_owned(), "1.2".to_owned())
    }

    /// A notification is no longer shown.
    #[zbus(signal)]
    async fn notification_closed(
        emitter: &SignalEmitter<'_>,
        id: u32,
        reason: u32,
    ) -> zbus::Result<()>;

    /// A button was clicked.
    #[zbus(signal)]
    async fn action_invoked(
        emitter: &SignalEmitter<'_>,
        id: u32,
        action_key: &str,
    ) -> zbus::Result<()>;
}
