//! Owns starting the program, and how long the prompt waits for it. Refuses to end before it at Ctrl+C, which it hears,
//! too.

#![expect(unsafe_code, reason = "no crate of ours wraps these calls")]

use std::os::windows::io::AsRawHandle;
use std::process::{Child, Command, ExitCode, exit};
use std::{env, io};

use windows_sys::Win32::System::Console::SetConsoleCtrlHandler;
use windows_sys::Win32::System::Threading::WaitForInputIdle;
use windows_sys::core::BOOL;

/// How long a start may take, ms.
const START: u32 = 10_000;

#[expect(clippy::print_stderr, reason = "who typed the command reads why nothing comes of it")]
pub(crate) fn main() -> ExitCode {
    // SAFETY: the handler lives as long as the process.
    unsafe { SetConsoleCtrlHandler(Some(heard), 1) };
    match run() {
        // More bits than `ExitCode` takes may be in it.
        Ok(code) => exit(code),
        Err(error) => {
            eprintln!("presence-tray: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> io::Result<i32> {
    let program = env::current_exe()?.with_extension("exe");
    let mut child = Command::new(program).args(env::args_os().skip(1)).spawn()?;
    if env::args_os().len() == 1 && has_settled(&child) && child.try_wait()?.is_none() {
        return Ok(0);
    }
    Ok(child.wait()?.code().unwrap_or(1))
}

/// Waits until a program that stays is there; no if it has ended.
fn has_settled(child: &Child) -> bool {
    // SAFETY: the handle is the child's as long as that is.
    unsafe { WaitForInputIdle(child.as_raw_handle(), START) == 0 }
}

/// Says that something was done about it.
unsafe extern "system" fn heard(_: u32) -> BOOL {
    1
}
