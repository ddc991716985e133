//! What `cargo bench-tray` and `cargo verify` measure by: each program on a private desktop of its own, a wire that
//! notes what passes it, and the system's gauges.

#![allow(clippy::print_stderr, reason = "it speaks on the terminal")]

mod gauges;
mod held;
mod spread;
mod subject;
mod tap;

pub use gauges::{Gauges, Rest};
pub use held::hold;
pub use spread::Spread;
pub use subject::{Built, Programs, Subject, build};
pub use tap::{Passed, Tap};
