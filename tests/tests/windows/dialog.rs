//! Owns reading dialog boxes and pressing their buttons, as a person does with the mouse. Refuses to know whose they
//! are.

use std::fs;

use anyhow::{Context, Result};
use presence_tests::stage::until;

use crate::stage::Stage;

impl Stage {
    /// The parts of the dialog boxes whose titles begin with `title`, once one of them says `part`: where the middle of
    /// each is, and what it says.
    pub(crate) fn read_box(&self, title: &str, part: &str) -> Result<String> {
        let mut said = String::new();
        let came = until(part, || {
            said = self.read_boxes(title).unwrap_or_default();
            place_of(part, &said).is_some()
        });
        came.with_context(|| said.clone())?;
        Ok(said)
    }

    fn read_boxes(&self, title: &str) -> Result<String> {
        // Into a file, as a pipe would stay open: who asks for windows first starts the desktop, which inherits it.
        let read = self.windows.drive().join("box.txt");
        let mut reader = self.windows.command(r"C:\person.exe", &["box", title]);
        reader.stdout(fs::File::create(&read)?);
        let mut reader = self.windows.spawn("reader", reader)?;
        until("the reader", || reader.ended().is_ok_and(|ended| ended.is_some()))?;
        Ok(fs::read_to_string(&read)?)
    }

    /// Clicks on the button that says `name` in the boxes with this title, once there is one.
    pub(crate) fn press(&self, title: &str, name: &str) -> Result<()> {
        let said = self.read_box(title, name)?;
        self.windows.screen()?.click(place_of(name, &said).context("it was read")?)
    }
}

/// The middle of the part that says `name`.
fn place_of(name: &str, parts: &str) -> Option<(usize, usize)> {
    let of_part = |line: &str| {
        let (place, said) = line.trim_end().split_once('\t')?;
        let (x, y) = place.split_once(' ').filter(|_| said == name)?;
        Some((x.parse().ok()?, y.parse().ok()?))
    };
    parts.lines().find_map(of_part)
}
