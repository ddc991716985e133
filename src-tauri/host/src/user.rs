//! Owns who somebody is to Windows: this process, another one, the owner of a pipe; and what lets one user in alone.
//! Refuses to judge them.

#![expect(unsafe_code, reason = "no crate of ours wraps these calls")]

use std::ffi::OsString;
use std::io;
use std::os::windows::ffi::OsStringExt;
use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};
use std::ptr::null_mut;

use windows_sys::Win32::Foundation::{ERROR_SUCCESS, HANDLE, LocalFree};
use windows_sys::Win32::Security::Authorization::{
    ConvertSidToStringSidW, ConvertStringSecurityDescriptorToSecurityDescriptorW, GetSecurityInfo,
    SDDL_REVISION_1, SE_KERNEL_OBJECT,
};
use windows_sys::Win32::Security::{
    GetTokenInformation, OWNER_SECURITY_INFORMATION, PSECURITY_DESCRIPTOR, PSID,
    SECURITY_ATTRIBUTES, TOKEN_QUERY, TOKEN_USER, TokenUser,
};
use windows_sys::Win32::System::RemoteDesktop::ProcessIdToSessionId;
use windows_sys::Win32::System::Threading::{
    GetCurrentProcess, OpenProcess, OpenProcessToken, PROCESS_QUERY_LIMITED_INFORMATION,
};

/// The SID of a user or a group, as text ("SID Components").
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct User(pub(crate) String);

impl User {
    /// Whose this process is.
    pub(crate) fn of_this_process() -> io::Result<User> {
        // SAFETY: the call takes nothing, and what it returns needs no closing.
        User::of_process(unsafe { GetCurrentProcess() })
    }

    /// Whose the process with the number `id` is. The system need not tell it of another user's, or of one with more
    /// rights.
    pub(crate) fn of(id: u32) -> io::Result<User> {
        // SAFETY: the call takes no pointer.
        let process = unsafe { OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, 0, id) };
        if process.is_null() {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: the call above has opened it, and nobody else closes it.
        let process = unsafe { OwnedHandle::from_raw_handle(process) };
        User::of_process(process.as_raw_handle())
    }

    fn of_process(process: HANDLE) -> io::Result<User> {
        let mut token = null_mut();
        // SAFETY: the process is open, and the place for the result is valid.
        succeeded(unsafe { OpenProcessToken(process, TOKEN_QUERY, &mut token) })?;
        // SAFETY: the call above has opened it, and nobody else closes it.
        let token = unsafe { OwnedHandle::from_raw_handle(token) };
        // What it points to comes after it: a SID of at most 68 bytes.
        let mut user = [TOKEN_USER::default(); 8];
        let (place, size) = (user.as_mut_ptr().cast(), size_of_val(&user) as u32);
        let token = token.as_raw_handle();
        // SAFETY: the token is open, and the place for the result is as long as said.
        succeeded(unsafe { GetTokenInformation(token, TokenUser, place, size, &mut 0) })?;
        User::of_sid(user[0].User.Sid)
    }

    /// Whose a pipe is, by either end of it.
    pub(crate) fn of_pipe(pipe: &impl AsRawHandle) -> io::Result<User> {
        let mut owner: PSID = null_mut();
        let mut descriptor: PSECURITY_DESCRIPTOR = null_mut();
        // SAFETY: the pipe is open, the places for the results are valid, and what is not asked for may be null.
        let error = unsafe {
            GetSecurityInfo(
                pipe.as_raw_handle(),
                SE_KERNEL_OBJECT,
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
        // It keeps the owner.
        let _descriptor = Descriptor(descriptor);
        User::of_sid(owner)
    }

    fn of_sid(sid: PSID) -> io::Result<User> {
        let mut text = null_mut();
        // SAFETY: the callers have the SID from the system, and the place for the result is valid.
        succeeded(unsafe { ConvertSidToStringSidW(sid, &mut text) })?;
        // SAFETY: on success it is a text that ends with zero.
        let length = (0..).take_while(|at| unsafe { text.add(*at).read() } != 0).count();
        // SAFETY: it has that many characters before the zero.
        let user = OsString::from_wide(unsafe { std::slice::from_raw_parts(text, length) });
        // SAFETY: the call above allocated it.
        unsafe { LocalFree(text.cast()) };
        Ok(User(user.to_string_lossy().into_owned()))
    }
}

/// In whose session at this computer the process with the number `id` runs: the system tells it of any.
pub(crate) fn session(id: u32) -> io::Result<u32> {
    let mut session = 0;
    // SAFETY: the place for the result is valid.
    succeeded(unsafe { ProcessIdToSessionId(id, &mut session) })?;
    Ok(session)
}

/// Who owns an object that is to be created, and who may open it.
pub(crate) struct Descriptor(PSECURITY_DESCRIPTOR);

// SAFETY: it is memory that nobody changes.
unsafe impl Send for Descriptor {}
// SAFETY: the same.
unsafe impl Sync for Descriptor {}

impl Descriptor {
    /// What lets `user` in, who owns it, and nobody else ("Security Descriptor String Format").
    pub(crate) fn only(User(user): &User) -> io::Result<Descriptor> {
        let words = format!("O:{user}D:P(A;;GA;;;{user})");
        let words: Vec<u16> = words.encode_utf16().chain([0]).collect();
        let mut descriptor = null_mut();
        // SAFETY: the text ends with zero, the place for the result is valid, and its length may be null.
        succeeded(unsafe {
            ConvertStringSecurityDescriptorToSecurityDescriptorW(
                words.as_ptr(),
                SDDL_REVISION_1,
                &mut descriptor,
                null_mut(),
            )
        })?;
        Ok(Descriptor(descriptor))
    }

    /// What a call takes that creates an object, as long as this lives. No child inherits it.
    pub(crate) fn attributes(&self) -> SECURITY_ATTRIBUTES {
        let size = size_of::<SECURITY_ATTRIBUTES>() as u32;
        SECURITY_ATTRIBUTES { nLength: size, lpSecurityDescriptor: self.0, bInheritHandle: 0 }
    }
}

impl Drop for Descriptor {
    fn drop(&mut self) {
        // SAFETY: the system allocated it for whoever made this, and nobody else frees it.
        unsafe { LocalFree(self.0) };
    }
}

fn succeeded(result: i32) -> io::Result<()> {
    if result == 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}
