//! Owns what is left of text that others wrote, where it enters: a short line without control characters. Refuses to
//! judge what it says.

use presence_core::Ids;

/// The longest text that is kept, characters.
const TEXT: usize = 300;
/// The longest value for the help desk, characters; an admin-consent link is ours and not cut.
const ID: usize = 120;
/// The most values for the help desk.
const IDS: usize = 12;

/// One line of at most 300 characters.
#[must_use]
pub fn text(foreign: &str) -> String {
    line(foreign, TEXT)
}

/// One line of at most 120 characters: a name, a code, a number.
pub(crate) fn name(foreign: &str) -> String {
    line(foreign, ID)
}

/// Those of `pairs` that have a value, cleaned.
pub(crate) fn ids<const N: usize>(pairs: [(&'static str, Option<String>); N]) -> Ids {
    let present = |(key, value): (&'static str, Option<String>)| Some((key.into(), name(&value?)));
    pairs.into_iter().filter_map(present).take(IDS).collect()
}

/// What a terminal may be sent of `text`: no control characters but the end of a line.
#[must_use]
pub fn printable(text: &str) -> String {
    text.chars().filter(|letter| *letter == '\n' || !is_hidden(*letter)).collect()
}

fn line(foreign: &str, longest: usize) -> String {
    // As nearly all of it is.
    if foreign.len() <= longest && foreign.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return foreign.trim().to_owned();
    }
    let mut letters = foreign.chars().filter_map(|letter| match letter {
        '\t'..='\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some(' '),
        hidden if is_hidden(hidden) => None,
        plain => Some(plain),
    });
    let mut kept: String = letters.by_ref().take(longest).collect();
    if letters.next().is_some() {
        kept.pop();
        kept.push('…');
    }
    kept.trim().to_owned()
}

/// Whether a character moves, colours, hides or reorders others: controls (C0, C1), what has no width, marks and
/// overrides of direction, separators of lines, tags.
fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_move_colour_hide_or_reorder_is_gone() {
        let hostile =
            "\u{1b}[31mred\u{7}\u{9b}2J\u{202e}txt\u{2066}a\u{200b}b\u{feff}\r\nnext\u{2028}last";
        assert_eq!(text(hostile), "[31mred2Jtxtab  next last");
        assert_eq!(text("Größe: 5 € für 任务"), "Größe: 5 € für 任务");
    }

    #[test]
    fn what_is_long_is_cut_and_says_so() {
        let long = text(&"ä".repeat(100_000));
        assert_eq!(long.chars().count(), TEXT);
        assert!(long.ends_with("ä…"));
        assert_eq!(text(&"a".repeat(TEXT)).len(), TEXT);
        assert_eq!(ids([("code", Some("c".repeat(4_000))), ("none", None)])["code"].len(), ID + 2);
    }

    #[test]
    fn a_terminal_still_gets_its_lines() {
        assert_eq!(printable("title\n  detail\u{1b}]0;x\u{7}"), "title\n  detail]0;x");
    }
}
