//! Entra's token and device-code calls as requests, and their answers; it refuses Graph's.

use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use presence_core::{
    Account, Answer, CallId, Claims, DeviceCode, EntraRequest, GrantId, Granted, Ids, Private,
    Refusal, RefusalKind,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::form_urlencoded::Serializer;

use super::purse::{Attempt, Purse, Tokens};
use super::subject::Place;
use super::wire::{ids, not_the_service, strain};
use crate::cloud::{Request, Response};

const TOKEN: &str = "/organizations/oauth2/v2.0/token";
const DEVICE_GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// A browser sign-in with the authorize request that it opens.
pub(crate) fn opening(number: u64, claims: Option<&Claims>, identity: String) -> Attempt {
    let place = Place::of(&identity);
    let verifier = format!("{number:0>64}");
    let redirect = format!("http://localhost:{}", 50_000 + number);
    let claims = with_capability(claims);
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&verifier));
    let query = Serializer::new(String::new())
        .append_pair("response_type", "code")
        .append_pair("client_id", place.client_id())
        .append_pair("redirect_uri", &redirect)
        .append_pair("scope", &scopes(place))
        .append_pair("state", &number.to_string())
        .append_pair("code_challenge", &challenge)
        .append_pair("code_challenge_method", "S256")
        .append_pair("claims", &claims)
        .finish();
    let authorize = format!("/organizations/oauth2/v2.0/authorize?{query}");
    Attempt::Browser { verifier, authorize, redirect, code: None, identity }
}

pub(crate) fn request(
    request: &EntraRequest,
    purse: &Purse,
    identity: &str,
) -> Result<Request, Answer> {
    let packed = match request {
        EntraRequest::Redeem { attempt } => purse.attempt(*attempt).and_then(redeem),
        EntraRequest::Refresh { grant, claims } => purse.tokens(*grant).and_then(|tokens| {
            let (token, place) = (tokens.refresh.as_ref()?, Place::of(&tokens.identity));
            let scopes = scopes(place);
            let fields = [("refresh_token", token.as_str()), ("scope", &scopes)];
            Some(token_request("refresh_token", place, claims.as_ref(), &fields))
        }),
        EntraRequest::StartDevice { .. } => Some(Request::form(
            "/organizations/oauth2/v2.0/devicecode",
            &[
                ("client_id", Place::of(identity).client_id()),
                ("scope", &scopes(Place::of(identity))),
            ],
        )),
        EntraRequest::PollDevice { attempt } => purse.attempt(*attempt).and_then(poll),
    };
    packed.ok_or_else(|| {
        let detail = "no refresh token is left".to_owned();
        Answer::Refused(Refusal { kind: RefusalKind::PersonNeeded, detail, ids: Ids::new() })
    })
}

fn redeem(attempt: &Attempt) -> Option<Request> {
    match attempt {
        Attempt::Browser { verifier, redirect, code, .. } => {
            let fields = [
                ("code", code.as_deref()?),
                ("redirect_uri", redirect.as_str()),
                ("code_verifier", verifier.as_str()),
            ];
            let place = Place::of(attempt.identity());
            Some(token_request("authorization_code", place, None, &fields))
        }
        Attempt::Device { .. } => None,
    }
}

fn poll(attempt: &Attempt) -> Option<Request> {
    match attempt {
        Attempt::Device { code, identity } => {
            let fields = [("device_code", code.as_str())];
            Some(token_request(DEVICE_GRANT, Place::of(identity), None, &fields))
        }
        Attempt::Browser { .. } => None,
    }
}

fn scopes(place: Place) -> String {
    format!("{}/Presence.ReadWrite offline_access openid profile", place.graph())
}

fn token_request(
    grant_type: &str,
    place: Place,
    claims: Option<&Claims>,
    fields: &[(&str, &str)],
) -> Request {
    let claims = with_capability(claims);
    let mut all =
        vec![("client_id", place.client_id()), ("grant_type", grant_type), ("claims", &claims)];
    all.extend(fields);
    Request::form(TOKEN, &all)
}

