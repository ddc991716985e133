//! Owns the strip of a history: an hour a cell, with a letter for what was so for most of it, and a mark where a lapse
//! lies in it. Refuses to need colours.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use chrono::{DateTime, Local, TimeDelta, Utc};
use presence_core::Status;
use presence_host::history::{Lapse, Phase, Span};

use crate::words;

/// A cell is so wide, columns.
const CELL: usize = 2;
/// Before the cells stands when they begin, columns.
const LABEL: usize = 17;
/// On the axis, a time stands at every sixth cell.
const TICK: usize = 6;
/// Cells in a row, where they fit.
const ROWS: [usize; 3] = [24, 12, 6];

/// What a cell shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Mark {
    /// The session said this.
    Says(Status),
    /// There was no session, and none was missed.
    NoSession,
    /// What was wanted was not confirmed.
    Lapse,
    /// The machine slept.
    Asleep,
    /// The program did not run.
    NotRunning,
    /// The history does not reach back so far.
    Unknown,
}

/// An hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Cell {
    mark: Mark,
    lapses: bool,
}

/// The cells from a moment on.
pub(super) struct Strip {
    since: DateTime<Utc>,
    cells: Vec<Cell>,
}

impl Strip {
    pub(super) fn new(
        spans: &[Span],
        lapses: &[Lapse],
        since: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Strip {
        let hour = TimeDelta::hours(1);
        let begins = (0..).map(|number| since + hour * number).take_while(|begin| *begin < now);
        let cells = begins.map(|begin| cell(spans, lapses, begin, now.min(begin + hour)));
        Strip { since, cells: cells.collect() }
    }

    /// Rows of cells, an axis, and a legend of what occurs.
    pub(super) fn drawn(&self, width: usize, coloured: bool) -> String {
        let fits = |cells: &usize| LABEL + cells * CELL <= width;
        let in_row = ROWS.into_iter().find(fits).unwrap_or(ROWS[2]);
        let mut drawn = String::new();
        for (row, cells) in self.cells.chunks(in_row).enumerate() {
            let begin = words::time::date_and_minute(self.begin(row * in_row));
            let cells: String = cells.iter().map(|cell| cell.drawn(coloured)).collect();
            let _ = writeln!(drawn, "{begin:LABEL$}{}", cells.trim_end());
        }
        let last = (self.cells.len().saturating_sub(1)) / in_row * in_row;
        let ticks = (last..self.cells.len().min(last + in_row)).step_by(TICK);
        let axis: String = ticks
            .map(|cell| format!("{:1$}", words::time::minute(self.begin(cell)), TICK * CELL))
            .collect();
        let _ = writeln!(drawn, "{:LABEL$}{}", "", axis.trim_end());
        let _ = writeln!(drawn, "\n{}", self.legend(coloured));
        drawn
    }

    fn begin(&self, cell: usize) -> DateTime<Local> {
        let hours = i64::try_from(cell).unwrap_or(i64::MAX);
        let begin =
            TimeDelta::try_hours(hours).and_then(|away| self.since.checked_add_signed(away));
        begin.unwrap_or(self.since).with_timezone(&Local)
    }

    fn legend(&self, coloured: bool) -> String {
        let lapses = self.cells.iter().filter(|cell| cell.lapses).map(|_| Mark::Lapse);
        let marks: BTreeSet<Mark> = self.cells.iter().map(|cell| cell.mark).chain(lapses).collect();
        let entry = |mark: Mark| {
            let cell = Cell { mark, lapses: false }.drawn(coloured);
            format!("{cell}{}{}", if coloured { " " } else { "" }, words::history::meaning(mark))
        };
        marks.into_iter().map(entry).collect::<Vec<_>>().join("   ")
    }
}

/// What was so for the longest known time from `begin` to `end`.
fn cell(spans: &[Span], lapses: &[Lapse], begin: DateTime<Utc>, end: DateTime<Utc>) -> Cell {
    let within = |from: DateTime<Utc>, to: DateTime<Utc>| {
        (to.min(end) - from.max(begin)).max(TimeDelta::zero())
    };
    let mut lengths: BTreeMap<Mark, TimeDelta> = BTreeMap::new();
    for span in spans {
        let mark = mark(span, lapses);
        *lengths.entry(mark).or_default() += within(span.from, span.to);
    }
    lengths.retain(|mark, length| *mark != Mark::Unknown && !length.is_zero());
    let longest = lengths.into_iter().max_by_key(|(_, length)| *length);
    let mark = longest.map_or(Mark::Unknown, |(mark, _)| mark);
    Cell { mark, lapses: lapses.iter().any(|lapse| lapse.from < end && lapse.to > begin) }
}

fn mark(span: &Span, lapses: &[Lapse]) -> Mark {
    match &span.phase {
        Phase::Unknown => Mark::Unknown,
        Phase::NotRunning => Mark::NotRunning,
        Phase::Asleep => Mark::Asleep,
        Phase::Running(_)
            if lapses.iter().any(|lapse| lapse.from <= span.from && span.to <= lapse.to) =>
        {
            Mark::Lapse
        }
        Phase::Running(said) => said.session.map_or(Mark::NoSession, Mark::Says),
    }
}

impl Cell {
    fn drawn(self, coloured: bool) -> String {
        let letter = words::history::letter(self.mark);
        let lapse = words::history::letter(Mark::Lapse);
        let second = if self.lapses && self.mark != Mark::Lapse { lapse } else { ' ' };
        if coloured {
            format!("\x1b[{}m{letter}{second}\x1b[0m", colour(self.mark))
        } else {
            format!("{letter}{second}")
        }
    }
}

/// The colours of Teams, as far as every terminal has them ("Select Graphic Rendition", ECMA-48).
fn colour(mark: Mark) -> &'static str {
    match mark {
        Mark::Says(Status::Available) => "30;42",
        Mark::Says(Status::InACall | Status::InAConferenceCall | Status::Presenting) => "97;41",
        Mark::Says(Status::Away) => "30;43",
        Mark::Lapse => "1;30;45",
        Mark::NoSession | Mark::Asleep | Mark::NotRunning | Mark::Unknown => "2",
    }
}

