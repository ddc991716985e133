//! Finds the program's icon in a picture of the screen, by its own pixels; refuses everything else that is drawn.

use std::collections::BTreeMap;

use super::{Color, GAP, GREEN, Part, Picture, Place, SIZE, clusters, near};
use crate::desktop::Pixmap;

impl Picture {
    /// Where `icon` is drawn in `panel`, in one of its sizes or scaled a little.
    pub(in crate::desktops) fn icon(&self, icon: &[Pixmap], panel: Part) -> Option<Part> {
        let whole = icon.last()?;
        let color = main_color(whole)?;
        let places = panel.places().filter(|place| near(self.at(*place), color)).collect();
        let found = clusters(places, GAP).into_iter().filter_map(|cluster| {
            let part = Part::of(&cluster)?;
            let is_one = (12..=64).contains(&part.width()) && (12..=64).contains(&part.height());
            is_one.then_some(part)
        });
        found.into_iter().find(|part| self.likeness(icon, color, *part) >= 0.8)
    }

    /// Where the application's icon is in `part`, by its green disc with the indigo ground at its sides.
    pub(in crate::desktops) fn application_icon(&self, part: Part) -> Option<Part> {
        const GROUND: Color = [0x4d, 0x5a, 0xce];
        let places = part.places().filter(|place| near(self.at(*place), GREEN)).collect();
        let discs = clusters(places, GAP).into_iter().filter_map(|cluster| Part::of(&cluster));
        discs.filter(|disc| (4..=80).contains(&disc.width())).find(|disc| {
            let ((x, y), aside) = (disc.middle(), disc.width() * 17 / 20);
            let is_ground = |x: usize| near(self.at((x.min(SIZE.0 - 1), y)), GROUND);
            let mut steps = aside..=aside + 2;
            steps.clone().any(|step| is_ground(x.saturating_sub(step)))
                && steps.any(|step| is_ground(x + step))
        })
    }

    /// How much of `icon`, by the size that fits best, is in this `part`, which holds its main colour.
    fn likeness(&self, icon: &[Pixmap], color: Color, part: Part) -> f64 {
        let scaled = icon.iter().map(|pixmap| {
            let of_color: Vec<Place> =
                pixels(pixmap).filter(|pixel| near(pixel.1, color)).map(|pixel| pixel.0).collect();
            let Some(drawn) = Part::of(&of_color) else { return 0.0 };
            let scale = |at: usize, from: usize, size: usize, to: usize, target: usize| {
                let (at, from) = (at as f64, from as f64);
                let step = (target as f64 - 1.0) / (size as f64 - 1.0).max(1.0);
                (to as f64 + (at - from) * step).round().max(0.0) as usize
            };
            let mut same = 0;
            let mut all = 0;
            for ((x, y), wanted) in pixels(pixmap).filter(|pixel| drawn.contains(pixel.0)) {
                let x = scale(x, drawn.left, drawn.width(), part.left, part.width());
                let y = scale(y, drawn.top, drawn.height(), part.top, part.height());
                all += 1;
                let around = Part { left: x, top: y, right: x, bottom: y }.around(1);
                same += usize::from(around.places().any(|place| near(self.at(place), wanted)));
            }
            f64::from(same as u32) / f64::from(all.max(1))
        });
        scaled.fold(0.0, f64::max)
    }
}

/// The opaque pixels of an icon.
fn pixels(pixmap: &Pixmap) -> impl Iterator<Item = (Place, Color)> {
    let (width, _, bytes) = pixmap;
    let width = usize::try_from(*width).unwrap_or(1).max(1);
    let opaque = bytes.chunks_exact(4).enumerate().filter(|(_, pixel)| pixel[0] == 255);
    opaque
        .map(move |(index, pixel)| ((index % width, index / width), [pixel[1], pixel[2], pixel[3]]))
}

fn main_color(pixmap: &Pixmap) -> Option<Color> {
    let mut colors = BTreeMap::<Color, usize>::new();
    for (_, color) in pixels(pixmap) {
        *colors.entry(color).or_default() += 1;
    }
    colors.into_iter().max_by_key(|(_, count)| *count).map(|(color, _)| color)
}
