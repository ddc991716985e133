//! Owns what the history leaves out of a sentence: whatever may name a person or be a secret. Refuses to judge the rest.

/// Longer words are addresses with parameters, or secrets.
const WORD: usize = 60;
const LEFT_OUT: &str = "…";

/// `text` without `name`, addresses of people, GUIDs and words that are too long for one.
pub(super) fn redacted(text: &str, name: Option<&str>) -> String {
    let text = match name.filter(|name| !name.is_empty()) {
        Some(name) => text.replace(name, LEFT_OUT),
        None => text.to_owned(),
    };
    let word = |word: &str| {
        let is_private = word.contains('@') || word.len() > WORD || has_guid(word);
        if is_private { LEFT_OUT.to_owned() } else { word.to_owned() }
    };
    text.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

/// Whether 32 hexadecimal digits stand in a row, with hyphens or without.
fn has_guid(word: &str) -> bool {
    let mut digits = 0;
    word.chars().any(|letter| {
        digits = match letter {
            '-' => digits,
            digit if digit.is_ascii_hexdigit() => digits + 1,
            _ => 0,
        };
        digits == 32
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_ids_and_secrets_are_left_out() {
        for (text, plain) in [
            ("AADSTS50034: The user Megan@contoso.com does not exist", "… does not exist"),
            ("User '0a1b2c3d-1111-2222-3333-444455556666' is blocked", "… is blocked"),
            ("id 0A1B2C3D111122223333444455556666.", "…"),
            (&format!("token {}", "e".repeat(1_000)), "token …"),
            ("signed in as CONTOSO\\megan today", "signed in as … today"),
        ] {
            let left = redacted(text, Some("CONTOSO\\megan"));
            assert!(left.ends_with(plain), "{left}");
            assert!(!left.to_lowercase().contains("megan"), "{left}");
        }
    }

    #[test]
    fn a_plain_sentence_stays_as_it_is() {
        let text = "The service denied access: the permission Presence.ReadWrite is missing (HTTP status 403).";
        assert_eq!(redacted(text, Some("megan@contoso.com")), text);
        assert_eq!(redacted(text, Some("")), text);
    }
}
