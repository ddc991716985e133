//! One tray item as a person meets it: icon, tooltip and a menu to click; refuses to click what is not enabled.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use futures_util::StreamExt;
use zbus::MessageStream;
use zbus::zvariant::{OwnedObjectPath, OwnedValue, Structure, Value};

use super::bus::{Bus, runtime, wait_for};
use super::menu::{Layout, MenuRow, find, row, text};

const ITEM: &str = "org.kde.StatusNotifierItem";
const MENU: &str = "com.canonical.dbusmenu";

/// An icon in one size: width, height, and ARGB bytes in network order.
pub type Pixmap = (i32, i32, Vec<u8>);

/// An item in a [`TrayHost`](super::TrayHost).
#[derive(Clone, Debug)]
pub struct Item {
    bus: Bus,
    name: String,
    path: String,
}

/// A row of a menu under the pointer.
#[derive(Debug)]
pub struct Click {
    item: Item,
    menu: String,
    row: i32,
}

impl Click {
    /// Clicks it.
    ///
    /// # Errors
    /// The item does not answer.
    pub fn press(self) -> Result<()> {
        let click = (self.row, "clicked", Value::from(0i32), 0u32);
        self.item.bus.call(&self.item.name, &self.menu, MENU, "Event", click)
    }
}

impl Item {
    pub(super) fn new(bus: Bus, name: String, path: String) -> Item {
        Item { bus, name, path }
    }

    /// The item of the process `id`, whoever hosts the tray.
    ///
    /// # Errors
    /// The process shows no item within `limit`.
    pub fn of_process(desktop: &super::Desktop, id: u32, limit: Duration) -> Result<Item> {
        let name = format!("org.kde.StatusNotifierItem-{id}-1");
        desktop.wait_for_name(&name, limit)?;
        Ok(Item::new(desktop.bus().clone(), name, "/StatusNotifierItem".to_owned()))
    }

    /// The bus name of the program that shows the item.
    pub fn bus_name(&self) -> &str {
        &self.name
    }

    /// The tooltip: its title and, after a line break, its text if there is one.
    ///
    /// # Errors
    /// The item does not answer.
    pub fn tooltip(&self) -> Result<String> {
        let tooltip: Structure<'static> = self.property("ToolTip")?;
        let (_icon, _pixmaps, title, text): (String, Vec<Pixmap>, String, String) =
            tooltip.try_into().context("the tooltip's type")?;
        Ok(if text.is_empty() { title } else { format!("{title}\n{text}") })
    }

    /// The title, for screen readers.
    ///
    /// # Errors
    /// The item does not answer.
    pub fn title(&self) -> Result<String> {
        self.property("Title")
    }

    /// `Passive`, `Active` or `NeedsAttention`.
    ///
    /// # Errors
    /// The item does not answer.
    pub fn status(&self) -> Result<String> {
        self.property("Status")
    }

    /// The icon in its sizes.
    ///
    /// # Errors
    /// The item does not answer.
    pub fn icon_pixmaps(&self) -> Result<Vec<Pixmap>> {
        let value: OwnedValue = self.property("IconPixmap")?;
        Value::from(value).downcast().context("the icon's type")
    }

    /// The words for who does not see the icon.
    ///
    /// # Errors
    /// The item does not answer.
    pub fn accessible_description(&self) -> Result<String> {
        self.property("IconAccessibleDesc")
    }

    /// Whether a left click is to open the menu.
    ///
    /// # Errors
    /// The item does not answer.
    pub fn is_menu(&self) -> Result<bool> {
        self.property("ItemIsMenu")
    }

    /// Calls what a panel calls for a click on the icon: `Activate`, `SecondaryActivate` or `ContextMenu`.
    ///
    /// # Errors
    /// The item does not answer, or refuses.
    pub fn call_at_pointer(&self, method: &str) -> Result<()> {
        self.bus.call(&self.name, &self.path, ITEM, method, (1_200i32, 780i32))
    }

    /// Turns the wheel over the icon.
    ///
    /// # Errors
    /// The item does not answer, or refuses.
    pub fn scroll(&self, delta: i32, orientation: &str) -> Result<()> {
        let turn = (delta, orientation.to_owned());
        self.bus.call(&self.name, &self.path, ITEM, "Scroll", turn)
    }

    /// Gives the token by which the window of the next click may come to the front.
    ///
    /// # Errors
    /// The item does not use it.
    pub fn provide_token(&self, token: &str) -> Result<()> {
        let (method, token) = ("ProvideXdgActivationToken", token.to_owned());
        self.bus.call(&self.name, &self.path, ITEM, method, token)
    }

