//! Owns what a configuration profile forces on macOS ("Preferences Utilities", `CFPreferencesAppValueIsForced`). Refuses
//! what anybody else sets there: `defaults write` forces nothing.

use std::path::{Path, PathBuf};

use objc2_core_foundation::{
    CFBoolean, CFNumber, CFPreferencesAppSynchronize, CFPreferencesAppValueIsForced,
    CFPreferencesCopyAppValue, CFString, CFType,
};

use crate::policy::Found;
use crate::{APP_ID, Key};

/// Where macOS keeps it: for the computer, and below that for each person. Apple promises no such place, so it is only
/// watched, and shown to people.
const FOLDER: &str = "/Library/Managed Preferences";

/// macOS tells of the names that it is asked for alone, so that one which is no key's is never seen. Not
/// `NSUserDefaults`, which refuses a program its own domain by name.
pub(in crate::policy) fn managed() -> Option<(PathBuf, Vec<(String, Found)>)> {
    let domain = CFString::from_static_str(APP_ID);
    // What a process has read once may be old.
    CFPreferencesAppSynchronize(&domain);
    let forced = Key::all().filter_map(|key| {
        let name = CFString::from_static_str(key.name());
        if !CFPreferencesAppValueIsForced(&name, &domain) {
            return None;
        }
        let value = CFPreferencesCopyAppValue(&name, &domain)?;
        Some((key.name().to_owned(), found(&value)))
    });
    let forced = forced.collect();
    let files = files();
    let place = files.iter().find(|file| file.exists()).or(files.first())?;
    Some((place.clone(), forced))
}

fn found(value: &CFType) -> Found {
    let text = value.downcast_ref::<CFString>().map(|text| Found::Text(text.to_string()));
    let flag = || value.downcast_ref::<CFBoolean>().map(|flag| Found::Flag(flag.as_bool()));
    let number = || Some(Found::Number(value.downcast_ref::<CFNumber>()?.as_i64()?));
    text.or_else(flag).or_else(number).unwrap_or(Found::Other)
}

pub(in crate::policy) fn files() -> Vec<PathBuf> {
    let file = format!("{APP_ID}.plist");
    let of_person = std::env::var_os("USER").map(|name| Path::new(FOLDER).join(name).join(&file));
    [Path::new(FOLDER).join(&file)].into_iter().chain(of_person).collect()
}
