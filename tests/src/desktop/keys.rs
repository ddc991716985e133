//! Presses keys as a person does, and plays another program that wants the same ones; refuses to know what they do.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{ConnectionExt, GrabMode, ModMask};
use x11rb::rust_connection::RustConnection;

use super::Desktop;

impl Desktop {
    /// Presses keys and lets them go at once, in the words of `xdotool`: `ctrl+alt+shift+5`.
    ///
    /// # Errors
    /// There is no display or no such key.
    pub fn press(&self, keys: &str) -> Result<()> {
        self.xdotool("key", keys)
    }

    /// Presses keys and lets them go after `span`.
    ///
    /// # Errors
    /// As [`Desktop::press`].
    pub fn hold(&self, keys: &str, span: Duration) -> Result<()> {
        self.xdotool("keydown", keys)?;
        std::thread::sleep(span);
        self.xdotool("keyup", keys)
    }

    fn xdotool(&self, verb: &str, keys: &str) -> Result<()> {
        let output = self.command("xdotool").args([verb, keys]).output()?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success() && said.is_empty(), "xdotool {verb} {keys}: {said}");
        Ok(())
    }
}

/// Another program that has taken keys of the private display, until this is dropped.
#[derive(Debug)]
pub struct Rival {
    connection: Arc<RustConnection>,
    presses: Arc<AtomicUsize>,
}

impl Rival {
    /// Takes Ctrl, Alt and Shift with the key of `keysym`.
    ///
    /// # Errors
    /// There is no display, or no such key, or a program has taken it already.
    pub fn take(desktop: &Desktop, keysym: u32) -> Result<Rival> {
        let (connection, screen) = RustConnection::connect(desktop.var("DISPLAY"))?;
        let (root, least, most) = {
            let setup = connection.setup();
            (setup.roots[screen].root, setup.min_keycode, setup.max_keycode)
        };
        let keys = connection.get_keyboard_mapping(least, most - least + 1)?.reply()?;
        let mut rows = keys.keysyms.chunks(usize::from(keys.keysyms_per_keycode));
        let row = rows.position(|row| row.contains(&keysym)).context("no such key")?;
        let mode = GrabMode::ASYNC;
        let modifiers = ModMask::CONTROL | ModMask::M1 | ModMask::SHIFT;
        let code = least + u8::try_from(row)?;
        connection.grab_key(false, root, modifiers, code, mode, mode)?.check()?;
        let (connection, presses) = (Arc::new(connection), Arc::new(AtomicUsize::new(0)));
        let (listening, counted) = (connection.clone(), presses.clone());
        // Ends with the display.
        std::thread::spawn(move || {
            while let Ok(event) = listening.wait_for_event() {
                if let Event::KeyPress(_) = event {
                    counted.fetch_add(1, Ordering::Relaxed);
                }
            }
        });
        Ok(Rival { connection, presses })
    }

    /// How often the keys came, repeats included.
    pub fn presses(&self) -> usize {
        self.presses.load(Ordering::Relaxed)
    }
}

impl Drop for Rival {
    fn drop(&mut self) {
        // A display that is gone has let the keys go.
        for screen in &self.connection.setup().roots {
            let _ = self.connection.ungrab_key(0u8, screen.root, ModMask::ANY);
        }
        let _ = self.connection.flush();
    }
}
