//! Owns what can be read in a picture of the screen: the icon, the menu's dots and rows, a mark before a row. Refuses
//! to know which desktop drew it.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use super::recipes::Dots;

mod icon;

/// The size of the private desktop's screen.
pub(super) const SIZE: (usize, usize) = (1280, 800);
/// How far a host may be from a colour of the icon: GNOME dims it.
const DIMMED: u8 = 26;
/// The colours of the menu's dots, in the order of the rows.
const DOTS: [Color; 5] = [GREEN, RED, RED, YELLOW, RED];
const GREEN: Color = [0x2b, 0x9a, 0x3e];
const RED: Color = [0xd9, 0x36, 0x3e];
const YELLOW: Color = [0xff, 0xb3, 0x1a];
/// How much of a row is looked at for letters.
const WORDS: usize = 120;
/// What a mark takes before the words.
const MARKS: usize = 29;
/// What a menu's border and shadow take.
const MARGIN: usize = 14;
/// How many pixels the sign in a dot leaves between its parts.
const GAP: usize = 3;
/// How many pixels a mark makes a row differ by from one without.
const MARK: usize = 8;

/// Where nothing is: the pointer rests there.
pub(super) const ASIDE: Place = (900, 420);
/// What a pointer covers that a desktop draws itself.
const POINTER: Part =
    Part { left: ASIDE.0 - 10, top: ASIDE.1 - 10, right: ASIDE.0 + 24, bottom: ASIDE.1 + 30 };

/// A colour by its parts of red, green and blue.
pub(super) type Color = [u8; 3];
/// A place on the screen.
pub(super) type Place = (usize, usize);

/// What the screen showed at one moment.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Picture {
    /// Blue, green, red and one more byte for each pixel.
    pub(super) bytes: Vec<u8>,
}

/// A part of the screen; the ends belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) left: usize,
    pub(super) top: usize,
    pub(super) right: usize,
    pub(super) bottom: usize,
}

/// The program's menu, open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Menu {
    /// What opening it changed on the screen.
    pub(super) part: Part,
    /// Where the words begin, and the dots where these come first.
    pub(super) words: usize,
    /// The middles of the rows of the five statuses.
    pub(super) statuses: [usize; 5],
    /// The middle of each row of letters, from the top.
    pub(super) rows: Vec<usize>,
    /// Which of the five has a mark, if exactly one stands out.
    pub(super) checked: Option<usize>,
}

impl Part {
    /// All of the screen.
    pub(super) const SCREEN: Part = Part { left: 0, top: 0, right: SIZE.0 - 1, bottom: SIZE.1 - 1 };

    pub(super) fn middle(self) -> Place {
        ((self.left + self.right) / 2, (self.top + self.bottom) / 2)
    }

    pub(super) fn width(self) -> usize {
        self.right + 1 - self.left
    }

    pub(super) fn height(self) -> usize {
        self.bottom + 1 - self.top
    }

    pub(super) fn contains(self, (x, y): Place) -> bool {
        (self.left..=self.right).contains(&x) && (self.top..=self.bottom).contains(&y)
    }

    pub(super) fn around(self, margin: usize) -> Part {
        Part {
            left: self.left.saturating_sub(margin),
            top: self.top.saturating_sub(margin),
            right: (self.right + margin).min(SIZE.0 - 1),
            bottom: (self.bottom + margin).min(SIZE.1 - 1),
        }
    }

    fn of(places: &[Place]) -> Option<Part> {
        Some(Part {
            left: places.iter().map(|place| place.0).min()?,
            top: places.iter().map(|place| place.1).min()?,
            right: places.iter().map(|place| place.0).max()?,
            bottom: places.iter().map(|place| place.1).max()?,
        })
    }

    fn places(self) -> impl Iterator<Item = Place> {
        (self.top..=self.bottom).flat_map(move |y| (self.left..=self.right).map(move |x| (x, y)))
    }
}

