//! Months of the real core in virtual time: the fake cloud as a pure model, the world around the program, a person's life,
//! and the judge of it. Refuses sockets, files, sleeping and any randomness but its seed.

pub mod cloud;
pub mod lives;
pub mod processors;
pub mod world;
