//! Sets the stage that end-to-end tests and the demo play on: a private desktop, the fake cloud, and the
//! built program between them. Refuses to know what is played.

use std::fs;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use rustix::process::Signal;
use serde_json::Value;

use crate::cloud::{Authority, CLIENT_ID, CloudServer, Kind, MEGAN, Options, Shown};
use crate::desktop::{Builder, Desktop, Monitor, Process, kill};
use crate::hostile::Hostile;

mod bent;
mod canary;
mod person;
mod programs;
mod window;

pub use bent::{Bend, BentDoor};
use canary::Sightings;
pub use canary::{Leak, Needles, Place};
pub use programs::{built, end_of, printed};

/// How long anything that should happen may take before a test gives up.
pub const LIMIT: Duration = Duration::from_secs(20);

/// A private desktop, the fake cloud, and a configuration that joins them.
pub struct Stage {
    /// The desktop.
    pub desktop: Desktop,
    /// The cloud.
    pub cloud: CloudServer,
    program: Option<Process>,
    folder: PathBuf,
    rate: f64,
    monitor: Option<Monitor>,
    sightings: Sightings,
    environment: Vec<(&'static str, String)>,
}

impl Stage {
    /// A stage with a valid configuration, the program not yet started.
    ///
    /// # Errors
    /// When the desktop does not start, or the program was not built.
    pub fn new(desktop: Builder) -> Result<Stage> {
        Stage::at_rate(desktop, Options::default(), 1.0)
    }

    /// The same with a cloud of `options`, its clock and the program's running `rate` times as fast as the wall.
    ///
    /// # Errors
    /// As [`Stage::new`].
    pub fn at_rate(desktop: Builder, options: Options, rate: f64) -> Result<Stage> {
        Stage::with(desktop, CloudServer::start(options, rate), rate)
    }

    /// The same with a cloud behind TLS, whose authority the program trusts.
    ///
    /// # Errors
    /// As [`Stage::new`].
    pub fn over_tls(desktop: Builder, options: Options) -> Result<Stage> {
        let mut stage = Stage::with(desktop, CloudServer::start_with_tls(options, 1.0), 1.0)?;
        stage.trust(&[stage.cloud.tls().authority()])?;
        let roots = stage.folder.join("roots.pem").display().to_string();
        stage.set_environment("SSL_CERT_FILE", roots);
        Ok(stage)
    }

    /// The same whose calls to Graph go to `graph`.
    ///
    /// # Errors
    /// As [`Stage::new`].
    pub fn with_graph(desktop: Builder, graph: &Hostile) -> Result<Stage> {
        let mut options = Options::default();
        options.graph_roots.push(graph.base_url().to_owned());
        let stage = Stage::at_rate(desktop, options, 1.0)?;
        let to_cloud = format!("graph = \"{}\"", stage.cloud.base_url());
        let to_graph = format!("graph = \"{}\"", graph.base_url());
        stage.configure(&stage.configuration().replace(&to_cloud, &to_graph))?;
        Ok(stage)
    }

    fn with(desktop: Builder, cloud: CloudServer, rate: f64) -> Result<Stage> {
        let desktop = desktop.start()?;
        let folder = desktop.folder().join("pt");
        fs::create_dir(&folder)?;
        let monitor = Some(Monitor::start(desktop.bus_address())?);
        let (sightings, environment) = Default::default();
        let program = None;
        let stage =
            Stage { desktop, cloud, program, folder, rate, monitor, sightings, environment };
        stage.configure(&stage.configuration())?;
        stage.install_browser()?;
        Ok(stage)
    }

    /// The least configuration for this cloud.
    pub fn configuration(&self) -> String {
        let root = self.cloud.base_url();
        format!(
            "client_id = \"{CLIENT_ID}\"\ncloud = \"custom\"\n\n[custom_cloud]\nauthority = \"{root}\"\ngraph = \"{root}\"\n"
        )
    }

    /// Writes `config.toml`.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn configure(&self, text: &str) -> Result<()> {
        Ok(fs::write(self.config_file(), text)?)
    }

    /// Makes these the authorities that the system of a stage with TLS trusts.
    ///
    /// # Errors
    /// When the file of them cannot be written.
    pub fn trust(&self, authorities: &[&Authority]) -> Result<()> {
        let pems: String = authorities.iter().map(|authority| authority.pem()).collect();
        Ok(fs::write(self.folder.join("roots.pem"), pems)?)
    }

    /// Gives the programs that are started from now on this variable.
    pub fn set_environment(&mut self, name: &'static str, value: String) {
        self.environment.retain(|(have, _)| *have != name);
        self.environment.push((name, value));
    }

    /// Where `config.toml` is.
    pub fn config_file(&self) -> PathBuf {
        self.folder.join("config.toml")
    }

    /// The program's folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// A command of the program.
    ///
    /// # Errors
    /// When the program was not built.
    pub fn command(&self, arguments: &[&str]) -> Result<Command> {
        let copy = self.copy();
        let program = if copy.is_file() { copy } else { built("presence-tray")? };
        let mut command = self.desktop.command(program);
        self.dress(&mut command);
        command.args(arguments);
        Ok(command)
    }

    /// Gives `command` what the program needs to find this stage.
    pub fn dress(&self, command: &mut Command) {
        command
            .env("PRESENCE_TRAY_CONFIG_DIR", &self.folder)
            .env("PRESENCE_TRAY_LOG", "trace")
            .env("PRESENCE_TRAY_CLOCK_RATE", self.rate.to_string())
            // It would be trusted beside the file.
            .env_remove("SSL_CERT_DIR")
            .envs(self.environment.iter().map(|(name, value)| (name, value)));
    }

