//! The objects of the portal's stand-in on the bus; refuses what the real portal refuses, in its words.

use std::collections::HashMap;

use tokio::sync::watch;
use zbus::fdo::Error;
use zbus::message::Header;
use zbus::zvariant::{Array, OwnedObjectPath, OwnedValue, Structure, Value};
use zbus::{Connection, ObjectServer};

use super::super::bus::runtime;
use super::{Book, Consent, Manner, Options, PATH, PortalShortcut};

pub(super) struct Registry {
    pub(super) book: watch::Sender<Book>,
}

#[zbus::interface(name = "org.freedesktop.host.portal.Registry")]
impl Registry {
    fn register(
        &self,
        app_id: String,
        _options: Options,
        #[zbus(header)] header: Header<'_>,
    ) -> zbus::fdo::Result<()> {
        let program = sender(&header);
        if self.book.borrow().known.contains(&program) {
            return Err(Error::Failed("too late: the program has called before".to_owned()));
        }
        self.book.send_modify(|book| {
            book.known.push(program);
            book.apps.push(app_id);
        });
        Ok(())
    }
}

pub(super) struct GlobalShortcuts {
    pub(super) book: watch::Sender<Book>,
    pub(super) consent: Consent,
    pub(super) manner: Manner,
}

impl GlobalShortcuts {
    /// Which of the wanted shortcuts may be had.
    fn allowed(&self, wanted: Vec<(String, Options)>) -> zbus::fdo::Result<Vec<PortalShortcut>> {
        let left_out = match self.consent {
            Consent::None => return Ok(Vec::new()),
            Consent::All => "",
            Consent::AllBut(id) => id,
        };
        let wanted: Result<Vec<_>, _> = wanted.into_iter().map(shortcut).collect();
        Ok(wanted?.into_iter().filter(|held| held.id != left_out).collect())
    }

    /// The shortcuts of a session of `program`.
    fn held(&self, program: &str, session: &str) -> zbus::fdo::Result<Vec<PortalShortcut>> {
        match self.book.borrow().sessions.get(session) {
            Some((owner, held)) if *owner == program => Ok(held.clone()),
            Some(_) => Err(Error::AccessDenied("another's".to_owned())),
            None => Err(Error::AccessDenied("Invalid session".to_owned())),
        }
    }
}

#[zbus::interface(name = "org.freedesktop.portal.GlobalShortcuts")]
impl GlobalShortcuts {
    #[zbus(property, name = "version")]
    fn version(&self) -> u32 {
        1
    }

    async fn create_session(
        &self,
        options: Options,
        #[zbus(header)] header: Header<'_>,
        #[zbus(connection)] connection: &Connection,
        #[zbus(object_server)] objects: &ObjectServer,
    ) -> zbus::fdo::Result<OwnedObjectPath> {
        let program = sender(&header);
        let session = own_path("session", &program, &options, "session_handle_token")?;
        let object = Session { book: self.book.clone(), path: session.to_string() };
        if !objects.at(&session, object).await? {
            return Err(Error::Failed("there is such a session already".to_owned()));
        }
        let bound = match (self.manner, options.get("shortcuts")) {
            (Manner::Plasma, Some(wanted)) => self.allowed(list(wanted)?)?,
            (Manner::Plasma | Manner::Documented, _) => Vec::new(),
        };
        self.book.send_modify(|book| {
            book.known.push(program.clone());
            book.sessions.insert(session.to_string(), (program.clone(), bound));
        });
        let handle = Value::from(session.as_str().to_owned());
        let results = HashMap::from([("session_handle", handle)]);
        respond(connection, &program, &options, 0, results)
    }

    async fn bind_shortcuts(
        &self,
        session: OwnedObjectPath,
        shortcuts: Vec<(String, Options)>,
        _parent_window: String,
        options: Options,
        #[zbus(header)] header: Header<'_>,
        #[zbus(connection)] connection: &Connection,
    ) -> zbus::fdo::Result<OwnedObjectPath> {
        let program = sender(&header);
        let held = self.held(&program, session.as_str())?;
        self.book.send_modify(|book| book.asked += 1);
        if self.manner == Manner::Plasma {
            return respond(connection, &program, &options, 0, told(&held));
        }
        if !held.is_empty() {
            return Err(Error::AccessDenied("bound already".to_owned()));
        }
        if self.consent == Consent::None {
            return respond(connection, &program, &options, 1, HashMap::new());
        }
        let bound = self.allowed(shortcuts)?;
        let results = told(&bound);
        let request = respond(connection, &program, &options, 0, results)?;
        self.book.send_modify(|book| {
            if let Some((_, shortcuts)) = book.sessions.get_mut(session.as_str()) {
                *shortcuts = bound;
            }
        });
        Ok(request)
    }

