//! What `cargo bench-tray` and `cargo verify` measure by: each program on a private desktop of its own, a wire that
//! notes what passes it, and the system's gauges. Refuses to judge.

mod gauges;
mod spread;
mod subject;
mod tap;

pub use gauges::{Gauges, Rest};
pub use spread::Spread;
pub use subject::{Built, Programs, Subject, build};
pub use tap::{Passed, Tap};
