//! Looks into the session's Secret Service as a thief with the person's rights would, and puts into it what another
//! program may; refuses to interpret.

use std::collections::{BTreeMap, HashMap};

use anyhow::{Context, Result};
use zbus::zvariant::{OwnedObjectPath, OwnedValue, Value};

use super::{Bus, Desktop, KEYRING_PASSWORD};

const SERVICE: &str = "org.freedesktop.secrets";
const PATH: &str = "/org/freedesktop/secrets";
const INTERFACE: &str = "org.freedesktop.Secret.Service";
const ITEM: &str = "org.freedesktop.Secret.Item";
const COLLECTION: &str = "org.freedesktop.Secret.Collection";

/// One item of the keyring.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secret {
    /// What a person sees in a keyring program.
    pub label: String,
    /// What programs find it by.
    pub attributes: BTreeMap<String, String>,
    /// The secret itself; nothing while its collection is locked.
    pub value: Option<Vec<u8>>,
}

/// Everything in the keyring.
///
/// # Errors
/// The session has no Secret Service.
pub fn secrets(desktop: &Desktop) -> Result<Vec<Secret>> {
    let bus = desktop.bus();
    let session = open_session(bus)?;
    loop {
        let listed = search(bus)?;
        match read(bus, &session, &listed) {
            // What was deleted after the search cannot be read, and is no longer there.
            Err(_) if search(bus)? != listed => {}
            read => return read,
        }
    }
}

/// Puts an item into the default collection, in place of the one with the same attributes.
///
/// # Errors
/// The session has no Secret Service, or its default collection is locked.
pub fn put(desktop: &Desktop, secret: &Secret) -> Result<()> {
    let bus = desktop.bus();
    let properties = HashMap::from([
        ("org.freedesktop.Secret.Item.Label", Value::from(secret.label.clone())),
        (
            "org.freedesktop.Secret.Item.Attributes",
            Value::from(secret.attributes.clone().into_iter().collect::<HashMap<_, _>>()),
        ),
    ]);
    let value = secret.value.clone().context("a locked secret cannot be put")?;
    let value = (open_session(bus)?, Vec::<u8>::new(), value, "application/octet-stream");
    let collection = default_collection(bus)?;
    let _: (OwnedObjectPath, OwnedObjectPath) =
        bus.call(SERVICE, &collection, COLLECTION, "CreateItem", (properties, value, true))?;
    Ok(())
}

/// Locks the default collection: from now on every use prompts.
///
/// # Errors
/// The session has no Secret Service.
pub fn lock(desktop: &Desktop) -> Result<()> {
    let collections = vec![default_collection(desktop.bus())?];
    let _: (Vec<OwnedObjectPath>, OwnedObjectPath) =
        desktop.bus().call(SERVICE, PATH, INTERFACE, "Lock", collections)?;
    Ok(())
}

/// Unlocks the default collection without a prompt.
///
/// # Errors
/// The session has no Secret Service.
pub fn unlock(desktop: &Desktop) -> Result<()> {
    let bus = desktop.bus();
    let master =
        (open_session(bus)?, Vec::<u8>::new(), KEYRING_PASSWORD.as_bytes().to_vec(), "text/plain");
    bus.call(
        SERVICE,
        PATH,
        "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface",
        "UnlockWithMasterPassword",
        (default_collection(bus)?, master),
    )
}

/// Whether secrets can be stored at once.
pub(super) fn is_unlocked(bus: &Bus) -> bool {
    let locked = default_collection(bus)
        .and_then(|collection| bus.property::<bool>(SERVICE, &collection, COLLECTION, "Locked"));
    locked.is_ok_and(|locked| !locked)
}

fn default_collection(bus: &Bus) -> Result<OwnedObjectPath> {
    bus.call(SERVICE, PATH, INTERFACE, "ReadAlias", "default")
}

fn open_session(bus: &Bus) -> Result<OwnedObjectPath> {
    let (_output, session): (OwnedValue, OwnedObjectPath) =
        bus.call(SERVICE, PATH, INTERFACE, "OpenSession", ("plain", Value::from("")))?;
    Ok(session)
}

/// The items that can be read now, and those that are locked.
fn search(bus: &Bus) -> Result<(Vec<OwnedObjectPath>, Vec<OwnedObjectPath>)> {
    bus.call(SERVICE, PATH, INTERFACE, "SearchItems", HashMap::<String, String>::new())
}

fn read(
    bus: &Bus,
    session: &OwnedObjectPath,
    (unlocked, locked): &(Vec<OwnedObjectPath>, Vec<OwnedObjectPath>),
) -> Result<Vec<Secret>> {
    let mut found = Vec::new();
    for item in unlocked {
        let (_session, _parameters, value, _kind): (OwnedObjectPath, Vec<u8>, Vec<u8>, String) =
            bus.call(SERVICE, item, ITEM, "GetSecret", session.clone())?;
        found.push(describe(bus, item, Some(value))?);
    }
    for item in locked {
        found.push(describe(bus, item, None)?);
    }
    Ok(found)
}

fn describe(bus: &Bus, item: &OwnedObjectPath, value: Option<Vec<u8>>) -> Result<Secret> {
    let attributes: OwnedValue = bus.property(SERVICE, item, ITEM, "Attributes")?;
    let attributes: HashMap<String, String> =
        Value::from(attributes).downcast().context("the attributes' type")?;
    Ok(Secret {
        label: bus.property(SERVICE, item, ITEM, "Label")?,
        attributes: attributes.into_iter().collect(),
        value,
    })
}
