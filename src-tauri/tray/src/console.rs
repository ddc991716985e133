//! Owns the console that this program was started from: it speaks there, and opens none of its own. Refuses to end
//! with it when it stays in the tray.

use std::io::{self, IsTerminal};
use std::os::windows::io::AsRawHandle;

use windows_sys::Win32::Storage::FileSystem::{FILE_TYPE_DISK, FILE_TYPE_PIPE, GetFileType};
use windows_sys::Win32::System::Console::{
    ATTACH_PARENT_PROCESS, AttachConsole, ENABLE_VIRTUAL_TERMINAL_PROCESSING, FreeConsole,
    GetConsoleMode, STD_ERROR_HANDLE, STD_HANDLE, STD_INPUT_HANDLE, STD_OUTPUT_HANDLE,
    SetConsoleMode, SetStdHandle,
};

/// Joins the console of the program that started this one, if it has one. What was redirected stays so.
#[expect(unsafe_code, reason = "no crate of ours wraps this call")]
pub(crate) fn attach() {
    // SAFETY: the call takes no pointer; where there is no console it fails and changes nothing.
    unsafe { AttachConsole(ATTACH_PARENT_PROCESS) };
}

/// Whether somebody may read what goes to the standard error: in a console, a file or another program.
#[expect(unsafe_code, reason = "no crate of ours wraps this call")]
pub(crate) fn is_read() -> bool {
    let stderr = io::stderr();
    // SAFETY: the call takes no pointer; no handle at all is of an unknown type.
    let kind = unsafe { GetFileType(stderr.as_raw_handle()) };
    stderr.is_terminal() || matches!(kind, FILE_TYPE_DISK | FILE_TYPE_PIPE)
}

/// Has the console obey colours in what is written to it, where it can.
#[expect(unsafe_code, reason = "no crate of ours wraps these calls")]
pub(crate) fn obeys_colours() -> bool {
    let stdout = io::stdout().as_raw_handle();
    let mut mode = 0;
    // SAFETY: `mode` is there to be written to; what is no console is refused.
    if unsafe { GetConsoleMode(stdout, &mut mode) } == 0 {
        return false;
    }
    // SAFETY: the call takes no pointer.
    unsafe { SetConsoleMode(stdout, mode | ENABLE_VIRTUAL_TERMINAL_PROCESSING) != 0 }
}

/// Leaves the console: closing it, or Ctrl+C in it, no longer concerns this program.
pub(crate) fn leave() {
    let handles: [(STD_HANDLE, bool); 3] = [
        (STD_INPUT_HANDLE, std::io::stdin().is_terminal()),
        (STD_OUTPUT_HANDLE, std::io::stdout().is_terminal()),
        (STD_ERROR_HANDLE, std::io::stderr().is_terminal()),
    ];
    for (handle, is_console) in handles {
        if is_console {
            forget(handle);
        }
    }
    free();
}

/// A closed handle's number may soon mean a file.
#[expect(unsafe_code, reason = "no crate of ours wraps this call")]
fn forget(handle: STD_HANDLE) {
    // SAFETY: no handle at all is a value that this call takes, and the standard library looks anew each time.
    unsafe { SetStdHandle(handle, std::ptr::null_mut()) };
}

#[expect(unsafe_code, reason = "no crate of ours wraps this call")]
fn free() {
    // SAFETY: the call takes nothing, and nothing of this program holds the console.
    unsafe { FreeConsole() };
}
