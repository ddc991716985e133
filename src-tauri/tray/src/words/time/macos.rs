//! Owns the question to the person's regional settings; refuses to write any.

use objc2_foundation::{NSDateFormatter, NSLocale, NSString};

/// Whether the form of an hour ("j") has no hours to 24 ("H", "k"; Unicode Technical Standard 35).
pub(super) fn has_twelve_hours() -> bool {
    let hour = NSString::from_str("j");
    let locale = NSLocale::currentLocale();
    let form = NSDateFormatter::dateFormatFromTemplate_options_locale(&hour, 0, Some(&locale));
    form.is_some_and(|form| !form.to_string().contains(['H', 'k']))
}
