//! Owns the question to the C library's locale (`LC_TIME`); refuses to set one for this process.

use std::ffi::CStr;

/// Whether times are written with hours to 12: "%I", "%l", or "%r", which stands for a form with the first
/// (strftime(3)).
#[expect(unsafe_code, reason = "no crate of ours asks the C library for this")]
pub(super) fn has_twelve_hours() -> bool {
    // SAFETY: the name is terminated, and the text is read while the locale that owns it lives.
    let form = unsafe {
        let locale = libc::newlocale(libc::LC_TIME_MASK, c"".as_ptr(), std::ptr::null_mut());
        if locale.is_null() {
            return false;
        }
        let form = CStr::from_ptr(libc::nl_langinfo_l(libc::T_FMT, locale)).to_owned();
        libc::freelocale(locale);
        form.to_string_lossy().into_owned()
    };
    let mut conversions =
        form.split('%').skip(1).map(|part| part.trim_start_matches(['-', '_', 'E', 'O']));
    conversions.any(|conversion| conversion.starts_with(['I', 'l', 'r']))
}