    /// Says that the menu is about to be shown, as a panel does that opens it.
    ///
    /// # Errors
    /// The item does not answer.
    pub fn open_menu(&self) -> Result<()> {
        let answer: Result<bool> =
            self.bus.call(&self.name, &self.menu_path()?, MENU, "AboutToShow", 0i32);
        answer.map(drop)
    }

    /// The menu as it is now.
    ///
    /// # Errors
    /// The item does not answer.
    pub fn menu(&self) -> Result<Vec<MenuRow>> {
        let everything = (0i32, -1i32, Vec::<String>::new());
        let (_revision, root): (u32, Layout) =
            self.bus.call(&self.name, &self.menu_path()?, MENU, "GetLayout", everything)?;
        root.2.into_iter().map(|child| row(child.into())).collect()
    }

    /// Clicks the row that the labels lead to, such as `&["For", "1 hour"]`.
    ///
    /// # Errors
    /// There is no such row, or it is hidden or disabled.
    pub fn click(&self, labels: &[&str]) -> Result<()> {
        self.aim(labels)?.press()
    }

    /// Finds the row that the labels lead to, to be clicked.
    ///
    /// # Errors
    /// There is no such row, or it is hidden or disabled.
    pub fn aim(&self, labels: &[&str]) -> Result<Click> {
        let menu = self.menu()?;
        let row = find(&menu, labels)
            .with_context(|| format!("no row {labels:?} in\n{}", text(&menu)))?;
        if !row.enabled || !row.visible {
            bail!("the row {labels:?} cannot be clicked in\n{}", text(&menu));
        }
        Ok(Click { item: self.clone(), menu: self.menu_path()?, row: row.id })
    }

    /// Waits until the menu satisfies `wanted`, looking again at each of the item's signals.
    ///
    /// # Errors
    /// It does not within `limit`, in real time; the message shows the last menu.
    pub fn wait_until(
        &self,
        wanted: impl Fn(&[MenuRow]) -> bool,
        limit: Duration,
    ) -> Result<Vec<MenuRow>> {
        self.look_until(|| self.menu(), |menu| wanted(menu), |menu| text(menu), limit)
    }

    /// Waits until the tooltip satisfies `wanted`, looking again at each of the item's signals.
    ///
    /// # Errors
    /// It does not within `limit`, in real time; the message shows the last tooltip.
    pub fn wait_until_tooltip(
        &self,
        wanted: impl Fn(&str) -> bool,
        limit: Duration,
    ) -> Result<String> {
        self.look_until(|| self.tooltip(), |tooltip| wanted(tooltip), String::clone, limit)
    }

    fn look_until<T>(
        &self,
        look: impl Fn() -> Result<T>,
        wanted: impl Fn(&T) -> bool,
        show: impl Fn(&T) -> String,
        limit: Duration,
    ) -> Result<T> {
        // Dropping the stream of signals takes a runtime.
        let _inside = runtime().enter();
        let end = Instant::now() + limit;
        let mut signals = self.signals()?;
        loop {
            let seen = look()?;
            if wanted(&seen) {
                return Ok(seen);
            }
            let left = end.saturating_duration_since(Instant::now());
            let (stream, signal) = wait_for(async move {
                let signal = tokio::time::timeout(left, signals.next()).await;
                (signals, signal.is_ok())
            });
            if !signal {
                bail!("waited {limit:?} in vain; last seen:\n{}", show(&seen));
            }
            signals = stream;
        }
    }

    pub(super) fn signals(&self) -> Result<MessageStream> {
        let (connection, name) = (self.bus.connection(), self.name.clone());
        let stream = wait_for(async move {
            let rule = zbus::MatchRule::builder()
                .msg_type(zbus::message::Type::Signal)
                .sender(name)?
                .build();
            MessageStream::for_match_rule(rule, &connection, None).await
        });
        stream.context("the bus does not tell of signals")
    }

    fn menu_path(&self) -> Result<String> {
        let path: OwnedObjectPath = self.property("Menu")?;
        Ok(path.to_string())
    }

    fn property<R>(&self, name: &str) -> Result<R>
    where
        R: TryFrom<OwnedValue>,
        R::Error: std::error::Error + Send + Sync + 'static,
    {
        self.bus.property(&self.name, &self.path, ITEM, name)
    }
}
