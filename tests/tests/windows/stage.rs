//! Sets the stage: Windows, the fake cloud, and the program built for Windows between them. Refuses to know what is
//! played.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use anyhow::{Context, Result, ensure};
use presence_tests::cloud::{CLIENT_ID, CloudServer, Kind, MEGAN, Options, Shown};
use presence_tests::cloud::{Pick, browser};
use presence_tests::cross::{Target, programs};
use presence_tests::desktop::{Desktop, Keyring, Process, wait_for};
use presence_tests::stage::{end_of, printed, shown_by, until};
use presence_tests::wine::Windows;
use serde_json::Value;

/// Where the program is; in a folder as installers make it.
pub(crate) const PROGRAM: &str = r"C:\Program Files\Presence Tray\presence-tray.exe";
/// The key that starts programs at log-in, without its root.
pub(crate) const RUN: &str = r"Software\Microsoft\Windows\CurrentVersion\Run";

/// A Windows with the program installed, and the cloud.
pub(crate) struct Stage {
    program: Option<Process>,
    _shell: Option<Process>,
    pub(crate) windows: Windows,
    pub(crate) cloud: CloudServer,
    /// Where the program is.
    pub(crate) program_at: String,
    /// What `PRESENCE_TRAY_CONFIG_DIR` says, as Windows writes it.
    pub(crate) named: Option<String>,
}

impl Stage {
    /// A Windows with a task bar, the program configured and not yet started.
    pub(crate) fn with_shell(name: &str, options: Options) -> Result<Stage> {
        let desktop = Desktop::builder(name).keyring(Keyring::Absent);
        let mut stage = Stage::on(Windows::start(desktop)?, options)?;
        stage._shell = Some(stage.windows.start_shell()?);
        Ok(stage)
    }

    /// A Windows without a task bar, the program configured and not yet started.
    pub(crate) fn bare(name: &str) -> Result<Stage> {
        let desktop = Desktop::builder(name).keyring(Keyring::Absent);
        Stage::on(Windows::start(desktop)?, Options::default())
    }

    fn on(windows: Windows, options: Options) -> Result<Stage> {
        let cloud = CloudServer::start(options, 1.0);
        let program_at = PROGRAM.to_owned();
        let stage = Stage { program: None, _shell: None, windows, cloud, program_at, named: None };
        stage.install("presence-tray.exe")?;
        for scheme in ["http", "https"] {
            stage.windows.set_value(
                &format!(r"HKCR\{scheme}\shell\open\command"),
                "",
                r#""C:\person.exe" browse "%1""#,
            )?;
        }
        fs::create_dir_all(stage.configuration_folder())?;
        stage.configure("")?;
        Ok(stage)
    }

    /// Installs the window, too, with what it is linked to.
    pub(crate) fn install_window(&self) -> Result<()> {
        self.install("presence-tray-window.exe")?;
        self.install("WebView2Loader.dll")
    }

    /// Installs what has a console wait.
    pub(crate) fn install_for_consoles(&self) -> Result<()> {
        self.install_as("presence-tray-console.exe", "presence-tray.com")
    }

    fn install(&self, name: &str) -> Result<()> {
        self.install_as(name, name)
    }

    fn install_as(&self, built: &str, name: &str) -> Result<()> {
        let built = programs(Target::Windows)?.join(built);
        let installed = self.windows.drive().join("Program Files/Presence Tray");
        fs::create_dir_all(&installed)?;
        fs::copy(&built, installed.join(name))
            .with_context(|| format!("{}: cargo verify windows builds it", built.display()))?;
        Ok(())
    }

    /// `%APPDATA%\presence-tray`.
    pub(crate) fn configuration_folder(&self) -> PathBuf {
        self.user().join("AppData/Roaming/presence-tray")
    }

    /// `%USERPROFILE%`.
    pub(crate) fn user(&self) -> PathBuf {
        let users = self.windows.drive().join("users");
        let folders = fs::read_dir(&users).unwrap().filter_map(Result::ok);
        let mut own = folders.filter(|folder| folder.file_name() != "Public");
        own.next().map(|folder| folder.path()).unwrap()
    }

    /// Writes `config.toml` for this cloud, with `more` keys and tables.
    pub(crate) fn configure(&self, more: &str) -> Result<()> {
        Ok(fs::write(self.configuration_folder().join("config.toml"), self.configuration(more))?)
    }

    pub(crate) fn configuration(&self, more: &str) -> String {
        let root = self.cloud.base_url();
        format!(
            "client_id = \"{CLIENT_ID}\"\ncloud = \"custom\"\n{more}\n[custom_cloud]\nauthority = \"{root}\"\ngraph = \"{root}\"\n"
        )
    }

