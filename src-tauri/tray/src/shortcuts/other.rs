//! Owns shortcuts on Windows and macOS, through a library of each system's own, on the main thread. Refuses to
//! decide what a key asks for.

use std::collections::BTreeMap;

use global_hotkey::hotkey::{Code, HotKey, Modifiers};
use global_hotkey::{Error, GlobalHotKeyEvent, GlobalHotKeyManager, HotKeyState};
use presence_core::Problem;
use presence_host::Bound;

use super::combination::{Combination, Modifier};
use super::{Binding, Holder, Order, taken};
use crate::words::shortcut as words;

/// The shortcuts of this desktop. Lives on the main thread.
#[derive(Default)]
pub(crate) struct Shortcuts {
    manager: Option<GlobalHotKeyManager>,
    held: BTreeMap<u32, (HotKey, Bound)>,
    order: Option<Order>,
}

impl Shortcuts {
    /// Has `pressed` called with what [`Shortcuts::pressed`] wants, from any thread.
    pub(crate) fn listen(pressed: impl Fn(u32) + Send + Sync + 'static) {
        GlobalHotKeyEvent::set_event_handler(Some(move |event: GlobalHotKeyEvent| {
            match event.state {
                HotKeyState::Pressed => pressed(event.id),
                HotKeyState::Released => {}
            }
        }));
    }

    /// Takes the keys of `order` in place of those taken before.
    pub(crate) fn bind(&mut self, order: Order) {
        if let Some(manager) = &self.manager {
            for (hotkey, _) in std::mem::take(&mut self.held).into_values() {
                if let Err(error) = manager.unregister(hotkey) {
                    tracing::warn!(%error, "keys were not let go");
                }
            }
        }
        let refused = self.take(&order.bindings);
        order.report(refused);
        self.order = Some(order);
    }

    /// Asks for what the keys with this id are bound to.
    pub(crate) fn pressed(&self, id: u32) {
        if let (Some((_, bound)), Some(order)) = (self.held.get(&id), &self.order) {
            order.pressed(*bound);
        }
    }

    fn take(&mut self, bindings: &[Binding]) -> Vec<Problem> {
        if bindings.is_empty() {
            return Vec::new();
        }
        let manager = match &self.manager {
            Some(manager) => manager,
            None => match GlobalHotKeyManager::new() {
                Ok(manager) => self.manager.insert(manager),
                Err(error) => return refused_all(bindings, &error),
            },
        };
        let mut problems = Vec::new();
        for binding in bindings {
            match register(manager, binding) {
                Ok(hotkey) => {
                    self.held.insert(hotkey.id(), (hotkey, binding.shortcut.bound));
                }
                Err(problem) => problems.push(problem),
            }
        }
        problems
    }
}

/// What does not work of `bindings`, tried and let go. To be called without a resident.
pub(super) fn check(bindings: &[Binding], holder: Holder) -> Vec<Problem> {
    match holder {
        Holder::Resident => Vec::new(),
        Holder::Nobody => Shortcuts::default().take(bindings),
    }
}

fn register(manager: &GlobalHotKeyManager, binding: &Binding) -> Result<HotKey, Problem> {
    let Some(hotkey) = hotkey(&binding.combination) else {
        let why = words::not_on_system(&binding.combination.key);
        return Err(words::unusable(&binding.shortcut, &why));
    };
    match manager.register(hotkey) {
        Ok(()) => Ok(hotkey),
        Err(Error::AlreadyRegistered(_)) => Err(taken(binding)),
        Err(error) => Err(words::unusable(&binding.shortcut, &words::refused(&error.to_string()))),
    }
}

fn refused_all(bindings: &[Binding], error: &Error) -> Vec<Problem> {
    let why = error.to_string();
    bindings.iter().map(|binding| words::none_allowed(&binding.shortcut, &why)).collect()
}

fn hotkey(combination: &Combination) -> Option<HotKey> {
    let code: Code = combination.key.code().parse().ok()?;
    let modifiers = combination.modifiers.iter().map(|modifier| match modifier {
        Modifier::Ctrl => Modifiers::CONTROL,
        Modifier::Alt => Modifiers::ALT,
        Modifier::Shift => Modifiers::SHIFT,
        Modifier::Super => Modifiers::META,
    });
    Some(HotKey::new(Some(modifiers.collect()), code))
}
