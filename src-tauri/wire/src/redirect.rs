//! Owns what a browser brings back to the loopback redirect of a sign-in ("Redirect URI restrictions", RFC 8252 section
//! 7.3): the right path and state. Refuses to listen.

use oauth2::AuthorizationCode;
use url::Url;

use crate::entra::EntraError;

/// The most headers of a request.
const HEADERS: usize = 100;

/// What a request is, by as much of its head as has come.
#[derive(Debug, PartialEq, Eq)]
pub enum Head {
    /// The rest of the head is to come.
    Partial,
    /// A `GET` of this target, a path with its query.
    Get(String),
    /// Anything else.
    Other,
}

/// What the browser of this sign-in brought.
#[derive(Debug)]
pub enum Callback {
    /// A code to redeem.
    Code(AuthorizationCode),
    /// Entra's error.
    Refused(EntraError),
}

/// What a request to the redirect is.
#[derive(Debug)]
pub enum Verdict {
    /// This sign-in's.
    Ours(Callback),
    /// A redirect, but not of this sign-in.
    Stranger,
    /// No redirect.
    Nothing,
}

/// What the request is whose first bytes are `head` (RFC 9112).
#[must_use]
pub fn read(head: &[u8]) -> Head {
    let mut headers = [httparse::EMPTY_HEADER; HEADERS];
    let mut request = httparse::Request::new(&mut headers);
    match request.parse(head) {
        Ok(httparse::Status::Partial) => Head::Partial,
        Ok(httparse::Status::Complete(_)) if request.method == Some("GET") => {
            request.path.map_or(Head::Other, |target| Head::Get(target.to_owned()))
        }
        Ok(httparse::Status::Complete(_)) | Err(_) => Head::Other,
    }
}

/// What the request for `target`, a path with its query, is to the sign-in of this `state`.
#[must_use]
pub fn judge(target: &str, state: &str) -> Verdict {
    let Ok(url) = Url::parse("http://localhost").and_then(|root| root.join(target)) else {
        return Verdict::Nothing;
    };
    if url.path() != "/" || url.query().is_none() {
        return Verdict::Nothing;
    }
    let value = |name: &str| {
        url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    };
    if value("state").as_deref() != Some(state) {
        return Verdict::Stranger;
    }
    match (value("code"), value("error")) {
        (Some(code), None) => Verdict::Ours(Callback::Code(AuthorizationCode::new(code))),
        (_, Some(error)) => {
            let described = value("error_description").unwrap_or_default();
            Verdict::Ours(Callback::Refused(refused(error, value("error_subcode"), &described)))
        }
        (None, None) => Verdict::Nothing,
    }
}

/// The error of a redirect. Anybody can write a link with a description, so of that only numbers for the help desk are
/// taken.
fn refused(error: String, suberror: Option<String>, described: &str) -> EntraError {
    let code = described
        .split_once("AADSTS")
        .map(|(_, after)| leading(after, 9, |letter| letter.is_ascii_digit()));
    let guid = |label: &str| {
        let (_, after) = described.split_once(label)?;
        let id =
            leading(after.trim_start(), 36, |letter| letter.is_ascii_hexdigit() || letter == '-');
        (id.len() == 36).then(|| id.to_owned())
    };
    EntraError {
        error,
        suberror,
        error_description: None,
        error_codes: code.and_then(|code| code.parse().ok()).into_iter().collect(),
        trace_id: guid("Trace ID:"),
        correlation_id: guid("Correlation ID:"),
    }
}

/// The beginning of `text`, as far as it is `of` those characters, and not longer than `longest` bytes.
fn leading(text: &str, longest: usize, of: fn(char) -> bool) -> &str {
    let end = text.find(|letter| !of(letter)).unwrap_or(text.len());
    text.get(..end.min(longest)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_right_path_and_state_count() {
        assert!(matches!(judge("/?code=c&state=s", "s"), Verdict::Ours(Callback::Code(_))));
        assert!(matches!(
            judge("/?error=access_denied&state=s", "s"),
            Verdict::Ours(Callback::Refused(_))
        ));
        assert!(matches!(judge("/?code=c&state=other", "s"), Verdict::Stranger));
        assert!(matches!(judge("/?code=c", "s"), Verdict::Stranger));
        assert!(matches!(judge("/favicon.ico", "s"), Verdict::Nothing));
        assert!(matches!(judge("/x?code=c&state=s", "s"), Verdict::Nothing));
    }

    #[test]
    fn of_a_description_only_numbers_are_taken() {
        let (trace, correlation) =
            ("f7b2f1ac-0000-4a4c-8a52-0123456789ab", "0c7cb9a3-0000-4a4c-8a52-ba9876543210");
        let text = format!(
            "AADSTS65004: Call +1 555 0100 now! Trace ID: {trace} Correlation ID: {correlation}"
        );
        let error = refused("access_denied".to_owned(), Some("cancel".to_owned()), &text);
        assert_eq!(error.error_description, None);
        assert_eq!(error.error_codes, [65004]);
        assert_eq!(error.trace_id.as_deref(), Some(trace));
        assert_eq!(error.correlation_id.as_deref(), Some(correlation));
        let hostile = refused("x".to_owned(), None, "AADSTS Trace ID: call me Correlation ID: ü");
        assert_eq!(hostile.error_codes, [] as [i64; 0]);
        assert_eq!((hostile.trace_id, hostile.correlation_id), (None, None));
    }
}
