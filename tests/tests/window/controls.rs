//! Every control of the page, used once with what it does looked at where it does it, here or in the tests beside; and
//! none is left out.

use std::fs;

use presence_tests::cloud::{CLIENT_ID, Fault, Kind, MEGAN, On, Pick, SessionState, browser};
use presence_tests::desktop::{Window, wait_for};
use presence_tests::stage::{Stage, shown_by, until};

use super::{LIMIT, choose, click, said, signed_in, stage};

/// Where the tests use controls, by selectors of CSS.
const SOURCES: [&str; 4] = [
    include_str!("../window.rs"),
    include_str!("guide.rs"),
    include_str!("door.rs"),
    include_str!("controls.rs"),
];

/// Each setting with a value, as it then stands in the file.
const SETTINGS: [(&str, &str, &str); 14] = [
    ("#key-client_id", "11111111-2222-4333-8444-555555555555", "client_id = \"11111111-"),
    ("#key-tenant", "contoso.com", "tenant = \"contoso.com\""),
    ("#key-custom_cloud\\.authority", "http://127.0.0.1:9", "authority = \"http://127.0.0.1:9\""),
    ("#key-custom_cloud\\.graph", "http://127.0.0.1:7", "graph = \"http://127.0.0.1:7\""),
    ("#key-expiration", "PT2H", "expiration = \"PT2H\""),
    ("#key-on_quit", "keep", "on_quit = \"keep\""),
    ("#key-on_start", "away", "on_start = \"away\""),
    ("#key-on_end", "clear", "on_end = \"clear\""),
    ("#key-autostart", "", "autostart = true"),
    ("#key-notifications", "all", "notifications = \"all\""),
    ("#key-pin_away", "", "pin_away = true"),
    ("#key-device_code", "", "device_code = false"),
    ("#key-language", "en", "language = \"en\""),
    ("#key-cloud", "us-gov-dod", "cloud = \"us-gov-dod\""),
];

/// The button of each shortcut, its name in the file, and what is pressed.
const SHORTCUTS: [(&str, &str, &str); 7] = [
    ("#record-available", "available", "1"),
    ("#record-in-a-call", "in-a-call", "2"),
    ("#record-in-a-conference-call", "in-a-conference-call", "3"),
    ("#record-away", "away", "4"),
    ("#record-presenting", "presenting", "5"),
    ("#record-clear", "clear", "6"),
    ("#record-open", "open", "7"),
];

/// As WebDriver names keys: Ctrl+A.
const ALL: &str = "\u{e009}a\u{e009}";

const STATUSES: [&str; 5] = [
    "[data-status=available]",
    "[data-status=in-a-call]",
    "[data-status=in-a-conference-call]",
    "[data-status=away]",
    "[data-status=presenting]",
];

