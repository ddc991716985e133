//! Owns a target for each reader.

pub(crate) mod answers;
pub(crate) mod challenge;
pub(crate) mod command_line;
pub(crate) mod config;
pub(crate) mod door;
pub(crate) mod history;
pub(crate) mod id_token;
pub(crate) mod redirect;
pub(crate) mod vault;

use std::borrow::Cow;
use std::sync::Arc;
use std::time::SystemTime;

use presence_core::{Account, GrantId};
use presence_wire::vault::Kept;
use presence_wire::{Cloud, Registration, Response, TokenStore};

/// The registration of all calls.
fn registration() -> Arc<Registration> {
    let cloud = Cloud {
        authority: "https://login.microsoftonline.com".to_owned(),
        graph: "https://graph.microsoft.com".to_owned(),
    };
    let client_id = "22553876-f5ab-4529-bffb-cfe50aa89f87".to_owned();
    Arc::new(Registration { client_id, tenant: "contoso.com".to_owned(), cloud })
}

fn account() -> Account {
    let (oid, tenant) = ("a-1".to_owned(), "t-1".to_owned());
    Account { oid, tenant, name: "megan@contoso.com".to_owned() }
}

/// What the keyring kept of Megan.
fn kept(refresh_token: &str) -> Kept {
    let refresh_token = oauth2::RefreshToken::new(refresh_token.to_owned());
    Kept { account: account(), refresh_token }
}

/// The tokens of `grant`, as from the keyring.
fn tokens(grant: GrantId) -> TokenStore {
    let mut tokens = TokenStore::default();
    tokens.put_kept(grant, registration(), kept("refresh-0"));
    tokens
}

fn response(status: u16, headers: Vec<(Cow<'static, str>, String)>, body: Vec<u8>) -> Response {
    Response { status, headers, body, received: SystemTime::UNIX_EPOCH }
}

/// The first line, and what follows it.
fn first_line(input: &[u8]) -> (String, &[u8]) {
    let end = input.iter().position(|byte| *byte == b'\n').unwrap_or(input.len());
    let rest = input.get(end + 1..).unwrap_or_default();
    (String::from_utf8_lossy(&input[..end]).into_owned(), rest)
}
