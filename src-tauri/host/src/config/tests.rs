//! Owns what is promised about a configuration with mistakes.

use std::path::Path;

use super::*;
use crate::policy::Managed;

const CLIENT: &str = "client_id = \"22553876-f5ab-4529-bffb-cfe50aa89f87\"\n";

fn read(text: &str) -> Result<Config, String> {
    layers(text, None).and_then(|layers| layers.config()).map_err(|error| error.to_string())
}

fn layers(own: &str, policy: Option<&str>) -> Result<Layers, ConfigError> {
    let written = |path: &str, text: &str| Written::parse(Path::new(path), text.to_owned());
    let policy = policy.map(|text| written("policy.toml", text)).transpose()?;
    let own = Some(written("config.toml", own)?);
    Ok(Layers { path: "config.toml".into(), own, policy: policy.into_iter().collect() })
}

fn mistake(text: &str) -> String {
    read(text).unwrap_err()
}

#[test]
fn the_least_configuration_is_a_client_id() {
    let config = read(CLIENT).unwrap();
    assert_eq!(config.registration.tenant, "organizations");
    assert_eq!(config.registration.cloud.graph, "https://graph.microsoft.com");
    assert_eq!(config.expiration, Duration::from_secs(3600));
}

#[test]
fn every_documented_key_is_taken() {
    let text = r#"
client_id = "22553876-f5ab-4529-bffb-cfe50aa89f87"   # required
tenant = "contoso.com"
cloud = "custom"
expiration = "PT1H30M"
on_quit = "keep"
on_start = "away"
on_end = "clear"
autostart = true
notifications = "all"
pin_away = true
device_code = false
[custom_cloud]
authority = "http://127.0.0.1:8400"
graph = "http://127.0.0.1:8400/"
[shortcuts]
available = "Ctrl+Alt+Shift+1"
clear = "Ctrl+Alt+Shift+0"
"#;
    let config = read(text).unwrap();
    assert_eq!(config.registration.cloud.graph, "http://127.0.0.1:8400");
    assert_eq!(config.expiration, Duration::from_secs(5400));
    assert_eq!(config.on_start, OnStart::Want(presence_core::Status::Away));
}

#[test]
fn a_mistake_is_named_with_line_and_column() {
    for (text, place, word) in [
        ("client_id = \"1234\"", "line 1, column 13", "application (client) ID"),
        (
            "\n\ntenat = \"x\"",
            "line 3, column 1",
            "\"tenat\" is not a key; the keys are client_id, tenant",
        ),
        ("expiration = \"PT1M\"", "line 1, column 14", "PT5M to PT4H"),
        ("expiration = \"1h\"", "line 1, column 14", "ISO 8601"),
        ("on_start = \"busy\"", "line 1, column 12", "on_start must be"),
        (
            "on_end = \"stay\"",
            "line 1, column 10",
            "on_end must be \"resume\" or \"clear\", not \"stay\"",
        ),
        (
            "on_quit = \"stay\"",
            "line 1, column 11",
            "on_quit must be \"clear\" or \"keep\", not \"stay\"",
        ),
        (
            "autostart = \"yes\"",
            "line 1, column 13",
            "autostart must be true or false, not \"yes\"",
        ),
        (
            "cloud = \"china\"",
            "line 1, column 9",
            "cloud must be \"global\", \"us-gov-high\", \"us-gov-dod\" or \"custom\", not \"china\"",
        ),
        ("tenant = \"consumers\"", "line 1, column 10", "personal accounts"),
        ("tenant = \n", "line 1, column 10", ""),
        (
            "[custom_cloud]\nauthority = \"http://example.com\"",
            "line 2, column 13",
            "only for this machine",
        ),
        ("[custom_cloud]\nauthority = \"ftp://127.0.0.1\"", "line 2, column 13", "https"),
        ("[shortcuts]\nbusy = \"F1\"", "line 2, column 1", "\"busy\" is not a status"),
    ] {
        let said = mistake(text);
        assert!(said.contains(place), "{text:?}: {said}");
        assert!(said.contains(word), "{text:?}: {said}");
    }
}

#[test]
fn what_is_missing_is_named() {
    assert!(mistake("tenant = \"contoso.com\"").contains("has no client_id"));
    assert!(mistake(&format!("{CLIENT}cloud = \"custom\"")).contains("[custom_cloud]"));
}

#[test]
fn the_keys_of_the_organisation_win_and_are_named() {
    let own =
        format!("{CLIENT}on_quit = \"keep\"\n[shortcuts]\naway = \"Ctrl+1\"\nopen = \"Ctrl+2\"");
    let policy = "on_quit = \"clear\"\n[shortcuts]\naway = \"Ctrl+3\"";

    let config = layers(&own, Some(policy)).unwrap().config().unwrap();

    assert_eq!(config.on_quit, OnQuit::Clear);
    assert_eq!(config.managed, ["on_quit", "shortcuts.away"]);
    let keys: Vec<_> = config.shortcuts.iter().map(|shortcut| shortcut.keys.as_str()).collect();
    assert_eq!(keys, ["Ctrl+3", "Ctrl+2"]);
}

#[test]
fn what_the_system_s_management_sets_wins_over_the_organisation_s_file() {
    let mut layers = layers(CLIENT, Some("on_quit = \"keep\"\nautostart = true")).unwrap();

    let flag = ("autostart", Value::Flag(false));
    layers.policy.insert(0, managed([("on_end", Value::Text("clear".to_owned())), flag]).unwrap());

    let config = layers.config().unwrap();
    assert_eq!(
        (config.on_quit, config.on_end, config.autostart),
        (OnQuit::Keep, OnEnd::Clear, false)
    );
    assert_eq!(config.managed, ["on_quit", "on_end", "autostart"]);
}

#[test]
fn mistakes_of_the_system_s_management_say_where_without_a_line() {
    let alone = |name, value| managed([(name, value)]).map(drop).unwrap_err().to_string();
    for (told, names) in [
        (alone("on_qiut", Value::Text("keep".to_owned())), "on_quit"),
        (alone("on_quit", Value::Text("kept".to_owned())), "\"kept\""),
        (alone("on_quit", Value::Flag(true)), "on_quit"),
        (alone("autostart", Value::Text("true".to_owned())), "autostart"),
    ] {
        assert!(told.starts_with(r"HKLM\Policies: "), "{told}");
        assert!(told.contains(names), "{told}");
    }
    let mut layers = layers(CLIENT, None).unwrap();
    layers.policy = vec![managed([("cloud", Value::Text("custom".to_owned()))]).unwrap()];
    let error = layers.config().unwrap_err();
    assert!(error.to_string().starts_with(r"HKLM\Policies: "), "{error}");
    assert!(!error.problem().detail.contains("line"), "{}", error.problem().detail);
}

fn managed<const N: usize>(values: [(&str, Value); N]) -> Result<Written, ConfigError> {
    let values = values.map(|(name, value)| (name.to_owned(), value)).into();
    Written::managed(Managed { place: r"HKLM\Policies".into(), values })
}

#[test]
fn an_iso_duration_has_hours_minutes_and_seconds_in_this_order() {
    assert_eq!(values::iso_duration("PT1H30M5S"), Some(Duration::from_secs(5405)));
    for wrong in ["", "PT", "1H", "PT1", "PT1M1H", "PT-1M", "P1D", "PT99999999999999999999H"] {
        assert_eq!(values::iso_duration(wrong), None, "{wrong}");
    }
}