    /// Starts the resident.
    ///
    /// # Errors
    /// When the program was not built or cannot be started.
    pub fn start(&mut self) -> Result<()> {
        let command = self.command(&["run", "--hidden"])?;
        self.program = Some(self.desktop.spawn("presence-tray", command)?);
        until("the program's door", || self.has_resident() || self.has_ended())
    }

    /// Whether a resident is at its door, whoever started it.
    pub fn has_resident(&self) -> bool {
        // A killed one leaves its door behind: only an answer counts.
        UnixStream::connect(self.folder.join("run/door")).is_ok()
    }

    /// The running resident.
    ///
    /// # Errors
    /// When it was not started.
    pub fn program(&mut self) -> Result<&mut Process> {
        self.program.as_mut().context("the program was not started")
    }

    /// What the resident logged.
    pub fn log(&self) -> String {
        self.program.as_ref().map(Process::log).unwrap_or_default()
    }

    fn has_ended(&self) -> bool {
        let Some(program) = &self.program else { return true };
        !Path::new(&format!("/proc/{}/fd/0", program.id())).exists()
    }

    /// Sends the resident a signal.
    ///
    /// # Errors
    /// When it was not started or has ended.
    pub fn signal(&mut self, signal: Signal) -> Result<()> {
        kill(self.program()?.id(), signal)
    }

    /// Ends the desktop session's bus, as a log-out does.
    ///
    /// # Errors
    /// When the bus does not say which process it is.
    pub fn end_session(&self) -> Result<()> {
        let bus = "org.freedesktop.DBus";
        let id: u32 = self.desktop.bus().call(
            bus,
            "/org/freedesktop/DBus",
            bus,
            "GetConnectionUnixProcessID",
            (bus,),
        )?;
        kill(id, Signal::TERM)
    }

    /// Waits until the resident has ended by itself.
    ///
    /// # Errors
    /// When it does not, or ends with an error.
    pub fn wait_for_end(&mut self) -> Result<()> {
        let end = Instant::now() + LIMIT;
        while Instant::now() < end {
            if let Some(status) = self.program()?.ended()? {
                ensure!(status.success(), "the program ended with {status}:\n{}", self.log());
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        bail!("the program did not end:\n{}", self.log())
    }

    /// Runs a command of the program to its end.
    ///
    /// # Errors
    /// When the program was not built or cannot be started, or does not end.
    pub fn run(&self, arguments: &[&str]) -> Result<Output> {
        let mut command = self.command(arguments)?;
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let what = format!("presence-tray {arguments:?}");
        let output = end_of(command.spawn()?).with_context(|| what.clone())?;
        let said = [&output.stdout[..], &output.stderr].concat();
        self.sightings.note(Place::Output, &what, &said);
        Ok(output)
    }

    /// Runs a command of the program that must succeed, and returns what it printed.
    ///
    /// # Errors
    /// When it does not succeed.
    pub fn succeed(&self, arguments: &[&str]) -> Result<String> {
        printed(self.run(arguments)?).with_context(|| format!("{arguments:?}\n{}", self.log()))
    }

    /// What `presence-tray status --json` prints.
    ///
    /// # Errors
    /// When the command fails or prints something else.
    pub fn status(&self) -> Result<Value> {
        Ok(serde_json::from_str(&self.succeed(&["status", "--json"])?)?)
    }

    /// Checks that `status --json` agrees with the cloud: what our session says, what colleagues see.
    ///
    /// # Errors
    /// When it does not.
    pub fn agree(&self) -> Result<Value> {
        let status = self.status()?;
        let (session, seen) = self
            .cloud
            .with(|cloud, now| (cloud.session(MEGAN, now).shown(), cloud.aggregate(MEGAN, now)));
        let said = status["session"]["status"].as_str().map(shown_by).transpose()?;
        ensure!(said == session, "the program says {status}, the cloud's session says {session:?}");
        if session.is_some() {
            let effective = &status["effective"];
            let told = (effective["availability"].as_str(), effective["activity"].as_str());
            ensure!(
                told == (Some(seen.availability), Some(seen.activity)),
                "{effective} is not {seen:?}"
            );
        }
        Ok(status)
    }

    /// The bodies of the requests of `kind`, in order.
    pub fn bodies(&self, kind: Kind) -> Vec<String> {
        self.cloud.with(|cloud, _| {
            let of_kind = cloud.seen().iter().filter(|seen| seen.kind == kind);
            of_kind.map(|seen| String::from_utf8_lossy(&seen.request.body).into_owned()).collect()
        })
    }
}

/// The pair that a status of the interface stands for.
///
/// # Errors
/// When it is none of the five.
pub fn shown_by(status: &str) -> Result<Shown> {
    Ok(match status {
        "available" => Shown::new("Available", "Available"),
        "in-a-call" => Shown::new("Busy", "InACall"),
        "in-a-conference-call" => Shown::new("Busy", "InAConferenceCall"),
        "away" => Shown::new("Away", "Away"),
        "presenting" => Shown::new("DoNotDisturb", "Presenting"),
        _ => bail!("{status} is no status"),
    })
}

/// Waits until `holds`, looking again and again.
///
/// # Errors
/// When it does not within [`LIMIT`].
pub fn until(what: &str, mut holds: impl FnMut() -> bool) -> Result<()> {
    let end = Instant::now() + LIMIT;
    while !holds() {
        ensure!(Instant::now() < end, "{what} did not come");
        std::thread::sleep(Duration::from_millis(10));
    }
    Ok(())
}
