//! Owns how the portal is spoken to over D-Bus, and how its answers are read; refuses to know why.

use std::collections::HashMap;
use std::time::Duration;

use futures_util::StreamExt;
use zbus::message::Type;
use zbus::zvariant::{OwnedObjectPath, OwnedValue, StructureBuilder, Value};
use zbus::{Connection, MatchRule, Message, MessageStream};

use super::Refusal;
use crate::words::shortcut::reason;

const BUS: &str = "org.freedesktop.DBus";
const PORTAL: &str = "org.freedesktop.portal.Desktop";
const PATH: &str = "/org/freedesktop/portal/desktop";
const SHORTCUTS: &str = "org.freedesktop.portal.GlobalShortcuts";
const SESSION: &str = "org.freedesktop.portal.Session";
const REGISTRY: &str = "org.freedesktop.host.portal.Registry";
const PROPERTIES: &str = "org.freedesktop.DBus.Properties";

/// The bundle's identifier: by it a desktop remembers what the person allowed.
const APP_ID: &str = "app.presence-tray";
/// How long a portal may take to end a session.
const PATIENCE: Duration = Duration::from_secs(1);

pub(super) type Options<'a> = HashMap<&'a str, Value<'a>>;
pub(super) type Results = HashMap<String, OwnedValue>;

/// Hears of each portal that comes, beside the one there is.
pub(super) async fn newcomers(connection: &Connection) -> zbus::Result<MessageStream> {
    let rule = MatchRule::builder()
        .msg_type(Type::Signal)
        .sender(BUS)?
        .member("NameOwnerChanged")?
        .arg(0, PORTAL)?
        .build();
    MessageStream::for_match_rule(rule, connection, None).await
}

/// Waits for another portal: false when the bus is gone.
pub(super) async fn another(newcomers: &mut MessageStream) -> bool {
    while let Some(Ok(message)) = newcomers.next().await {
        let names: zbus::Result<(String, String, String)> = message.body().deserialize();
        if names.is_ok_and(|(_, _, new)| !new.is_empty()) {
            return true;
        }
    }
    false
}

/// Tells the portal who asks, so that what the person allowed is remembered. To be called before anything
/// else; older portals find out by themselves, and nothing depends on it.
pub(super) async fn register(connection: &Connection) {
    let body = StructureBuilder::new().add_field(APP_ID).add_field(Options::new());
    if let Err(error) = call(connection, REGISTRY, "Register", body).await {
        tracing::debug!(%error, "not registered with the portal");
    }
}

/// Whether the portal has shortcuts.
pub(super) async fn find(connection: &Connection) -> Result<(), Refusal> {
    let body = StructureBuilder::new().add_field(SHORTCUTS).add_field("version");
    call(connection, PROPERTIES, "Get", body).await.map(drop).map_err(|error| {
        tracing::debug!(%error, "no portal for shortcuts");
        Refusal::NoPortal
    })
}

/// One type of body for all calls: each costs 10 KB of program.
async fn call(
    connection: &Connection,
    interface: &str,
    method: &str,
    body: StructureBuilder<'_>,
) -> zbus::Result<Message> {
    let body = body.build()?;
    connection.call_method(Some(PORTAL), PATH, Some(interface), method, &body).await
}

/// Ends a session, and the shortcuts it holds.
pub(super) async fn close(connection: &Connection, session: &OwnedObjectPath) {
    let call = connection.call_method(Some(PORTAL), session.as_str(), Some(SESSION), "Close", &());
    match tokio::time::timeout(PATIENCE, call).await {
        Ok(Ok(_)) => {}
        Ok(Err(error)) => tracing::debug!(%error, "the session was not closed"),
        Err(_) => tracing::debug!("the session takes long to close"),
    }
}

/// The portal that is there now, and everything it says.
pub(super) struct Line {
    connection: Connection,
    signals: MessageStream,
}

impl Line {
    pub(super) async fn open(connection: &Connection) -> Result<Line, Refusal> {
        let rule = MatchRule::builder()
            .msg_type(Type::Signal)
            .sender(PORTAL)?
            .path_namespace(PATH)?
            .build();
        let signals = MessageStream::for_match_rule(rule, connection, None).await?;
        Ok(Line { connection: connection.clone(), signals })
    }

    /// Calls a method and waits for its response, which may have to wait for the person.
    pub(super) async fn ask(
        &mut self,
        method: &str,
        body: StructureBuilder<'_>,
    ) -> Result<Results, Refusal> {
        let accepted = call(&self.connection, SHORTCUTS, method, body).await?;
        let request: OwnedObjectPath = accepted.body().deserialize()?;
        loop {
            let message = self.next().await?;
            let header = message.header();
            let is_response = header.member().is_some_and(|member| member == "Response");
            if !is_response || header.path().is_none_or(|path| *path != *request) {
                continue;
            }
            let (response, results): (u32, Results) = message.body().deserialize()?;
            return match response {
                0 => Ok(results),
                1 => Err(Refusal::Declined),
                other => Err(Refusal::Failed(reason::portal_answered(other, method))),
            };
        }
    }

    /// The ids of the shortcuts that `session` holds; nothing when the portal does not say.
    pub(super) async fn list(&mut self, session: &OwnedObjectPath) -> Option<Vec<String>> {
        let token = Options::from([("handle_token", Value::from("presence_list"))]);
        let body = StructureBuilder::new().add_field(session.clone()).add_field(token);
        match self.ask("ListShortcuts", body).await {
            Ok(results) => bound_ids(&results),
            Err(refusal) => {
                tracing::debug!(?refusal, "the portal does not list the shortcuts");
                None
            }
        }
    }

    pub(super) async fn next(&mut self) -> Result<Message, Refusal> {
        let message = self.signals.next().await;
        Ok(message.ok_or_else(|| Refusal::Failed(reason::NO_BUS.said().to_owned()))??)
    }
}

/// The session's path, which portals send as a string.
pub(super) fn session_handle(results: &Results) -> Option<OwnedObjectPath> {
    #[expect(clippy::wildcard_enum_match_arm, reason = "a portal may send any type")]
    match &**results.get("session_handle")? {
        Value::Str(text) => OwnedObjectPath::try_from(text.as_str()).ok(),
        Value::ObjectPath(path) => Some(path.to_owned().into()),
        _ => None,
    }
}

/// The ids of the shortcuts that a session holds; nothing when the portal does not say.
pub(super) fn bound_ids(results: &Results) -> Option<Vec<String>> {
    let Value::Array(shortcuts) = &**results.get("shortcuts")? else { return None };
    Some(shortcuts.iter().filter_map(id).collect())
}

fn id(shortcut: &Value<'_>) -> Option<String> {
    let Value::Structure(fields) = shortcut else { return None };
    let Value::Str(id) = fields.fields().first()? else { return None };
    Some(id.to_string())
}

/// What a session's signal says.
pub(super) enum Said {
    /// The shortcut with this id was pressed.
    Activated(String),
    /// The session is over.
    Closed,
    Other,
}

impl Said {
    pub(super) fn of(message: &Message, session: &OwnedObjectPath) -> Said {
        type Activated = (OwnedObjectPath, String, u64, Results);
        let header = message.header();
        match header.member().map(|member| member.as_str()) {
            Some("Activated") => match message.body().deserialize::<Activated>() {
                Ok((of, id, _, _)) if of == *session => Said::Activated(id),
                Ok(_) | Err(_) => Said::Other,
            },
            Some("Closed") if header.path().is_some_and(|path| *path == **session) => Said::Closed,
            Some(_) | None => Said::Other,
        }
    }
}
