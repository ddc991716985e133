//! Opens and closes KDE's wallet as a log-in and a lock do; refuses to look into it.

use std::time::Duration;

use anyhow::{Result, ensure};

use super::layer::Inside;
use crate::desktop::{Desktop, Process};
use crate::stage::until;

const SERVICE: &str = "org.kde.kwalletd5";
const PATH: &str = "/modules/kwalletd5";
const INTERFACE: &str = "org.kde.KWallet";
const WALLET: &str = "kdewallet";
const SECRETS: &str = "org.freedesktop.secrets";
const LIMIT: Duration = Duration::from_secs(15);

/// Starts the wallet's program, and opens the wallet as at the second log-in: the first makes it, and does not offer
/// it to the programs of other desktops yet.
pub(super) fn start(inside: &Inside, desktop: &Desktop) -> Result<Process> {
    drop(log_in(inside, desktop)?);
    until("the end of the first log-in", || !desktop.bus().has_owner(SECRETS))?;
    log_in(inside, desktop)
}

fn log_in(inside: &Inside, desktop: &Desktop) -> Result<Process> {
    // It is there before a compositor.
    let line = "exec env -u WAYLAND_DISPLAY QT_QPA_PLATFORM=xcb kwalletd5";
    let program = desktop.spawn("wallet", inside.command(desktop, line))?;
    desktop.wait_for_name(SERVICE, LIMIT)?;
    desktop.wait_for_name(SECRETS, LIMIT)?;
    open(desktop)?;
    Ok(program)
}

/// Opens the wallet with the hash of the log-in's password, as its PAM module does; the first time this makes it.
pub(super) fn open(desktop: &Desktop) -> Result<()> {
    const HASH: [u8; 56] = [7; 56];
    let login = (WALLET, HASH.to_vec(), 0i32);
    let () = desktop.bus().call(SERVICE, PATH, INTERFACE, "pamOpen", login)?;
    let is_open: bool = desktop.bus().call(SERVICE, PATH, INTERFACE, "isOpen", WALLET)?;
    ensure!(is_open, "the wallet does not open");
    Ok(())
}

/// Closes the wallet, whoever uses it.
pub(super) fn close(desktop: &Desktop) -> Result<()> {
    let closed: i32 = desktop.bus().call(SERVICE, PATH, INTERFACE, "close", (WALLET, true))?;
    ensure!(closed == 0, "the wallet does not close: {closed}");
    Ok(())
}
