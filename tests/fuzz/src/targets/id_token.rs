//! The ID token of an answer of Entra's.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use oauth2::{AuthorizationCode, PkceCodeVerifier, RedirectUrl};
use presence_core::{Account, Answer, AttemptId, Call, CallId, EntraRequest, GrantId};
use presence_wire::{Attempt, TokenStore};
use serde_json::{Value, json};
use std::time::SystemTime;

use super::{registration, response};
use crate::shown::is_clean;

/// The input is the payload of the token; behind a line `token`, the whole of it.
pub(crate) fn check(input: &[u8]) {
    let token = match input.strip_prefix(b"token\n") {
        Some(token) => String::from_utf8_lossy(token).into_owned(),
        None => format!("e30.{}.c2ln", BASE64_URL_SAFE_NO_PAD.encode(input)),
    };
    let Some(account) = redeemed(&token) else { return };
    let Account { oid, tenant, name } = &account;
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
    assert!((1..=64).contains(&oid.len()) && oid.chars().all(is_plain), "{oid:?}");
    is_clean(tenant, 120);
    is_clean(name, 120);
    let payload: Option<Value> = serde_json::from_slice(input).ok();
    if let Some(payload) = payload.filter(|_| !input.starts_with(b"token\n")) {
        assert_eq!(payload["oid"], **oid, "another person's");
    }
}

/// Whom a sign-in that brings `id_token` signs in.
fn redeemed(id_token: &str) -> Option<Account> {
    let mut tokens = TokenStore::default();
    let (id, attempt) = (CallId(1), AttemptId(1));
    let browser = Attempt::Browser {
        verifier: PkceCodeVerifier::new("v".repeat(43)),
        redirect: RedirectUrl::new("http://localhost:1".to_owned()).unwrap(),
        code: None,
    };
    tokens.begin(attempt, registration(), browser);
    tokens.code_came(attempt, AuthorizationCode::new("code".to_owned()));
    let call = Call::Entra(EntraRequest::Redeem { attempt });
    let (_, pending) = tokens.request(&call, None, SystemTime::UNIX_EPOCH).unwrap();
    let body = json!({"access_token": "a", "refresh_token": "r", "id_token": id_token});
    let answer =
        pending.answer(id, &response(200, Vec::new(), body.to_string().into()), &mut tokens);
    let Answer::Granted(granted) = answer else { panic!("{answer:?}") };
    assert_eq!(granted.account.as_ref(), tokens.account(GrantId(id.0)));
    granted.account
}