#[test]
fn each_control_of_the_guide_does_what_it_says() {
    let mut stage = stage("guided");
    let root = stage.cloud.base_url();
    let custom = format!(
        "cloud = \"custom\"\n\n[custom_cloud]\nauthority = \"{root}\"\ngraph = \"{root}\"\n"
    );
    stage.configure(&custom).unwrap();
    stage.start().unwrap();
    let window = stage.open_window().unwrap();
    let file = || fs::read_to_string(stage.config_file()).unwrap();

    click(&window, "#register-own details:nth-of-type(1) summary");

    click(&window, "#register-own details:nth-of-type(1) button");
    assert!(pasted(&window).starts_with("az "));
    click(&window, "#register-own details:nth-of-type(2) summary");
    click(&window, "#register-own details:nth-of-type(2) button");
    assert!(pasted(&window).contains("-MgApplication"));
    complete(&window);
    click(&window, ".either label:last-of-type input");
    click(&window, "#register-other button");
    assert!(pasted(&window).contains("Presence.ReadWrite"));
    complete(&window);
    click(&window, ".either label:first-of-type input");
    window.wait_for_text("#register-own", |text| !text.is_empty(), LIMIT).unwrap();

    click(&window, "#guide .primary");
    complete(&window);
    click(&window, "#guide form .row button:last-child");
    window.wait_for_text("#guide h2", |text| text == "Register the program", LIMIT).unwrap();
    click(&window, "#guide .primary");
    let client = window.find("#guide-client-id", LIMIT).unwrap();
    client.write("00000000-0000-4000-8000-000000000000").unwrap();
    stage.succeed(&["config", "set", "cloud", "us-gov-dod"]).unwrap();
    choose(&window, "#guide-cloud", "custom");
    click(&window, "#guide [type=submit]");
    window.wait_for_text("#guide-verdict", |text| text.contains("AADSTS700016"), LIMIT).unwrap();
    complete(&window);
    assert!(file().contains("cloud = \"custom\""));
    click(&window, "#guide-verdict button");
    window.wait_for_text("#guide h2", |text| text == "Sign in", LIMIT).unwrap();
    complete(&window);
    stage.succeed(&["config", "set", "client_id", CLIENT_ID]).unwrap();

    click(&window, "#sign-in-code");
    let code = window.wait_for_text("#user-code", |text| !text.is_empty(), LIMIT).unwrap();
    complete(&window);
    click(&window, "[data-copy=user-code]");
    assert_eq!(pasted(&window), code);
    click(&window, "[data-copy=verification-uri]");
    let page = pasted(&window);
    wait_for(async move { browser::enter_code(&page, &code, Pick::Megan).await }).unwrap();
    window.wait_for_text("#guide h2", |text| text == "Ready", LIMIT).unwrap();
    complete(&window);
    until("what is so", || window.find("#guide-autostart:enabled", LIMIT).is_ok()).unwrap();
    click(&window, "#guide-autostart");
    until("its start at log-in", || autostarts(&stage)).unwrap();
    assert!(file().contains("autostart = true"));
    click(&window, "#guide .primary");

    click(&window, "#sign-out");
    until("an empty keyring", || stage.stored_token().unwrap().is_none()).unwrap();
    click(&window, "#sign-in");
    let address = stage.opened_url().unwrap();
    complete(&window);
    click(&window, "[data-copy=sign-in-url]");
    assert_eq!(pasted(&window), address);
    click(&window, "#cancel-sign-in");
    until("its end", || stage.snapshot().unwrap()["sign_in"]["is"] == "signed-out").unwrap();
    complete(&window);
}

#[test]
fn each_control_of_the_status_and_of_help_does_what_it_says() {
    let (stage, window) = signed_in("every");
    let session = || stage.cloud.with(|cloud, now| cloud.session(MEGAN, now));
    complete(&window);
    for status in STATUSES {
        click(&window, status);
        let name = status.trim_start_matches("[data-status=").trim_end_matches(']');
        let wanted = shown_by(name).unwrap();
        until(name, || session().shown().as_ref() == Some(&wanted)).unwrap();
    }
    choose(&window, "#duration", "1800");
    let is_short = || stage.bodies(Kind::SetPresence).last().unwrap().contains("PT30M");
    until("the half hour", is_short).unwrap();
    click(&window, "#clear");
    until("no session", || session() == SessionState::Absent).unwrap();

    stage.cloud.with(|cloud, _| cloud.fault(On::All, 9, Fault::Status(503, None)));
    click(&window, "[data-status=away]");
    click(&window, "#copy-problem");
    assert!(pasted(&window).contains("request-id: "));
    complete(&window);
    click(&window, "[data-section=help]");
    window.find("#findings .well, #findings .ill", LIMIT).unwrap();
    let asked = || stage.bodies(Kind::DeviceCode).len();
    let before = asked();
    click(&window, "#look-again");
    until("another look", || asked() > before).unwrap();
    window.find("#look-again:enabled", LIMIT).unwrap();
    click(&window, "#show-diagnostics");
    click(&window, "#copy-diagnostics");
    assert!(pasted(&window).contains("keyring: ok"));
    click(&window, "#licences summary");
    window.wait_for_text("#licences-list", |text| text.contains("MIT"), LIMIT).unwrap();
    complete(&window);
}

