//! Which part of the cloud a request is for; it refuses to judge whether the request is right.

use super::faults::Kind;
use super::form::pairs;
use super::wire::{Request, cut};

/// Whose presence a path names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whose<'a> {
    Me,
    User(&'a str),
}

/// A request's destination.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Route<'a> {
    Home,
    Authorize { tenant: &'a str, kind: Kind },
    Token { tenant: &'a str, kind: Kind },
    DeviceCode { tenant: &'a str },
    DeviceLogin,
    Discovery { tenant: &'a str },
    Presence { whose: Whose<'a>, kind: Kind },
    Unknown,
}

impl Route<'_> {
    pub(crate) fn of(request: &Request) -> Route<'_> {
        let path = request.path.strip_prefix('/').unwrap_or("");
        if let Some(path) = path.strip_prefix("v1.0/") {
            return presence(request, path).unwrap_or(Route::Unknown);
        }
        if let Some(tenant) = path.strip_suffix("/v2.0/.well-known/openid-configuration")
            && request.method == "GET"
        {
            return Route::Discovery { tenant };
        }
        let place = cut(path, b'/')
            .and_then(|(tenant, rest)| Some((tenant, rest.strip_prefix("oauth2/v2.0/")?)));
        let get = request.method == "GET";
        match (place, &*request.method) {
            (Some((tenant, "authorize")), "GET" | "POST") => {
                let kind = if get { Kind::Authorize } else { Kind::Pick };
                Route::Authorize { tenant, kind }
            }
            (Some((tenant, "token")), "POST") => Route::Token { tenant, kind: grant(request) },
            (Some((tenant, "devicecode")), "POST") => Route::DeviceCode { tenant },
            (None, "GET" | "POST") if path == "devicelogin" => Route::DeviceLogin,
            (None, "GET") if path.is_empty() => Route::Home,
            _ => Route::Unknown,
        }
    }

    pub(crate) fn kind(self) -> Kind {
        match self {
            Route::Home | Route::Discovery { .. } | Route::Unknown => Kind::Other,
            Route::DeviceCode { .. } => Kind::DeviceCode,
            Route::DeviceLogin => Kind::DeviceLogin,
            Route::Authorize { kind, .. }
            | Route::Token { kind, .. }
            | Route::Presence { kind, .. } => kind,
        }
    }
}

fn presence<'a>(request: &Request, path: &'a str) -> Option<Route<'a>> {
    let (whose, rest) = match path.strip_prefix("me/") {
        Some(rest) => (Whose::Me, rest),
        None => {
            let (oid, rest) = cut(path.strip_prefix("users/")?, b'/')?;
            (Whose::User(oid), rest)
        }
    };
    let kind = match (&*request.method, rest) {
        ("GET", "presence") => Kind::ReadPresence,
        ("POST", "presence/setPresence") => Kind::SetPresence,
        ("POST", "presence/clearPresence") => Kind::ClearPresence,
        ("POST", "presence/setUserPreferredPresence") => Kind::SetPreferred,
        ("POST", "presence/clearUserPreferredPresence") => Kind::ClearPreferred,
        ("POST", "presence/setStatusMessage") => Kind::SetMessage,
        _ => return None,
    };
    // The documentation has the POST verbs below /users/ only.
    if whose == Whose::Me && kind != Kind::ReadPresence {
        return None;
    }
    Some(Route::Presence { whose, kind })
}

fn grant(request: &Request) -> Kind {
    let grant_type = pairs(&request.body).find(|(name, _)| name == "grant_type");
    match grant_type.as_ref().map(|(_, value)| &**value) {
        Some("authorization_code") => Kind::Redeem,
        Some("refresh_token") => Kind::Refresh,
        Some("urn:ietf:params:oauth:grant-type:device_code") => Kind::PollDevice,
        Some(_) | None => Kind::Other,
    }
}
