//! Owns what Windows Error Reporting may take ("WerSetFlags function").

use windows_sys::Win32::System::ErrorReporting::{WER_FAULT_REPORTING_FLAG_NOHEAP, WerSetFlags};

/// Keeps the heap out of the report of a crash.
#[expect(unsafe_code, reason = "no crate of ours wraps this call")]
pub fn forbid_dumps() {
    // SAFETY: the call takes a number and nothing else.
    unsafe { WerSetFlags(WER_FAULT_REPORTING_FLAG_NOHEAP) };
}
