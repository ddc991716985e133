//! The programs that are measured, each on a private desktop and with a service of its own; refuses to measure them.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use super::Tap;
use crate::cloud::{CLIENT_ID, Kind, MEGAN, Options};
use crate::desktop::{Click, Desktop, Item, Process, TrayHost};
use crate::stage::{LIMIT, Stage, until};
use crate::workspace::{built_to, cargo, root, run, run_command};

/// Everything that may be switched on: shortcuts; history and the watch on the configuration are always on.
const SHORTCUTS: &str = "\n[shortcuts]\navailable = \"Ctrl+Alt+Shift+A\"\npresenting = \"Ctrl+Alt+Shift+P\"\n\
                         clear = \"Ctrl+Alt+Shift+C\"\nopen = \"Ctrl+Alt+Shift+O\"\n";

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Programs {
    /// This program.
    Ours,
    /// A tray program with Tauri 2 and its usual plugins.
    Tauri,
    /// A tray program in Python.
    Python,
    /// The libraries of ours, started and doing nothing more.
    Parts,
    /// A tray item, an HTTP client and nothing else.
    Bare,
}

impl Programs {
    /// All of them, ours first.
    pub const ALL: [Programs; 5] =
        [Programs::Ours, Programs::Tauri, Programs::Python, Programs::Parts, Programs::Bare];

    /// What stands for it in a file.
    pub fn key(self) -> &'static str {
        match self {
            Programs::Ours => "ours",
            Programs::Tauri => "tauri",
            Programs::Python => "python",
            Programs::Parts => "parts",
            Programs::Bare => "bare",
        }
    }

    /// How a table names it.
    pub fn name(self) -> &'static str {
        match self {
            Programs::Ours => "Presence Tray",
            Programs::Tauri => "Tauri 2 tray",
            Programs::Python => "Python tray",
            Programs::Parts => "all its libraries, idle",
            Programs::Bare => "tray item and HTTP alone",
        }
    }
}

/// Where release builds of this workspace and of the rivals lie.
#[derive(Clone, Debug)]
pub struct Built {
    /// This workspace's.
    pub ours: PathBuf,
    rivals: PathBuf,
}

impl Built {
    /// Programs of this workspace in the folder `ours`, without any rivals.
    pub fn of(ours: PathBuf) -> Built {
        Built { ours, rivals: PathBuf::new() }
    }
}

/// Builds what is measured. Python's libraries are fetched where `rivals` are wanted.
///
/// # Errors
/// When a build fails.
pub fn build(rivals: bool) -> Result<Built> {
    let ours = built_to()?.with_file_name("release");
    run(&["build", "--locked", "--release", "-p", "presence-tray"])?;
    let target = ours.with_file_name("rivals");
    let folder = root()?.join("tests/rivals");
    for name in if rivals { &["floor", "tauri"][..] } else { &["floor"] } {
        let mut cargo = cargo(&["build", "--locked", "--release", "--manifest-path"])?;
        cargo.arg(folder.join(name).join("Cargo.toml")).arg("--target-dir").arg(&target);
        run_command(cargo)?;
    }
    if rivals {
        let python = target.join("venv");
        let mut venv = Command::new("/usr/bin/python3");
        venv.args(["-m", "venv", "--system-site-packages"]).arg(&python);
        run_command(venv)?;
        let mut pip = Command::new(python.join("bin/pip"));
        pip.args(["install", "--quiet", "--requirement"])
            .arg(folder.join("python/requirements.txt"));
        run_command(pip)?;
    }
    Ok(Built { ours, rivals: target })
}

/// A program to be measured.
pub struct Subject {
    /// Which.
    pub program: Programs,
    /// The wire to its service.
    pub tap: Tap,
    /// What it plays on.
    pub stage: Stage,
    host: TrayHost,
    built: Built,
    token: String,
    running: Option<Process>,
}