    async fn list_shortcuts(
        &self,
        session: OwnedObjectPath,
        options: Options,
        #[zbus(header)] header: Header<'_>,
        #[zbus(connection)] connection: &Connection,
    ) -> zbus::fdo::Result<OwnedObjectPath> {
        let program = sender(&header);
        let held = self.held(&program, session.as_str())?;
        respond(connection, &program, &options, 0, told(&held))
    }
}

struct Session {
    book: watch::Sender<Book>,
    path: String,
}

#[zbus::interface(name = "org.freedesktop.portal.Session")]
impl Session {
    async fn close(&self, #[zbus(object_server)] objects: &ObjectServer) -> zbus::fdo::Result<()> {
        self.book.send_modify(|book| drop(book.sessions.remove(&self.path)));
        objects.remove::<Session, _>(self.path.as_str()).await?;
        Ok(())
    }
}

fn sender(header: &Header<'_>) -> String {
    header.sender().map(ToString::to_string).unwrap_or_default()
}

/// The path that the program chose by its token and its bus name.
fn own_path(
    kind: &str,
    program: &str,
    options: &Options,
    token: &str,
) -> zbus::fdo::Result<OwnedObjectPath> {
    let token = text(options, token)?;
    let program = program.trim_start_matches(':').replace('.', "_");
    let path = format!("{PATH}/{kind}/{program}/{token}");
    OwnedObjectPath::try_from(path).map_err(|error| Error::InvalidArgs(error.to_string()))
}

fn text(options: &Options, name: &str) -> zbus::fdo::Result<String> {
    let value = options.get(name).and_then(|value| value.downcast_ref::<String>().ok());
    value.ok_or_else(|| Error::InvalidArgs(format!("{name} is missing")))
}

fn shortcut((id, options): (String, Options)) -> zbus::fdo::Result<PortalShortcut> {
    let description = text(&options, "description")?;
    Ok(PortalShortcut { id, description, trigger: text(&options, "preferred_trigger")? })
}

/// The shortcuts of an option: `a(sa{sv})`.
fn list(value: &OwnedValue) -> zbus::fdo::Result<Vec<(String, Options)>> {
    let read = || {
        let array = value.downcast_ref::<Array<'_>>()?;
        let entries = array.iter().map(|entry| Structure::try_from(entry.try_clone()?)?.try_into());
        entries.collect::<zbus::zvariant::Result<_>>()
    };
    read().map_err(|error| Error::InvalidArgs(error.to_string()))
}

fn told(held: &[PortalShortcut]) -> HashMap<&'static str, Value<'static>> {
    let told: Vec<(String, HashMap<&str, Value<'_>>)> = held.iter().map(answer).collect();
    HashMap::from([("shortcuts", Value::from(told))])
}

fn answer(held: &PortalShortcut) -> (String, HashMap<&'static str, Value<'static>>) {
    let description = Value::from(held.description.clone());
    let trigger = Value::from(format!("Press {}", held.trigger));
    (
        held.id.clone(),
        HashMap::from([("description", description), ("trigger_description", trigger)]),
    )
}

/// The response comes as a signal to the program alone, after or before the path it comes from.
fn respond(
    connection: &Connection,
    program: &str,
    options: &Options,
    response: u32,
    results: HashMap<&'static str, Value<'_>>,
) -> zbus::fdo::Result<OwnedObjectPath> {
    let request = own_path("request", program, options, "handle_token")?;
    let results: HashMap<&str, OwnedValue> = results
        .into_iter()
        .map(|(name, value)| Ok((name, value.try_to_owned()?)))
        .collect::<Result<_, zbus::zvariant::Error>>()
        .map_err(|error| Error::Failed(error.to_string()))?;
    let (connection, program, path) = (connection.clone(), program.to_owned(), request.clone());
    runtime().spawn(async move {
        let interface = "org.freedesktop.portal.Request";
        let body = (response, results);
        connection.emit_signal(Some(program.as_str()), &path, interface, "Response", &body).await
    });
    Ok(request)
}
