//! Owns the choice between X11 and the desktop portal; refuses to take keys itself.

use presence_core::Problem;
use presence_host::{Commands, Config};

use super::portal::{self, Portal};
use super::x11::{self, Keyboard};
use super::{Binding, Holder, Order, nowhere};
use crate::words::shortcut::reason::NO_DESKTOP;

/// The shortcuts of this session.
pub(crate) struct Shortcuts {
    commands: Commands,
    keyboard: Option<Keyboard>,
    portal: Option<Portal>,
}

/// What gives keys in this session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Giver {
    /// The X server.
    X11,
    /// The compositor. An X server beside it sees only keys meant for its own windows.
    Portal,
    Nobody,
}

impl Giver {
    fn of_session() -> Giver {
        let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let is_wayland = std::env::var("XDG_SESSION_TYPE").is_ok_and(|kind| kind == "wayland");
        if is_set("WAYLAND_DISPLAY") || is_wayland {
            return Giver::Portal;
        }
        if is_set("DISPLAY") { Giver::X11 } else { Giver::Nobody }
    }
}

impl Shortcuts {
    pub(crate) fn new(commands: Commands) -> Shortcuts {
        Shortcuts { commands, keyboard: None, portal: None }
    }

    /// Takes the keys of `config` in place of those taken before.
    pub(crate) fn bind(&mut self, config: &Config) {
        let order = Order::of(config, &self.commands);
        match (Giver::of_session(), &self.keyboard, &mut self.portal) {
            (Giver::X11, Some(keyboard), _) if keyboard.listens() => keyboard.bind(order),
            (Giver::Portal, _, Some(portal)) => portal.bind(order),
            (Giver::X11 | Giver::Portal | Giver::Nobody, _, _) if order.bindings.is_empty() => {
                order.report(Vec::new())
            }
            (Giver::X11, Some(_) | None, _) => self.keyboard = Keyboard::start(order),
            (Giver::Portal, _, None) => self.portal = Some(Portal::start(order)),
            (Giver::Nobody, _, _) => {
                let problem = nowhere(&order.bindings, NO_DESKTOP.said());
                order.report(vec![problem]);
            }
        }
    }
}

impl Shortcuts {
    /// Gives all keys back.
    pub(crate) async fn leave(&mut self) {
        if let Some(keyboard) = self.keyboard.take() {
            keyboard.leave().await;
        }
        if let Some(portal) = self.portal.take() {
            portal.leave().await;
        }
    }
}

/// What does not work of `bindings` in this session.
pub(super) async fn check(bindings: Vec<Binding>, holder: Holder) -> Vec<Problem> {
    match (Giver::of_session(), holder) {
        (Giver::Nobody, _) => vec![nowhere(&bindings, NO_DESKTOP.said())],
        (Giver::Portal, _) => match portal::check().await {
            Ok(()) => Vec::new(),
            Err(refusal) => vec![refusal.problem(&bindings)],
        },
        (Giver::X11, Holder::Resident) => Vec::new(),
        (Giver::X11, Holder::Nobody) => {
            let tried = tokio::task::spawn_blocking(move || x11::check(&bindings)).await;
            tried.unwrap_or_default()
        }
    }
}
