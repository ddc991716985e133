//! Owns what is said of arguments that clap cannot judge; refuses to read them.

use presence_core::t;
use presence_core::words::timed_limits;

/// `text` is the beginning of all of these names.
pub(super) fn ambiguous(text: &str, names: &[&str]) -> String {
    match names {
        [others @ .., last] => {
            let others = others.join(", ");
            t!("\"{text}\" may mean {others} or {last}; please type more", text, others, last)
        }
        [] => String::new(),
    }
}

/// `text` is no duration.
pub(super) fn no_span(text: &str) -> String {
    t!("\"{text}\" is not a duration such as 45m, 1h30m, PT45M or \"until 17:30\"", text)
}

/// A duration that no timed status has.
pub(super) fn outside_limits() -> String {
    t!(
        "a timed status lasts {limits}; without a duration, it lasts until you change it",
        limits = timed_limits()
    )
}

/// `text` is no span to look back.
pub(super) fn no_look_back(text: &str) -> String {
    t!("\"{text}\" is not a span such as 90m, 24h or \"7 days\"", text)
}

/// A span that no history covers.
pub(super) fn outside_history() -> String {
    t!("the history covers 1 minute to 14 days; give a span such as 24h").to_owned()
}

/// `text` is no time of day.
pub(super) fn no_time(text: &str) -> String {
    t!("\"{text}\" is not a time of day such as 17:30 or 5:30pm", text)
}

/// The clock skips the time for days.
pub(super) fn never(text: &str) -> String {
    t!("the clock does not reach {text} in the next two days", text)
}

/// The time comes before a timed status may end.
pub(super) fn too_soon(text: &str) -> String {
    t!(
        "{text} is too soon: a timed status lasts {limits}; choose a later time",
        text,
        limits = timed_limits()
    )
}

/// The time comes after a timed status must have ended, as it may when the clocks change.
pub(super) fn too_late(text: &str) -> String {
    t!(
        "{text} is too far away, as the clocks change: a timed status lasts {limits}; choose an earlier time",
        text,
        limits = timed_limits()
    )
}