impl Picture {
    fn at(&self, (x, y): Place) -> Color {
        let start = (y * SIZE.0 + x) * 4;
        [self.bytes[start + 2], self.bytes[start + 1], self.bytes[start]]
    }

    /// Writes it to a PNG file.
    pub(super) fn keep(&self, path: &Path) -> Result<()> {
        let mut convert = Command::new("convert");
        let size = format!("{}x{}", SIZE.0, SIZE.1);
        convert.args(["-size", &size, "-depth", "8", "bgra:-", "-alpha", "off"]).arg(path);
        let mut convert = convert.stdin(Stdio::piped()).spawn()?;
        convert.stdin.take().context("a pipe")?.write_all(&self.bytes)?;
        ensure!(convert.wait()?.success(), "no picture");
        Ok(())
    }

    /// Everything that is otherwise than `before` outside of `except`.
    pub(super) fn changed(&self, before: &Picture, except: &[Part]) -> Option<Part> {
        let places: Vec<Place> = Part::SCREEN
            .places()
            .filter(|place| self.at(*place) != before.at(*place))
            .filter(|place| !except.iter().any(|part| part.contains(*place)))
            .filter(|place| !POINTER.contains(*place))
            .collect();
        Part::of(&places)
    }

    /// How many pixels are otherwise than `before` outside of `except`.
    pub(super) fn difference(&self, before: &Picture, except: Part) -> usize {
        let places = Part::SCREEN.places().filter(|place| !except.contains(*place));
        places.filter(|place| self.at(*place) != before.at(*place)).count()
    }

    /// The menu if it is open; `before` it was not. It is known by its five dots where the desktop draws them, and
    /// else by its eleven rows.
    pub(super) fn menu(&self, before: &Picture, panel: Part, dots: Dots) -> Option<Menu> {
        let part = self.changed(before, &[panel])?;
        let (words, statuses) = match dots {
            Dots::Before => {
                let dots = self.dots()?;
                (dots[0].left, dots.map(|dot| dot.middle().1))
            }
            Dots::Behind => (self.words(part)?, self.dots()?.map(|dot| dot.middle().1)),
            Dots::None => {
                let rows = self.rows_from(part, part.left + MARKS);
                let first = rows.len().checked_sub(10).filter(|first| *first > 0)?;
                (self.words(part)?, std::array::from_fn(|index| rows[first + index]))
            }
        };
        let rows = self.rows_from(part, words);
        let left = part.left.max(words - MARKS);
        let checked = self.checked(Part { left, right: words - 3, ..part }, statuses);
        Some(Menu { part, words, statuses, rows, checked })
    }

    /// Where the words begin: in the last row nothing stands before them.
    fn words(&self, menu: Part) -> Option<usize> {
        let last = *self.rows_from(menu, menu.left + MARKS).last()?;
        let ground = self.at((menu.left + MARGIN, last));
        let is_written = |x: &usize| (last - 4..last + 4).any(|y| self.at((*x, y)) != ground);
        (menu.left + MARGIN..menu.right).find(is_written)
    }

    fn rows_from(&self, menu: Part, left: usize) -> Vec<usize> {
        self.rows(Part { left, right: left + WORDS, ..menu })
    }

    /// The five dots, one below the other; the sign in one that is drawn larger leaves a larger gap.
    fn dots(&self) -> Option<[Part; 5]> {
        [GAP, 3 * GAP].into_iter().find_map(|gap| self.dots_with(gap))
    }

