//! Owns looking at a private desktop's screen and moving its mouse; refuses to know what is behind the pixels.

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{ConnectionExt, ImageFormat};
use x11rb::rust_connection::RustConnection;

use super::picture::{ASIDE, Part, Picture, Place, SIZE};
use crate::desktop::Desktop;

/// How long anything may take to appear.
pub(super) const LIMIT: Duration = Duration::from_secs(15);
/// How long a hand rests on a button before and while it presses; Cinnamon takes no quicker one for a click.
const HAND: Duration = Duration::from_millis(150);
/// What is still being drawn looks otherwise after this long.
const STILL: Duration = Duration::from_millis(80);

/// The display of a private desktop.
pub(super) struct Screen {
    connection: RustConnection,
    root: u32,
    display: String,
}

impl Screen {
    pub(super) fn of(desktop: &Desktop) -> Result<Screen> {
        let display = desktop.var("DISPLAY").context("the desktop has no display")?.to_owned();
        let (connection, number) = RustConnection::connect(Some(&display))?;
        let root = connection.setup().roots[number].root;
        Ok(Screen { connection, root, display })
    }

    /// What the screen shows.
    pub(super) fn picture(&self) -> Result<Picture> {
        let (width, height) = (u16::try_from(SIZE.0)?, u16::try_from(SIZE.1)?);
        let (format, all) = (ImageFormat::Z_PIXMAP, u32::MAX);
        let image = self.connection.get_image(format, self.root, 0, 0, width, height, all)?;
        let bytes = image.reply().context("the display shows nothing")?.data;
        ensure!(bytes.len() == SIZE.0 * SIZE.1 * 4, "the display has another depth");
        Ok(Picture { bytes })
    }

    /// Waits until the screen stands still and shows what `found` looks for.
    pub(super) fn until<T>(
        &self,
        what: &str,
        found: impl FnMut(&Picture) -> Result<Option<T>>,
    ) -> Result<T> {
        self.until_within(LIMIT, what, found)
    }

    /// The same within `limit`.
    pub(super) fn until_within<T>(
        &self,
        limit: Duration,
        what: &str,
        mut found: impl FnMut(&Picture) -> Result<Option<T>>,
    ) -> Result<T> {
        let end = Instant::now() + limit;
        let mut last = self.picture()?;
        loop {
            std::thread::sleep(STILL);
            let picture = self.picture()?;
            if picture == last
                && let Some(found) = found(&picture)?
            {
                return Ok(found);
            }
            if Instant::now() >= end {
                bail!("{what} did not come");
            }
            last = picture;
        }
    }

    /// What the screen shows once it stands still, the pointer aside.
    pub(super) fn at_rest(&self) -> Result<Picture> {
        self.aside()?;
        self.at_rest_here()
    }

    /// The same, the pointer where it is.
    pub(super) fn at_rest_here(&self) -> Result<Picture> {
        self.until("a screen that stands still", |picture| Ok(Some(picture.clone())))
    }

    /// Moves the pointer to where nothing is.
    pub(super) fn aside(&self) -> Result<()> {
        self.point(ASIDE)
    }

    /// Moves the pointer.
    pub(super) fn point(&self, (x, y): Place) -> Result<()> {
        self.xdotool(&["mousemove", &x.to_string(), &y.to_string()])?;
        std::thread::sleep(HAND);
        Ok(())
    }

    /// Clicks there with the left or right button, `1` or `3`.
    pub(super) fn click(&self, place: Place, button: &str) -> Result<()> {
        self.point(place)?;
        self.xdotool(&["mousedown", button])?;
        std::thread::sleep(HAND);
        self.xdotool(&["mouseup", button])
    }

    /// Presses keys together, as in `ctrl+alt+shift+a`.
    pub(super) fn press(&self, keys: &str) -> Result<()> {
        self.xdotool(&["key", "--clearmodifiers", keys])
    }

    /// Clicks where nothing is but, perhaps, this `menu`.
    pub(super) fn click_beside(&self, menu: Option<Part>) -> Result<()> {
        let is_covered = menu.is_some_and(|menu| menu.around(8).contains(ASIDE));
        let place = if is_covered { (SIZE.0 - ASIDE.0, ASIDE.1) } else { ASIDE };
        self.click(place, "1")
    }

    fn xdotool(&self, arguments: &[&str]) -> Result<()> {
        let mut xdotool = Command::new("xdotool");
        let output = xdotool.env("DISPLAY", &self.display).args(arguments).output()?;
        ensure!(output.status.success(), "xdotool {arguments:?} ended with {}", output.status);
        Ok(())
    }
}
