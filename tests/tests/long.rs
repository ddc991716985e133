//! Proves in real time what the other tests prove in step with a quick clock: Available holds past both fades.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test")]

use std::time::Duration;

use presence_tests::cloud::MEGAN;
use presence_tests::desktop::Desktop;
use presence_tests::stage::Stage;

#[test]
fn available_holds_for_eleven_minutes_of_real_time() {
    let mut stage = Stage::new(Desktop::builder("long").without_display()).unwrap();
    stage.start().unwrap();
    stage.sign_in_by_command().unwrap();
    stage.succeed(&["set", "available"]).unwrap();
    let set = stage.cloud.with(|_, now| now);

    while stage.cloud.with(|_, now| now) < set + 11 * 60_000 {
        std::thread::sleep(Duration::from_secs(1));
    }

    stage.agree().unwrap();
    let lapses = stage.cloud.lapses(MEGAN, set);
    assert!(lapses.is_empty(), "{lapses:?}\n{}", stage.log());
}
