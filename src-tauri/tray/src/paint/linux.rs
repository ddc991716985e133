//! Owns the tray on Linux: a StatusNotifierItem and its menu over D-Bus, without GTK or X11. Refuses to
//! decide what they show.

use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use ksni::menu::{CheckmarkItem, MenuItem, StandardItem, SubMenu};
use ksni::{Category, OfflineReason, ToolTip, Tray, TrayMethods};
use presence_core::{Aspect, Command, Notice, View};
use presence_host::{
    APP_NAME, Commands, Config, Diagnosis, Face, Moment, Profile, Snapshot, WindowPlace,
};
use tokio::sync::{Notify, watch};

use crate::icons;
use crate::menu::{self, Item, Mark, Picture, Row};
use crate::notify::Notices;
use crate::shortcuts::Shortcuts;
use crate::{autostart, doctor, window};

mod listing;
mod token;
use token::Token;

/// Two clicks within this time are one wish.
const DOUBLE_CLICK: Duration = Duration::from_millis(500);

/// The tray of this desktop.
pub(crate) struct Painter {
    profile: Profile,
    commands: Commands,
    pictures: watch::Sender<Option<Picture>>,
    shortcuts: Shortcuts,
    notices: Notices,
    token: Token,
}

impl Painter {
    /// Shows the item as soon as there is a picture and a tray host, whenever that is.
    pub(crate) fn start(profile: Profile, commands: Commands) -> Painter {
        let (pictures, received) = watch::channel(None);
        let token = Token::default();
        let lost = Arc::new(Notify::new());
        tokio::spawn(paint(received, commands.clone(), token.clone(), lost.clone()));
        tokio::spawn(attend_session(commands.clone(), lost));
        let shortcuts = Shortcuts::new(commands.clone());
        let notices = Notices::start();
        Painter { profile, commands, pictures, shortcuts, notices, token }
    }
}

impl Face for Painter {
    fn configured(&mut self, config: &Config) {
        self.shortcuts.bind(config);
        let problem = autostart::apply(config.autostart, &self.profile).err();
        self.commands.report(Aspect::Autostart, problem.into_iter().collect());
    }

    fn show(&mut self, view: &View, moment: &Moment) {
        self.notices.stand(view);
        let picture = Picture::of(view, moment);
        self.pictures.send_if_modified(|shown| {
            let differs = shown.as_ref() != Some(&picture);
            if differs {
                *shown = Some(picture);
            }
            differs
        });
    }

    fn notify(&mut self, notice: &Notice) {
        self.notices.show(notice.clone());
    }

    fn open_window(&mut self, place: &WindowPlace) {
        let (commands, place) = (self.commands.clone(), place.clone());
        let token = self.token.clone();
        tokio::spawn(async move { window::open(&commands, &place, token.take().await) });
    }

    fn examine(&mut self, snapshot: Snapshot) -> impl Future<Output = Diagnosis> + Send + 'static {
        doctor::of_resident(self.profile.clone(), snapshot)
    }

    async fn leave(&mut self) {
        self.shortcuts.leave().await;
    }
}

async fn paint(
    mut pictures: watch::Receiver<Option<Picture>>,
    commands: Commands,
    token: Token,
    lost: Arc<Notify>,
) {
    let Ok(first) = pictures.wait_for(Option::is_some).await.map(|picture| picture.clone()) else {
        return;
    };
    let Some(picture) = first else { return };
    let item = PresenceItem { picture, commands, activated: None, token, lost };
    // A desktop without a tray host may get one later: the item waits for it.
    let handle = match item.assume_sni_available(true).spawn().await {
        Ok(handle) => handle,
        Err(error) => {
            tracing::warn!(%error, "there is no desktop to show a tray item on; the command line still works");
            return;
        }
    };
    while pictures.changed().await.is_ok() {
        let Some(picture) = pictures.borrow_and_update().clone() else { continue };
        if handle.update(|item| item.picture = picture).await.is_none() {
            tracing::warn!("the tray item is gone");
            return;
        }
    }
}

