//! A menu as the panels of KDE, LXQt and MATE keep it: read once, mended by what the item says has changed, and a
//! check toggled by the panel itself where it is clicked; refuses to read it again without being told.

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use futures_util::StreamExt;
use zbus::zvariant::OwnedValue;
use zbus::{Message, MessageStream};

use super::bus::{runtime, wait_for};
use super::item::Item;
use super::menu::{MenuRow, find};

/// What a panel shows of the checks in an item's menu.
#[derive(Debug)]
pub struct KeptMenu {
    item: Item,
    signals: Option<MessageStream>,
    checks: BTreeMap<i32, bool>,
}

impl KeptMenu {
    /// Reads the menu of `item`, and listens to what it says from then on.
    ///
    /// # Errors
    /// The item does not answer.
    pub fn of(item: &Item) -> Result<KeptMenu> {
        let signals = Some(item.signals()?);
        let mut kept = KeptMenu { item: item.clone(), signals, checks: BTreeMap::new() };
        kept.read()?;
        Ok(kept)
    }

    /// Clicks the row that the labels lead to, and toggles its check as the panel does.
    ///
    /// # Errors
    /// As [`Item::click`].
    pub fn click(&mut self, labels: &[&str]) -> Result<()> {
        if let Some(check) = self.checks.get_mut(&self.id(labels)?) {
            *check = !*check;
        }
        self.item.click(labels)
    }

    /// Waits until the row that the labels lead to is shown with or without its check.
    ///
    /// # Errors
    /// It is not within `limit`.
    pub fn wait_until_checked(
        &mut self,
        labels: &[&str],
        checked: bool,
        limit: Duration,
    ) -> Result<()> {
        let end = Instant::now() + limit;
        while self.checks.get(&self.id(labels)?) != Some(&checked) {
            let left = end.saturating_duration_since(Instant::now());
            let mut stream = self.signals.take().context("listened to before")?;
            let (stream, signal) = wait_for(async move {
                let signal = tokio::time::timeout(left, stream.next()).await;
                (stream, signal)
            });
            self.signals = Some(stream);
            match signal {
                Ok(Some(signal)) => self.hear(&signal?)?,
                Ok(None) => bail!("the bus is gone"),
                Err(_) => bail!("the check of {labels:?} is not {checked}: {:?}", self.checks),
            }
        }
        Ok(())
    }

    fn hear(&mut self, signal: &Message) -> Result<()> {
        type Properties = (Vec<(i32, HashMap<String, OwnedValue>)>, Vec<(i32, Vec<String>)>);
        match signal.header().member().map(|member| member.as_str()) {
            Some("ItemsPropertiesUpdated") => {
                let (updated, _removed): Properties = signal.body().deserialize()?;
                for (id, properties) in updated {
                    if let Some(state) = properties.get("toggle-state") {
                        self.checks.insert(id, state.downcast_ref::<i32>()? == 1);
                    }
                }
                Ok(())
            }
            Some("LayoutUpdated") => self.read(),
            _ => Ok(()),
        }
    }

    fn read(&mut self) -> Result<()> {
        self.checks.clear();
        let mut rows = self.item.menu()?;
        while let Some(MenuRow { id, checked, children, .. }) = rows.pop() {
            self.checks.extend(checked.map(|checked| (id, checked)));
            rows.extend(children);
        }
        Ok(())
    }

    fn id(&self, labels: &[&str]) -> Result<i32> {
        let menu = self.item.menu()?;
        Ok(find(&menu, labels).with_context(|| format!("no row {labels:?}"))?.id)
    }
}

impl Drop for KeptMenu {
    fn drop(&mut self) {
        // Dropping the stream of signals takes a runtime.
        let _inside = runtime().enter();
        self.signals = None;
    }
}
