//! Owns what is promised about a configuration with mistakes.

use super::*;

const CLIENT: &str = "client_id = \"22553876-f5ab-4529-bffb-cfe50aa89f87\"\n";

fn read(text: &str) -> Result<Config, String> {
    let keys = parse(Path::new("config.toml"), text).map_err(|error| error.to_string())?;
    merge(keys, Keys::default())
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
        ("\n\ntenat = \"x\"", "line 3, column 1", "unknown field `tenat`"),
        ("expiration = \"PT1M\"", "line 1, column 14", "PT5M to PT4H"),
        ("expiration = \"1h\"", "line 1, column 14", "ISO 8601"),
        ("on_start = \"busy\"", "line 1, column 12", "on_start must be"),
        ("on_end = \"stay\"", "line 1, column 10", "unknown variant `stay`"),
        ("on_quit = \"stay\"", "line 1, column 11", "unknown variant `stay`"),
        ("autostart = \"yes\"", "line 1, column 13", "expected a boolean"),
        ("cloud = \"china\"", "line 1, column 9", "unknown variant `china`"),
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
    assert!(mistake("tenant = \"contoso.com\"").contains("client_id is missing"));
    assert!(mistake(&format!("{CLIENT}cloud = \"custom\"")).contains("[custom_cloud]"));
}

#[test]
fn the_keys_of_the_organisation_win_and_are_named() {
    let own = parse(Path::new("config.toml"), &format!("{CLIENT}on_quit = \"keep\"")).unwrap();
    let policy = parse(Path::new("policy.toml"), "on_quit = \"clear\"").unwrap();
    let config = merge(own, policy).unwrap();
    assert_eq!(config.on_quit, OnQuit::Clear);
    assert_eq!(config.managed, ["on_quit"]);
}

#[test]
fn an_iso_duration_has_hours_minutes_and_seconds_in_this_order() {
    assert_eq!(values::iso_duration("PT1H30M5S"), Some(Duration::from_secs(5405)));
    for wrong in ["", "PT", "1H", "PT1", "PT1M1H", "PT-1M", "P1D", "PT99999999999999999999H"] {
        assert_eq!(values::iso_duration(wrong), None, "{wrong}");
    }
}
