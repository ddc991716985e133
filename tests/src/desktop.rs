//! A private desktop session, gone without a trace when dropped; refuses to see or touch the person's own.

mod bus;
mod ground;
mod item;
mod kept_menu;
mod keys;
mod logind;
mod monitor;
mod notifications;
mod overheard;
mod parts;
mod portal;
mod process;
mod tray;
mod window;

pub mod menu;
pub mod secrets;

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Result, bail};

pub use bus::{Bus, wait_for};
pub use item::{Click, Item, Pixmap};
pub use kept_menu::KeptMenu;
pub use keys::Rival;
pub use logind::Logind;
pub use monitor::{Heard, Monitor};
pub use notifications::{Notification, Notifications};
pub use overheard::{Overheard, Said};
pub use parts::{Builder, Keyring, Panel};
pub use portal::{Consent, Portal, PortalShortcut};
use process::Janitor;
pub(crate) use process::kill;
pub use process::{Process, switches};
pub use tray::TrayHost;
pub use window::{Element, Window};

/// What unlocks the private keyring, also at its own prompt.
pub const KEYRING_PASSWORD: &str = "private desktop";

const START_LIMIT: Duration = Duration::from_secs(20);

/// A running private session: folders, bus, keyring and, as asked for, display, panel and more.
#[derive(Debug)]
pub struct Desktop {
    folder: PathBuf,
    env: Vec<(String, String)>,
    bus: Bus,
    processes: Vec<Process>,
    janitor: Option<Janitor>,
}

impl Desktop {
    /// A desktop with a display and an unlocked keyring. `name` ends up in its folder's name.
    ///
    /// # Errors
    /// As [`Builder::start`].
    pub fn start(name: &str) -> Result<Desktop> {
        Desktop::builder(name).start()
    }

    /// A desktop to be described further, with a display and an unlocked keyring.
    pub fn builder(name: &str) -> Builder {
        Builder::new(name)
    }

    /// The folder that holds everything of this session and goes away with it.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The whole environment of a program in this session.
    pub fn env(&self) -> Vec<(String, String)> {
        self.env.clone()
    }

    /// The value of one environment variable of the session.
    pub fn var(&self, name: &str) -> Option<&str> {
        self.env.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// A connection to the session's bus.
    pub fn bus(&self) -> &Bus {
        &self.bus
    }

    /// The address of the session's bus.
    pub fn bus_address(&self) -> &str {
        self.var("DBUS_SESSION_BUS_ADDRESS").expect("set before the desktop is handed out")
    }

    /// A command with the session's environment and nothing of ours, in the session's home.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        ground::command(program, &self.folder, &self.env)
    }

    /// Starts a command in the background, with stderr in a log; it ends when the answer is dropped.
    ///
    /// # Errors
    /// The program cannot be started.
    pub fn spawn(&self, name: &str, command: Command) -> Result<Process> {
        Process::start(name, command, &self.folder)
    }

    /// The same, and waits for the first line that it prints.
    ///
    /// # Errors
    /// The program cannot be started, or prints nothing.
    pub fn spawn_until_first_line(
        &self,
        name: &str,
        mut command: Command,
    ) -> Result<(Process, String)> {
        command.stdout(Stdio::piped());
        let mut process = self.spawn(name, command)?;
        let line = process.first_line(START_LIMIT)?;
        Ok((process, line))
    }

    /// Waits until somebody owns the well-known `name` on the bus.
    ///
    /// # Errors
    /// Nobody does within `limit`.
    pub fn wait_for_name(&self, name: &str, limit: Duration) -> Result<()> {
        bus::poll(name, limit, || Ok(self.bus.has_owner(name).then_some(())))
    }

    /// Writes what the display shows to a PNG file.
    ///
    /// # Errors
    /// There is no display, or the file cannot be written.
    pub fn screenshot(&self, path: &Path) -> Result<()> {
        self.picture("root", path)
    }

    /// Writes what a window shows to a PNG file, as soon as a visible window's title contains `title`.
    /// WebDriver's own screenshots never end where GL is off.
    ///
    /// # Errors
    /// No such window comes within `limit`, or the file cannot be written.
    pub fn screenshot_of(&self, title: &str, path: &Path, limit: Duration) -> Result<()> {
        let window = bus::poll(title, limit, || {
            let search = ["search", "--onlyvisible", "--name", title];
            let ids = self.windows(&search)?;
            Ok(ids.lines().next().map(str::to_owned))
        })?;
        self.picture(&window, path)
    }

