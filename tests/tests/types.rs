//! The page is checked against the types that pass the door as they are now.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::fs;

use presence_tests::types;

#[test]
fn the_declarations_are_those_of_the_types() {
    let kept = fs::read_to_string(types::file().unwrap()).unwrap();
    assert!(kept == types::declarations(), "write them anew with: cargo verify types");
}
