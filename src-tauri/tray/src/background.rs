//! Owns telling Windows that this program works in the background ("Quality of Service", EcoQoS): cores that save
//! power, no high clock. Refuses to do so for a command that a person waits for.

use std::ffi::c_void;
use std::io;

use windows_sys::Win32::System::Threading::{
    GetCurrentProcess, PROCESS_POWER_THROTTLING_CURRENT_VERSION,
    PROCESS_POWER_THROTTLING_EXECUTION_SPEED, PROCESS_POWER_THROTTLING_STATE,
    ProcessPowerThrottling, SetProcessInformation,
};

/// Asks for little from now on. A Windows that does not know the wish goes on as before.
pub(crate) fn settle() {
    let state = PROCESS_POWER_THROTTLING_STATE {
        Version: PROCESS_POWER_THROTTLING_CURRENT_VERSION,
        ControlMask: PROCESS_POWER_THROTTLING_EXECUTION_SPEED,
        StateMask: PROCESS_POWER_THROTTLING_EXECUTION_SPEED,
    };
    if !set(&state) {
        let error = io::Error::last_os_error();
        tracing::debug!(%error, "this Windows has no efficiency mode");
    }
}

#[expect(unsafe_code, reason = "no crate of ours wraps this call")]
fn set(state: &PROCESS_POWER_THROTTLING_STATE) -> bool {
    let size = size_of::<PROCESS_POWER_THROTTLING_STATE>() as u32;
    let state: *const c_void = std::ptr::from_ref(state).cast();
    // SAFETY: the handle is this process's own, and the structure is alive and as long as said.
    unsafe { SetProcessInformation(GetCurrentProcess(), ProcessPowerThrottling, state, size) != 0 }
}