impl Subject {
    /// Prepares a desktop for `program`, where a person is signed in.
    ///
    /// # Errors
    /// When a part of it does not start.
    pub fn new(program: Programs, built: &Built) -> Result<Subject> {
        Subject::at_rate(program, built, 1.0)
    }

    /// The same with clocks, the service's and that of a debug build of ours, that run `rate` times as fast.
    ///
    /// # Errors
    /// As [`Subject::new`].
    pub fn at_rate(program: Programs, built: &Built, rate: f64) -> Result<Subject> {
        let tap = Tap::open()?;
        let mut options = Options::default();
        options.graph_roots.push(tap.url());
        let mut stage = Stage::at_rate(Desktop::builder("bench").window_manager(), options, rate)?;
        stage.search_nothing();
        tap.lead_to(stage.cloud.base_url());
        let direct = stage.configuration();
        let tapped = direct.replace(stage.cloud.base_url(), &tap.url());
        stage.configure(&format!("{tapped}{SHORTCUTS}"))?;
        let host = TrayHost::start(stage.desktop.bus_address())?;
        let mut subject = Subject {
            program,
            tap,
            stage,
            host,
            built: built.clone(),
            token: String::new(),
            running: None,
        };
        subject.sign_in()?;
        Ok(subject)
    }

    /// Ours signs in for everybody: the others take the token that it got.
    fn sign_in(&mut self) -> Result<()> {
        let mut ours = self.command(&self.built.ours.join("presence-tray"));
        let ours = self.stage.desktop.spawn("sign-in", {
            ours.args(["run", "--hidden"]);
            ours
        })?;
        until("the door", || self.stage.has_resident())?;
        let command = |arguments: &[&str]| {
            let mut command = self.command(&self.built.ours.join("presence-tray"));
            command.args(arguments).stdout(Stdio::null()).stderr(Stdio::null());
            command
        };
        let mut signing_in = command(&["sign-in"]).spawn()?;
        self.stage.browse(crate::cloud::Pick::Megan)?;
        ensure!(signing_in.wait()?.success(), "not signed in:\n{}", ours.log());
        ensure!(command(&["set", "away"]).status()?.success(), "not set:\n{}", ours.log());
        self.token = self.stage.cloud.with(|cloud, _| {
            let mut seen = cloud.seen().iter().rev();
            let wish = seen.find(|seen| seen.kind == Kind::SetPresence);
            let header = wish.and_then(|wish| wish.request.authorization.clone());
            header.unwrap_or_default().trim_start_matches("Bearer ").to_owned()
        });
        drop(ours);
        self.host.wait_until_empty(LIMIT)
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = self.stage.desktop.command(program);
        self.stage.dress(&mut command);
        command.env_remove("PRESENCE_TRAY_LOG");
        command
    }

    /// Starts it, and says how long it took until its item was in the tray, and when it was started.
    ///
    /// # Errors
    /// When it does not start, or shows no item.
    pub fn start(&mut self) -> Result<(Instant, Duration)> {
        let (program, arguments) = match self.program {
            Programs::Ours => (
                self.built.ours.join("presence-tray"),
                ["run", "--hidden"].map(PathBuf::from).to_vec(),
            ),
            Programs::Tauri => (self.built.rivals.join("release/presence-tauri"), Vec::new()),
            Programs::Parts => {
                let watched = self.stage.desktop.folder().join("home");
                (self.built.rivals.join("release/parts"), vec!["--folder".into(), watched])
            }
            Programs::Bare => (self.built.rivals.join("release/bare"), Vec::new()),
            Programs::Python => {
                let script = root()?.join("tests/rivals/python/tray.py");
                (self.built.rivals.join("venv/bin/python"), vec![script])
            }
        };
        let mut command = self.command(&program);
        command.args(arguments).stdout(Stdio::null());
        self.contract(&mut command);
        let start = Instant::now();
        let running = self.stage.desktop.spawn(self.program.name(), command)?;
        let item = self.host.wait_for_item(LIMIT);
        let took = start.elapsed();
        item.with_context(|| running.log())?;
        self.running = Some(running);
        Ok((start, took))
    }

