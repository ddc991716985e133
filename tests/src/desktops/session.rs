//! Owns one real desktop that runs, with the program on it and a person's hand and eyes; refuses to judge what is seen.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use rustix::process::Signal;

use super::layer::{self, Inside, Layer};
use super::picture::{Part, Picture, Place, SIZE};
use super::recipes::{Ready, Recipe, Wallet};
use super::screen::{LIMIT, Screen};
use super::wallet;
use crate::cloud::Options;
use crate::desktop::{Desktop, Item, Keyring, Pixmap, Process, kill};
use crate::stage::{Stage, until};

mod menu;

pub(super) use menu::Row;

/// How much faster than the wall the program's clock runs: it makes no more than 20 calls in a minute.
const RATE: f64 = 10.0;
/// How long a menu may take to obey a key.
const A_MOMENT: Duration = Duration::from_millis(700);
/// The least that a window covers.
const WINDOW: (usize, usize) = (300, 200);

/// A real desktop with the program on it. What is first here ends first.
pub(super) struct Session {
    pub(super) recipe: Recipe,
    pub(super) screen: Screen,
    panel: Option<Process>,
    companions: Vec<Process>,
    inside: Inside,
    pub(super) stage: Stage,
    pictures: PathBuf,
    /// The screen before a menu was opened.
    before: Option<Picture>,
    /// Where that menu is.
    menu: Option<Part>,
}

impl Session {
    /// Starts the desktop without a panel, and the program, not signed in.
    pub(super) fn start(recipe: Recipe, layer: &Layer) -> Result<Session> {
        let mut desktop = Desktop::builder(recipe.name);
        for (name, value) in recipe.variables {
            desktop = desktop.variable(name, value);
        }
        if recipe.keyring == Wallet::KWallet {
            desktop = desktop.keyring(Keyring::Absent);
        }
        let mut stage = Stage::at_rate(desktop, Options::default(), RATE)?;
        // What a real desktop keeps of what it was shown is its own.
        stage.search_nothing();
        stage.install_entry()?;
        let inside = layer.enter(&stage.desktop)?;
        settle_in(&recipe, &stage.desktop, inside.services(layer)?)?;
        let mut companions = Vec::new();
        if recipe.keyring == Wallet::KWallet {
            companions.push(wallet::start(&inside, &stage.desktop)?);
        }
        for companion in recipe.companions {
            let command = inside.command(&stage.desktop, companion.line);
            companions.push(stage.desktop.spawn("companion", command)?);
            match companion.ready {
                Ready::Name(name) => stage.desktop.wait_for_name(name, LIMIT)?,
                Ready::File(file) => {
                    let file = stage.desktop.folder().join("run").join(file);
                    until(companion.line, || file.exists())?;
                }
            }
        }
        stage.start()?;
        let screen = Screen::of(&stage.desktop)?;
        let pictures = layer::folder()?.join("pictures");
        fs::create_dir_all(&pictures)?;
        Ok(Session {
            recipe,
            screen,
            panel: None,
            companions,
            inside,
            stage,
            pictures,
            before: None,
            menu: None,
        })
    }

    /// What the desktop's programs said on stderr.
    pub(super) fn said(&self) -> String {
        let panel = self.panel.iter().map(Process::log);
        let companions = self.companions.iter().map(Process::log);
        panel.chain(companions).collect::<Vec<_>>().join("\n")
    }

    /// Starts the panel.
    pub(super) fn start_panel(&mut self) -> Result<()> {
        let command = self.inside.command(&self.stage.desktop, self.recipe.panel);
        self.panel = Some(self.stage.desktop.spawn("panel", command)?);
        if let Some(greeting) = self.recipe.greeting {
            greeting(&self.stage.desktop)?;
        }
        match self.recipe.first_click {
            Some(place) => self.come_to_desktop(place),
            None => Ok(()),
        }
    }

    /// Clicks until the screen looks otherwise: what is still being animated takes no click.
    fn come_to_desktop(&mut self, place: Place) -> Result<()> {
        self.icon()?;
        let before = self.screen.at_rest()?;
        let panel = self.recipe.edge.part();
        let look = |picture: &Picture| {
            Ok((picture.difference(&before, panel) > SIZE.0 * SIZE.1 / 4).then_some(()))
        };
        for _ in 0..5 {
            self.screen.click(place, "1")?;
            if self.screen.until_within(2 * A_MOMENT, "the desktop", look).is_ok() {
                return Ok(());
            }
        }
        bail!("the desktop did not come")
    }

    /// Ends the desktop's programs.
    pub(super) fn log_out(&mut self) {
        self.panel = None;
        self.companions.clear();
        self.before = None;
    }

    /// Starts the desktop's own session program.
    pub(super) fn log_in(&self) -> Result<Process> {
        let line = self.recipe.log_in.context("nothing that starts entries")?;
        let mut command = self.inside.command(&self.stage.desktop, line);
        self.stage.dress(&mut command);
        self.stage.desktop.spawn("session", command)
    }

