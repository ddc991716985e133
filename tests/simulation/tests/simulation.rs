//! A few simulated months: that they follow from their seed, break no promise, and that the oracle sees what
//! is broken on purpose. `cargo simulate` lives the hundreds.

use presence_core::Rules;
use presence_simulation::lives::{judge, mutants, tell};

#[test]
fn months_with_every_fault_break_no_promise() {
    for seed in 0..3 {
        let verdict = judge(seed, &Rules::default());
        assert!(verdict.violations.is_empty(), "cargo simulate seed {seed}\n{verdict:#?}");
    }
}

#[test]
fn a_seed_replays_to_the_same_timeline_byte_for_byte() {
    let timeline = |seed| {
        let mut lines = String::new();
        tell(seed, &Rules::default(), |line| {
            lines.push_str(line);
            lines.push('\n');
        });
        lines
    };
    let first = timeline(1);
    assert!(first.lines().count() > 1_000, "{}", first.lines().count());
    assert_eq!(first, timeline(1));
    assert_ne!(first, timeline(2));
}

#[test]
fn a_core_that_renews_after_the_fade_is_caught() {
    let mutant = mutants().into_iter().find(|mutant| mutant.name == "renews after the fade");
    let rules = mutant.expect("the list has it").rules;
    let verdict = judge(0, &rules);
    assert!(!verdict.violations.is_empty());
}
