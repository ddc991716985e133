//! Owns what is said of a key of the configuration whose value is missing or wrong, as part of a sentence; refuses to
//! say where it stands.

use crate::t;

/// `name` is no key; the keys are `names`.
pub fn unknown_key(name: &str, names: &[&str]) -> String {
    t!("\"{name}\" is not a key; the keys are {names}", name, names = names.join(", "))
}

/// The table `name` is something else.
pub fn must_be_table(name: &str) -> String {
    t!("{name} must be a table: write [{name}] on a line of its own", name)
}

/// The key `name` has a value of another kind, such as `found`.
pub fn must_be_text(name: &str, found: &str) -> String {
    t!("{name} must be a text in quotes, not {found}", name, found)
}

/// The key `name` has none of its `choices`; `found` is quoted where it is a text.
pub fn wrong_choice(name: &str, choices: &[&str], found: &str) -> String {
    let quoted = |choice: &&str| match *choice {
        "true" | "false" => (*choice).to_owned(),
        choice => format!("\"{choice}\""),
    };
    let quoted: Vec<String> = choices.iter().map(quoted).collect();
    let listed = match quoted.split_last() {
        Some((last, others)) if !others.is_empty() => {
            t!("{others} or {last}", others = others.join(", "), last)
        }
        Some(_) | None => quoted.concat(),
    };
    t!("{name} must be {listed}, not {found}", name, listed, found)
}

/// The key `name` has a text of more than `longest` characters.
pub fn too_long(name: &str, longest: usize) -> String {
    t!("{name} must not be longer than {longest} characters", name, longest)
}

/// `client_id` is no GUID.
pub fn wrong_client_id(text: &str) -> String {
    t!(
        "client_id must be the application (client) ID of your app registration, such as 22553876-f5ab-4529-bffb-cfe50aa89f87, not \"{text}\"",
        text
    )
}

/// `tenant` is the one of personal accounts.
pub fn tenant_of_consumers() -> String {
    t!("tenant cannot be \"consumers\": personal accounts have no Teams presence to set").to_owned()
}

/// `tenant` is none that Entra could know.
pub fn wrong_tenant(text: &str) -> String {
    t!("tenant must be \"organizations\", a tenant ID or a domain, not \"{text}\"", text)
}

/// `expiration` is no ISO 8601 duration.
pub fn wrong_duration(text: &str) -> String {
    t!(
        "expiration must be an ISO 8601 duration such as \"PT1H\" or \"PT30M\", not \"{text}\"",
        text
    )
}

/// `expiration` is a duration that Graph does not take.
pub fn wrong_expiration(text: &str) -> String {
    t!("expiration must be from PT5M to PT4H, not \"{text}\"", text)
}

/// `on_start` is neither a choice nor a status.
pub fn on_start_unknown(text: &str) -> String {
    t!(
        "on_start must be \"resume\", \"nothing\" or a status such as \"available\", not \"{text}\"",
        text
    )
}

/// `cloud` is custom, and nothing says where it is.
pub fn custom_cloud_missing() -> String {
    t!("cloud = \"custom\" needs a [custom_cloud] table with authority and graph").to_owned()
}

/// A URL of `[custom_cloud]` cannot be parsed, for the reason `why`.
pub fn wrong_url(text: &str, why: &str) -> String {
    t!("\"{text}\" is not a URL: {why}", text, why)
}

/// A URL of `[custom_cloud]` has more than scheme, host, port and path.
pub fn wrong_root(text: &str) -> String {
    t!("\"{text}\" must be the root of a service, without user, query or fragment", text)
}

/// A URL of `[custom_cloud]` has another scheme than https.
pub fn wrong_scheme(text: &str, is_http: bool) -> String {
    if is_http {
        t!(
            "\"{text}\" must begin with https: plain http is only for this machine (127.0.0.1)",
            text
        )
    } else {
        t!("\"{text}\" must begin with https", text)
    }
}

/// A line of `[shortcuts]` begins with `name`: neither a status nor a command.
pub fn nothing_to_bind(name: &str) -> String {
    let unknown = crate::UnknownStatus(name.to_owned());
    t!("cannot bind keys to this: {unknown}; \"clear\" and \"open\" can also have keys", unknown)
}
