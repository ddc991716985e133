//! Owns the sign-in calls on the wire (authorization code flow with PKCE, refresh, device code); refuses to
//! know when they are made.

use std::borrow::Cow;
use std::time::Duration;

use oauth2::basic::{
    BasicRevocationErrorResponse, BasicTokenIntrospectionResponse, BasicTokenType,
};
use oauth2::{
    AuthUrl, ClientId, CsrfToken, DeviceAuthorizationUrl, EndpointNotSet, EndpointSet,
    ErrorResponse, ExtraTokenFields, HttpRequest, HttpResponse, PkceCodeChallenge,
    PkceCodeVerifier, RedirectUrl, RefreshToken, RequestTokenError, Scope,
    StandardDeviceAuthorizationResponse, StandardRevocableToken, StandardTokenResponse,
    TokenResponse, TokenUrl,
};
use presence_core::{
    Answer, AttemptId, Claims, DeviceCode, EntraRequest, Granted, NoAnswer, Private,
};
use reqwest::Client;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use url::Url;

use crate::config::Registration;
use crate::http::{ENTRA_LIMIT, Wire, exchange};
use crate::purse::{Attempt, Purse, Tokens};
use crate::{clean, identity};

/// The longest pause between two polls for a device code that is believed.
const LONGEST_INTERVAL: Duration = Duration::from_secs(300);

mod refusal;
pub(crate) use refusal::refusal;

/// An error of the token endpoint ("Microsoft identity platform … error response").
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
pub(crate) struct EntraError {
    pub(crate) error: String,
    pub(crate) error_description: Option<String>,
    pub(crate) suberror: Option<String>,
    #[serde(default)]
    pub(crate) error_codes: Vec<i64>,
    pub(crate) trace_id: Option<String>,
    pub(crate) correlation_id: Option<String>,
}

impl std::fmt::Display for EntraError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.error)
    }
}

impl ErrorResponse for EntraError {}

#[derive(Debug, Serialize, Deserialize)]
struct IdToken {
    id_token: Option<Private<String>>,
}

impl ExtraTokenFields for IdToken {}

type EntraTokens = StandardTokenResponse<IdToken, BasicTokenType>;
type EntraClient = oauth2::Client<
    EntraError,
    EntraTokens,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointSet,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

/// Why the HTTP client gave no token answer: what the core is told in its place.
#[derive(Debug, Error)]
#[error("no token answer")]
struct NoTokens(Answer);

/// What a sign-in call brought: an answer for the core, and what only the purse may see.
pub(crate) struct Brought {
    pub(crate) answer: Answer,
    pub(crate) secret: Option<Secret>,
}

/// What only the purse may see.
pub(crate) enum Secret {
    Tokens(Tokens),
    Device(AttemptId, oauth2::DeviceCode),
}

/// A call to Entra, its secrets on board.
pub(crate) enum EntraCall {
    Redeem { code: oauth2::AuthorizationCode, verifier: PkceCodeVerifier, redirect: RedirectUrl },
    Refresh { token: RefreshToken, claims: Option<Claims> },
    StartDevice(AttemptId),
    PollDevice(oauth2::DeviceCode),
}

impl EntraCall {
    /// Takes from the purse what `request` needs; `None` when it is not there.
    pub(crate) fn pack(request: &EntraRequest, purse: &Purse) -> Option<EntraCall> {
        match request {
            EntraRequest::Redeem { attempt } => match purse.attempt(*attempt)? {
                Attempt::Browser { verifier, redirect, code } => Some(EntraCall::Redeem {
                    code: code.clone()?,
                    verifier: PkceCodeVerifier::new(verifier.secret().clone()),
                    redirect: redirect.clone(),
                }),
                Attempt::Device(_) => None,
            },
            EntraRequest::Refresh { grant, claims } => {
                let token = purse.refresh(*grant)?;
                Some(EntraCall::Refresh { token, claims: claims.clone() })
            }
            EntraRequest::StartDevice { attempt } => Some(EntraCall::StartDevice(*attempt)),
            EntraRequest::PollDevice { attempt } => match purse.attempt(*attempt)? {
                Attempt::Device(code) => Some(EntraCall::PollDevice(code.clone())),
                Attempt::Browser { .. } => None,
            },
        }
    }
}

/// What a browser sign-in starts with.
pub(crate) struct Opening {
    pub(crate) url: Url,
    pub(crate) state: String,
    pub(crate) attempt: Attempt,
}

