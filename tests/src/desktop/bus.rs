//! Talks to a private session bus from plain, synchronous tests; refuses to know what is said on it.

use std::future::Future;
use std::sync::{OnceLock, mpsc};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::runtime::Handle;
use zbus::Connection;
use zbus::fdo::RequestNameFlags;
use zbus::zvariant::{DynamicType, OwnedValue, Type};

/// A connection to a session bus.
#[derive(Clone, Debug)]
pub struct Bus {
    connection: Connection,
}

impl Bus {
    /// Connects to the bus at `address`, as in `DBUS_SESSION_BUS_ADDRESS`.
    ///
    /// # Errors
    /// The bus does not answer.
    pub fn connect(address: &str) -> Result<Bus> {
        let address = address.to_owned();
        let connection =
            wait_for(
                async move { zbus::connection::Builder::address(address.as_str())?.build().await },
            );
        Ok(Bus { connection: connection.context("the session bus does not answer")? })
    }

    /// The connection itself, for use inside [`wait_for`].
    pub fn connection(&self) -> Connection {
        self.connection.clone()
    }

    /// The unique name of this connection.
    pub fn name(&self) -> String {
        self.connection.unique_name().map(ToString::to_string).unwrap_or_default()
    }

    /// Calls a method and waits for its answer.
    ///
    /// # Errors
    /// Nobody answers, the answer is an error, or it has another type.
    pub fn call<A, R>(
        &self,
        to: &str,
        path: &str,
        interface: &str,
        method: &str,
        arguments: A,
    ) -> Result<R>
    where
        A: Serialize + DynamicType + Send + Sync + 'static,
        R: DeserializeOwned + Type,
    {
        let connection = self.connection();
        let [to, path, interface, method] = [to, path, interface, method].map(str::to_owned);
        let what = format!("{interface}.{method}");
        let answer = wait_for(async move {
            connection
                .call_method(
                    Some(to.as_str()),
                    path.as_str(),
                    Some(interface.as_str()),
                    method.as_str(),
                    &arguments,
                )
                .await
        });
        let answer = answer.with_context(|| what.clone())?;
        answer.body().deserialize().with_context(|| format!("the answer to {what}"))
    }

    /// Reads a property.
    ///
    /// # Errors
    /// Nobody answers, there is no such property, or it has another type.
    pub fn property<R>(&self, of: &str, path: &str, interface: &str, name: &str) -> Result<R>
    where
        R: TryFrom<OwnedValue>,
        R::Error: std::error::Error + Send + Sync + 'static,
    {
        let question = (interface.to_owned(), name.to_owned());
        let value: OwnedValue =
            self.call(of, path, "org.freedesktop.DBus.Properties", "Get", question)?;
        R::try_from(value).with_context(|| format!("the property {interface}.{name}"))
    }

    /// Whether anybody owns the well-known `name`.
    pub fn has_owner(&self, name: &str) -> bool {
        let bus = "org.freedesktop.DBus";
        self.call(bus, "/org/freedesktop/DBus", bus, "NameHasOwner", name.to_owned())
            .unwrap_or(false)
    }

    /// Gives a name of this connection back.
    pub(super) fn release(&self, name: &'static str) {
        let connection = self.connection();
        // A bus that is gone already has released the name.
        let _ = wait_for(async move { connection.release_name(name).await });
    }
}

/// Takes a well-known name, unless somebody has it.
pub(super) async fn become_owner(connection: &Connection, name: &'static str) -> zbus::Result<()> {
    let alone = RequestNameFlags::DoNotQueue.into();
    connection.request_name_with_flags(name, alone).await.map(drop)
}

/// Runs a future to its end on the harness's own runtime, whatever thread this is called from.
pub fn wait_for<T: Send + 'static>(future: impl Future<Output = T> + Send + 'static) -> T {
    let (sender, receiver) = mpsc::channel();
    runtime().spawn(async move {
        // Only a caller that panicked does not listen any more.
        let _ = sender.send(future.await);
    });
    receiver.recv().expect("the future ran to its end, or its panic has been printed")
}

/// Looks again every few milliseconds until `look` finds something, for what sends no signal.
pub(super) fn poll<T>(
    what: &str,
    limit: Duration,
    mut look: impl FnMut() -> Result<Option<T>>,
) -> Result<T> {
    let end = Instant::now() + limit;
    loop {
        if let Some(found) = look()? {
            return Ok(found);
        }
        if Instant::now() >= end {
            bail!("waited {limit:?} in vain for {what}");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A runtime on a thread of its own: connections outlive the test threads that make them.
pub(super) fn runtime() -> &'static Handle {
    static RUNTIME: OnceLock<Handle> = OnceLock::new();
    RUNTIME.get_or_init(|| {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a process that runs tests may open an epoll");
        let handle = runtime.handle().clone();
        std::thread::spawn(move || runtime.block_on(std::future::pending::<()>()));
        handle
    })
}
