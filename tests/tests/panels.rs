//! Proves what clicks do in panels that each have a manner of their own: who opens the menu, who calls the program,
//! who toggles checks, who loses items.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use presence_tests::desktop::menu::headline;
use presence_tests::desktop::{Desktop, KeptMenu, TrayHost};
use presence_tests::stage::{LIMIT, Stage};

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

fn started(name: &str) -> (Stage, TrayHost) {
    let mut stage = Stage::new(Desktop::builder(name).without_display()).unwrap();
    let host = TrayHost::start(stage.desktop.bus_address()).unwrap();
    stage.start().unwrap();
    (stage, host)
}
