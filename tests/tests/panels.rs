//! Proves what clicks do in panels that each have a manner of their own: who opens the menu, who calls the program,
//! who toggles checks, who loses items.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::time::Duration;

use presence_tests::desktop::menu::headline;
use presence_tests::desktop::{Desktop, Item, KeptMenu, TrayHost};
use presence_tests::stage::{LIMIT, Stage, until};
use serde_json::Value;

/// What should not happen has had its time.
const SHORT: Duration = Duration::from_secs(1);

#[test]
fn a_check_that_the_panel_toggled_by_itself_is_put_right() {
    let (stage, host) = started("checks");
    stage.sign_in_by_command().unwrap();
    stage.succeed(&["set", "away"]).unwrap();
    let item = host.wait_for_item(LIMIT).unwrap();
    item.wait_until(|menu| headline(menu) == "Away", LIMIT).unwrap();
    let mut panel = KeptMenu::of(&item).unwrap();

    for row in [&["Away"][..], &["For", "Until I change it"]] {
        panel.click(row).unwrap();
        panel.wait_until_checked(row, true, LIMIT).unwrap();
    }

    panel.click(&["Presenting (do not disturb)"]).unwrap();
    panel.wait_until_checked(&["Away"], false, LIMIT).unwrap();
    panel.wait_until_checked(&["Presenting (do not disturb)"], true, LIMIT).unwrap();
}

#[test]
fn a_left_click_opens_the_window_where_the_panel_opens_no_menu() {
    let (stage, host) = started("activate");
    let item = host.wait_for_item(LIMIT).unwrap();

    for (opened, method) in [(1, "Activate"), (2, "ContextMenu")] {
        for _ in 0..2 {
            // Such a panel does not look at the answer; a double click is one wish.
            let _ = item.call_at_pointer(method);
        }
        until("the window", || stage.openings().len() >= opened)
            .unwrap_or_else(|error| panic!("{method}: {error}"));
        std::thread::sleep(SHORT);
        assert_eq!(stage.openings().len(), opened, "{method}");
    }

    item.call_at_pointer("SecondaryActivate").unwrap();
    for orientation in ["vertical", "Vertical", "horizontal", "Horizontal"] {
        item.scroll(-120, orientation).unwrap();
    }
    std::thread::sleep(SHORT);
    assert_eq!(stage.openings().len(), 2, "middle click and wheel do nothing");
}

#[test]
fn a_panel_that_opens_the_menu_gets_no_window_beside_it() {
    let (stage, host) = started("menu");
    let item = host.wait_for_item(LIMIT).unwrap();
    assert!(item.is_menu().unwrap());

    for _ in 0..3 {
        // Plasma opens the menu once this is refused.
        let refused = item.call_at_pointer("Activate").unwrap_err();
        assert!(format!("{refused:#}").contains("UnknownMethod"), "{refused:#}");
        item.open_menu().unwrap();
        std::thread::sleep(SHORT);
    }

    assert!(stage.openings().is_empty());
}

#[test]
fn the_token_of_a_click_is_the_windows_and_one_without_use_is_given_back() {
    let (stage, host) = started("token");
    stage.sign_in_by_command().unwrap();
    let item = host.wait_for_item(LIMIT).unwrap();
    item.wait_until(|menu| headline(menu) == "No status set", LIMIT).unwrap();

    offered(&item, "first", || item.click(&["Open Presence Tray…"]).unwrap()).unwrap();
    until("the window", || stage.openings() == ["first first"]).unwrap();

    offered(&item, "second", || drop(item.call_at_pointer("Activate"))).unwrap();
    until("the window", || stage.openings().len() == 2).unwrap();
    assert_eq!(stage.openings()[1], "second second");

    offered(&item, "third", || item.click(&["Away"]).unwrap()).unwrap_err();
    stage.succeed(&["open"]).unwrap();
    until("the window", || stage.openings().len() == 3).unwrap();
    assert_eq!(stage.openings()[2], " ");
}

#[test]
fn who_does_not_see_the_icon_is_told_what_it_says() {
    let (stage, host) = started("words");
    stage.sign_in_by_command().unwrap();
    let item = host.wait_for_item(LIMIT).unwrap();
    for (status, words) in [("away", "Away"), ("available", "Available")] {
        stage.succeed(&["set", status]).unwrap();
        item.wait_until_tooltip(|tooltip| tooltip == words, LIMIT).unwrap();
        assert_eq!(item.accessible_description().unwrap(), words);
    }
}

#[test]
fn an_item_that_the_tray_loses_is_registered_again() {
    let (_stage, host) = started("lost");
    host.wait_for_item(LIMIT).unwrap();
    let before = host.registrations();

    host.forget();

    host.wait_for_item(LIMIT).unwrap();
    assert_eq!(host.registrations(), before + 1);
}

#[test]
fn an_item_that_the_tray_does_not_take_is_offered_a_few_times_and_to_the_next_one() {
    for start in [TrayHost::that_drops, TrayHost::that_refuses] {
        let mut stage = Stage::new(Desktop::builder("refused").without_display()).unwrap();
        let host = start(stage.desktop.bus_address()).unwrap();
        stage.start().unwrap();
        until("a few times", || host.registrations() == 6).unwrap();
        std::thread::sleep(SHORT);
        assert_eq!(host.registrations(), 6);
        assert!(tray(&stage)["problem"]["title"].as_str().unwrap().contains("does not show"));
        drop(host);

        let next = start(stage.desktop.bus_address()).unwrap();
        until("the next tray", || next.registrations() > 0).unwrap();
        next.keep();
        next.wait_for_item(LIMIT).unwrap();
        assert_eq!(tray(&stage)["ok"], true);
    }
}

/// What `doctor` says of the tray.
fn tray(stage: &Stage) -> Value {
    let output = stage.run(&["doctor", "--json"]).unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut checks = report["checks"].as_array().unwrap().iter();
    checks.find(|check| check["name"] == "tray").unwrap().clone()
}

/// Offers a token while a click is made, and waits for what becomes of it.
fn offered(item: &Item, token: &str, click: impl FnOnce()) -> anyhow::Result<()> {
    std::thread::scope(|scope| {
        let offer = scope.spawn(|| item.provide_token(token));
        click();
        offer.join().unwrap()
    })
}

fn started(name: &str) -> (Stage, TrayHost) {
    let mut stage = Stage::new(Desktop::builder(name).without_display()).unwrap();
    stage.stand_in_for_window().unwrap();
    let host = TrayHost::start(stage.desktop.bus_address()).unwrap();
    stage.start().unwrap();
    (stage, host)
}
