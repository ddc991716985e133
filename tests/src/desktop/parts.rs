//! Describes which parts a private desktop session has; refuses to start them.

use anyhow::Result;

use super::Desktop;

/// What the session's keyring is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keyring {
    /// There is no Secret Service.
    Absent,
    /// Every use opens a prompt for [`KEYRING_PASSWORD`](super::KEYRING_PASSWORD).
    Locked,
    /// As after a usual login.
    Unlocked,
}

/// The colours of the panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Panel {
    /// Dark, with light text.
    Dark,
    /// Light, with dark text.
    Light,
}

/// Says what a desktop is to have before it starts.
#[derive(Clone, Debug)]
pub struct Builder {
    pub(super) name: String,
    pub(super) display: bool,
    pub(super) wayland: bool,
    pub(super) zone: Option<String>,
    pub(super) variables: Vec<(String, String)>,
    pub(super) keyring: Keyring,
    pub(super) window_manager: bool,
    pub(super) panel: Option<Panel>,
    pub(super) notifications: bool,
}

impl Builder {
    pub(super) fn new(name: &str) -> Builder {
        Builder {
            name: name.to_owned(),
            display: true,
            wayland: false,
            zone: None,
            variables: Vec::new(),
            keyring: Keyring::Unlocked,
            window_manager: false,
            panel: None,
            notifications: false,
        }
    }

    /// Starts no X server: for what needs only the bus.
    pub fn without_display(mut self) -> Builder {
        self.display = false;
        self
    }

    /// Says that the session is one of Wayland's: for what asks the desktop rather than the X server.
    pub fn wayland(mut self) -> Builder {
        self.wayland = true;
        self
    }

    /// Sets the time zone, in the form of the environment variable `TZ`; without, it is UTC.
    pub fn zone(mut self, zone: &str) -> Builder {
        self.zone = Some(zone.to_owned());
        self
    }

    /// Sets a variable of the session's environment.
    pub fn variable(mut self, name: &str, value: &str) -> Builder {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Chooses the keyring's state.
    pub fn keyring(mut self, keyring: Keyring) -> Builder {
        self.keyring = keyring;
        self
    }

    /// Adds a window manager, for focus and shortcuts.
    pub fn window_manager(mut self) -> Builder {
        self.window_manager = true;
        self
    }

    /// Adds a real panel at the top with a tray and a clock. It takes the place of [`TrayHost`](super::TrayHost).
    pub fn panel(mut self, panel: Panel) -> Builder {
        self.panel = Some(panel);
        self
    }

    /// Adds a program that shows notifications. It takes the place of [`Notifications`](super::Notifications).
    pub fn notifications(mut self) -> Builder {
        self.notifications = true;
        self
    }

    /// Starts the session and waits until all of it answers.
    ///
    /// # Errors
    /// A part is not installed or does not start; the message holds the part's own words.
    pub fn start(self) -> Result<Desktop> {
        Desktop::assemble(&self)
    }
}
