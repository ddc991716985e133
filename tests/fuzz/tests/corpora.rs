//! Proves that each input of the corpora keeps every promise of its target.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::fs;

use presence_fuzz::{TARGETS, Target};

/// A test for each target, so that a failure names it.
macro_rules! replay {
    ($(#[test] fn $test:ident() { $name:literal })*) => {
        $(
            #[test]
            fn $test() {
                replay($name);
            }
        )*

        #[test]
        fn no_target_is_left_out() {
            assert_eq!(TARGETS.map(|target| target.name), [$($name),*]);
        }
    };
}

replay! {
    #[test]
    fn no_answer_of_a_service_confuses_or_reaches_a_face_unclean() { "answers" }

    #[test]
    fn a_claims_challenge_goes_back_whole_and_with_our_capability() { "challenge" }

    #[test]
    fn no_command_line_brings_what_the_rules_do_not_allow() { "command-line" }

    #[test]
    fn no_configuration_is_lost_by_a_change_and_every_change_is_read_back() { "config" }

    #[test]
    fn what_passes_the_door_is_read_as_it_was_written() { "door" }

    #[test]
    fn whatever_the_history_holds_the_spans_cover_all() { "history" }

    #[test]
    fn no_id_token_names_a_person_uncleanly() { "id-token" }

    #[test]
    fn no_request_but_that_of_the_sign_in_ends_the_wait() { "redirect" }

    #[test]
    fn whatever_the_keyring_holds_costs_little_and_a_crash_loses_no_sign_in() { "vault" }
}

fn replay(name: &str) {
    let target = Target::find(name).unwrap();
    let mut files: Vec<_> =
        fs::read_dir(target.corpus()).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(files.len() > 3, "{name} has nearly no corpus");
    (target.check)(&[]);
    for file in files {
        let input = fs::read(&file).unwrap();
        let checked = std::panic::catch_unwind(|| (target.check)(&input));
        assert!(checked.is_ok(), "{} breaks a promise", file.display());
    }
}
