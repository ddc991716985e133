//! Owns message boxes of Windows; refuses to know what they say.

use std::ptr;

use windows_sys::Win32::UI::WindowsAndMessaging::{
    IDYES, MB_ICONWARNING, MB_OK, MB_SETFOREGROUND, MB_YESNO, MESSAGEBOX_RESULT, MESSAGEBOX_STYLE,
    MessageBoxW,
};

use crate::APP_NAME;

/// Shows a person `words`, and waits until they were read.
pub fn show(words: &str) {
    message_box(words, MB_OK);
}

/// Whether a person says yes to `words`.
pub fn ask(words: &str) -> bool {
    message_box(words, MB_YESNO) == IDYES
}

#[expect(unsafe_code, reason = "no crate of ours wraps this call")]
fn message_box(words: &str, buttons: MESSAGEBOX_STYLE) -> MESSAGEBOX_RESULT {
    let wide = |text: &str| text.encode_utf16().chain([0]).collect::<Vec<u16>>();
    let (words, title) = (wide(words), wide(APP_NAME));
    let style = buttons | MB_ICONWARNING | MB_SETFOREGROUND;
    // SAFETY: both texts end with zero and live until the box is closed; no window owns it.
    unsafe { MessageBoxW(ptr::null_mut(), words.as_ptr(), title.as_ptr(), style) }
}