#[test]
fn each_setting_and_shortcut_is_saved_and_taken_back() {
    // Nobody is signed in, so that no service is asked whatever stands in the file.
    let mut stage = stage("settled");
    stage.start().unwrap();
    let window = stage.open_window().unwrap();
    let has = |text: &str| fs::read_to_string(stage.config_file()).unwrap().contains(text);
    click(&window, "[data-section=shortcuts]");
    for (record, name, key) in SHORTCUTS {
        let pressed = format!("\u{e009}\u{e00a}\u{e008}{key}\u{e000}");
        click(&window, record);
        window.find(record, LIMIT).unwrap().write(&pressed).unwrap();
        until(name, || has(&format!("{name} = \"Ctrl+Alt+Shift+{key}\""))).unwrap();
    }
    complete(&window);
    for (record, name, _) in SHORTCUTS {
        take_back(&window, record);
        window.find(&format!("{record}:focus"), LIMIT).unwrap();
        assert!(!has(&format!("{name} = \"Ctrl")));
    }
    let left = || window.find_all("[id^=record-] + .quiet").unwrap().len();
    until("no more to clear", || left() == 0).unwrap();

    click(&window, "[data-section=settings]");
    for (key, value, written) in SETTINGS {
        window.run("document.getElementById('said').textContent = ''").unwrap();
        let field = window.find(key, LIMIT).unwrap();
        match field.property("type").unwrap().as_str() {
            Some("checkbox") => field.click().unwrap(),
            Some("text") => field.write(&format!("{ALL}{value}\u{e007}")).unwrap(),
            _ => choose(&window, &key.replace('\\', "\\\\"), value),
        }
        until(written, || has(written)).unwrap();
        said(&window, "Saved");
        if key == "#key-autostart" {
            until("its start at log-in", || autostarts(&stage)).unwrap();
        }
    }
    complete(&window);
    let resets = SETTINGS.iter().filter(|(key, ..)| *key != "#key-client_id");
    for (key, _, written) in resets.rev() {
        // The rows of a custom cloud are gone with it.
        if !key.contains("custom_cloud") {
            take_back(&window, key);
            assert!(!has(written));
        }
    }
    let left = || window.find_all("[id^=key-] + .quiet").unwrap().len();
    until("no more to take back", || left() == 0).unwrap();
    assert!(!autostarts(&stage));

    click(&window, "#key-device_code");
    until("no code", || has("device_code = false")).unwrap();
    click(&window, "[data-section=status]");
    window.find("#sign-in-code[hidden]", LIMIT).unwrap();
    assert_eq!(window.find_all("#sign-in[hidden]").unwrap().len(), 0);
}

/// Clicks what stands beside `control`, and waits until the page has drawn its rows anew.
fn take_back(window: &Window, control: &str) {
    let button = format!("{control} + .quiet");
    click(window, &button);
    until(&button, || window.find_all(&button).unwrap().is_empty()).unwrap();
}

fn autostarts(stage: &Stage) -> bool {
    let folder = stage.desktop.var("XDG_CONFIG_HOME").unwrap().to_owned();
    fs::read_dir(format!("{folder}/autostart")).is_ok_and(|entries| entries.count() > 0)
}

/// What was copied, as it is pasted.
fn pasted(window: &Window) -> String {
    let script = "const field = document.createElement('textarea'); field.id = 'pasted'; \
                  document.body.append(field); field.focus();";
    window.run(script).unwrap();
    let field = window.find("#pasted", LIMIT).unwrap();
    field.write("\u{e009}v\u{e000}").unwrap();
    let text = || field.property("value").unwrap().as_str().unwrap_or_default().to_owned();
    until("what was copied", || !text().is_empty()).unwrap();
    let text = text();
    window.run("document.getElementById('pasted').remove()").unwrap();
    text
}

/// Checks that every control that is to be seen now is used by a test.
fn complete(window: &Window) {
    let selectors: Vec<String> = SOURCES.iter().flat_map(|source| selectors(source)).collect();
    let script = format!(
        "const is = (control, used) => {{ try {{ return control.matches(used); }} catch {{ return false; }} }}; \
         const controls = document.querySelectorAll('a, button, input, select, summary, textarea'); \
         return [...controls].filter((control) => control.checkVisibility()) \
             .filter((control) => !{}.some((used) => is(control, used))).map((control) => control.outerHTML);",
        serde_json::to_string(&selectors).unwrap()
    );
    let left = window.run(&script).unwrap();
    assert_eq!(left, serde_json::json!([]), "no test uses these");
}

/// The selectors in a test's source; not those of which it only reads the text.
fn selectors(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (place, _) in source.match_indices('"') {
        let is_read = source[..place].trim_end().ends_with("wait_for_text(");
        let text = source[place + 1..].replace("\\\"", "'").replace("\\\\", "\\");
        let Some((literal, _)) = text.split_once('"') else { continue };
        if !is_read && literal.starts_with(['#', '[', '.']) && !literal.contains(['{', '\n']) {
            found.push(literal.to_owned());
        }
    }
    found
}
