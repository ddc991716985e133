//! Microsoft Graph's presence verbs, as strict as the real ones; it refuses whatever is not documented.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde_json::Value;

use super::Cloud;
use super::faults::Kind;
use super::message::Told;
use super::options::Window;
use super::routes::Whose;
use super::verbs::{Body, GraphError};
use super::wire::{Millis, Request, Response};

/// "Get presence".
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Presence<'a> {
    #[serde(rename = "@odata.context")]
    context: String,
    id: &'a str,
    availability: &'a str,
    activity: &'a str,
    status_message: Option<Told>,
}

/// "Microsoft Graph error responses".
#[derive(Serialize)]
struct ErrorBody<'a> {
    error: ErrorDetail<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ErrorDetail<'a> {
    code: &'a str,
    message: &'a str,
    inner_error: InnerError<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct InnerError<'a> {
    date: &'a str,
    request_id: &'a str,
    client_request_id: &'a str,
}

const THROTTLE_WINDOW: Millis = 30_000;

impl Cloud {
    pub(crate) fn graph(
        &mut self,
        now: Millis,
        request: &Request,
        whose: Whose<'_>,
        kind: Kind,
    ) -> Response {
        let (app, user) = match self.admit(now, request, whose, kind) {
            Ok(admitted) => admitted,
            Err(response) => return response,
        };
        if kind == Kind::ReadPresence {
            return self.read_presence(now, user);
        }
        match self.write(now, app, user, kind, request) {
            Ok(()) => Response::empty(200).with("request-id", self.seed.guid()),
            Err((status, code, message)) => self.graph_error(now, status, code, message),
        }
    }

    fn write(
        &mut self,
        now: Millis,
        app: usize,
        user: usize,
        kind: Kind,
        request: &Request,
    ) -> Result<(), GraphError> {
        if kind == Kind::SetMessage {
            return self.set_status_message(now, app, user, request);
        }
        // Microsoft's SDKs send no body there.
        if kind == Kind::ClearPreferred && request.body.is_empty() {
            return self.clear_preferred(user, &Body::default());
        }
        let body = self.read_body(request)?;
        match kind {
            Kind::SetPresence => self.set_presence(now, app, user, &body),
            Kind::ClearPresence => self.clear_presence(now, app, user, &body),
            Kind::SetPreferred => self.set_preferred(now, user, &body),
            _ => self.clear_preferred(user, &body),
        }
    }

    /// An error of Graph, in its documented form.
    pub(crate) fn graph_error(
        &mut self,
        now: Millis,
        status: u16,
        code: &str,
        message: &str,
    ) -> Response {
        let id = self.seed.guid();
        let date = self.clock.graph(self.seconds(now));
        let inner_error = InnerError { date: &date, request_id: &id, client_request_id: &id };
        let error = ErrorBody { error: ErrorDetail { code, message, inner_error } };
        Response::json(status, &error).with("request-id", id)
    }

    /// A failure that has nothing to do with the request.
    pub(crate) fn graph_status(&mut self, now: Millis, status: u16) -> Response {
        let code = match status {
            401 => "InvalidAuthenticationToken",
            403 => "Forbidden",
            404 => "NotFound",
            429 => "TooManyRequests",
            502 => "BadGateway",
            503 => "ServiceUnavailable",
            504 => "GatewayTimeout",
            400..500 => "BadRequest",
            _ => "InternalServerError",
        };
        self.graph_error(now, status, code, "")
    }

    /// Whether the caller may: token, limit, scope, person, licence, in this order.
    fn admit(
        &mut self,
        now: Millis,
        request: &Request,
        whose: Whose<'_>,
        kind: Kind,
    ) -> Result<(usize, usize), Response> {
        let header = request.authorization.as_deref().unwrap_or("");
        let Some(access) = header.strip_prefix("Bearer ").and_then(|t| self.tokens.access(now, t))
        else {
            let text = "Access token has expired or is not yet valid.";
            return Err(self.graph_error(now, 401, "InvalidAuthenticationToken", text));
        };
        let (app, user, presence) = (access.grant.app, access.grant.user, access.presence);
        let unmet = self.challenges[user].as_ref().filter(|claims| !access.asked_for(claims));
        let unmet = unmet.map(|claims| (claims.clone(), access.is_cae()));
        self.caller.app = Some(app);
        self.caller.user = Some(user);
        if let Some((claims, is_cae)) = unmet {
            return Err(self.insufficient_claims(now, &claims, is_cae));
        }
        if let Some(seconds) = self.throttled(now, app) {
            let response = self.graph_status(now, 429);
            return Err(response.with("retry-after", seconds.to_string()));
        }
        if !presence {
            return Err(self.graph_error(now, 403, "Forbidden", ""));
        }
        let own = match whose {
            Whose::Me => true,
            Whose::User(oid) => oid == self.options.users[user].oid,
        };
        if !own && kind == Kind::ReadPresence {
            return Err(self.graph_error(now, 403, "Forbidden", ""));
        }
        if !own {
            return Err(self.graph_error(now, 401, "Unauthorized", "Not the signed-in user."));
        }
        if !self.options.users[user].licensed {
            return Err(self.graph_error(now, 404, "NotFound", ""));
        }
        Ok((app, user))
    }

    fn insufficient_claims(&mut self, now: Millis, claims: &Value, is_cae: bool) -> Response {
        let text = "Continuous access evaluation resulted in challenge.";
        let response = self.graph_error(now, 401, "InvalidAuthenticationToken", text);
        // Only tokens of clients with the capability cp1 are evaluated, so only they are challenged.
        if !is_cae {
            return response;
        }
        let challenge = format!(
            "Bearer realm=\"\", authorization_uri=\"{}/common/oauth2/authorize\", \
             error=\"insufficient_claims\", claims=\"{}\"",
            self.options.authority,
            STANDARD.encode(claims.to_string())
        );
        response.with("www-authenticate", challenge)
    }

    /// The seconds to wait; a throttled request counts like any other.
    fn throttled(&mut self, now: Millis, app: usize) -> Option<u64> {
        let recent = &mut self.throttle[app];
        let begins = match self.options.policy.window {
            Window::Sliding => (now + 1).saturating_sub(THROTTLE_WINDOW),
            Window::Fixed => now - now % THROTTLE_WINDOW,
        };
        while recent.front().is_some_and(|at| *at < begins) {
            recent.pop_front();
        }
        recent.push_back(now);
        let over = recent.len().saturating_sub(self.options.policy.throttle);
        if over == 0 {
            return None;
        }
        let free = match self.options.policy.window {
            // With room for one more again when as many as were too many, and one, have left the window.
            Window::Sliding => recent.get(over)? + THROTTLE_WINDOW,
            Window::Fixed => begins + THROTTLE_WINDOW,
        };
        Some((free - now).div_ceil(1_000))
    }

    fn read_presence(&mut self, now: Millis, user: usize) -> Response {
        let shown = self.presence[user].aggregate(now);
        let oid = &self.options.users[user].oid;
        let context =
            ["https://graph.microsoft.com/v1.0/$metadata#users('", oid, "')/presence/$entity"];
        let body = Presence {
            context: context.concat(),
            id: oid,
            availability: shown.availability,
            activity: shown.activity,
            status_message: self.tell_message(now, user),
        };
        Response::json(200, &body).with("request-id", self.seed.guid())
    }
}
