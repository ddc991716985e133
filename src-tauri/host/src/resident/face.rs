//! Owns what a resident asks of the desktop that it runs on; refuses to know which one it is.

use presence_core::{Notice, View};

use crate::{Config, Diagnosis, Moment, Snapshot, WindowPlace};

/// What shows the view on this desktop and speaks for the program there.
pub trait Face {
    /// Does what the configuration asks of the desktop: at the start, and whenever it was read again.
    fn configured(&mut self, config: &Config);
    /// Shows `view`, as it is at `moment`.
    fn show(&mut self, view: &View, moment: &Moment);
    /// Shows a notification.
    fn notify(&mut self, notice: &Notice);
    /// Opens the window, or brings the one that has the place to the front.
    fn open_window(&mut self, place: &WindowPlace);
    /// Looks at everything that the program needs, of this desktop and beyond, while it shows `snapshot`.
    fn examine(&mut self, snapshot: Snapshot) -> impl Future<Output = Diagnosis> + Send + 'static;
    /// Gives back what only one resident can have of the desktop: the next one starts once the lock is free.
    fn leave(&mut self) -> impl Future<Output = ()> {
        std::future::ready(())
    }
}