    /// A command of the program.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.windows.command(&self.program_at, arguments);
        command.env("PRESENCE_TRAY_LOG", "presence_host=debug,presence_tray=debug");
        command.envs(self.named.iter().map(|folder| ("PRESENCE_TRAY_CONFIG_DIR", folder)));
        command
    }

    /// Starts the resident.
    pub(crate) fn start(&mut self) -> Result<()> {
        let command = self.command(&["run", "--hidden"]);
        self.program = Some(self.windows.spawn("presence-tray", command)?);
        until("the resident", || self.log().contains("now wanted=")).with_context(|| self.log())
    }

    /// What the resident logged.
    pub(crate) fn log(&self) -> String {
        self.program.as_ref().map(Process::log).unwrap_or_default()
    }

    /// Waits until the resident has ended by itself.
    pub(crate) fn wait_for_end(&mut self) -> Result<()> {
        let program = self.program.as_mut().context("the program was not started")?;
        until("the end of the program", || program.ended().is_ok_and(|ended| ended.is_some()))
            .with_context(|| program.log())
    }

    /// Ends the resident by force.
    pub(crate) fn kill(&mut self) {
        self.program = None;
    }

    /// Runs a command of the program to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Result<Output> {
        let mut command = self.command(arguments);
        command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
        end_of(command.spawn()?).with_context(|| format!("presence-tray {arguments:?}"))
    }

    /// Runs a command of the program that must succeed, and returns what it printed.
    pub(crate) fn succeed(&self, arguments: &[&str]) -> Result<String> {
        printed(self.run(arguments)?).with_context(|| format!("{arguments:?}\n{}", self.log()))
    }

    /// What `status --json` prints in a second process.
    pub(crate) fn status(&self) -> Result<Value> {
        Ok(serde_json::from_str(&self.succeed(&["status", "--json"])?)?)
    }

    /// What colleagues' clients are told of our session.
    pub(crate) fn shown(&self) -> Option<Shown> {
        self.cloud.with(|cloud, now| cloud.session(MEGAN, now).shown())
    }

    /// Waits until the session says `status`.
    pub(crate) fn wait_until_shown(&self, status: &str) -> Result<()> {
        let wanted = shown_by(status)?;
        until(status, || self.shown() == Some(wanted)).with_context(|| self.log())
    }

    /// How many requests of `kind` the cloud has seen.
    pub(crate) fn count(&self, kind: Kind) -> usize {
        self.cloud.with(|cloud, _| cloud.seen().iter().filter(|seen| seen.kind == kind).count())
    }

    /// The address that Windows opens a browser with.
    pub(crate) fn opened(&self) -> Result<String> {
        let path = self.windows.drive().join("opened");
        until("the browser", || path.is_file()).with_context(|| self.log())?;
        let url = fs::read_to_string(&path)?.trim().to_owned();
        fs::remove_file(path)?;
        Ok(url)
    }

    /// What programs have told the shell since Windows started, a line each.
    pub(crate) fn told_all(&self) -> String {
        fs::read_to_string(self.windows.drive().join("shell.log")).unwrap_or_default()
    }

    /// The same, where `about` is the first word, without it.
    pub(crate) fn told(&self, about: &str) -> Vec<String> {
        let log = self.told_all();
        let told = log.lines().filter_map(|line| line.strip_prefix(about)?.strip_prefix(' '));
        told.map(str::to_owned).collect()
    }

    /// Plays the person in the browser that Windows opens.
    pub(crate) fn browse(&self) -> Result<String> {
        let url = self.opened()?;
        wait_for(async move { browser::sign_in(&url, Pick::Megan).await })
    }

    /// Signs in by the command line.
    pub(crate) fn sign_in(&self) -> Result<()> {
        let mut command = self.command(&["sign-in"]);
        let mut child = command.stderr(std::process::Stdio::null()).spawn()?;
        self.browse()?;
        ensure!(child.wait()?.success(), "not signed in: {}", self.log());
        Ok(())
    }

    /// Keeps a picture of the screen, for people.
    pub(crate) fn keep_picture(&self, name: &str) -> Result<()> {
        let folder = programs(Target::Windows)?
            .ancestors()
            .nth(2)
            .context("the programs lie in a folder")?
            .join("screenshots");
        fs::create_dir_all(&folder)?;
        self.windows.desktop().screenshot(&folder.join(format!("{name}.png")))
    }
}
