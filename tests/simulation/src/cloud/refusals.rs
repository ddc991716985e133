//! How Entra ID says no: OAuth errors in its words and its form; it refuses to decide who gets one.

use serde::Serialize;

use super::Cloud;
use super::faults::TokenError;
use super::tokens::Dead;
use super::wire::{Millis, Response};

/// An OAuth error, before it becomes a body or a redirect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) error: &'static str,
    suberror: Option<&'static str>,
    code: u32,
    text: String,
}

/// The documented error body.
#[derive(Serialize)]
struct Body<'a> {
    error: &'a str,
    error_description: String,
    error_codes: [u32; 1],
    timestamp: &'a str,
    trace_id: &'a str,
    correlation_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    suberror: Option<&'a str>,
}

impl Refusal {
    pub(crate) fn new(error: &'static str, code: u32, text: impl Into<String>) -> Refusal {
        Refusal { error, suberror: None, code, text: text.into() }
    }

    pub(crate) fn description(&self) -> String {
        format!("AADSTS{}: {}", self.code, self.text)
    }

    pub(crate) fn missing(name: &str) -> Refusal {
        let text = format!("The request body must contain the following parameter: '{name}'.");
        Refusal::new("invalid_request", 900_144, text)
    }

    pub(crate) fn consent_required() -> Refusal {
        let text = "The user or administrator has not consented to use the application.";
        let suberror = Some("consent_required");
        Refusal { suberror, ..Refusal::new("invalid_grant", 65_001, text) }
    }

    fn status(&self) -> u16 {
        match self.error {
            "invalid_client" => 401,
            "temporarily_unavailable" => 503,
            "server_error" => 500,
            _ => 400,
        }
    }
}

impl From<Dead> for Refusal {
    fn from(dead: Dead) -> Refusal {
        let (code, text) = match dead {
            Dead::Unknown => (9_002_313, "Invalid request. Request is malformed or invalid."),
            Dead::Expired => (700_082, "The refresh token has expired due to inactivity."),
            Dead::Revoked => (50_173, "The provided grant has expired due to it being revoked."),
        };
        Refusal::new("invalid_grant", code, text)
    }
}

impl From<TokenError> for Refusal {
    fn from(error: TokenError) -> Refusal {
        match error {
            TokenError::InvalidGrant => Dead::Revoked.into(),
            TokenError::ConsentRequired => {
                Refusal { error: "consent_required", ..Refusal::consent_required() }
            }
            TokenError::InteractionRequired => Refusal {
                suberror: Some("basic_action"),
                ..Refusal::new(
                    "interaction_required",
                    50_076,
                    "You must use multi-factor authentication.",
                )
            },
            TokenError::LoginRequired => {
                Refusal::new("login_required", 50_058, "The user is not signed in.")
            }
            TokenError::TemporarilyUnavailable => Refusal::new(
                "temporarily_unavailable",
                90_033,
                "The service is temporarily unavailable.",
            ),
            TokenError::ServerError => {
                Refusal::new("server_error", 90_036, "An unexpected error occurred.")
            }
        }
    }
}

impl Cloud {
    /// The documented error body.
    pub(crate) fn refuse(&mut self, now: Millis, refusal: &Refusal) -> Response {
        let (trace, correlation) = (self.seed.guid(), self.seed.guid());
        let timestamp = self.clock.entra(self.seconds(now));
        let body = Body {
            error: refusal.error,
            error_description: format!(
                "{} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {timestamp}",
                refusal.description()
            ),
            error_codes: [refusal.code],
            timestamp: &timestamp,
            trace_id: &trace,
            correlation_id: &correlation,
            suberror: refusal.suberror,
        };
        Response::json(refusal.status(), &body)
    }

    /// A scripted error of the token endpoint.
    pub(crate) fn token_fault(&mut self, now: Millis, error: TokenError) -> Response {
        self.refuse(now, &error.into())
    }

    /// A failure that has nothing to do with the request.
    pub(crate) fn entra_status(&mut self, now: Millis, status: u16) -> Response {
        let error = match status {
            429 | 503 => TokenError::TemporarilyUnavailable,
            _ => TokenError::ServerError,
        };
        Response { status, ..self.token_fault(now, error) }
    }
}