#[cfg(test)]
mod tests {
    use presence_host::history::Said;

    use super::*;

    #[test]
    fn a_day_is_a_row_of_24_cells_with_a_legend_of_what_occurs() {
        let lines = drawn(24, 80, false);

        let [row, axis, gap, legend] = &lines[..] else { panic!("{lines:?}") };
        assert_eq!(&row[LABEL..], "x x x x x x x x - A A A A!A A P ! ! z z z z z z");
        assert_eq!(axis.split_whitespace().count(), 4);
        assert_eq!(gap, "");
        assert_eq!(
            legend,
            "A Available   P Presenting (do not disturb)   - no status   ! lapse   z asleep   x not running"
        );
    }

    #[test]
    fn rows_are_as_long_as_the_terminal_is_wide() {
        for (hours, width, rows) in
            [(24, 65, 1), (24, 64, 2), (24, 30, 4), (24, 1, 4), (14 * 24, 80, 14), (1, 80, 1)]
        {
            assert_eq!(drawn(hours, width, false).len(), rows + 3, "{hours} {width}");
        }
    }

    #[test]
    fn colours_change_nothing_else() {
        let plain = drawn(24, 80, false);
        let coloured = drawn(24, 80, true);
        assert!(coloured[0].contains("\x1b[30;42mA!\x1b[0m"), "{}", coloured[0]);
        let without = |line: &String| {
            let mut parts = line.split('\x1b');
            let first = parts.next().unwrap_or_default().to_owned();
            let rest = parts.map(|part| part.split_once('m').map_or(part, |(_, rest)| rest));
            (first + &rest.collect::<String>()).trim_end().to_owned()
        };
        assert_eq!(without(&coloured[0]), plain[0]);
    }

    #[test]
    fn every_mark_has_a_letter_of_its_own() {
        let others = [Mark::NoSession, Mark::Lapse, Mark::Asleep, Mark::NotRunning, Mark::Unknown];
        let marks = Status::ALL.map(Mark::Says).into_iter().chain(others);
        let letters: BTreeSet<char> = marks.map(words::history::letter).collect();
        assert_eq!(letters.len(), 10);
    }

    /// The lines of a day, looked at for so many hours.
    fn drawn(hours: i64, width: usize, coloured: bool) -> Vec<String> {
        let now = "2026-11-28T20:00:00Z".parse::<DateTime<Utc>>().unwrap();
        let since = now - TimeDelta::hours(hours);
        let at = |minutes: i64| now - TimeDelta::hours(24) + TimeDelta::minutes(minutes);
        let said = |wanted, session| Phase::Running(Said { wanted, session, ..Said::default() });
        let (available, presenting) = (Some(Status::Available), Some(Status::Presenting));
        let phases = [
            (0, Phase::NotRunning),
            (8 * 60, said(None, None)),
            (9 * 60 - 10, said(available, available)),
            (12 * 60 + 10, said(available, None)),
            (12 * 60 + 25, said(available, available)),
            (15 * 60, said(presenting, presenting)),
            (16 * 60, said(presenting, None)),
            (18 * 60, Phase::Asleep),
        ];
        let ends = phases.iter().skip(1).map(|(begin, _)| at(*begin)).chain([now]);
        let spans = phases.iter().zip(ends).map(|((begin, phase), to)| Span {
            from: at(*begin),
            to,
            phase: phase.clone(),
        });
        let spans: Vec<Span> = spans.collect();
        let lapses = presence_host::history::lapses(&spans);
        let strip = Strip::new(&spans, &lapses, since, now);
        strip.drawn(width, coloured).lines().map(str::to_owned).collect()
    }
}
