//! Owns what each key of the configuration means, in one sentence; refuses to say what is wrong with its value.

use crate::t;

/// `client_id`.
pub fn client_id() -> &'static str {
    t!("The application (client) ID of your app registration.")
}

/// `tenant`.
pub fn tenant() -> &'static str {
    t!(
        "Where people sign in: a tenant ID or a domain; \"organizations\" needs a multi-tenant registration."
    )
}

/// `cloud`.
pub fn cloud() -> &'static str {
    t!(
        "Which Microsoft cloud your organisation uses; \"custom\" takes the addresses of [custom_cloud]."
    )
}

/// `custom_cloud.authority`.
pub fn authority() -> &'static str {
    t!("The address of the sign-in service of a custom cloud.")
}

/// `custom_cloud.graph`.
pub fn graph() -> &'static str {
    t!("The address of Microsoft Graph in a custom cloud.")
}

/// `expiration`.
pub fn expiration() -> &'static str {
    t!("How long a status outlives this computer, from PT5M to PT4H.")
}

/// `on_quit`.
pub fn on_quit() -> &'static str {
    t!("At quit, sleep and shutdown: end the presence session, or let it expire.")
}

/// `on_start`.
pub fn on_start() -> &'static str {
    t!("What is wanted at start: what was wanted last, nothing, or a status.")
}

/// `on_end`.
pub fn on_end() -> &'static str {
    t!("After a timed status: go back to what was wanted before it, or end the presence session.")
}

/// `autostart`.
pub fn autostart() -> &'static str {
    t!("Whether Presence Tray starts at log-in.")
}

/// `notifications`.
pub fn notifications() -> &'static str {
    t!("Which notifications are shown.")
}

/// `device_code`.
pub fn device_code() -> &'static str {
    t!("Whether a code that is typed on another device may sign in.")
}

/// `pin_away`.
pub fn pin_away() -> &'static str {
    t!(
        "Whether Away is also set as the preferred status, so that it shows while Teams is Available."
    )
}

/// `language`.
pub fn language() -> &'static str {
    t!("The language of the program; \"system\" is the one of this computer.")
}

/// A key of `[shortcuts]` for a status.
pub fn toggle() -> &'static str {
    t!("The keys that set this status, and pressed again go back to the previous one.")
}

/// `shortcuts.clear`.
pub fn clear() -> &'static str {
    t!("The keys that clear your status.")
}

/// `shortcuts.open`.
pub fn open() -> &'static str {
    t!("The keys that open the window.")
}
