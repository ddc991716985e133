//! Owns what an error of Entra's means ("Microsoft identity platform: authentication and authorization error
//! codes"); refuses to branch on numbers or sentences.

use presence_core::{Answer, Ids, Refusal, RefusalKind};
use serde::Deserialize;
use url::Url;

use crate::clean;
use crate::http::Response;
use crate::registration::Registration;

/// The most error codes that are kept.
const CODES: usize = 5;

/// An error of the token endpoint, or of a redirect ("Microsoft identity platform … error response").
#[derive(Debug, Default, Clone, Deserialize)]
pub struct EntraError {
    /// `error`.
    pub error: String,
    /// `error_description`.
    pub error_description: Option<String>,
    /// `suberror`.
    pub suberror: Option<String>,
    /// `error_codes`: the numbers after `AADSTS`.
    #[serde(default)]
    pub error_codes: Vec<i64>,
    /// `trace_id`.
    pub trace_id: Option<String>,
    /// `correlation_id`.
    pub correlation_id: Option<String>,
}

/// An error of Entra's own; `None`: of somebody in its place, whose page is no verdict.
pub(super) fn own(response: &Response) -> Option<EntraError> {
    let is_code = |error: &str| {
        let is_plain = |letter: char| letter.is_ascii_lowercase() || letter == '_';
        !error.is_empty() && error.chars().all(is_plain)
    };
    response.json().filter(|error: &EntraError| is_code(&error.error))
}

/// What the core is told of `error`.
pub(super) fn answer(at: &Registration, error: &EntraError) -> Answer {
    match error.error.as_str() {
        "temporarily_unavailable" | "server_error" => {
            Answer::Busy { retry_after: None, ids: ids(error) }
        }
        _ => Answer::Refused(refusal(at, error)),
    }
}

/// The refusal behind `error`.
#[must_use]
pub fn refusal(at: &Registration, error: &EntraError) -> Refusal {
    let kind = match (error.error.as_str(), error.suberror.as_deref()) {
        ("consent_required", _) | (_, Some("consent_required")) => RefusalKind::ConsentNeeded,
        ("invalid_grant" | "interaction_required" | "login_required", _) => {
            RefusalKind::PersonNeeded
        }
        ("access_denied" | "authorization_declined", _) => RefusalKind::Declined,
        ("expired_token" | "code_expired", _) => RefusalKind::Expired,
        ("unauthorized_client" | "invalid_client", _) => RefusalKind::NotPublicClient,
        _ => RefusalKind::Other,
    };
    let mut ids = ids(error);
    if kind == RefusalKind::ConsentNeeded
        && let Some(link) = admin_consent(at)
    {
        ids.insert("admin consent".into(), link.to_string());
    }
    let first_line = error.error_description.as_deref().unwrap_or_default().lines().next();
    Refusal { kind, detail: clean::text(first_line.unwrap_or_default()), ids }
}

/// What the help desk needs.
pub(super) fn ids(error: &EntraError) -> Ids {
    let codes = error.error_codes.iter().take(CODES);
    let codes: Vec<_> = codes.map(|code| format!("AADSTS{code}")).collect();
    clean::ids([
        ("error", Some(error.error.clone())),
        ("codes", (!codes.is_empty()).then(|| codes.join(" "))),
        ("trace id", error.trace_id.clone()),
        ("correlation id", error.correlation_id.clone()),
    ])
}

/// The admin-consent link ("Admin consent on the Microsoft identity platform").
fn admin_consent(at: &Registration) -> Option<Url> {
    let root = format!("{}/{}/v2.0/adminconsent", at.cloud.authority, at.tenant);
    let scope = at.permission();
    let pairs = [
        ("client_id", at.client_id.as_str()),
        ("scope", scope.as_str()),
        ("redirect_uri", "http://localhost"),
    ];
    Url::parse_with_params(&root, pairs).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_entra_itself_gives_a_verdict() {
        let response = |body: &str| Response {
            status: 403,
            headers: Vec::new(),
            body: body.into(),
            received: std::time::SystemTime::UNIX_EPOCH,
        };
        assert!(own(&response(r#"{"error":"invalid_grant","error_codes":[50173]}"#)).is_some());
        for page in ["<html>", "", r#"{"error":"Forbidden"}"#, r#"{"error":{"code":"x"}}"#] {
            assert!(own(&response(page)).is_none(), "{page}");
        }
    }
}