/// The authorize URL for a redirect to `http://localhost:{port}`.
pub(crate) fn opening(
    config: &Registration,
    port: u16,
    claims: Option<&Claims>,
) -> Result<Opening, url::ParseError> {
    let redirect = RedirectUrl::new(format!("http://localhost:{port}"))?;
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let (url, state) = client(config)?
        .authorize_url(CsrfToken::new_random)
        .add_scopes(scopes(config))
        .set_pkce_challenge(challenge)
        .set_redirect_uri(Cow::Borrowed(&redirect))
        .add_extra_param("claims", with_capability(claims))
        .add_extra_param("prompt", "select_account")
        .url();
    let attempt = Attempt::Browser { verifier, redirect, code: None };
    Ok(Opening { url, state: state.secret().clone(), attempt })
}

/// Makes one call to Entra.
pub(crate) async fn call(http: &Client, config: &Registration, call: EntraCall) -> Brought {
    let Ok(client) = client(config) else {
        let detail = "authority and tenant make no URL".to_owned();
        return Brought {
            answer: Answer::Rejected { detail, ids: presence_core::Ids::new() },
            secret: None,
        };
    };
    let send = |request: HttpRequest| send(http.clone(), request);
    match call {
        EntraCall::Redeem { code, verifier, redirect } => {
            let request = client
                .exchange_code(code)
                .set_pkce_verifier(verifier)
                .set_redirect_uri(Cow::Borrowed(&redirect))
                .add_extra_param("claims", with_capability(None));
            tokens(config, request.request_async(&send).await)
        }
        EntraCall::Refresh { token, claims } => {
            let request = client
                .exchange_refresh_token(&token)
                .add_scopes(scopes(config))
                .add_extra_param("claims", with_capability(claims.as_ref()));
            tokens(config, request.request_async(&send).await)
        }
        EntraCall::StartDevice(attempt) => {
            let request = client.exchange_device_code().add_scopes(scopes(config));
            let answer: Result<StandardDeviceAuthorizationResponse, _> =
                request.request_async(&send).await;
            match answer {
                Ok(device) => device_code(attempt, &device),
                Err(error) => Brought { answer: failure(config, error), secret: None },
            }
        }
        EntraCall::PollDevice(code) => poll(http, config, &code).await,
    }
}

fn client(config: &Registration) -> Result<EntraClient, url::ParseError> {
    let root = format!("{}/{}/oauth2/v2.0", config.cloud.authority, config.tenant);
    Ok(oauth2::Client::new(ClientId::new(config.client_id.clone()))
        .set_auth_uri(AuthUrl::new(format!("{root}/authorize"))?)
        .set_token_uri(TokenUrl::new(format!("{root}/token"))?)
        .set_device_authorization_url(DeviceAuthorizationUrl::new(format!("{root}/devicecode"))?))
}

fn permission(config: &Registration) -> String {
    format!("{}/Presence.ReadWrite", config.cloud.graph)
}

fn scopes(config: &Registration) -> [Scope; 4] {
    let name = |name: &str| Scope::new(name.to_owned());
    [Scope::new(permission(config)), name("offline_access"), name("openid"), name("profile")]
}

/// The claims of a challenge merged with the capability `cp1` ("Claims challenges, claims requests and
/// client capabilities"), declared with every request.
fn with_capability(claims: Option<&Claims>) -> String {
    let mut request = claims
        .and_then(|claims| serde_json::from_str::<serde_json::Value>(&claims.0).ok())
        .filter(serde_json::Value::is_object)
        .unwrap_or_else(|| serde_json::json!({}));
    let token = &mut request["access_token"];
    if !token.is_object() {
        *token = serde_json::json!({});
    }
    token["xms_cc"] = serde_json::json!({"values": ["cp1"]});
    request.to_string()
}

async fn send(http: Client, request: HttpRequest) -> Result<HttpResponse, NoTokens> {
    let wire = exchange_raw(&http, request).await.map_err(NoTokens)?;
    let mut response = HttpResponse::new(wire.body);
    *response.status_mut() = wire.status;
    *response.headers_mut() = wire.headers;
    Ok(response)
}

async fn exchange_raw(http: &Client, request: HttpRequest) -> Result<Wire, Answer> {
    let request = reqwest::Request::try_from(request)
        .map_err(|_| Answer::Offline { cause: NoAnswer::NoRequest })?;
    let wire = exchange(http, request, ENTRA_LIMIT).await?;
    if wire.status.is_success() {
        return if wire.is_json() { Ok(wire) } else { Err(wire.not_the_service()) };
    }
    let error = refusal::own(&wire).ok_or_else(|| wire.not_the_service())?;
    wire.strain(&refusal::ids(&error)).map_or(Ok(wire), Err)
}