/// Has the item registered again when the tray loses it, and quits when the session's bus is gone: the person has
/// logged out, and systemd may let the program live on.
async fn attend_session(commands: Commands, lost: Arc<Notify>) {
    let Ok(connection) = zbus::Connection::session().await else { return };
    let mut messages = zbus::MessageStream::from(&connection);
    match listing::listen(&connection).await {
        Ok(()) => drop(tokio::spawn(listing::keep(connection, lost.clone()))),
        Err(error) => tracing::warn!(%error, "nobody looks whether the tray shows the item"),
    }
    while let Some(Ok(message)) = messages.next().await {
        if listing::is_loss(&message) {
            lost.notify_one();
        }
    }
    tracing::info!("the desktop session has ended");
    commands.tell(Command::Quit);
}

struct PresenceItem {
    picture: Picture,
    commands: Commands,
    activated: Option<Instant>,
    token: Token,
    /// Rings when the tray does not have the item.
    lost: Arc<Notify>,
}

impl Tray for PresenceItem {
    const MENU_ON_ACTIVATE: bool = true;

    fn id(&self) -> String {
        "presence-tray".to_owned()
    }

    fn title(&self) -> String {
        APP_NAME.to_owned()
    }

    fn category(&self) -> Category {
        Category::Communications
    }

    fn icon_pixmap(&self) -> Vec<ksni::Icon> {
        self.picture.icon.pixels().map(|(size, rgba)| argb(size, rgba)).collect()
    }

    fn icon_accessible_desc(&self) -> String {
        self.picture.tooltip.clone()
    }

    fn tool_tip(&self) -> ToolTip {
        ToolTip { title: self.picture.tooltip.clone(), ..ToolTip::default() }
    }

    fn menu(&self) -> Vec<MenuItem<PresenceItem>> {
        self.picture.rows.iter().map(menu_item).collect()
    }

    /// A panel has been clicked that does not open the menu then.
    fn activate(&mut self, _x: i32, _y: i32) {
        let before = self.activated.replace(Instant::now());
        if before.is_none_or(|before| before.elapsed() > DOUBLE_CLICK) {
            self.commands.tell(Command::Open);
        }
    }

    fn xdg_activation_token_provided(
        &mut self,
        token: String,
    ) -> Pin<Box<dyn Future<Output = bool> + Send>> {
        Box::pin(self.token.offer(token))
    }

    fn watcher_offline(&self, reason: OfflineReason) -> bool {
        if let OfflineReason::Error(error) = reason {
            tracing::debug!(%error, "the tray does not take the item");
            self.lost.notify_one();
        }
        true
    }

    fn menu_about_to_show(&mut self) {
        self.commands.tell(Command::Look);
    }
}

/// The StatusNotifierItem's order of bytes: alpha first.
fn argb(size: u32, rgba: &[u8]) -> ksni::Icon {
    let side = i32::try_from(size).unwrap_or_default();
    let data =
        rgba.chunks_exact(4).flat_map(|pixel| [pixel[3], pixel[0], pixel[1], pixel[2]]).collect();
    ksni::Icon { width: side, height: side, data }
}

fn menu_item(row: &Row) -> MenuItem<PresenceItem> {
    match row {
        Row::Separator => MenuItem::Separator,
        Row::Line(line) => {
            StandardItem { label: label(line), enabled: false, ..StandardItem::default() }.into()
        }
        Row::Item(item) => clickable(item),
        Row::Sub { label: words, enabled, rows } => SubMenu {
            label: label(words),
            enabled: *enabled,
            submenu: rows.iter().map(menu_item).collect(),
            ..SubMenu::default()
        }
        .into(),
    }
}

fn clickable(item: &Item) -> MenuItem<PresenceItem> {
    let command = item.command.clone();
    let activate = Box::new(move |shown: &mut PresenceItem| {
        if command != Some(Command::Open) {
            shown.token.let_go();
        }
        if let Some(command) = &command {
            menu::ask(&shown.commands, command);
        }
    });
    let (checked, icon_data) = match item.mark {
        Mark::None => {
            let (label, enabled) = (label(&item.label), item.enabled);
            return StandardItem { label, enabled, activate, ..StandardItem::default() }.into();
        }
        Mark::Check(checked) => (checked, Vec::new()),
        Mark::Status(status, checked) => (checked, icons::dot(status).to_vec()),
    };
    let (label, enabled) = (label(&item.label), item.enabled);
    CheckmarkItem { label, enabled, checked, icon_data, activate, ..CheckmarkItem::default() }
        .into()
}

/// A menu takes a single underscore for the mark of an access key.
fn label(words: &str) -> String {
    words.replace('_', "__")
}
