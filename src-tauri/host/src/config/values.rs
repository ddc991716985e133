//! Owns the values a configuration key may have; refuses the others in words that name the remedy.

use std::time::Duration;

use presence_core::{Language, OnStart, Rules, Status, words};
use url::{Host, Url};

use super::key::{CLOUDS, NOTHING, NOTIFICATIONS, ON_END, ON_QUIT, RESUME, SYSTEM};
use super::{Key, Kind, Value};
use crate::language::of_setting;

/// The longest text that a key takes, in characters: longer than any address or domain.
const LONGEST: usize = 500;

/// Whether `key` can be set to `value`.
///
/// # Errors
/// Why not, as part of a sentence.
pub(super) fn check(key: Key, value: &Value) -> Result<(), String> {
    let text = match (key.kind(), value) {
        (Kind::Bool, Value::Flag(_)) => return Ok(()),
        (Kind::Bool, Value::Text(text)) => return Err(wrong_kind(key, &format!("\"{text}\""))),
        (Kind::Text | Kind::Choice | Kind::Span | Kind::Shortcut, Value::Flag(flag)) => {
            return Err(wrong_kind(key, &flag.to_string()));
        }
        (Kind::Text | Kind::Choice | Kind::Span | Kind::Shortcut, Value::Text(text)) => text,
    };
    if text.chars().count() > LONGEST {
        return Err(words::too_long(key.name(), LONGEST));
    }
    match key {
        Key::ClientId => client_id(text).map(drop),
        Key::Tenant => tenant(text).map(drop),
        Key::Cloud => choice(&CLOUDS, key, text).map(drop),
        Key::Authority | Key::Graph => endpoint(text).map(drop),
        Key::Expiration => expiration(text).map(drop),
        Key::OnQuit => choice(&ON_QUIT, key, text).map(drop),
        Key::OnStart => on_start(text).map(drop),
        Key::OnEnd => choice(&ON_END, key, text).map(drop),
        Key::Notifications => choice(&NOTIFICATIONS, key, text).map(drop),
        Key::Language => language(text).map(drop),
        // Booleans have no text, and keys are the desktop's matter.
        Key::Autostart | Key::PinAway | Key::DeviceCode | Key::Shortcut(_) => Ok(()),
    }
}

/// What is said when `key` has a value `found` of another kind.
pub(super) fn wrong_kind(key: Key, found: &str) -> String {
    match key.choices() {
        Some(choices) => words::wrong_choice(key.name(), &choices, found),
        None => words::must_be_text(key.name(), found),
    }
}

/// What `text` stands for among the choices of `key`.
pub(super) fn choice<T: Copy>(choices: &[(&str, T)], key: Key, text: &str) -> Result<T, String> {
    let found = choices.iter().find(|(name, _)| *name == text);
    found.map(|(_, chosen)| *chosen).ok_or_else(|| wrong_kind(key, &format!("\"{text}\"")))
}

pub(super) fn client_id(text: &str) -> Result<String, String> {
    if is_guid(text) {
        return Ok(text.to_ascii_lowercase());
    }
    Err(words::wrong_client_id(text))
}

fn is_guid(text: &str) -> bool {
    let groups: Vec<_> = text.split('-').collect();
    let lengths: Vec<_> = groups.iter().map(|group| group.len()).collect();
    let hex = groups.iter().all(|group| group.chars().all(|letter| letter.is_ascii_hexdigit()));
    lengths == [8, 4, 4, 4, 12] && hex
}

/// A domain name of two labels or more (RFC 1035, section 2.3.1; a label may begin with a digit, RFC 1123, 2.1).
fn is_domain(text: &str) -> bool {
    let is_label = |label: &str| {
        let plain = |letter: u8| letter.is_ascii_alphanumeric() || letter == b'-';
        let edge = |letter: Option<u8>| letter.is_some_and(|letter| letter != b'-');
        label.len() <= 63
            && label.bytes().all(plain)
            && edge(label.bytes().next())
            && edge(label.bytes().next_back())
    };
    text.len() <= 253 && text.contains('.') && text.split('.').all(is_label)
}

pub(super) fn tenant(text: &str) -> Result<String, String> {
    match text {
        "consumers" => Err(words::tenant_of_consumers()),
        "organizations" => Ok(text.to_owned()),
        _ if is_guid(text) || is_domain(text) => Ok(text.to_owned()),
        _ => Err(words::wrong_tenant(text)),
    }
}

/// An ISO 8601 duration of hours, minutes and seconds.
pub(super) fn iso_duration(text: &str) -> Option<Duration> {
    let mut rest = text.strip_prefix("PT").filter(|rest| !rest.is_empty())?;
    let mut seconds = 0u64;
    for (unit, worth) in [('H', 3600), ('M', 60), ('S', 1)] {
        if let Some((number, after)) = rest.split_once(unit) {
            seconds = seconds.checked_add(number.parse::<u64>().ok()?.checked_mul(worth)?)?;
            rest = after;
        }
    }
    rest.is_empty().then(|| Duration::from_secs(seconds))
}

pub(super) fn expiration(text: &str) -> Result<Duration, String> {
    let span = iso_duration(text).ok_or_else(|| words::wrong_duration(text))?;
    let Rules { shortest_expiration, longest_expiration, .. } = Rules::default();
    if (shortest_expiration..=longest_expiration).contains(&span) {
        return Ok(span);
    }
    Err(words::wrong_expiration(text))
}

pub(super) fn on_start(text: &str) -> Result<OnStart, String> {
    match text {
        RESUME => Ok(OnStart::Resume),
        NOTHING => Ok(OnStart::Nothing),
        name => {
            name.parse::<Status>().map(OnStart::Want).map_err(|_| words::on_start_unknown(name))
        }
    }
}

pub(super) fn language(text: &str) -> Result<Language, String> {
    if text != SYSTEM && !Language::all().any(|language| language.code() == text) {
        return Err(wrong_kind(Key::Language, &format!("\"{text}\"")));
    }
    Ok(of_setting(text))
}

pub(super) fn endpoint(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| words::wrong_url(text, &error.to_string()))?;
    let loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    if !url.username().is_empty()
        || url.password().is_some()
        || url.query().is_some()
        || url.fragment().is_some()
    {
        return Err(words::wrong_root(text));
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if loopback => Ok(url),
        scheme => Err(words::wrong_scheme(text, scheme == "http")),
    }
}
