//! Owns what group policy, or a management that imports its templates, has written into the registry. Only administrators
//! may write there, so nobody is asked whose it is.

use std::path::PathBuf;
use std::ptr::null_mut;
use std::thread;

use windows_registry::{Key, LOCAL_MACHINE, Type, Value};
use windows_sys::Win32::Foundation::ERROR_SUCCESS;
use windows_sys::Win32::System::Registry::{
    REG_NOTIFY_CHANGE_LAST_SET, REG_NOTIFY_CHANGE_NAME, RegNotifyChangeKeyValue,
};

use crate::policy::{Found, GROUP_POLICY};

/// Of all programs; that of this one comes and goes in it.
const ALL: &str = r"SOFTWARE\Policies";
/// The watching thread only waits.
const STACK: usize = 64 * 1024;

pub(in crate::policy) fn managed() -> Option<(PathBuf, Vec<(String, Found)>)> {
    let key = LOCAL_MACHINE.open(GROUP_POLICY).ok()?;
    let values = key.values().ok()?.map(|(name, value)| (name, found(value))).collect();
    Some((format!(r"HKEY_LOCAL_MACHINE\{GROUP_POLICY}").into(), values))
}

/// Templates write numbers for what is on or off, and text for all else.
fn found(value: Value) -> Found {
    if value.ty() == Type::U32 {
        return u32::try_from(value).map_or(Found::Other, |number| Found::Number(number.into()));
    }
    String::try_from(value).map_or(Found::Other, Found::Text)
}

/// The registry is told of by itself.
pub(in crate::policy) fn files() -> Vec<PathBuf> {
    Vec::new()
}

/// Windows tells of it to who waits, also of what changed since the last wait.
pub(in crate::policy) fn watch(changed: impl Fn() -> bool + Send + 'static) {
    let watch = move || {
        let Ok(key) = LOCAL_MACHINE.open(ALL) else { return };
        while has_changed(&key) && changed() {}
    };
    let thread = thread::Builder::new().name("group policy".to_owned()).stack_size(STACK);
    if let Err(error) = thread.spawn(watch) {
        tracing::warn!(%error, "a changed group policy needs \"presence-tray reload\"");
    }
}

/// Waits until something below `key` has changed; no where nobody can tell.
#[expect(unsafe_code, reason = "no crate of ours wraps this call")]
fn has_changed(key: &Key) -> bool {
    const WHAT: u32 = REG_NOTIFY_CHANGE_NAME | REG_NOTIFY_CHANGE_LAST_SET;
    // SAFETY: the key is open, and without an event the call returns only once it has ended.
    let error = unsafe { RegNotifyChangeKeyValue(key.as_raw(), 1, WHAT, null_mut(), 0) };
    error == ERROR_SUCCESS
}