    /// What the rivals take from their environment.
    fn contract(&self, command: &mut Command) {
        command
            .env("GRAPH", format!("{}/v1.0/users/{MEGAN}", self.tap.url()))
            .env("ACCESS_TOKEN", &self.token)
            .env("CLIENT_ID", CLIENT_ID);
    }

    /// A bare POST of its own, which sends one for each line that it reads.
    ///
    /// # Errors
    /// When it does not start.
    pub fn post(&self) -> Result<impl FnMut() -> Result<Instant> + use<>> {
        let mut command = self.command(&self.built.rivals.join("release/post"));
        self.contract(&mut command);
        let mut post = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn()?;
        let mut lines = post.stdin.take().context("stdin is a pipe")?;
        Ok(move || {
            let start = Instant::now();
            lines.write_all(b"\n")?;
            Ok(start)
        })
    }

    /// Ends it, and waits until its item is gone.
    ///
    /// # Errors
    /// When the item stays.
    pub fn stop(&mut self) -> Result<()> {
        self.running = None;
        self.host.wait_until_empty(LIMIT)
    }

    /// Its process.
    ///
    /// # Errors
    /// When it does not run.
    pub fn process(&mut self) -> Result<u32> {
        let running = self.running.as_mut().context("it was not started")?;
        if let Some(status) = running.ended()? {
            bail!("{:?} ended with {status}: {}", self.program, running.log());
        }
        Ok(running.id())
    }

    /// The row of its menu with this label, ready to be clicked.
    ///
    /// # Errors
    /// When it has none.
    pub fn aim(&self, label: &str) -> Result<Click> {
        self.item()?.aim(&[label])
    }

    fn item(&self) -> Result<Item> {
        self.host.wait_for_item(LIMIT)
    }

    /// How long it takes from a click on `label` to the first byte of the request at the service, milliseconds.
    ///
    /// # Errors
    /// When no request comes.
    pub fn click(&self, label: &str) -> Result<f64> {
        let click = self.aim(label)?;
        let start = Instant::now();
        click.press()?;
        let came = self.tap.wish_after(start, LIMIT).with_context(|| self.name_and_log())?;
        Ok((came - start).as_secs_f64() * 1_000.0)
    }

    fn name_and_log(&self) -> String {
        let log = self.running.as_ref().map(Process::log).unwrap_or_default();
        format!("{}: {log}", self.program.name())
    }

    /// How long a command of ours takes as a process, milliseconds.
    ///
    /// # Errors
    /// When it fails.
    pub fn run(&self, arguments: &[&str]) -> Result<f64> {
        let mut command = self.command(&self.built.ours.join("presence-tray"));
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null());
        timed(command)
    }

    /// How long `curl` takes for the same, milliseconds.
    ///
    /// # Errors
    /// When it fails.
    pub fn curl(&self) -> Result<f64> {
        let mut command = self.stage.desktop.command("curl");
        command.args(["--silent", "--fail", "--output", "/dev/null", "--header"]);
        command.arg(format!("Authorization: Bearer {}", self.token));
        command.args(["--header", "Content-Type: application/json", "--data"]);
        command.arg(format!(
            r#"{{"sessionId":"{CLIENT_ID}","availability":"Away","activity":"Away","expirationDuration":"PT1H"}}"#
        ));
        command.arg(format!("{}/v1.0/users/{MEGAN}/presence/setPresence", self.tap.url()));
        timed(command)
    }
}

fn timed(mut command: Command) -> Result<f64> {
    let start = Instant::now();
    let status = command.status()?;
    let took = start.elapsed().as_secs_f64() * 1_000.0;
    ensure!(status.success(), "{command:?} ended with {status}");
    Ok(took)
}
