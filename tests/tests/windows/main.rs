//! Proves the program on Windows, as far as Wine is one: built for Windows, driven by mouse and keyboard, against
//! the fake cloud.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "helpers of tests")]
#![allow(clippy::print_stderr, reason = "the log shows how long a log-off took")]

mod bad_input;
mod console;
mod dialog;
mod main_job;
mod packages;
mod policy;
mod shell;
mod stage;
