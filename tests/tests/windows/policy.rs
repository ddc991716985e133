//! What an organisation sets by group policy, as its templates have Windows write it into the registry.

use presence_host::{GROUP_POLICY, Key, Value as Setting};
use presence_tests::release::sample;
use presence_tests::release::windows::policy::admx;
use presence_tests::stage::until;
use roxmltree::{Document, Node};
use serde_json::Value;

use crate::stage::{RUN, Stage};

#[test]
fn whatever_the_templates_offer_wins_and_is_shown_as_the_organisation_s() {
    let stage = Stage::bare("group-policy").unwrap();
    stage.configure("on_quit = \"keep\"\nautostart = true").unwrap();
    let templates = admx();
    let templates = Document::parse(&templates).unwrap();

    let mut written = Vec::new();
    for policy in templates.descendants().filter(|it| it.tag_name().name() == "policy") {
        let (kind, value) = last_value(&policy);
        let name = name(&policy);
        add(&stage, name, kind, &value);
        written.push((name, value));
    }

    let report: Value =
        serde_json::from_str(&stage.succeed(&["config", "--json"]).unwrap()).unwrap();
    assert_eq!(report["mistake"], Value::Null, "{report}");
    assert_eq!(report["policy"], format!(r"HKEY_LOCAL_MACHINE\{GROUP_POLICY}"));
    for key in report["keys"].as_array().unwrap() {
        let (_, value) = written.iter().find(|(name, _)| key["key"] == *name).unwrap();
        assert_eq!(key["origin"], "policy", "{key}");
        let is_same = key["value"] == *value.as_str() || (key["value"] == false && value == "0");
        assert!(is_same, "{value}: {key}");
    }
    assert_eq!(written.len(), report["keys"].as_array().unwrap().len());
}

#[test]
fn a_group_policy_that_comes_while_the_program_runs_applies_at_once_until_it_goes() {
    let mut stage = Stage::bare("policy-comes").unwrap();
    // Windows has it.
    stage.windows.succeed("reg", &["add", r"HKLM\SOFTWARE\Policies", "/f"]).unwrap();
    stage.start().unwrap();
    let starts = || stage.windows.values(&format!(r"HKCU\{RUN}")).unwrap();
    assert!(!starts().contains("Presence Tray"));

    add(&stage, "autostart", "REG_DWORD", "1");

    until("the start at log-in", || starts().contains("Presence Tray"))
        .unwrap_or_else(|_| panic!("{}", stage.log()));
    let refused = stage.run(&["config", "set", "autostart", "false"]).unwrap();
    let told = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(told.contains("Set by your organisation"), "{told}");
    let key = format!(r"HKLM\{GROUP_POLICY}");
    stage.windows.succeed("reg", &["delete", &key, "/v", "autostart", "/f"]).unwrap();
    until("the end of it", || !starts().contains("Presence Tray"))
        .unwrap_or_else(|_| panic!("{}", stage.log()));
}

#[test]
fn a_mistake_in_a_group_policy_is_told_with_its_place() {
    let stage = Stage::bare("policy-mistake").unwrap();
    add(&stage, "on_quit", "REG_SZ", "kept");

    let told = stage.run(&["doctor"]).unwrap();

    let told = String::from_utf8_lossy(&told.stdout).into_owned();
    let place = format!(r"HKEY_LOCAL_MACHINE\{GROUP_POLICY}: on_quit must be");
    assert!(told.contains(&place), "{told}");
}

/// What a policy writes when an administrator chooses the last of its values, or turns it off; of a text, one that the key
/// can have.
fn last_value(policy: &Node) -> (&'static str, String) {
    let of = |tag: &str| policy.descendants().rfind(|it| it.tag_name().name() == tag);
    if let Some(number) = of("decimal") {
        return ("REG_DWORD", number.attribute("value").unwrap().to_owned());
    }
    if let Some(text) = of("string").and_then(|it| it.text()) {
        return ("REG_SZ", text.to_owned());
    }
    match sample(Key::find(name(policy)).unwrap()) {
        Setting::Text(text) => ("REG_SZ", text),
        Setting::Flag(flag) => panic!("a template offers a text, not {flag}"),
    }
}

fn name<'a>(policy: &Node<'a, '_>) -> &'a str {
    policy.descendants().find_map(|it| it.attribute("valueName")).unwrap()
}

fn add(stage: &Stage, name: &str, kind: &str, value: &str) {
    let key = format!(r"HKLM\{GROUP_POLICY}");
    let value = ["add", &key, "/v", name, "/t", kind, "/d", value, "/f"];
    stage.windows.succeed("reg", &value).unwrap();
}
