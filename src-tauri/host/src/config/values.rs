//! Owns the values a configuration key may have; refuses the others in words that name the remedy.

use std::time::Duration;

use presence_core::{OnStart, Rules, Status, words};
use serde::Deserialize;
use url::{Host, Url};

macro_rules! checked {
    ($name:ident($inner:ty), $what:literal, $check:expr) => {
        #[doc = concat!("A checked ", $what, ".")]
        #[derive(Clone, Debug, Deserialize)]
        #[serde(try_from = "String")]
        pub(super) struct $name(pub(super) $inner);

        impl TryFrom<String> for $name {
            type Error = String;
            fn try_from(text: String) -> Result<$name, String> {
                let check: fn(&str) -> Result<$inner, String> = $check;
                check(&text).map($name)
            }
        }
    };
}

checked!(ClientId(String), "application (client) ID", client_id);
checked!(Tenant(String), "tenant", tenant);
checked!(Expiration(Duration), "expiration", expiration);
checked!(OnStartName(OnStart), "wish at start", on_start);
checked!(Endpoint(Url), "root of a service", endpoint);

fn client_id(text: &str) -> Result<String, String> {
    let groups: Vec<_> = text.split('-').collect();
    let lengths: Vec<_> = groups.iter().map(|group| group.len()).collect();
    let hex = groups.iter().all(|group| group.chars().all(|letter| letter.is_ascii_hexdigit()));
    if lengths == [8, 4, 4, 4, 12] && hex {
        return Ok(text.to_ascii_lowercase());
    }
    Err(words::wrong_client_id(text))
}

fn tenant(text: &str) -> Result<String, String> {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '.';
    if text == "consumers" {
        return Err(words::tenant_of_consumers());
    }
    if !text.is_empty() && text.chars().all(plain) {
        return Ok(text.to_owned());
    }
    Err(words::wrong_tenant(text))
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

fn expiration(text: &str) -> Result<Duration, String> {
    let span = iso_duration(text).ok_or_else(|| words::wrong_duration(text))?;
    let Rules { shortest_expiration, longest_expiration, .. } = Rules::default();
    if (shortest_expiration..=longest_expiration).contains(&span) {
        return Ok(span);
    }
    Err(words::wrong_expiration(text))
}

fn on_start(text: &str) -> Result<OnStart, String> {
    match text {
        "resume" => Ok(OnStart::Resume),
        "nothing" => Ok(OnStart::Nothing),
        name => {
            name.parse::<Status>().map(OnStart::Want).map_err(|_| words::on_start_unknown(name))
        }
    }
}

fn endpoint(text: &str) -> Result<Url, String> {
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
