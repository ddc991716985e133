//! Owns looking at the screen of a private Windows and moving its mouse; refuses to know what is behind the pixels.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{ConnectionExt, ImageFormat};
use x11rb::rust_connection::RustConnection;

use crate::desktop::Desktop;

/// How long anything may take to appear.
const LIMIT: Duration = Duration::from_secs(15);
/// What Wine needs between a move and a click.
const HAND: Duration = Duration::from_millis(400);
/// The size of the private desktop's screen, which Windows fills.
pub(super) const SIZE: (usize, usize) = (1280, 800);
/// The task bar's height at the bottom.
const BAR: usize = 20;

/// A colour by its parts of red, green and blue.
pub type Color = [u8; 3];

/// A row of the menu that is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MenuRow {
    /// Where its middle is.
    pub place: (usize, usize),
    /// Whether a mark stands before it.
    pub checked: bool,
}

/// The display of a private Windows.
pub struct Screen<'a> {
    desktop: &'a Desktop,
    connection: RustConnection,
    root: u32,
    size: (usize, usize),
}

/// What the screen showed at one moment.
struct Picture {
    bytes: Vec<u8>,
    size: (usize, usize),
}

impl<'a> Screen<'a> {
    pub(super) fn of(desktop: &'a Desktop) -> Result<Screen<'a>> {
        let (connection, number) = RustConnection::connect(desktop.var("DISPLAY"))?;
        let root = connection.setup().roots[number].root;
        Ok(Screen { desktop, connection, root, size: SIZE })
    }

    pub(super) fn wait_for_task_bar(&self) -> Result<()> {
        self.until("the task bar", |picture| {
            let (bar, ground) = (picture.at(500, SIZE.1 - 1), picture.at(500, SIZE.1 / 2));
            (bar == [255; 3] && ground != bar && ground != [0; 3]).then_some(())
        })
    }

    /// Where the icon in the notification area is, once there is one.
    ///
    /// # Errors
    /// When none comes.
    pub fn icon(&self) -> Result<(usize, usize)> {
        self.until("an icon in the notification area", Picture::icon)
    }

    /// Waits until the notification area is empty.
    ///
    /// # Errors
    /// When it does not become so.
    pub fn wait_until_empty(&self) -> Result<()> {
        self.until("the end of the icon", |picture| picture.icon().is_none().then_some(()))
    }

    /// Waits until the icon in the notification area has much of a colour that `is`.
    ///
    /// # Errors
    /// When it does not become so.
    pub fn wait_for_icon(&self, what: &str, is: impl Fn(Color) -> bool) -> Result<()> {
        self.until(what, |picture| {
            let found = picture.bar().filter(|place| is(picture.at(place.0, place.1))).count();
            (found >= 20).then_some(())
        })
    }

    /// Clicks with the left button.
    ///
    /// # Errors
    /// When the mouse does not move.
    pub fn click(&self, place: (usize, usize)) -> Result<()> {
        self.press(place, "1")
    }

    /// Opens the icon's menu with the left or right button of the mouse, `1` or `3`, and returns its rows.
    ///
    /// # Errors
    /// When no menu opens.
    pub fn open_menu(&self, button: &str) -> Result<Vec<MenuRow>> {
        self.press(self.icon()?, button)?;
        self.until("the menu", |picture| Some(picture.menu()).filter(|rows| rows.len() > 2))
    }

    /// Closes the menu without a choice.
    ///
    /// # Errors
    /// When it stays.
    pub fn close_menu(&self) -> Result<()> {
        self.press((300, 300), "1")?;
        self.until("the end of the menu", |picture| picture.menu().is_empty().then_some(()))
    }

    fn press(&self, (x, y): (usize, usize), button: &str) -> Result<()> {
        self.xdotool(&["mousemove", &x.to_string(), &y.to_string()])?;
        std::thread::sleep(HAND);
        self.xdotool(&["click", button])
    }

    fn xdotool(&self, arguments: &[&str]) -> Result<()> {
        let output = self.desktop.command("xdotool").args(arguments).output()?;
        ensure!(output.status.success(), "xdotool {arguments:?} ended with {}", output.status);
        Ok(())
    }

    fn until<T>(&self, what: &str, found: impl Fn(&Picture) -> Option<T>) -> Result<T> {
        let end = Instant::now() + LIMIT;
        let mut last = None;
        while Instant::now() < end {
            let picture = self.picture()?;
            // What is still being drawn looks otherwise a moment later.
            let is_still = last.as_ref() == Some(&picture.bytes);
            if let Some(found) = found(&picture).filter(|_| is_still) {
                return Ok(found);
            }
            last = Some(picture.bytes);
            std::thread::sleep(Duration::from_millis(60));
        }
        bail!("{what} did not come")
    }

    fn picture(&self) -> Result<Picture> {
        let (width, height) = (u16::try_from(self.size.0)?, u16::try_from(self.size.1)?);
        let (format, all) = (ImageFormat::Z_PIXMAP, u32::MAX);
        let image = self.connection.get_image(format, self.root, 0, 0, width, height, all)?;
        let bytes = image.reply().context("the display shows nothing")?.data;
        ensure!(bytes.len() == self.size.0 * self.size.1 * 4, "the display has another depth");
        Ok(Picture { bytes, size: self.size })
    }
}

impl Picture {
    fn at(&self, x: usize, y: usize) -> Color {
        let start = (y * self.size.0 + x) * 4;
        [self.bytes[start + 2], self.bytes[start + 1], self.bytes[start]]
    }

    /// The right end of the task bar.
    fn bar(&self) -> impl Iterator<Item = (usize, usize)> {
        let (width, height) = self.size;
        (height - BAR..height).flat_map(move |y| (width - 300..width).map(move |x| (x, y)))
    }

    fn icon(&self) -> Option<(usize, usize)> {
        let drawn: Vec<_> = self.bar().filter(|place| self.is_ink(place.0, place.1)).collect();
        let left = drawn.iter().map(|place| place.0).min()?;
        let right = drawn.iter().map(|place| place.0).max()?;
        Some(((left + right) / 2, self.size.1 - BAR / 2))
    }

    /// The rows that can be read in what covers the desktop.
    fn menu(&self) -> Vec<MenuRow> {
        let ground = self.at(0, 0);
        let covered = |x: usize, y: usize| self.at(x, y) != ground;
        let (width, height) = (self.size.0, self.size.1 - BAR);
        let is_menu = |y: &usize| (0..width).filter(|x| covered(*x, *y)).count() > 90;
        let Some(top) = (0..height).find(is_menu) else { return Vec::new() };
        let Some(left) = (0..width).find(|x| covered(*x, top + 2)) else { return Vec::new() };
        let written = |y: usize| (left + 18..left + 110).any(|x| self.is_ink(x, y));
        let mut rows = Vec::new();
        let mut start = None;
        for y in top + 3..=height {
            let is_written = y < height - 2 && written(y);
            match (start, is_written) {
                (None, true) => start = Some(y),
                // What is lower than letters is a line between rows.
                (Some(first), false) if y - first > 4 => {
                    let marked = |y: usize| (left + 3..left + 16).any(|x| self.is_ink(x, y));
                    let checked = (first..y).any(marked);
                    rows.push(MenuRow { place: (left + 60, (first + y) / 2), checked });
                    start = None;
                }
                (Some(_), false) => start = None,
                (None, false) | (Some(_), true) => {}
            }
        }
        rows
    }

    /// Whether something is drawn on white there.
    fn is_ink(&self, x: usize, y: usize) -> bool {
        self.at(x, y).iter().any(|part| *part < 190)
    }
}