fn tokens(
    config: &Registration,
    answer: Result<EntraTokens, RequestTokenError<NoTokens, EntraError>>,
) -> Brought {
    match answer {
        Ok(tokens) => granted(config, &tokens),
        Err(error) => Brought { answer: failure(config, error), secret: None },
    }
}

fn granted(config: &Registration, tokens: &EntraTokens) -> Brought {
    let account =
        tokens.extra_fields().id_token.as_ref().and_then(|token| identity::account(&token.0));
    let granted = |scope: &Scope| {
        let name = scope.rsplit('/').next().unwrap_or_default();
        name.eq_ignore_ascii_case("Presence.ReadWrite")
    };
    // No scope in the answer means: as asked (RFC 6749, section 5.1).
    let may_set_presence = tokens.scopes().is_none_or(|scopes| scopes.iter().any(granted));
    let access_for = tokens.expires_in().unwrap_or(Duration::from_secs(3600));
    tracing::debug!(cloud = %config.cloud.authority, ?access_for, may_set_presence, "tokens came");
    Brought {
        answer: Answer::Granted(Granted { account: account.clone(), access_for, may_set_presence }),
        secret: Some(Secret::Tokens(Tokens {
            account,
            access: Some(tokens.access_token().clone()),
            refresh: tokens.refresh_token().cloned(),
        })),
    }
}

fn device_code(attempt: AttemptId, device: &StandardDeviceAuthorizationResponse) -> Brought {
    let code = DeviceCode {
        user_code: Private(clean::name(device.user_code().secret())),
        verification_uri: clean::text(device.verification_uri()),
        interval: device.interval().min(LONGEST_INTERVAL),
        expires_in: device.expires_in(),
    };
    let secret = Some(Secret::Device(attempt, device.device_code().clone()));
    Brought { answer: Answer::DeviceCode(code), secret }
}

/// One poll. The crate's own loop would decide when; that is the core's.
async fn poll(http: &Client, config: &Registration, code: &oauth2::DeviceCode) -> Brought {
    let url = format!("{}/{}/oauth2/v2.0/token", config.cloud.authority, config.tenant);
    let claims = with_capability(None);
    let form = [
        ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
        ("client_id", config.client_id.as_str()),
        ("device_code", code.secret().as_str()),
        ("claims", claims.as_str()),
    ];
    let only = |answer| Brought { answer, secret: None };
    let Ok(request) = http.post(url).form(&form).build() else {
        return only(Answer::Offline { cause: NoAnswer::NoRequest });
    };
    let wire = match exchange(http, request, ENTRA_LIMIT).await {
        Ok(wire) => wire,
        Err(answer) => return only(answer),
    };
    if wire.status.is_success() {
        return match serde_json::from_slice(&wire.body) {
            Ok(tokens) => granted(config, &tokens),
            Err(_) => only(wire.not_the_service()),
        };
    }
    let Some(error) = refusal::own(&wire) else { return only(wire.not_the_service()) };
    only(match error.error.as_str() {
        "authorization_pending" => Answer::Pending,
        "slow_down" => Answer::SlowDown,
        _ => wire.strain(&refusal::ids(&error)).unwrap_or_else(|| refusal::answer(config, &error)),
    })
}

fn failure(config: &Registration, error: RequestTokenError<NoTokens, EntraError>) -> Answer {
    match error {
        RequestTokenError::ServerResponse(error) => refusal::answer(config, &error),
        RequestTokenError::Request(NoTokens(answer)) => answer,
        // The body may hold tokens: nothing of it goes further.
        RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
            Answer::Offline { cause: NoAnswer::NotTheService(None) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_capability_joins_the_claims_of_a_challenge() {
        let claims =
            Private(r#"{"access_token":{"nbf":{"essential":true,"value":"17"}}}"#.to_owned());
        let merged: serde_json::Value =
            serde_json::from_str(&with_capability(Some(&claims))).unwrap();
        assert_eq!(merged["access_token"]["nbf"]["value"], "17");
        assert_eq!(merged["access_token"]["xms_cc"]["values"][0], "cp1");
        assert_eq!(with_capability(None), r#"{"access_token":{"xms_cc":{"values":["cp1"]}}}"#);
    }
}
