//! The window among others: one at most, in front when it is asked for, as large as it was.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use presence_tests::stage::{Stage, until};

use super::{LIMIT, click, signed_in, stage};

#[test]
fn there_is_one_window_however_often_it_is_asked_for_and_it_comes_to_the_front() {
    let mut stage = stage("one");
    stage.start().unwrap();
    let begun = Instant::now();
    ask_200_times(&stage);
    assert!(begun.elapsed() < Duration::from_secs(1));
    in_front(&stage);
    let first = stage.window_processes().unwrap();
    assert_eq!(first.len(), 1, "{first:?}");

    let mut cover = stage.desktop.command("display");
    cover.args(["-geometry", "+0+0", "-title", "cover", "-size", "1000x700", "xc:blue"]);
    let _cover = stage.desktop.spawn("cover", cover).unwrap();
    until("the cover", || active(&stage) == "cover").unwrap();
    for step in ["open", "minimised", "by itself", "200 times"] {
        if step == "minimised" {
            let ours = stage.desktop.windows(&["search", "--name", "^Presence Tray$"]).unwrap();
            stage.desktop.windows(&["windowminimize", "--sync", &ours]).unwrap();
        }
        // Its title bar. What a person did last, counts for the window manager.
        stage.desktop.windows(&["mousemove", "100", "8", "click", "1"]).unwrap();
        until("the cover", || active(&stage) == "cover").unwrap();
        match step {
            "by itself" => {
                let status = stage.window_command().unwrap().status().unwrap();
                assert!(status.success());
            }
            "200 times" => ask_200_times(&stage),
            _ => drop(stage.succeed(&["open"]).unwrap()),
        }
        in_front(&stage);
        stage.desktop.press("shift").unwrap();
        assert_eq!(stage.window_processes().unwrap(), first, "{step}");
    }

    for _ in 0..3 {
        let before = stage.window_processes().unwrap();
        close(&stage);
        stage.succeed(&["open"]).unwrap();
        until("the next window", || {
            let now = stage.window_processes().unwrap();
            now.len() == 1 && now != before
        })
        .unwrap();
        in_front(&stage);
    }
    close(&stage);
    until("nothing left", || stage.window_processes().unwrap().is_empty()).unwrap();
}

#[test]
fn the_next_window_is_as_large_as_the_last_one_and_opens_at_its_section() {
    let (stage, window) = signed_in("again");
    in_front(&stage);
    click(&window, "[data-section=settings]");
    window.find("#key-on_quit", LIMIT).unwrap();
    let ours = stage.desktop.windows(&["getactivewindow"]).unwrap();
    stage.desktop.windows(&["windowsize", "--sync", &ours, "620", "500"]).unwrap();
    until("its size", || size(&stage) == (620, 500)).unwrap();
    close(&stage);
    drop(window);

    let window = stage.open_window().unwrap();
    in_front(&stage);
    assert_eq!(size(&stage), (620, 500));
    window.wait_for_text("[aria-current=page]", |text| text == "Settings", LIMIT).unwrap();
    window.find("#key-on_quit", LIMIT).unwrap();
    toggle_maximized(&stage);
    until("all of the screen", || size(&stage).0 > 620).unwrap();
    let largest = size(&stage);
    close(&stage);
    drop(window);

    stage.succeed(&["open"]).unwrap();
    in_front(&stage);
    until("all of the screen", || size(&stage) == largest).unwrap();
    toggle_maximized(&stage);
    until("the size before", || size(&stage) == (620, 500)).unwrap();
    close(&stage);

    let file = stage.folder().join("state/window.json");
    let kept = fs::read_to_string(&file).unwrap();
    fs::write(&file, kept.replace("620", "9000").replace("500", "9000")).unwrap();
    let window = stage.open_window().unwrap();
    in_front(&stage);
    assert!(size(&stage).0 <= largest.0 && size(&stage).1 <= largest.1, "{:?}", size(&stage));
    window.wait_for_text("#account", |text| text.contains("Signed in"), LIMIT).unwrap();
    stage.succeed(&["quit"]).unwrap();
    until("the end of the window", || stage.window_processes().unwrap().is_empty()).unwrap();
}