    /// Ends the program as a crash does.
    pub(super) fn crash(&mut self) -> Result<()> {
        let program = self.stage.program()?;
        kill(program.id(), Signal::KILL)?;
        program.end();
        Ok(())
    }

    /// Ends the panel as a crash does.
    pub(super) fn kill_panel(&mut self) -> Result<()> {
        let mut panel = self.panel.take().context("there is no panel")?;
        kill(panel.id(), Signal::KILL)?;
        panel.end();
        self.before = None;
        Ok(())
    }

    /// The program's item on the bus.
    pub(super) fn item(&mut self) -> Result<Item> {
        let id = self.stage.program()?.id();
        Item::of_process(&self.stage.desktop, id, LIMIT)
    }

    /// Waits for the icon that the program shows now.
    pub(super) fn icon(&mut self) -> Result<Part> {
        let item = self.item()?;
        let panel = self.recipe.edge.part();
        // Some desktops draw the pointer over it.
        self.screen.aside()?;
        self.screen.until("the icon", |picture| Ok(picture.icon(&item.icon_pixmaps()?, panel)))
    }

    /// Waits until no such icon is in the panel.
    pub(super) fn until_no_icon(&self, pixmaps: &[Pixmap]) -> Result<()> {
        let panel = self.recipe.edge.part();
        self.screen.until("the end of the icon", |picture| {
            Ok(picture.icon(pixmaps, panel).is_none().then_some(()))
        })
    }

    /// Waits for the program's window, keeps a picture of the screen, and ends the window.
    pub(super) fn see_window(&self, before: &Picture, name: &str) -> Result<()> {
        let panel = self.recipe.edge.part();
        let shown = self.screen.until("the window", |picture| {
            let part = picture.changed(before, &[panel]);
            let is_window = |part: &Part| part.width() > WINDOW.0 && part.height() > WINDOW.1;
            Ok(part.filter(is_window).filter(|_| !self.windows().is_empty()))
        });
        self.keep(name)?;
        let windows = self.windows();
        for window in &windows {
            kill(*window, Signal::TERM)?;
        }
        until("the end of the window", || self.windows().is_empty())?;
        ensure!(windows.len() <= 1, "{} windows", windows.len());
        shown.map(drop)
    }

    /// Waits for a notification with the program's icon. It need not stand still: some desktops show how long it stays.
    pub(super) fn see_notification(&self, before: &Picture) -> Result<()> {
        let panel = self.recipe.edge.part();
        let mut shown = self.screen.picture()?;
        let seen = until("a notification with the program's icon", || {
            let Ok(picture) = self.screen.picture() else { return false };
            let Some(part) = picture.changed(before, &[panel]) else { return false };
            shown = picture;
            shown.application_icon(part).is_some()
        });
        if seen.is_err() {
            let path = self.pictures.join(format!("{}-notification-shown.png", self.recipe.name));
            shown.keep(&path)?;
        }
        seen
    }

    /// Waits until the program's icon is nowhere but in the panel.
    pub(super) fn until_no_notification(&self) -> Result<()> {
        let panel = self.recipe.edge.part();
        self.screen.until("the end of the notification", |picture| {
            let icon = picture.application_icon(Part::SCREEN);
            Ok(icon.is_none_or(|icon| panel.contains(icon.middle())).then_some(()))
        })
    }

    /// Keeps a picture of the screen.
    pub(super) fn keep(&self, name: &str) -> Result<PathBuf> {
        let path = self.pictures.join(format!("{}-{name}.png", self.recipe.name));
        self.stage.desktop.screenshot(&path)?;
        Ok(path)
    }

    /// The processes of the program's window.
    fn windows(&self) -> Vec<u32> {
        let home = format!("HOME={}/home", self.stage.desktop.folder().display());
        let every = fs::read_dir("/proc").into_iter().flatten().flatten();
        let ids = every.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
        ids.filter(|id| {
            let folder = Path::new("/proc").join(id.to_string());
            let name = fs::read_to_string(folder.join("comm")).unwrap_or_default();
            // The kernel keeps fifteen letters of a name.
            let is_window = name.starts_with("presence-tray-w");
            let environment = fs::read(folder.join("environ")).unwrap_or_default();
            is_window && environment.split(|byte| *byte == 0).any(|entry| entry == home.as_bytes())
        })
        .collect()
    }
}

/// Writes the desktop's settings, and what its bus may start.
fn settle_in(recipe: &Recipe, desktop: &Desktop, services: Vec<(String, String)>) -> Result<()> {
    for (path, text) in recipe.files {
        let path = desktop.folder().join("home").join(path);
        fs::create_dir_all(path.parent().context("a file lies in a folder")?)?;
        fs::write(path, text.replace("@DARK@", "true"))?;
    }
    for (name, text) in services {
        fs::write(desktop.folder().join("services").join(name), text)?;
    }
    Ok(())
}
