//! The guide through the set-up, by somebody who only reads the screen; refuses to know where the program comes from.

use std::time::Duration;

use presence_tests::cloud::{CLIENT_ID, MEGAN};
use presence_tests::desktop::Window;
use presence_tests::stage::{Stage, until};

pub(crate) const LIMIT: Duration = Duration::from_secs(20);

/// From the guide's first page to a held status, with a mistake on the way.
pub(crate) fn follow(stage: &Stage, window: &Window) {
    window.wait_for_text("#guide h2", |text| text == "Register the program", LIMIT).unwrap();
    click(window, "#guide .primary");
    window.find("#guide-client-id", LIMIT).unwrap().write("22553876").unwrap();
    click(window, "#guide [type=submit]");
    window
        .wait_for_text("#guide-client-id-wrong", |text| text.contains("five groups"), LIMIT)
        .unwrap();
    let client = window.find("#guide-client-id", LIMIT).unwrap();
    client.clear().unwrap();
    client.write("00000000-0000-4000-8000-000000000000").unwrap();
    click(window, "#guide [type=submit]");
    window.wait_for_text("#guide-verdict", |text| text.contains("AADSTS700016"), LIMIT).unwrap();
    client.clear().unwrap();
    client.write(CLIENT_ID).unwrap();
    window.find("#guide-tenant", LIMIT).unwrap().write("contoso.com").unwrap();
    click(window, "#guide [type=submit]");

    window.wait_for_text("#guide h2", |text| text == "Sign in", LIMIT).unwrap();
    click(window, "#sign-in");
    let browser = Window::browse(&stage.desktop, &stage.opened_url().unwrap()).unwrap();
    browser.wait_for_text("main", |text| text.contains("Presence.ReadWrite"), LIMIT).unwrap();
    click(&browser, &format!("[value='{MEGAN}']"));
    browser.wait_for_text("h1", |text| text == "You are signed in", LIMIT).unwrap();
    browser.wait_for_text("p", |text| text.contains("close this tab"), LIMIT).unwrap();
    drop(browser);
    window.wait_for_text("#guide h2", |text| text == "Ready", LIMIT).unwrap();
    click(window, "#guide .primary");
    click(window, "[data-status=\"presenting\"]");
    window.wait_for_text("#holds", |text| text.contains("Next renewal"), LIMIT).unwrap();
}

/// Scrolls there and clicks, as soon as it is there to be clicked.
pub(crate) fn click(window: &Window, css: &str) {
    let scroll = format!(
        "document.querySelector({})?.scrollIntoView({{ block: 'center' }})",
        serde_json::Value::from(css)
    );
    let clicks = || {
        let element = window.find(css, LIMIT).unwrap();
        window.run(&scroll).unwrap();
        element.click().is_ok()
    };
    until(css, clicks).unwrap();
}