/// A click that brings the window to the front is a click, too, while the window reads anew what it shows.
#[test]
fn a_click_into_the_window_behind_another_one_does_what_it_is_on() {
    let (stage, window) = signed_in("behind");
    in_front(&stage);
    let ours = stage.desktop.windows(&["getactivewindow"]).unwrap();
    let click_from_behind = |control: &str| {
        let script = format!(
            "const control = document.querySelector('{control}'); \
             control.scrollIntoView({{ block: 'center' }}); \
             const {{ left, top, width, height }} = control.getBoundingClientRect(); \
             return [left + width / 2, top + height / 2].map((at) => String(Math.round(at)));"
        );
        window.find(control, LIMIT).unwrap();
        let place: [String; 2] = serde_json::from_value(window.run(&script).unwrap()).unwrap();
        let mut other = stage.desktop.command("display");
        other.args(["-geometry", "+0+0", "-title", "other", "-size", "40x40", "xc:blue"]);
        let _other = stage.desktop.spawn("other", other).unwrap();
        until("the other window", || active(&stage) == "other").unwrap();
        let to = ["mousemove", "--window", &ours, &place[0], &place[1]];
        // As long as a person takes.
        let click = ["mousedown", "1", "sleep", "0.2", "mouseup", "1"];
        stage.desktop.windows(&[&to[..], &click[..]].concat()).unwrap();
        in_front(&stage);
    };

    click(&window, "[data-section=settings]");
    click_from_behind("#key-pin_away");
    let config = || fs::read_to_string(stage.config_file()).unwrap();
    until("the setting", || config().contains("pin_away = true")).unwrap();

    click(&window, "[data-section=shortcuts]");
    click_from_behind("#record-away");
    window.find(".recording", LIMIT).unwrap();
    stage.desktop.press("ctrl+alt+7").unwrap();
    until("the shortcut", || config().contains("away = \"Ctrl+Alt+7\"")).unwrap();
}

/// Width and height of the active window without its frame, pixels.
fn size(stage: &Stage) -> (u32, u32) {
    let told = stage.desktop.windows(&["getactivewindow", "getwindowgeometry", "--shell"]).unwrap();
    let value = |name| told.lines().find_map(|line| line.strip_prefix(name)?.parse().ok());
    (value("WIDTH=").unwrap_or_default(), value("HEIGHT=").unwrap_or_default())
}

/// Clicks the active window's title bar twice.
fn toggle_maximized(stage: &Stage) {
    let title_bar = ["getactivewindow", "mousemove", "--window", "%1", "--", "200", "-8"];
    let twice = ["click", "--repeat", "2", "--delay", "50", "1"];
    stage.desktop.windows(&[&title_bar[..], &twice[..]].concat()).unwrap();
}

fn ask_200_times(stage: &Stage) {
    let mut door = UnixStream::connect(stage.folder().join("run/door")).unwrap();
    door.write_all("{\"do\":\"open\"}\n".repeat(200).as_bytes()).unwrap();
    let done = BufReader::new(door).lines().take(200);
    assert!(done.map(Result::unwrap).all(|line| line == "{\"outcome\":\"done\"}"));
}

/// Waits until our window is the active one, and checks that there is no other one of ours.
fn in_front(stage: &Stage) {
    until("the window in front", || active(stage) == "Presence Tray").unwrap();
    let visible = ["search", "--onlyvisible", "--name", "^Presence Tray$"];
    // It finds none while another window comes or goes.
    let is_one = || stage.desktop.windows(&visible).unwrap().lines().count() == 1;
    until("one window", is_one).unwrap();
}

fn active(stage: &Stage) -> String {
    stage.desktop.windows(&["getactivewindow", "getwindowname"]).unwrap()
}

/// Closes the active window.
fn close(stage: &Stage) {
    stage.desktop.press("alt+F4").unwrap();
    until("the end of the window", || active(stage) != "Presence Tray").unwrap();
}
