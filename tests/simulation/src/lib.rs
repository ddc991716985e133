//! Months of the real core in virtual time: the fake cloud as a pure model, the world around the program, a person's life,
//! and the judge of it. Refuses sockets, files, sleeping and any randomness but its seed.
//!
//! Start with [`world::World`]: one person, one machine and the service, with the real core and wire in between; what
//! must hold in it is in `tests/promises`. [`cloud`] is what Microsoft runs, as strict as its documentation. [`lives`] makes
//! up a month from a seed and lets an oracle judge every moment of it; `cargo simulate` runs them, and bends the core to
//! see whether the oracle notices.

pub mod cloud;
pub mod lives;
pub mod processors;
pub mod world;