    /// Runs a window command of xdotool, and gives what it prints: nothing where it finds no window.
    ///
    /// # Errors
    /// It cannot be started.
    pub fn windows(&self, arguments: &[&str]) -> Result<String> {
        let output = self.command("xdotool").args(arguments).output()?;
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    fn picture(&self, window: &str, path: &Path) -> Result<()> {
        let path = std::path::absolute(path)?;
        let mut import = self.command("import");
        let output = import.args(["-silent", "-window", window]).arg(path).output()?;
        if !output.status.success() {
            bail!("no picture: {}", String::from_utf8_lossy(&output.stderr));
        }
        Ok(())
    }

    fn assemble(builder: &Builder) -> Result<Desktop> {
        let folder = ground::new_folder(&builder.name)?;
        let janitor = Janitor::watch(&folder)?;
        let mut processes = Vec::new();
        let mut env = ground::environment(&folder);
        if let Some(zone) = &builder.zone {
            env.retain(|(name, _)| name != "TZ");
            env.push(("TZ".to_owned(), zone.clone()));
        }
        if builder.wayland {
            env.retain(|(name, _)| name != "XDG_SESSION_TYPE");
            env.extend(ground::wayland());
        }
        for (name, value) in &builder.variables {
            env.retain(|(other, _)| other != name);
            env.push((name.clone(), value.clone()));
        }
        if builder.display {
            let (display, server) = ground::start_display(&folder, &env)?;
            env.push(("DISPLAY".to_owned(), display));
            processes.push(server);
        }
        let (address, daemon) = ground::start_bus(&folder, &env)?;
        env.push(("DBUS_SESSION_BUS_ADDRESS".to_owned(), address.clone()));
        // The machine's own logind is none of a test's business.
        env.push(("DBUS_SYSTEM_BUS_ADDRESS".to_owned(), address.clone()));
        processes.push(daemon);
        let bus = Bus::connect(&address)?;
        let mut desktop = Desktop { folder, env, bus, processes, janitor: Some(janitor) };
        desktop.start_keyring(builder.keyring)?;
        if builder.window_manager {
            desktop.start_window_manager()?;
        }
        if builder.notifications {
            desktop.start_part("dunst", &[], "org.freedesktop.Notifications")?;
        }
        if let Some(panel) = builder.panel {
            desktop.start_panel(panel)?;
        }
        Ok(desktop)
    }

    fn start_keyring(&mut self, keyring: Keyring) -> Result<()> {
        if keyring == Keyring::Absent {
            return Ok(());
        }
        let mut command = self.command("gnome-keyring-daemon");
        command.args(["--unlock", "--foreground", "--components=secrets"]);
        command.stdin(Stdio::piped()).stdout(Stdio::null());
        let mut daemon = self.spawn("keyring", command)?;
        daemon.tell(KEYRING_PASSWORD)?;
        bus::poll("the keyring", START_LIMIT, || {
            daemon.expect_running()?;
            Ok(secrets::is_unlocked(&self.bus).then_some(()))
        })?;
        self.processes.push(daemon);
        if keyring == Keyring::Locked {
            secrets::lock(self)?;
        }
        Ok(())
    }

    fn start_window_manager(&mut self) -> Result<()> {
        let started = self.folder.join("openbox.started");
        let mut command = self.command("openbox");
        command.arg("--startup").arg(format!("touch {}", started.display())).stdout(Stdio::null());
        let mut process = self.spawn("openbox", command)?;
        bus::poll("the window manager", START_LIMIT, || {
            process.expect_running()?;
            Ok(started.exists().then_some(()))
        })?;
        self.processes.push(process);
        Ok(())
    }

    fn start_panel(&mut self, panel: Panel) -> Result<()> {
        let channels = self.folder.join("home/.config/xfce4/xfconf/xfce-perchannel-xml");
        fs::create_dir_all(&channels)?;
        let dark = (panel == Panel::Dark).to_string();
        fs::write(
            channels.join("xfce4-panel.xml"),
            include_str!("desktop/panel.xml").replace("@DARK@", &dark),
        )?;
        self.start_part("xfce4-panel", &["--disable-wm-check"], "org.kde.StatusNotifierWatcher")
    }

    /// Starts a part that is ready once it owns `bus_name`.
    fn start_part(&mut self, program: &str, arguments: &[&str], bus_name: &str) -> Result<()> {
        let mut command = self.command(program);
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null());
        let mut process = self.spawn(program, command)?;
        bus::poll(bus_name, START_LIMIT, || {
            process.expect_running()?;
            Ok(self.bus.has_owner(bus_name).then_some(()))
        })?;
        self.processes.push(process);
        Ok(())
    }
}

impl Drop for Desktop {
    fn drop(&mut self) {
        while let Some(process) = self.processes.pop() {
            drop(process);
        }
        self.janitor = None;
    }
}
