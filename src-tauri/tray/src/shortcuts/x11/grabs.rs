//! Owns the grabs on the root window, and which of them an event belongs to; refuses to wait for events.

use presence_core::Problem;
use presence_host::Bound;

use x11rb::errors::{ConnectionError, ReplyError, ReplyOrIdError};
use x11rb::protocol::ErrorKind;
use x11rb::protocol::xproto::{
    ConnectionExt, GrabMode, KeyPressEvent, KeyReleaseEvent, Keycode, ModMask, Timestamp, Window,
};

use x11rb::rust_connection::RustConnection;

use super::layout::Layout;
use crate::shortcuts::{Binding, taken};
use crate::words::shortcut as words;

/// What this program holds.
#[derive(Debug, Default)]
pub(super) struct Grabs {
    held: Vec<Grab>,
    /// The modifiers that change nothing: CapsLock, NumLock.
    locks: u16,
    released: Option<(Keycode, Timestamp)>,
    /// Whether another program has keys that were asked for.
    taken: bool,
}

#[derive(Debug)]
struct Grab {
    bound: Bound,
    keycodes: Vec<Keycode>,
    /// Each with other locks on.
    masks: Vec<u16>,
}

impl Grabs {
    /// Grabs the keys of `bindings` as they are on the keyboard now, in place of the old ones.
    pub(super) fn renew(
        &mut self,
        connection: &RustConnection,
        root: Window,
        bindings: &[Binding],
    ) -> Result<Vec<Problem>, ReplyOrIdError> {
        for grab in self.held.drain(..) {
            grab.let_go(connection, root)?;
        }
        let layout = Layout::read(connection)?;
        self.locks = layout.locks();
        self.taken = false;
        let mut problems = Vec::new();
        for binding in bindings {
            let combination = &binding.combination;
            let grab = Grab {
                bound: binding.shortcut.bound,
                keycodes: layout.keycodes(combination.key.keysym()),
                masks: layout.masks(&combination.modifiers),
            };
            if grab.keycodes.is_empty() {
                let why = words::not_on_keyboard(&combination.key);
                problems.push(words::unusable(&binding.shortcut, &why));
            } else if grab.take(connection, root)? {
                self.held.push(grab);
            } else {
                grab.let_go(connection, root)?;
                self.taken = true;
                problems.push(taken(binding));
            }
        }
        tracing::debug!(held = self.held.len(), "keys are grabbed");
        Ok(problems)
    }

    /// Whether keys may be had later, once another program lets them go.
    pub(super) fn may_be_had_later(&self) -> bool {
        self.taken
    }

    /// What a pressed key is bound to; nothing when it only repeats.
    pub(super) fn pressed(&mut self, event: &KeyPressEvent) -> Option<Bound> {
        // The server makes a repeat of one moment: let go, and pressed again.
        if self.released.take() == Some((event.detail, event.time)) {
            return None;
        }
        let mask = u16::from(event.state) & 0xff & !self.locks;
        let is_meant = |grab: &&Grab| {
            grab.keycodes.contains(&event.detail) && grab.masks.first() == Some(&mask)
        };
        self.held.iter().find(is_meant).map(|grab| grab.bound)
    }

    pub(super) fn released(&mut self, event: &KeyReleaseEvent) {
        self.released = Some((event.detail, event.time));
    }
}

impl Grab {
    fn pairs(&self) -> impl Iterator<Item = (Keycode, ModMask)> {
        let masks = self.masks.iter();
        masks.flat_map(|mask| self.keycodes.iter().map(|code| (*code, ModMask::from(*mask))))
    }

    /// Whether all of it could be had.
    fn take(&self, connection: &RustConnection, root: Window) -> Result<bool, ReplyError> {
        let mode = GrabMode::ASYNC;
        let asked: Result<Vec<_>, _> = self
            .pairs()
            .map(|(code, mask)| connection.grab_key(false, root, mask, code, mode, mode))
            .collect();
        let mut all = true;
        for answer in asked? {
            match answer.check() {
                Ok(()) => {}
                Err(ReplyError::X11Error(error)) if error.error_kind == ErrorKind::Access => {
                    all = false;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(all)
    }

    fn let_go(&self, connection: &RustConnection, root: Window) -> Result<(), ConnectionError> {
        for (code, mask) in self.pairs() {
            // Asynchronous: an answer would only say what is known.
            connection.ungrab_key(code, root, mask)?;
        }
        Ok(())
    }
}
