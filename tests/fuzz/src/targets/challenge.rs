//! The claims challenge of Graph, and what of it goes back to Entra.

use std::time::SystemTime;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use presence_core::{Answer, Call, CallId, Claims, EntraRequest, GrantId, GraphRequest};
use presence_wire::{TokenStore, opening};
use serde_json::{Value, json};
use url::form_urlencoded;

use super::{registration, response, tokens};

const GRANT: GrantId = GrantId(u64::MAX);

/// The input is the claims; behind a line `header`, the whole header.
pub(crate) fn check(input: &[u8]) {
    let header = match input.strip_prefix(b"header\n") {
        Some(header) => String::from_utf8_lossy(header).into_owned(),
        None => format!(
            "Bearer realm=\"\", error=\"insufficient_claims\", claims=\"{}\"",
            BASE64_STANDARD.encode(input)
        ),
    };
    let mut tokens = tokens(GRANT);
    let access = refreshed(&mut tokens);
    let call = Call::Graph { grant: access, request: GraphRequest::ReadPresence };
    let (_, pending) = tokens.request(&call, None, SystemTime::UNIX_EPOCH).unwrap();
    let headers = vec![("www-authenticate".into(), header.clone())];
    let answer = pending.answer(CallId(2), &response(401, headers, Vec::new()), &mut tokens);
    let claims = match answer {
        Answer::Unauthorized { claims, .. } => claims,
        // A 401 without a challenge or a number of its own is not Graph's.
        Answer::Offline { .. } => None,
        other => panic!("{other:?}"),
    };
    if let Some(claims) = claims {
        goes_back(&tokens, &claims);
        assert!(claims.0.len() <= header.len().min(8 * 1024));
    }
}

fn refreshed(tokens: &mut TokenStore) -> GrantId {
    let call = Call::Entra(EntraRequest::Refresh { grant: GRANT, claims: None });
    let (_, pending) = tokens.request(&call, None, SystemTime::UNIX_EPOCH).unwrap();
    let body = json!({"access_token": "access", "expires_in": 3600}).to_string();
    pending.answer(CallId(1), &response(200, Vec::new(), body.into()), tokens);
    GrantId(1)
}

/// Whole, with the capability of this program, by a refresh and by a browser.
fn goes_back(tokens: &TokenStore, claims: &Claims) {
    let call = Call::Entra(EntraRequest::Refresh { grant: GRANT, claims: Some(claims.clone()) });
    let (request, _) = tokens.request(&call, None, SystemTime::UNIX_EPOCH).unwrap();
    let sent: Vec<(String, String)> = form_urlencoded::parse(&request.body).into_owned().collect();
    let sent = sent.iter().filter(|(name, _)| name == "claims").collect::<Vec<_>>();
    let [(_, sent)] = sent[..] else { panic!("{} times claims", sent.len()) };
    let opening = opening(&registration(), 1, Some(claims), [7; 48]).unwrap();
    let (_, shown) = opening.url.query_pairs().find(|(name, _)| name == "claims").unwrap();
    assert_eq!(shown, **sent);

    let sent: Value = serde_json::from_str(sent).unwrap();
    let asked: Value = serde_json::from_str(&claims.0).unwrap();
    assert_eq!(sent["access_token"]["xms_cc"], json!({"values": ["cp1"]}));
    for (part, claims) in asked.as_object().into_iter().flatten() {
        if part != "access_token" {
            assert_eq!(sent[part], *claims);
        }
    }
    for (name, claim) in asked["access_token"].as_object().into_iter().flatten() {
        if name != "xms_cc" {
            assert_eq!(sent["access_token"][name], *claim);
        }
    }
}
