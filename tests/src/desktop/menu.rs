//! The rows of a tray menu as `com.canonical.dbusmenu` describes them; refuses to fetch or to click them.

use std::collections::HashMap;

use anyhow::{Context, Result};
use zbus::zvariant::{OwnedValue, Structure, Value};

/// One row of a tray menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MenuRow {
    /// Good until the menu changes.
    pub id: i32,
    /// The text, without access-key marks.
    pub label: String,
    /// Whether it can be clicked.
    pub enabled: bool,
    /// Whether it is shown.
    pub visible: bool,
    /// A check or radio mark's state, if the row can have one.
    pub checked: Option<bool>,
    /// Whether it is a line rather than a text.
    pub separator: bool,
    /// The icon as a PNG file's bytes; empty without icon.
    pub icon_data: Vec<u8>,
    /// The submenu.
    pub children: Vec<MenuRow>,
}

/// A row on the wire: id, properties, children.
pub(super) type Layout = (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>);

/// The row that the labels lead to, the first in the top level.
pub fn find<'a>(menu: &'a [MenuRow], labels: &[&str]) -> Option<&'a MenuRow> {
    let (first, rest) = labels.split_first()?;
    let mut named = menu.iter().filter(|row| !row.separator && row.label == *first);
    // A heading may bear the name of a choice: what can be clicked is what is meant.
    let row = named.clone().find(|row| row.enabled).or_else(|| named.next())?;
    if rest.is_empty() { Some(row) } else { find(&row.children, rest) }
}

/// The first row of the tray menu that only tells: what holds, or the problem in a few words.
pub fn headline(menu: &[MenuRow]) -> String {
    let row = menu.iter().find(|row| !row.separator && !row.enabled && row.checked.is_none());
    row.map(|row| row.label.clone()).unwrap_or_default()
}

/// The labels of the checked rows in the top level.
pub fn checked(menu: &[MenuRow]) -> Vec<&str> {
    menu.iter().filter(|row| row.checked == Some(true)).map(|row| row.label.as_str()).collect()
}

/// The visible menu as text, a row a line, as a person would write it down.
pub fn text(menu: &[MenuRow]) -> String {
    let mut lines = String::new();
    write_rows(menu, 0, &mut lines);
    lines
}

fn write_rows(menu: &[MenuRow], depth: usize, lines: &mut String) {
    for row in menu.iter().filter(|row| row.visible) {
        let label = if row.separator { "─────" } else { &row.label };
        let mark = if row.checked == Some(true) { "✓ " } else { "  " };
        let note = if row.enabled || row.separator { "" } else { " (disabled)" };
        lines.push_str(&format!("{}{mark}{label}{note}\n", "  ".repeat(depth)));
        write_rows(&row.children, depth + 1, lines);
    }
}

pub(super) fn row(value: Value<'static>) -> Result<MenuRow> {
    let layout = Structure::try_from(value)?.try_into();
    let (id, mut properties, children): Layout = layout.context("a menu row's type")?;
    let kind: String = take(&mut properties, "type", String::new())?;
    let toggle: String = take(&mut properties, "toggle-type", String::new())?;
    let state: i32 = take(&mut properties, "toggle-state", -1)?;
    Ok(MenuRow {
        id,
        label: without_marks(&take(&mut properties, "label", String::new())?),
        enabled: take(&mut properties, "enabled", true)?,
        visible: take(&mut properties, "visible", true)?,
        checked: (!toggle.is_empty()).then_some(state == 1),
        separator: kind == "separator",
        icon_data: match properties.remove("icon-data") {
            Some(data) => Value::from(data).downcast().context("an icon's type")?,
            None => Vec::new(),
        },
        children: children.into_iter().map(|child| row(child.into())).collect::<Result<_>>()?,
    })
}

fn take<T>(properties: &mut HashMap<String, OwnedValue>, name: &str, otherwise: T) -> Result<T>
where
    T: TryFrom<OwnedValue>,
    T::Error: std::error::Error + Send + Sync + 'static,
{
    let Some(value) = properties.remove(name) else {
        return Ok(otherwise);
    };
    T::try_from(value).with_context(|| format!("a menu row's {name}"))
}

/// A single underscore marks an access key, two stand for one.
fn without_marks(label: &str) -> String {
    label.replace("__", "\0").replace('_', "").replace('\0', "_")
}
