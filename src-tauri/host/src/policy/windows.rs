//! Owns which folder Windows has for the data of all users, and who owns a file there. Every user may create folders in
//! it, and owns what they create ("KNOWNFOLDERID", `FOLDERID_ProgramData`).

#![expect(unsafe_code, reason = "no crate of ours wraps these calls")]

use std::ffi::OsString;
use std::io;
use std::os::windows::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use std::ptr::{null_mut, read};

use windows_sys::Win32::Foundation::{ERROR_SUCCESS, LocalFree};
use windows_sys::Win32::Security::Authorization::{GetNamedSecurityInfoW, SE_FILE_OBJECT};
use windows_sys::Win32::Security::{
    IsWellKnownSid, OWNER_SECURITY_INFORMATION, PSECURITY_DESCRIPTOR, PSID,
    WinBuiltinAdministratorsSid, WinLocalSystemSid,
};
use windows_sys::Win32::System::Com::CoTaskMemFree;
use windows_sys::Win32::UI::Shell::{FOLDERID_ProgramData, SHGetKnownFolderPath};

mod registry;

pub(super) use registry::{files, managed, watch};

/// Not what the variable `ProgramData` says, which the user may set.
pub(super) fn folder() -> PathBuf {
    let mut text = null_mut();
    // SAFETY: the ID and the place of the result are valid; no token means the user of this process.
    let result = unsafe { SHGetKnownFolderPath(&FOLDERID_ProgramData, 0, null_mut(), &mut text) };
    let folder = if result < 0 {
        PathBuf::from(r"C:\ProgramData")
    } else {
        // SAFETY: on success it is a text that ends with zero.
        let length = (0..).take_while(|at| unsafe { read(text.add(*at)) } != 0).count();
        // SAFETY: it has that many characters before the zero.
        OsString::from_wide(unsafe { std::slice::from_raw_parts(text, length) }).into()
    };
    // SAFETY: the call above allocated it, or left null, which is freed without effect.
    unsafe { CoTaskMemFree(text.cast()) };
    folder
}

/// Whether the file's owner is the system or the group of administrators. Who else has rights to it has them from one of
/// these.
pub(super) fn is_of_administrator(path: &Path) -> io::Result<bool> {
    let wide: Vec<u16> = path.as_os_str().encode_wide().chain([0]).collect();
    let mut owner: PSID = null_mut();
    let mut descriptor: PSECURITY_DESCRIPTOR = null_mut();
    // SAFETY: the path ends with zero, the places for the results are valid, and what is not asked for may be null.
    let error = unsafe {
        GetNamedSecurityInfoW(
            wide.as_ptr(),
            SE_FILE_OBJECT,
            OWNER_SECURITY_INFORMATION,
            &mut owner,
            null_mut(),
            null_mut(),
            null_mut(),
            &mut descriptor,
        )
    };
    if error != ERROR_SUCCESS {
        return Err(io::Error::from_raw_os_error(error.cast_signed()));
    }
    let kinds = [WinLocalSystemSid, WinBuiltinAdministratorsSid];
    // SAFETY: the owner is part of the descriptor, which is freed afterwards.
    let is_theirs = kinds.into_iter().any(|kind| unsafe { IsWellKnownSid(owner, kind) } != 0);
    // SAFETY: the call above allocated it.
    unsafe { LocalFree(descriptor) };
    Ok(is_theirs)
}
