//! Owns what is promised about the table of keys.

use super::super::values::check;
use super::*;

const README: &str = include_str!("../../../../../README.md");

/// Key, values, default and meaning in the table of the README.
fn rows() -> Vec<Vec<&'static str>> {
    let rows = README.lines().skip_while(|line| !line.starts_with("| key in `config.toml`"));
    let rows = rows.skip(2).take_while(|line| line.starts_with('|'));
    rows.map(|row| row.trim_matches('|').split('|').map(str::trim).collect()).collect()
}

#[test]
fn every_key_is_found_by_its_name_and_can_have_its_default_and_its_choices() {
    for key in Key::all() {
        assert_eq!(Key::find(key.name()), Some(key));
        assert!(!key.meaning().is_empty() && key.meaning().ends_with('.'), "{}", key.name());
        if let Some(default) = key.default() {
            assert_eq!(check(key, &default), Ok(()), "{}", key.name());
        }
        for choice in key.choices().unwrap_or_default() {
            let value = match key.kind() {
                Kind::Bool => Value::Flag(choice == "true"),
                Kind::Text | Kind::Choice | Kind::Span | Kind::Shortcut => {
                    Value::Text(choice.to_owned())
                }
            };
            assert_eq!(check(key, &value), Ok(()), "{} = {choice}", key.name());
        }
        if let Key::Shortcut(bound) = key {
            assert_eq!(key.place(), (Some(SHORTCUTS), bound.name()));
        }
    }
    assert_eq!(Key::find("shortcuts"), None);
}

#[test]
fn the_readme_has_the_same_table() {
    let mut rows = rows().into_iter();
    for key in Key::all().filter(|key| key.place().0.is_none()) {
        let row = rows.next().unwrap();
        assert_eq!(row[0], format!("`{}`", key.name()));
        for choice in key.choices().unwrap_or_default() {
            let is_status = choice.parse::<Status>().is_ok();
            assert!(is_status || row[1].contains(&format!("`{choice}`")), "{row:?}");
        }
        let default = match key.default() {
            Some(Value::Flag(flag)) => format!("`{flag}`"),
            Some(Value::Text(text)) => format!("`{text}`"),
            None => "required".to_owned(),
        };
        assert_eq!(row[2], default, "{row:?}");
    }
    assert_eq!(rows.next().unwrap()[0], "`[shortcuts]`");
    assert_eq!(rows.next(), None);
}
