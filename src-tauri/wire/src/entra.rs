//! Owns the sign-in calls on the wire (authorization code flow with PKCE, refresh, device code); refuses to know when
//! they are made.
//!
//! Requests are plain forms: the OAuth library builds and sends in one step, and nothing here may send.

use std::borrow::Cow;
use std::collections::BTreeMap;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use oauth2::{
    AuthorizationCode, DeviceCode, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RefreshToken,
};
use presence_core::Claims;
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use url::Url;

use crate::http::{Request, post_form};
use crate::registration::Registration;
use crate::token_store::Attempt;

mod answer;
mod refusal;

pub(crate) use answer::{Secret, answer};
pub use refusal::{EntraError, refusal};

/// What a browser sign-in starts with.
#[derive(Debug)]
pub struct Opening {
    /// The authorize URL, for the browser.
    pub url: Url,
    /// What the redirect must bring back.
    pub state: String,
    /// What the [`TokenStore`](crate::TokenStore) remembers of it.
    pub attempt: Attempt,
}

/// The authorize request for a redirect to `http://localhost:{port}`, with secrets made of `random` bytes.
///
/// # Errors
/// When the configured authority and tenant make no URL.
pub fn opening(
    at: &Registration,
    port: u16,
    claims: Option<&Claims>,
    random: [u8; 48],
) -> Result<Opening, url::ParseError> {
    let text = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
    // 32 bytes, as RFC 7636, section 4.1, recommends.
    let (verifier, state) = random.split_at(32);
    let (verifier, state) = (PkceCodeVerifier::new(text(verifier)), text(state));
    let challenge = PkceCodeChallenge::from_code_verifier_sha256(&verifier);
    let redirect = RedirectUrl::new(format!("http://localhost:{port}"))?;
    let url = Url::parse_with_params(
        &at.endpoint("authorize"),
        [
            ("response_type", "code"),
            ("client_id", &at.client_id),
            ("state", &state),
            ("code_challenge", challenge.as_str()),
            ("code_challenge_method", "S256"),
            ("redirect_uri", redirect.as_str()),
            ("scope", &at.scopes()),
            ("claims", &with_capability(claims)),
            ("prompt", "select_account"),
        ],
    )?;
    let attempt = Attempt::Browser { verifier, redirect, code: None };
    Ok(Opening { url, state, attempt })
}

pub(crate) fn redeem(
    at: &Registration,
    code: &AuthorizationCode,
    verifier: &PkceCodeVerifier,
    redirect: &RedirectUrl,
) -> Request {
    let fields = [
        ("code", code.secret().as_str()),
        ("code_verifier", verifier.secret()),
        ("redirect_uri", redirect.as_str()),
    ];
    tokens(at, "authorization_code", None, &fields)
}

pub(crate) fn refresh(at: &Registration, token: &RefreshToken, claims: Option<&Claims>) -> Request {
    let fields = [("refresh_token", token.secret().as_str()), ("scope", &at.scopes())];
    tokens(at, "refresh_token", claims, &fields)
}

pub(crate) fn start_device(at: &Registration) -> Request {
    let fields = [("client_id", at.client_id.as_str()), ("scope", &at.scopes())];
    post_form(at.endpoint("devicecode"), &fields)
}

pub(crate) fn poll_device(at: &Registration, code: &DeviceCode) -> Request {
    let fields = [("device_code", code.secret().as_str())];
    tokens(at, "urn:ietf:params:oauth:grant-type:device_code", None, &fields)
}

/// A request to the token endpoint.
fn tokens(
    at: &Registration,
    grant_type: &str,
    claims: Option<&Claims>,
    fields: &[(&str, &str)],
) -> Request {
    let claims = with_capability(claims);
    let common = [("grant_type", grant_type), ("client_id", &at.client_id), ("claims", &claims)];
    post_form(at.endpoint("token"), common.iter().chain(fields))
}

/// What is claimed with a request that answers no challenge.
const CAPABILITY: &str = r#"{"access_token":{"xms_cc":{"values":["cp1"]}}}"#;

/// The claims of a challenge merged with the capability `cp1` ("Claims challenges, claims requests and client
/// capabilities"), declared with every request. What is claimed beside it stays as it was written.
fn with_capability(claims: Option<&Claims>) -> Cow<'static, str> {
    let Some(claims) = claims else { return CAPABILITY.into() };
    let mut request = members(&claims.0);
    let token = request.get("access_token").map(|token| members(token.get()));
    let mut token = token.unwrap_or_default();
    token.insert("xms_cc".to_owned(), raw(&serde_json::json!({"values": ["cp1"]})));
    request.insert("access_token".to_owned(), raw(&token));
    raw(&request).get().to_owned().into()
}

/// What `object` has; nothing where it is none.
fn members(object: &str) -> BTreeMap<String, Box<RawValue>> {
    serde_json::from_str(object).unwrap_or_default()
}

fn raw(value: &impl Serialize) -> Box<RawValue> {
    to_raw_value(value).expect("what was read as JSON can be written")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registration::Cloud;
    use presence_core::Private;

    fn registration() -> Registration {
        let cloud = Cloud {
            authority: "https://login.microsoftonline.com".to_owned(),
            graph: "https://graph.microsoft.com".to_owned(),
        };
        Registration { client_id: "client".to_owned(), tenant: "contoso.com".to_owned(), cloud }
    }

    #[test]
    fn the_capability_joins_the_claims_of_a_challenge() {
        let claims =
            Private(r#"{"access_token":{"nbf":{"essential":true,"value":"17"}}}"#.to_owned());
        let merged: serde_json::Value =
            serde_json::from_str(&with_capability(Some(&claims))).unwrap();
        assert_eq!(merged["access_token"]["nbf"]["value"], "17");
        assert_eq!(merged["access_token"]["xms_cc"]["values"][0], "cp1");
        let unreadable = Private(String::new());
        assert_eq!(with_capability(Some(&unreadable)), with_capability(None), "cp1 and no more");
    }

    #[test]
    fn an_opening_proves_itself_with_what_only_the_program_knows() {
        let opening = opening(&registration(), 50_123, None, [7; 48]).unwrap();
        let value = |name: &str| {
            let pair = opening.url.query_pairs().find(|(key, _)| key == name);
            pair.map(|(_, value)| value.into_owned()).unwrap_or_default()
        };
        let Attempt::Browser { verifier, .. } = &opening.attempt else { panic!("no browser") };
        assert_eq!(opening.url.path(), "/contoso.com/oauth2/v2.0/authorize");
        assert_eq!((verifier.secret().len(), opening.state.len()), (43, 22));
        assert_eq!(value("state"), opening.state);
        assert_ne!(value("code_challenge"), *verifier.secret());
        assert_eq!(value("redirect_uri"), "http://localhost:50123");
        assert_eq!(
            value("scope"),
            "https://graph.microsoft.com/Presence.ReadWrite offline_access openid profile"
        );
    }
}
