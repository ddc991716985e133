//! The main job by mouse and keyboard: what a person on Windows does all day.

use std::time::{Duration, Instant};

use presence_tests::cloud::{Kind, MEGAN, Options, SessionState};
use presence_tests::stage::until;
use presence_tests::wine::{Color, MenuRow};
use serde_json::Value;

use crate::stage::{PROGRAM, RUN, Stage};

type IsColor = fn(Color) -> bool;

/// The rows of the menu once a person is signed in.
const HEADLINE: usize = 0;
const FIVE: [(usize, &str, IsColor); 5] = [
    (1, "available", is_green),
    (2, "in-a-call", is_red),
    (3, "in-a-conference-call", is_red),
    (4, "away", is_yellow),
    (5, "presenting", is_red),
];
const CLEAR: usize = 7;
const QUIT: usize = 10;

fn is_green([red, green, blue]: Color) -> bool {
    green > 120 && green > red.saturating_add(30) && green > blue.saturating_add(60)
}

fn is_red([red, green, blue]: Color) -> bool {
    red > 150 && green < 90 && blue < 110
}

fn is_yellow([red, green, blue]: Color) -> bool {
    red > 200 && green > 130 && blue < 110
}

#[test]
fn sign_in_click_all_five_press_keys_and_quit() {
    let mut options = Options::default();
    options.policy.refresh_token_bytes = 6_000;
    let mut stage = Stage::with_shell("five", options).unwrap();
    stage.configure("autostart = true\n[shortcuts]\npresenting = \"Ctrl+Alt+Shift+5\"\n").unwrap();

    stage.start().unwrap();
    let screen = stage.windows.screen().unwrap();
    screen.icon().unwrap();
    let rows = screen.open_menu("1").unwrap();
    stage.keep_picture("1-signed-out").unwrap();
    screen.click(rows[0].place).unwrap();
    let page = stage.browse().unwrap();
    assert!(page.contains("You are signed in"), "{page}");
    until("the sign-in", || signed_in(&stage)).unwrap();

    let credentials = stage.windows.succeed(r"C:\person.exe", &["credentials"]).unwrap();
    let ours = credentials.lines().filter(|line| line.contains("presence-tray"));
    let ours: Vec<Vec<&str>> = ours.map(|line| line.split('\t').collect()).collect();
    let sizes: Vec<usize> = ours.iter().map(|of| of[1].parse().unwrap()).collect();
    assert!(sizes.len() >= 4, "a first entry and its parts:\n{credentials}");
    assert!(sizes.iter().sum::<usize>() > 6_000, "{sizes:?}");
    assert!(sizes.iter().all(|size| *size <= 2_560), "{sizes:?}");
    // CRED_PERSIST_LOCAL_MACHINE: it does not roam.
    assert!(ours.iter().all(|of| of[2] == "2"), "{credentials}");

    for (row, name, color) in FIVE {
        let button = if row % 2 == 0 { "3" } else { "1" };
        let rows = screen.open_menu(button).unwrap();
        screen.click(rows[row].place).unwrap();
        stage.wait_until_shown(name).unwrap();
        screen.wait_for_icon(name, color).unwrap();
        let status = stage.status().unwrap();
        assert_eq!(status["wanted"], name);
        assert_eq!(status["session"]["status"], name);
        assert_eq!(status["problem"], Value::Null);
        let rows = screen.open_menu("1").unwrap();
        assert_eq!(checked(&rows), [row], "{rows:?}");
        stage.keep_picture(&format!("2-{name}")).unwrap();
        screen.close_menu().unwrap();
    }
    let looks = stage.count(Kind::ReadPresence);
    // What was just read is not read again.
    until("a look by who opens the menu", || {
        screen.open_menu("1").unwrap();
        screen.close_menu().unwrap();
        stage.count(Kind::ReadPresence) > looks
    })
    .unwrap();
    assert_eq!(stage.count(Kind::SetPresence), 5);

    let rows = screen.open_menu("1").unwrap();
    screen.click(rows[CLEAR].place).unwrap();
    until("the clear", || stage.shown().is_none()).unwrap();
    stage.windows.desktop().press("ctrl+alt+shift+5").unwrap();
    stage.wait_until_shown("presenting").unwrap();
    // The menus of a slow machine look more often, and no minute sees more than so many calls.
    let room = Instant::now() + Duration::from_secs(60);
    while !stage.run(&["set", "away"]).unwrap().status.success() {
        assert!(Instant::now() < room, "{}", stage.log());
    }
    stage.wait_until_shown("away").unwrap();

    let second = stage.run(&[]).unwrap();
    assert!(second.status.success(), "{second:?}");
    until("the window", || stage.log().contains("the window cannot be started")).unwrap();

    let own = stage.windows.values(&format!(r"HKCU\{RUN}")).unwrap();
    assert!(own.contains(&format!("\"{PROGRAM}\" run --hidden")), "{own}");
    let machines = stage.windows.values(&format!(r"HKLM\{RUN}")).unwrap();
    assert!(!machines.to_lowercase().contains("presence"), "{machines}");

    let rows = screen.open_menu("1").unwrap();
    assert!(!rows[HEADLINE].checked);
    screen.click(rows[QUIT].place).unwrap();
    drop(screen);
    stage.wait_for_end().unwrap();
    assert_eq!(session(&stage), SessionState::Absent);
    stage.windows.screen().unwrap().wait_until_empty().unwrap();
    stage.keep_picture("3-ended").unwrap();

    stage.configure("autostart = false\n").unwrap();
    stage.start().unwrap();
    until("the sign-in from the Credential Manager", || signed_in(&stage)).unwrap();
    until("no start at log-in", || {
        stage
            .windows
            .values(&format!(r"HKCU\{RUN}"))
            .unwrap_or_default()
            .matches("Presence")
            .count()
            == 0
    })
    .unwrap();
    stage.succeed(&["quit"]).unwrap();
    stage.wait_for_end().unwrap();
}

#[test]
fn a_log_off_clears_the_session_first() {
    let mut stage = Stage::with_shell("logoff", Options::default()).unwrap();
    stage.start().unwrap();
    stage.sign_in().unwrap();
    stage.succeed(&["set", "in-a-call"]).unwrap();
    stage.wait_until_shown("in-a-call").unwrap();

    let start = Instant::now();
    let log_off = stage.windows.command("wineboot", &["--end-session"]);
    let log_off = stage.windows.spawn("log-off", log_off).unwrap();
    until("the clear", || session(&stage) == SessionState::Absent).unwrap();
    let took = start.elapsed();

    stage.wait_for_end().unwrap();
    drop(log_off);
    eprintln!("cleared {took:?} after the log-off was asked for");
    assert!(took < Duration::from_secs(3), "{took:?}");
}

fn checked(rows: &[MenuRow]) -> Vec<usize> {
    (1..6).filter(|row| rows[*row].checked).collect()
}

fn signed_in(stage: &Stage) -> bool {
    stage.status().is_ok_and(|status| status["account"]["name"] == "megan@contoso.com")
}

fn session(stage: &Stage) -> SessionState {
    stage.cloud.with(|cloud, now| cloud.session(MEGAN, now))
}