    fn dots_with(&self, gap: usize) -> Option<[Part; 5]> {
        let mut dots = Vec::new();
        for color in [GREEN, RED, YELLOW] {
            let places = Part::SCREEN.places().filter(|place| self.at(*place) == color).collect();
            for part in clusters(places, gap).iter().filter_map(|cluster| Part::of(cluster)) {
                if (8..=40).contains(&part.width()) && (8..=40).contains(&part.height()) {
                    dots.push((part, color));
                }
            }
        }
        dots.sort_by_key(|(part, _)| part.top);
        let first = dots.iter().find(|(top, color)| {
            let mut below =
                dots.iter().filter(|(part, _)| part.middle().0.abs_diff(top.middle().0) <= 2);
            *color == GREEN && below.by_ref().any(|(part, _)| part == top) && below.count() >= 4
        })?;
        let column: Vec<_> = dots
            .iter()
            .filter(|(part, _)| part.top >= first.0.top)
            .filter(|(part, _)| part.middle().0.abs_diff(first.0.middle().0) <= 2)
            .take(5)
            .collect();
        let is_ours = column.iter().map(|dot| dot.1).eq(DOTS);
        is_ours.then(|| std::array::from_fn(|index| column[index].0))
    }

    /// The middles of the rows of letters in `part`: what is not of one colour, and higher than a line.
    pub(super) fn rows(&self, part: Part) -> Vec<usize> {
        let right = part.right.min(SIZE.0 - 1);
        let is_written = |y: usize| self.ink(part.left..right + 1, y) >= 2;
        let mut rows = Vec::new();
        let mut start = None;
        for y in part.top..=part.bottom + 1 {
            match (start, y <= part.bottom && is_written(y)) {
                (None, true) => start = Some(y),
                (Some(first), false) => {
                    if y - first >= 6 {
                        rows.push((first + y) / 2);
                    }
                    start = None;
                }
                (None, false) | (Some(_), true) => {}
            }
        }
        rows
    }

    /// Which of the five looks otherwise in `marks` than the four that look alike: by a check, a circle, a frame.
    fn checked(&self, marks: Part, statuses: [usize; 5]) -> Option<usize> {
        let unlike = |one: usize, other: usize| {
            // The middle of a row depends on which of its letters reach below the line.
            let shifts = -4..=4isize;
            let least = shifts.map(|shift| self.difference_of_rows(marks, one, other, shift)).min();
            least.is_some_and(|least| least >= MARK)
        };
        let is_alone = |index: &usize| {
            let own = statuses[*index];
            statuses.iter().filter(|other| unlike(own, **other)).count() == 4
        };
        let mut alone = (0..5).filter(is_alone);
        let only = alone.next()?;
        alone.next().is_none().then_some(only)
    }

    fn difference_of_rows(&self, marks: Part, one: usize, other: usize, shift: isize) -> usize {
        let places = (0..=22).flat_map(|y| (marks.left + 3..=marks.right).map(move |x| (x, y)));
        let differs = |(x, y): &Place| {
            let (one, other) = (one + y - 11, (other + y - 11).saturating_add_signed(shift));
            !near(self.at((*x, one)), self.at((*x, other)))
        };
        places.filter(differs).count()
    }

    /// How many pixels of a line are of another colour than most of it.
    fn ink(&self, columns: std::ops::Range<usize>, y: usize) -> usize {
        let mut colors = BTreeMap::<Color, usize>::new();
        for x in columns.clone() {
            *colors.entry(self.at((x, y))).or_default() += 1;
        }
        columns.len() - colors.values().max().copied().unwrap_or_default()
    }
}

fn near(seen: Color, wanted: Color) -> bool {
    seen.iter().zip(wanted).all(|(seen, wanted)| seen.abs_diff(wanted) <= DIMMED)
}

/// The places that lie together, with gaps of up to `gap` pixels.
fn clusters(places: Vec<Place>, gap: usize) -> Vec<Vec<Place>> {
    let mut left: std::collections::BTreeSet<Place> = places.into_iter().collect();
    let mut clusters = Vec::new();
    while let Some(first) = left.pop_first() {
        let mut cluster = vec![first];
        let mut next = 0;
        while let Some((x, y)) = cluster.get(next).copied() {
            next += 1;
            let near = Part { left: x, top: y, right: x, bottom: y }.around(gap);
            cluster.extend(near.places().filter(|place| left.remove(place)));
        }
        clusters.push(cluster);
    }
    clusters
}
