//! Owns the change of one key in the text of a file, comments and order kept; refuses to judge the value, and files.

use toml_edit::{Decor, DocumentMut, Item, RawString, Table, TableLike, TomlError};

use super::{Key, Value};

/// `text` with `key` set to `value`, or without `key`.
///
/// # Errors
/// When `text` is no TOML.
pub(super) fn edit(text: &str, key: Key, value: Option<&Value>) -> Result<String, TomlError> {
    let mut document: DocumentMut = text.parse()?;
    match value {
        // What stands in a file without keys is its head, though TOML's reader takes it for what follows the last one.
        Some(value) if document.is_empty() => {
            let head = std::mem::replace(&mut document, DocumentMut::new()).to_string();
            set(&mut document, key, value);
            // An empty line keeps the head of the file from being taken for that of the table.
            let end = if key.place().0.is_some() { "\n\n" } else { "\n" };
            let mut whole = head;
            while !whole.is_empty() && !whole.ends_with(end) {
                whole.push('\n');
            }
            return Ok(with_line_ends_of(text, &(whole + &document.to_string())));
        }
        Some(value) => set(&mut document, key, value),
        None => unset(&mut document, key),
    }
    Ok(with_line_ends_of(text, &document.to_string()))
}

fn set(document: &mut DocumentMut, key: Key, value: &Value) {
    let mut value = match value {
        Value::Flag(flag) => toml_edit::Value::from(*flag),
        Value::Text(text) => toml_edit::Value::from(text),
    };
    let (table, leaf) = key.place();
    let is_first = document.is_empty();
    let head = if table.is_none() { take_head(document) } else { None };
    let place = match table {
        None => Some(document.as_table_mut() as &mut dyn TableLike),
        Some(table) => {
            let table = document.entry(table).or_insert_with(|| {
                let mut table = Table::new();
                table.decor_mut().set_prefix(if is_first { "" } else { "\n" });
                Item::Table(table)
            });
            table.as_table_like_mut()
        }
    };
    let Some(place) = place else { return };
    match place.get_mut(leaf).and_then(Item::as_value_mut) {
        Some(former) => {
            *value.decor_mut() = former.decor().clone();
            *former = value;
        }
        None => drop(place.insert(leaf, Item::Value(value))),
    }
    if let (Some(head), Some(mut key)) = (head, place.key_mut(leaf)) {
        key.leaf_decor_mut().set_prefix(head);
    }
}

/// Takes the head of a file that has only tables: what stands above the first one and apart from it.
fn take_head(document: &mut DocumentMut) -> Option<String> {
    if document.iter().any(|(_, item)| !item.is_table()) {
        return None;
    }
    let (_, first) = document.iter_mut().next()?;
    let decor = first.as_table_mut()?.decor_mut();
    let above = read(decor.prefix());
    let end = above.rfind("\n\n")? + 1;
    decor.set_prefix(&above[end..]);
    Some(above[..end].to_owned())
}

fn unset(document: &mut DocumentMut, key: Key) {
    let (table, leaf) = key.place();
    let place = match table {
        None => Some(document.as_table_mut() as &mut dyn TableLike),
        Some(table) => document.get_mut(table).and_then(Item::as_table_like_mut),
    };
    let Some(place) = place else { return };
    let Some(comments) = comments_at(place, leaf) else { return };
    let next = after(place, leaf);
    place.remove(leaf);
    if comments.is_empty() {
        return;
    }
    // What was said beside the key stays where it was said.
    if let Some(next) = next {
        return put_before(place, &next, &comments);
    }
    match table.and_then(|table| after(document.as_table(), table)) {
        Some(next) => put_before(document.as_table_mut(), &next, &comments),
        None => {
            let rest = document.trailing().as_str().unwrap_or_default().to_owned();
            document.set_trailing(comments + &rest);
        }
    }
}

/// The comments above a key and behind its value, as lines; nothing where the key is not.
fn comments_at(place: &dyn TableLike, leaf: &str) -> Option<String> {
    let above = read(place.key(leaf)?.leaf_decor().prefix());
    let behind = read(place.get(leaf)?.as_value()?.decor().suffix());
    let mut comments = if above.contains('#') { above } else { String::new() };
    if behind.contains('#') {
        comments.push_str(behind.trim());
        comments.push('\n');
    }
    Some(comments)
}

/// The name that follows `name`.
fn after(place: &dyn TableLike, name: &str) -> Option<String> {
    place.iter().map(|(name, _)| name).skip_while(|other| *other != name).nth(1).map(str::to_owned)
}

fn put_before(place: &mut dyn TableLike, name: &str, comments: &str) {
    let put = |decor: &mut Decor| decor.set_prefix(comments.to_owned() + &read(decor.prefix()));
    match place.get_mut(name) {
        Some(Item::Table(table)) => put(table.decor_mut()),
        Some(_) | None => {
            if let Some(mut key) = place.key_mut(name) {
                put(key.leaf_decor_mut());
            }
        }
    }
}

fn read(raw: Option<&RawString>) -> String {
    raw.and_then(RawString::as_str).unwrap_or_default().to_owned()
}

/// `edited`, whose new lines end as TOML's writer ends them, with the line ends of `text`.
fn with_line_ends_of(text: &str, edited: &str) -> String {
    if text.contains("\r\n") {
        return edited.replace("\r\n", "\n").replace('\n', "\r\n");
    }
    edited.to_owned()
}

#[cfg(test)]
mod tests;
