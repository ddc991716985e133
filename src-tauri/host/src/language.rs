//! Owns which language this process speaks: the one that a configuration names, or the system's. Refuses to say
//! anything in it.

use std::path::Path;

use presence_core::language::{self, Language};
use toml_edit::Document;

use crate::files::read_text;
use crate::patience::{AT_HAND, within};
use crate::{Key, Profile, Value, config, policy};

/// Has this process speak as the configuration of `profile` says, whatever else is wrong with that; without one, as the
/// system does.
pub fn choose_language(profile: Option<&Profile>) {
    let profile = profile.cloned();
    let by_file = move || {
        let files = profile.map(|profile| [profile.policy(), Some(profile.config_file())]);
        files.into_iter().flatten().flatten().find_map(|file| named(&file))
    };
    let named = by_system().or_else(|| within(AT_HAND, by_file, drop).flatten());
    language::set(of_setting(named.as_deref().unwrap_or_default()));
}

/// The language that a value of the key stands for; the system's for any other text.
pub(crate) fn of_setting(text: &str) -> Language {
    Language::find(text).unwrap_or_else(of_system)
}

/// The first of the person's languages that the program speaks.
fn of_system() -> Language {
    let spoken = sys_locale::get_locales().find_map(|locale| Language::find(&locale));
    spoken.unwrap_or(Language::ENGLISH)
}

fn by_system() -> Option<String> {
    let values = policy::of_system()?.values;
    values.into_iter().find_map(|(name, value)| match value {
        Value::Text(text) if name == Key::Language.name() => Some(text),
        Value::Text(_) | Value::Flag(_) => None,
    })
}

fn named(file: &Path) -> Option<String> {
    let document = Document::parse(read_text(file, config::MOST).ok()?).ok()?;
    document.get(Key::Language.name())?.as_str().map(str::to_owned)
}
