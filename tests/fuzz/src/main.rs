//! Lets libFuzzer make up inputs for the target that `FUZZ_TARGET` names; refuses to judge them.

#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use presence_fuzz::Target;

static CHECK: OnceLock<fn(&[u8])> = OnceLock::new();

fuzz_target!(|input: &[u8]| {
    let find = || {
        let name = std::env::var("FUZZ_TARGET").unwrap_or_default();
        Target::find(&name)
            .map_or_else(|| panic!("FUZZ_TARGET names none: {name:?}"), |it| it.check)
    };
    CHECK.get_or_init(find)(input);
});
