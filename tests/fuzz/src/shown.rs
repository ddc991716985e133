//! Owns what text may not hold that a person reads or that is logged; refuses to clean it.

use presence_core::{Ids, Problem};

/// The longest sentence that a problem may have, characters: foreign text in it is cut at 300.
const SENTENCE: usize = 2_000;
/// The longest value for the help desk, characters; the link to an admin's consent is ours and not cut.
const ID: usize = 2_000;

/// One line that moves, colours, hides and reorders nothing, and has at most `longest` characters.
pub(crate) fn is_clean(text: &str, longest: usize) {
    let bad = text.chars().find(|letter| is_bad(*letter));
    assert_eq!(bad, None, "in {text:?}");
    assert!(text.chars().count() <= longest, "{} characters: {text:?}", text.chars().count());
}

/// What `is_clean` holds of each of its texts.
pub(crate) fn is_clean_problem(problem: &Problem) {
    let Problem { kind: _, title, detail, remedy, ids } = problem;
    for text in [title, detail, remedy] {
        is_clean(text, SENTENCE);
    }
    are_clean(ids);
}

/// What `is_clean` holds of the names and values, of which there are few.
pub(crate) fn are_clean(ids: &Ids) {
    assert!(ids.len() <= 20, "{ids:?}");
    for text in ids.iter().flat_map(|(name, value)| [&**name, value]) {
        is_clean(text, ID);
    }
}

/// Controls (C0, C1), separators of lines, and what has to do with the direction of text (Unicode, UAX #9).
fn is_bad(letter: char) -> bool {
    letter.is_control()
        || matches!(
            letter,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        )
}
