//! What several measurements of one thing say; refuses to leave out any of them.

use std::fmt;

use serde::Serialize;

/// The lowest, the median and the highest of some values, in the unit that their name says.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Spread {
    /// The lowest.
    pub low: f64,
    /// The one in the middle.
    pub median: f64,
    /// The highest.
    pub high: f64,
}

impl Spread {
    /// Of `values`; none where there is none.
    pub fn of(values: &[f64]) -> Option<Spread> {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let (low, high) = (*sorted.first()?, *sorted.last()?);
        Some(Spread { low, median: sorted[sorted.len() / 2], high })
    }

    /// Of `ours` divided by `theirs`, pair by pair.
    pub fn of_ratios(ours: &[f64], theirs: &[f64]) -> Option<Spread> {
        let ratios: Vec<f64> =
            ours.iter().zip(theirs).map(|(ours, theirs)| ours / theirs).collect();
        Spread::of(&ratios)
    }
}

/// The median, and in brackets the lowest and the highest, with as many digits as the precision says.
impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Spread { low, median, high } = self;
        let digits = f.precision().unwrap_or_default();
        write!(f, "{median:.digits$} ({low:.digits$} to {high:.digits$})")
    }
}
