//! The ground a private session stands on: folder, environment, display server and bus; refuses to start what stands on it.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::{DirBuilderExt, symlink};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context, Result, bail};

use super::bus::poll;
use super::{Process, START_LIMIT};

/// A new folder with a short name: the path of a Unix socket has room for 108 bytes.
pub(super) fn new_folder(name: &str) -> Result<PathBuf> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let folder = PathBuf::from(format!("/tmp/pt-{}-{number}-{name:.16}", std::process::id()));
    let mut private = fs::DirBuilder::new();
    private.mode(0o700);
    private.create(&folder).with_context(|| format!("{} cannot be created", folder.display()))?;
    for part in ["run", "services", "home"] {
        private.create(folder.join(part))?;
    }
    private.recursive(true);
    for part in [".config", ".local/share", ".local/state", ".cache"] {
        private.create(folder.join("home").join(part))?;
    }
    Ok(folder)
}

pub(super) fn environment(folder: &Path) -> Vec<(String, String)> {
    let inside = |part: &str| folder.join(part).display().to_string();
    let path = std::env::var("PATH").unwrap_or_else(|_| "/usr/local/bin:/usr/bin:/bin".to_owned());
    [
        ("PATH", path),
        ("HOME", inside("home")),
        ("XDG_RUNTIME_DIR", inside("run")),
        ("XDG_CONFIG_HOME", inside("home/.config")),
        ("XDG_DATA_HOME", inside("home/.local/share")),
        ("XDG_STATE_HOME", inside("home/.local/state")),
        ("XDG_CACHE_HOME", inside("home/.cache")),
        ("XDG_CURRENT_DESKTOP", "XFCE".to_owned()),
        ("XDG_SESSION_TYPE", "x11".to_owned()),
        ("LANG", "C.UTF-8".to_owned()),
        ("TZ", "UTC".to_owned()),
        ("GDK_BACKEND", "x11".to_owned()),
        ("GDK_GL", "disable".to_owned()),
        ("GIO_USE_VFS", "local".to_owned()),
        ("GSETTINGS_BACKEND", "memory".to_owned()),
        ("NO_AT_BRIDGE", "1".to_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .to_vec()
}

/// What tells a program that its session is one of Wayland's. There is no compositor behind it.
pub(super) fn wayland() -> [(String, String); 2] {
    [("XDG_SESSION_TYPE", "wayland"), ("WAYLAND_DISPLAY", "wayland-0")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
}

pub(super) fn command(
    program: impl AsRef<OsStr>,
    folder: &Path,
    env: &[(String, String)],
) -> Command {
    let mut command = Command::new(program);
    command
        .env_clear()
        .envs(env.iter().map(|(name, value)| (name, value)))
        .current_dir(folder.join("home"));
    command
}

/// Starts an X server under a number that nobody has, and says which.
pub(super) fn start_display(folder: &Path, env: &[(String, String)]) -> Result<(String, Process)> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let mut said = String::new();
    for _ in 0..20 {
        // Not the lowest that is free: a server that is just ending there would take the new one's socket away.
        let next = std::process::id() * 16 + NEXT.fetch_add(1, Ordering::Relaxed);
        let number = 100 + next % 50_000;
        let mut server = start_display_at(number, folder, env)?;
        let socket = format!("/tmp/.X11-unix/X{number}");
        // Who holds the lock has the socket, also if a server in another network looks for a number.
        let lock = format!("/tmp/.X{number}-lock");
        let found = poll("the display", START_LIMIT, || {
            if server.ended()?.is_some() {
                return Ok(Some(false));
            }
            let holder = fs::read_to_string(&lock).unwrap_or_default();
            let is_ours = holder.trim() == server.id().to_string();
            Ok((is_ours && UnixStream::connect(&socket).is_ok()).then_some(true))
        })?;
        if found {
            return Ok((format!(":{number}"), server));
        }
        said = server.log();
    }
    bail!("no display starts: {said}")
}

/// Without `-displayfd`, which would look for a number without locking it.
fn start_display_at(number: u32, folder: &Path, env: &[(String, String)]) -> Result<Process> {
    let mut xvfb = command("Xvfb", folder, env);
    xvfb.arg(format!(":{number}"));
    xvfb.args(["-screen", "0", "1280x800x24", "-nolisten", "tcp", "-noreset"]);
    xvfb.stdin(Stdio::null()).stdout(Stdio::null());
    Process::start("xvfb", xvfb, folder)
}

/// Starts a bus that can start by itself only the keyring's prompt and the panel's settings.
pub(super) fn start_bus(folder: &Path, env: &[(String, String)]) -> Result<(String, Process)> {
    for name in ["org.gnome.keyring.SystemPrompter", "org.xfce.Xfconf"] {
        let file = format!("{name}.service");
        symlink(
            Path::new("/usr/share/dbus-1/services").join(&file),
            folder.join("services").join(&file),
        )?;
    }
    let configuration = folder.join("bus.xml");
    let text = include_str!("bus.xml").replace("@FOLDER@", &folder.display().to_string());
    fs::write(&configuration, text)?;
    let mut daemon = command("dbus-daemon", folder, env);
    daemon.arg(format!("--config-file={}", configuration.display()));
    daemon.args(["--nofork", "--nopidfile", "--print-address=1"]);
    daemon.stdin(Stdio::null()).stdout(Stdio::piped());
    let mut process = Process::start("bus", daemon, folder)?;
    let address = process.first_line(START_LIMIT)?;
    Ok((address.trim().to_owned(), process))
}
