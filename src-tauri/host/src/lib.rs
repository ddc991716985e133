//! Does.
