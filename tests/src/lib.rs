//! The fake cloud, the private desktop, and what drives the program end to end.
