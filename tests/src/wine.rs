//! A private Windows: a Wine prefix on a private desktop, with what a test needs of it. Refuses to see or touch the
//! person's own Wine.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use anyhow::{Context, Result, ensure};

use crate::desktop::{Builder, Desktop, Process};

mod screen;

pub use screen::{Color, MenuRow, Screen};

/// Stands in for what Wine lacks.
const LIBRARY: &str = include_str!("wine/bcryptprimitives.c");
/// Plays the person and other programs.
const PERSON: &str = include_str!("wine/person.c");
const COMPILER: &str = "x86_64-w64-mingw32-gcc";

/// A running Windows, gone with all its processes when dropped.
#[derive(Debug)]
pub struct Windows {
    desktop: Desktop,
    prefix: PathBuf,
}

impl Windows {
    /// A Windows on a private desktop.
    ///
    /// # Errors
    /// When Wine or MinGW are not installed, or Windows does not start.
    pub fn start(desktop: Builder) -> Result<Windows> {
        let desktop = desktop.start()?;
        let prefix = desktop.folder().join("wine");
        let windows = Windows { desktop, prefix };
        windows.succeed("wineboot", &["-i"])?;
        let system = windows.drive().join("windows/system32");
        windows.compile(LIBRARY, &system.join("bcryptprimitives.dll"), &["-shared"])?;
        windows.compile(PERSON, &windows.drive().join("person.exe"), &["-municode"])?;
        Ok(windows)
    }

    /// The private desktop that Windows runs on.
    pub fn desktop(&self) -> &Desktop {
        &self.desktop
    }

    /// Drive `C:`.
    pub fn drive(&self) -> PathBuf {
        self.prefix.join("drive_c")
    }

    /// A command that Wine runs: one of its own, or a path as Windows writes it.
    pub fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = self.desktop.command("wine");
        self.dress(&mut command);
        command.arg(program).args(arguments).stdin(Stdio::null());
        command
    }

    /// Runs a command to its end.
    ///
    /// # Errors
    /// When Wine cannot be started.
    pub fn run(&self, program: &str, arguments: &[&str]) -> Result<Output> {
        self.command(program, arguments).output().context("wine cannot be started")
    }

    /// Runs a command that must succeed, and returns what it printed.
    ///
    /// # Errors
    /// When it does not.
    pub fn succeed(&self, program: &str, arguments: &[&str]) -> Result<String> {
        let output = self.run(program, arguments)?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "{program} {arguments:?}: {} {said}", output.status);
        Ok(String::from_utf8_lossy(&output.stdout).replace('\r', ""))
    }

    /// Starts a command in the background, with stderr in a log; it ends when the answer is dropped.
    ///
    /// # Errors
    /// When Wine cannot be started.
    pub fn spawn(&self, name: &str, command: Command) -> Result<Process> {
        self.desktop.spawn(name, command)
    }

    /// Writes a value of the registry, as text.
    ///
    /// # Errors
    /// When the key cannot be written.
    pub fn set_value(&self, key: &str, name: &str, text: &str) -> Result<()> {
        let name = if name.is_empty() { vec!["/ve"] } else { vec!["/v", name] };
        let arguments = [&["add", key][..], &name, &["/d", text, "/f"]].concat();
        self.succeed("reg", &arguments).map(drop)
    }

    /// What the registry holds under `key`, nothing where there is no such key.
    ///
    /// # Errors
    /// When Wine cannot be started.
    pub fn values(&self, key: &str) -> Result<String> {
        let output = self.run("reg", &["query", key, "/s"])?;
        let text = String::from_utf8_lossy(&output.stdout).replace('\r', "");
        Ok(if output.status.success() { text } else { String::new() })
    }

    /// Gives the desktop a task bar with a notification area, which every program started from now on is on.
    ///
    /// # Errors
    /// When Windows does not take it.
    pub fn start_shell(&self) -> Result<Process> {
        const EXPLORER: &str = r"HKCU\Software\Wine\Explorer";
        self.set_value(EXPLORER, "Desktop", "shell")?;
        let size = format!("{}x{}", screen::SIZE.0, screen::SIZE.1);
        self.set_value(&format!(r"{EXPLORER}\Desktops"), "shell", &size)?;
        let shell = self.command("explorer", &[&format!("/desktop=shell,{size}")]);
        let shell = self.spawn("explorer", shell)?;
        self.screen()?.wait_for_task_bar()?;
        Ok(shell)
    }

    /// What is on the screen now, and the mouse on it.
    ///
    /// # Errors
    /// When there is no display.
    pub fn screen(&self) -> Result<Screen<'_>> {
        Screen::of(&self.desktop)
    }

    /// A program for `CARGO_TARGET_…_RUNNER` that runs what cargo built for Windows here.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn runner(&self) -> Result<PathBuf> {
        let path = self.desktop.folder().join("run-on-windows");
        let own = self.command("", &[]);
        let variables: Vec<String> = own
            .get_envs()
            .filter_map(|(name, value)| Some((name.to_str()?, value?.to_str()?)))
            .map(|(name, value)| format!("'{name}={value}'"))
            .collect();
        // Wine's server ends with the last program, and cuts off one that comes just then: "wine client error:0:
        // recvmsg". The folder of a package is where its tests expect to be.
        let script = format!(
            "#!/bin/sh\nexec env -i {} sh -c 'wineserver --wait; exec wine \"$@\"' - \"$@\"\n",
            variables.join(" ")
        );
        fs::write(&path, script)?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755))?;
        Ok(path)
    }

    fn dress(&self, command: &mut Command) {
        command
            .env("WINEPREFIX", &self.prefix)
            .env("WINEDEBUG", "-all")
            // No browser engine, no .NET, and no links on the desktop of a person.
            .env("WINEDLLOVERRIDES", "mscoree,mshtml,winemenubuilder.exe=");
    }

    fn compile(&self, source: &str, program: &Path, arguments: &[&str]) -> Result<()> {
        let file = self.desktop.folder().join("fixture.c");
        fs::write(&file, source)?;
        let mut compiler = Command::new(COMPILER);
        compiler.args(["-O1", "-s", "-Wall", "-Wextra", "-Werror"]).args(arguments);
        compiler.arg(&file).arg("-o").arg(program).arg("-ladvapi32");
        let output = compiler.output().with_context(|| format!("{COMPILER} is not installed"))?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "{}: {said}", program.display());
        Ok(())
    }
}

impl Drop for Windows {
    fn drop(&mut self) {
        let mut server = self.desktop.command("wineserver");
        self.dress(&mut server);
        // Ends what runs in this prefix; one that has ended by itself has nothing left.
        let _ = server.args(["-k", "-w"]).stdout(Stdio::null()).stderr(Stdio::null()).status();
    }
}
