//! Owns the catalogue of what the core and the host say to a person, by subject; refuses to decide when it is said.

mod command;
mod configuration;
mod difference;
mod doctor;
mod history;
mod key;
mod keyring;
mod message;
mod registration;
pub mod setting;
mod sign_in;
mod status;
mod trouble;

pub use command::{clears_first, leaving, not_running, timed_limits};
pub use configuration::{
    client_id_missing, configuration_busy, configuration_mistake, configuration_not_saved,
    configuration_unreadable, first_line, key_managed, managed_mistake, no_such_key, not_set_up,
    nothing_to_set_aside, policy_ignored, unreadable, wish_not_saved, wrong_value,
};
pub use doctor::*;
pub use history::history_unreadable;
pub use key::*;
pub use keyring::{
    keeps_trying, keyring_unavailable, no_refresh_token, not_forgotten, not_remembered,
    sign_in_unreadable,
};
pub use sign_in::{
    PAGE_GO_BACK, PAGE_NOT_SIGNED_IN, PAGE_NOTHING, PAGE_OF_ANOTHER, PAGE_SIGNED_IN, Page,
    browser_unavailable, no_listener, opener_failed, opener_missing, opener_silent,
};
pub use status::seen_as;

pub(crate) use command::{
    not_in_time, nothing_wanted, replaced, signing_out, timed_ended, wrong_span,
};
pub(crate) use configuration::goes_on_as_before;
pub(crate) use difference::difference;
pub(crate) use keyring::keyring_is_slow;
pub(crate) use message::{message_kept, message_refused, message_waits};
pub(crate) use registration::{consent_refused, not_public_client, permission_missing};
pub(crate) use sign_in::{
    device_code_off, sign_in_again, sign_in_busy, sign_in_cancelled, sign_in_expired,
    sign_in_needed, sign_in_odd, sign_in_offline,
};
pub(crate) use trouble::{trouble, with_wish};

/// A sentence with the service's own words, if there are any.
fn after(sentence: &str, detail: &str) -> String {
    if detail.is_empty() { sentence.to_owned() } else { [sentence, " (", detail, ")"].concat() }
}