fn with_capability(claims: Option<&Claims>) -> String {
    let mut request =
        claims.and_then(|claims| serde_json::from_str(&claims.0).ok()).unwrap_or_else(|| json!({}));
    request["access_token"]["xms_cc"] = json!({"values": ["cp1"]});
    request.to_string()
}

pub(crate) fn answer(
    id: CallId,
    request: &EntraRequest,
    response: &Response,
    wall: SystemTime,
    purse: &mut Purse,
    identity: &str,
) -> Answer {
    if let Some(strain) = strain(response, wall) {
        return strain;
    }
    let body = response.value();
    let text = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
    let seconds = |name: &str| Duration::from_secs(body[name].as_u64().unwrap_or_default());
    if let Some(error) = text("error") {
        return refused(&error, text("suberror").as_deref(), response);
    }
    if let Some(code) = text("device_code") {
        if let EntraRequest::StartDevice { attempt } = request {
            purse.begin(*attempt, Attempt::Device { code, identity: identity.to_owned() });
        }
        return Answer::DeviceCode(DeviceCode {
            user_code: Private(text("user_code").unwrap_or_default()),
            verification_uri: text("verification_uri").unwrap_or_default(),
            interval: seconds("interval"),
            expires_in: seconds("expires_in"),
        });
    }
    let Some(access) = text("access_token") else {
        return not_the_service();
    };
    let account = text("id_token").as_deref().and_then(account);
    let refresh = text("refresh_token");
    let from = match request {
        EntraRequest::Refresh { grant, .. } => Some(*grant),
        EntraRequest::Redeem { .. }
        | EntraRequest::StartDevice { .. }
        | EntraRequest::PollDevice { .. } => None,
    };
    let identity = match from {
        Some(from) => purse.tokens(from).map(|tokens| &*tokens.identity),
        None => request.attempt().and_then(|of| purse.attempt(of)).map(Attempt::identity),
    };
    let identity = identity.unwrap_or_default().to_owned();
    let tokens = Tokens { account: account.clone(), access: Some(access), refresh, identity };
    match from {
        Some(from) => purse.renew(from, GrantId(id.0), tokens),
        None => purse.put(GrantId(id.0), tokens),
    }
    let may_set_presence = text("scope").unwrap_or_default().contains("Presence.ReadWrite");
    Answer::Granted(Granted { account, access_for: seconds("expires_in"), may_set_presence })
}

fn refused(error: &str, suberror: Option<&str>, response: &Response) -> Answer {
    let kind = match (error, suberror) {
        ("authorization_pending", _) => return Answer::Pending,
        ("slow_down", _) => return Answer::SlowDown,
        ("temporarily_unavailable" | "server_error", _) => {
            return Answer::Busy { retry_after: None, ids: ids(response) };
        }
        _ => refusal_kind(error, suberror),
    };
    Answer::Refused(Refusal { kind, detail: error.to_owned(), ids: ids(response) })
}

/// The kind behind an error of the token or the authorize endpoint.
pub(crate) fn refusal_kind(error: &str, suberror: Option<&str>) -> RefusalKind {
    match (error, suberror) {
        ("consent_required", _) | (_, Some("consent_required")) => RefusalKind::ConsentNeeded,
        ("invalid_grant" | "interaction_required" | "login_required", _) => {
            RefusalKind::PersonNeeded
        }
        ("access_denied" | "authorization_declined", _) => RefusalKind::Declined,
        ("expired_token", _) => RefusalKind::Expired,
        ("unauthorized_client" | "invalid_client", _) => RefusalKind::NotPublicClient,
        _ => RefusalKind::Other,
    }
}

fn account(id_token: &str) -> Option<Account> {
    let claims = URL_SAFE_NO_PAD.decode(id_token.split('.').nth(1)?).ok()?;
    let claims: Value = serde_json::from_slice(&claims).ok()?;
    let text = |name: &str| claims.get(name).and_then(Value::as_str).map(str::to_owned);
    Some(Account { oid: text("oid")?, tenant: text("tid")?, name: text("preferred_username")? })
}
