//! The request of a browser at the loopback address of a sign-in.

use presence_wire::redirect::{Callback, Head, Verdict, judge, read};
use presence_wire::refusal;
use url::form_urlencoded;

use super::registration;
use crate::shown::{are_clean, is_clean};

const STATE: &str = "MTIzNDU2Nzg5MDEyMzQ1Ng";

/// The input is what comes through the socket.
pub(crate) fn check(input: &[u8]) {
    let whole = read(input);
    let first = (0..=input.len()).step_by(97).map(|end| read(&input[..end]));
    // Whatever part has come first, what is known then stays so.
    if let Some(known) = first.into_iter().find(|head| *head != Head::Partial) {
        assert_eq!(known, whole);
    }
    let Head::Get(target) = whole else { return };
    assert!(target.len() <= input.len());
    match judge(&target, STATE) {
        Verdict::Ours(came) => {
            let query = target.split_once('?').unwrap().1;
            let query = query.split('#').next().unwrap();
            let has_state = |query: &str| {
                form_urlencoded::parse(query.as_bytes())
                    .any(|(name, value)| name == "state" && value == STATE)
            };
            // A browser leaves tabs and ends of lines out of an address; they cannot stand in a request.
            assert!(has_state(query), "{target}");
            is_safe(came, input.len());
        }
        Verdict::Stranger | Verdict::Nothing => {}
    }
    assert!(!matches!(judge(&target, "another"), Verdict::Ours(_)) || target.contains("another"));
}

fn is_safe(came: Callback, longest: usize) {
    match came {
        Callback::Code(code) => assert!(code.secret().len() <= 3 * longest),
        Callback::Refused(error) => {
            assert_eq!(error.error_description, None, "anybody can write one");
            let refusal = refusal(&registration(), &error);
            is_clean(&refusal.detail, 300);
            are_clean(&refusal.ids);
        }
    }
}
