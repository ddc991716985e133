//! Owns the lines in which `config` reaches a person; refuses to print them.

use presence_core::t;
use presence_host::{ConfigReport, KeyReport, MistakeReport, Origin, Value};

/// Every key as a line of four columns.
pub(crate) fn in_words(config: &ConfigReport) -> String {
    let head = [t!("key"), t!("value"), t!("default"), t!("origin")].map(str::to_owned);
    let rows: Vec<[String; 4]> = [head].into_iter().chain(config.keys.iter().map(row)).collect();
    let width = |column: usize| {
        rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default()
    };
    let widths = [width(0), width(1), width(2)];
    let line = |[key, value, default, origin]: &[String; 4]| {
        let [first, second, third] = widths;
        format!("{key:first$}  {value:second$}  {default:third$}  {origin}\n")
    };
    rows.iter().map(line).collect()
}

/// A mistake keeps the file from being in force.
pub(crate) fn not_in_force(mistake: &MistakeReport) -> String {
    let MistakeReport { path, line, column, message } = mistake;
    let place = t!(
        "{path}, line {line}, column {column}: {message}. The file is not in force.",
        path,
        line,
        column,
        message
    );
    let remedy =
        t!("Correct that line, or set the file aside with: presence-tray config set-aside");
    [&place, "\n  ", remedy].concat()
}

fn row(key: &KeyReport) -> [String; 4] {
    let origin = match key.origin {
        Origin::Default => t!("default"),
        Origin::File => t!("file"),
        Origin::Policy => t!("set by your organisation"),
    };
    [key.key.clone(), shown(key.value.as_ref()), shown(key.default.as_ref()), origin.to_owned()]
}

fn shown(value: Option<&Value>) -> String {
    match value {
        Some(Value::Flag(flag)) => flag.to_string(),
        Some(Value::Text(text)) => text.clone(),
        None => "-".to_owned(),
    }
}
