//! Owns the question to the person's regional settings; refuses to write any.

use windows_registry::CURRENT_USER;

/// Whether the short time has no hours to 24 ("HH:mm", "H:mm"; `LOCALE_SSHORTTIME`). A small "h" can be a word in it.
pub(super) fn has_twelve_hours() -> bool {
    let settings = CURRENT_USER.open(r"Control Panel\International");
    let form = settings.and_then(|settings| settings.get_string("sShortTime"));
    form.is_ok_and(|form| !form.contains('H'))
}
