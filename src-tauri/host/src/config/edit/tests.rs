//! Owns what is promised about the text around a changed key.

use super::*;
use crate::Bound;

fn set(text: &str, key: Key, value: &str) -> String {
    let value = if value == "true" { Value::Flag(true) } else { Value::Text(value.to_owned()) };
    edit(text, key, Some(&value)).unwrap()
}

fn unset(text: &str, key: Key) -> String {
    edit(text, key, None).unwrap()
}

const COMMENTED: &str = "\
# Mine
client_id = \"x\"   # from the portal

# Long enough
expiration='PT2H' # two hours
on_quit = \"keep\" # at night

# Nobody else has these
[shortcuts]
# far left
away = \"Ctrl+1\" # one
clear = \"Ctrl+2\"
# the end
";

#[test]
fn a_value_changes_and_nothing_else() {
    for (key, value, old, new) in [
        (Key::ClientId, "y", "client_id = \"x\"", "client_id = \"y\""),
        (Key::Expiration, "PT1H", "expiration='PT2H'", "expiration=\"PT1H\""),
        (Key::Shortcut(Bound::Clear), "F1", "clear = \"Ctrl+2\"", "clear = \"F1\""),
        (Key::Tenant, "a.b", "# at night\n", "# at night\ntenant = \"a.b\"\n"),
        (Key::PinAway, "true", "# at night\n", "# at night\npin_away = true\n"),
        (Key::Shortcut(Bound::Open), "F2", "Ctrl+2\"\n", "Ctrl+2\"\nopen = \"F2\"\n"),
    ] {
        assert_eq!(set(COMMENTED, key, value), COMMENTED.replace(old, new), "{key:?}");
    }
}

#[test]
fn what_is_unset_leaves_its_comments() {
    for (key, old, new) in [
        (Key::ClientId, "client_id = \"x\"   # from the portal\n", "# from the portal\n"),
        (Key::Expiration, "expiration='PT2H' # two hours\n", "# two hours\n"),
        (Key::OnQuit, "on_quit = \"keep\" # at night\n", "# at night\n"),
        (Key::Shortcut(Bound::Clear), "clear = \"Ctrl+2\"\n", ""),
        (Key::Tenant, "", ""),
        (Key::Graph, "", ""),
    ] {
        assert_eq!(unset(COMMENTED, key), COMMENTED.replace(old, new), "{key:?}");
    }
}

#[test]
fn every_way_to_write_a_table_is_kept() {
    for (text, key, set_to, after, without) in [
        (
            "custom_cloud = { authority = \"a\", graph = \"b\" } # ours\n",
            Key::Graph,
            "c",
            "custom_cloud = { authority = \"a\", graph = \"c\" } # ours\n",
            "custom_cloud = { authority = \"a\"} # ours\n",
        ),
        (
            "# one\nshortcuts.away = \"a\" # two\nshortcuts.clear = \"b\"\n",
            Key::Shortcut(Bound::Clear),
            "c",
            "# one\nshortcuts.away = \"a\" # two\nshortcuts.clear = \"c\"\n",
            "# one\nshortcuts.away = \"a\" # two\n",
        ),
        (
            "[shortcuts]\n\"away\" = 'a'\n[custom_cloud]\ngraph = \"b\"\n",
            Key::Graph,
            "c",
            "[shortcuts]\n\"away\" = 'a'\n[custom_cloud]\ngraph = \"c\"\n",
            "[shortcuts]\n\"away\" = 'a'\n[custom_cloud]\n",
        ),
    ] {
        assert_eq!(set(text, key, set_to), after);
        assert_eq!(unset(text, key), without);
    }
}

#[test]
fn a_file_without_keys_keeps_its_head_above_the_first_one() {
    for (text, key, after) in [
        ("", Key::Tenant, "tenant = \"v\"\n"),
        ("# head\n", Key::Tenant, "# head\ntenant = \"v\"\n"),
        ("# head", Key::Tenant, "# head\ntenant = \"v\"\n"),
        ("# head\n", Key::Graph, "# head\n\n[custom_cloud]\ngraph = \"v\"\n"),
        ("# head\n\n", Key::Graph, "# head\n\n[custom_cloud]\ngraph = \"v\"\n"),
        ("on_end = \"clear\"", Key::Tenant, "on_end = \"clear\"\ntenant = \"v\"\n"),
        (
            "on_end = \"clear\"\n",
            Key::Graph,
            "on_end = \"clear\"\n\n[custom_cloud]\ngraph = \"v\"\n",
        ),
        ("# why\n[shortcuts]\n", Key::Tenant, "tenant = \"v\"\n# why\n[shortcuts]\n"),
        (
            "# head\n\n# why\n[shortcuts]\n",
            Key::Tenant,
            "# head\ntenant = \"v\"\n\n# why\n[shortcuts]\n",
        ),
    ] {
        assert_eq!(set(text, key, "v"), after, "{text:?}");
    }
}

#[test]
fn line_ends_of_windows_stay() {
    let text = "# a\r\non_quit = \"keep\"\r\n\r\n[shortcuts]\r\naway = \"F1\"\r\n";

    let edited = set(text, Key::Tenant, "v");

    let expected = text.replace("\"keep\"\r\n", "\"keep\"\r\ntenant = \"v\"\r\n");
    assert_eq!(edited, expected);
}

#[test]
fn what_a_person_types_cannot_leave_its_quotes() {
    for odd in ["a\"b", "a\\", "'", "'''", "\"\"\"", "a\nclient_id = \"y\"", "\u{1}", "é#"] {
        let edited = set(COMMENTED, Key::Tenant, odd);
        let document: DocumentMut = edited.parse().unwrap();
        assert_eq!(document["tenant"].as_str(), Some(odd), "{edited}");
        assert_eq!(unset(&edited, Key::Tenant), COMMENTED);
    }
}
