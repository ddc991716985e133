//! `presence-tray.com`, which a console on Windows finds before `presence-tray.exe`: it has that do what was typed, in this
//! console, and ends with it. No prompt waits for the other, as it opens no console at log-in. Refuses to know what was
//! typed.

#[cfg(windows)]
mod windows;

#[cfg(windows)]
fn main() -> std::process::ExitCode {
    windows::main()
}

/// Elsewhere a program has the terminal that it was typed in.
#[cfg(not(windows))]
fn main() {}
