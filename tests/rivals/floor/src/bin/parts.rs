//! The bare floor with each library that the program has beside, set up as there and then left alone.

use std::error::Error;
use std::path::{Path, PathBuf};

use clap::Parser;
use futures_util::StreamExt;
use keyring_core::api::CredentialStoreApi;
use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use tokio::task::spawn_blocking;
use toml_edit::DocumentMut;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{ConnectionExt, GrabMode, ModMask};
use x11rb::rust_connection::RustConnection;
use zbus::{Connection, MatchRule, MessageStream};

/// The most a secret of ours has, bytes: a refresh token, an access token and what they are for.
const SECRET: usize = 6 * 1024;
/// What the thread for shortcuts needs.
const STACK: usize = 128 * 1024;
/// F12 on a keyboard for PCs, pressed with Ctrl.
const KEY: u8 = 96;
const PORTAL: &str = "org.freedesktop.portal.Desktop";
const PATH: &str = "/org/freedesktop/portal/desktop";
const SHORTCUTS: &str = "org.freedesktop.portal.GlobalShortcuts";

#[derive(Parser)]
struct Cli {
    /// The folder that is watched, and may hold a config.toml
    #[arg(long, default_value = ".")]
    folder: PathBuf,
}

fn main() -> Result<(), Box<dyn Error>> {
    let cli = Cli::parse();
    start_log();
    let _watcher = configuration(&cli.folder)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    std::thread::Builder::new().stack_size(STACK).spawn(|| told("shortcuts", shortcuts()))?;
    runtime.block_on(async {
        tokio::spawn(async { told("portal", portal().await) });
        spawn_blocking(|| told("keyring", keyring()));
        presence_floor::run().await
    })
}

fn told<T, E: std::fmt::Display>(part: &str, outcome: Result<T, E>) {
    if let Err(error) = outcome {
        tracing::warn!(%error, "no {part}");
    }
}

fn start_log() {
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(false);
    let targets = Targets::new().with_default(LevelFilter::INFO);
    tracing_subscriber::registry().with(lines).with(targets).init();
}

fn configuration(folder: &Path) -> Result<RecommendedWatcher, Box<dyn Error>> {
    let text = std::fs::read_to_string(folder.join("config.toml")).unwrap_or_default();
    let keys = text.parse::<DocumentMut>()?.iter().count();
    tracing::info!(keys, "configured");
    let tell = |event: notify::Result<notify::Event>| tracing::debug!(?event, "the folder changed");
    let mut watcher = notify::recommended_watcher(tell)?;
    watcher.watch(folder, RecursiveMode::NonRecursive)?;
    Ok(watcher)
}

/// Reads the secret, which the first start has to store.
fn keyring() -> keyring_core::Result<()> {
    let store = zbus_secret_service_keyring_store::Store::new()?;
    let entry = store.build("presence-floor", "sign-in", None)?;
    let secret = match entry.get_secret() {
        Err(keyring_core::Error::NoEntry) => {
            entry.set_secret(&[b'x'; SECRET])?;
            entry.get_secret()?
        }
        other => other?,
    };
    tracing::info!(bytes = secret.len(), "signed in");
    Ok(())
}

/// Takes a key of the X server and sleeps until it is pressed.
fn shortcuts() -> Result<(), Box<dyn Error>> {
    let (connection, screen) = RustConnection::connect(None)?;
    let root = connection.setup().roots[screen].root;
    let (way, key) = (GrabMode::ASYNC, KEY);
    connection.grab_key(false, root, ModMask::CONTROL, key, way, way)?.check()?;
    loop {
        let event = connection.wait_for_raw_event()?;
        tracing::debug!(kind = event[0], "a key");
    }
}

/// Finds the portal for shortcuts and listens to it.
async fn portal() -> zbus::Result<()> {
    let connection = Connection::session().await?;
    let rule = MatchRule::builder().sender(PORTAL)?.path_namespace(PATH)?.build();
    let mut signals = MessageStream::for_match_rule(rule, &connection, None).await?;
    let body = (SHORTCUTS, "version");
    let properties = Some("org.freedesktop.DBus.Properties");
    let version = connection.call_method(Some(PORTAL), PATH, properties, "Get", &body).await?;
    tracing::info!(?version, "shortcuts by the portal");
    while let Some(signal) = signals.next().await {
        tracing::debug!(signal = ?signal?, "the portal");
    }
    Ok(())
}
