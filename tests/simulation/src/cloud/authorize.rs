//! Entra ID in the browser: the authorize endpoint and its sign-in page; it refuses to issue tokens.

use std::sync::Arc;

use serde_json::Value;
use url::Url;

use super::Cloud;
use super::form::{Fields, encode};
use super::options::Consent;
use super::pages;
use super::refusals::Refusal;
use super::tokens::{Code, Grant, Scopes, has_cp1};
use super::wire::{Millis, Request, Response};

const CODE_LIFE: Millis = 10 * 60_000;

/// What an authorize request asks for, once it is known to be right.
struct Asked {
    scopes: Scopes,
    challenge: String,
    claims: Vec<Arc<Value>>,
}

impl Cloud {
    pub(crate) fn authorize(&mut self, now: Millis, request: &Request, tenant: &str) -> Response {
        let query = Fields::of(request.query.as_bytes()).unwrap_or_default();
        // Before the client and its redirect URI are known to be right, nothing may be sent there.
        let (app, redirect_uri) = match self.known_redirect(&query, tenant) {
            Ok(known) => known,
            Err(refusal) => {
                let page = pages::message("Sorry, we can’t sign you in", &refusal.description());
                return Response::html(400, page);
            }
        };
        self.caller.app = Some(app);
        let state = query.get("state").unwrap_or("");
        let asked = match self.check_authorize(&query) {
            Ok(asked) => asked,
            Err(refusal) => return back(&redirect_uri, state, &refusal),
        };
        if request.method == "GET" {
            let action = format!("{}?{}", request.path, request.query);
            let (app, users) = (&self.options.apps[app], &self.options.users);
            let page = pages::sign_in(&action, app, users, &asked.scopes);
            return Response::html(200, page);
        }
        let form = request.form_fields().unwrap_or_default();
        match self.pick(&form) {
            Ok(user) => {
                self.caller.user = Some(user);
                let grant = Grant { app, user, scopes: self.consented(asked.scopes) };
                let code = format!("1.{}", self.seed.text(120));
                let answer = [
                    ("code", code.as_str()),
                    ("state", state),
                    ("session_state", &self.seed.guid()),
                ];
                let location = join(&redirect_uri, &answer);
                let code_means = Code {
                    grant,
                    redirect_uri,
                    challenge: asked.challenge,
                    nonce: query.get("nonce").map(str::to_owned),
                    claims: asked.claims,
                    expires: now + CODE_LIFE,
                    redeemed: false,
                };
                self.tokens.codes.retain(|_, code| now < code.expires);
                self.tokens.codes.insert(code, code_means);
                Response::redirect(location)
            }
            Err(refusal) => back(&redirect_uri, state, &refusal),
        }
    }

    pub(crate) fn check_tenant(&self, tenant: &str) -> Result<(), Refusal> {
        use super::options::{DOMAIN, TENANT};
        if ["organizations", "common", TENANT, DOMAIN].contains(&tenant) {
            return Ok(());
        }
        let text = format!("Tenant '{tenant}' not found.");
        Err(Refusal::new("invalid_request", 90_002, text))
    }

    pub(crate) fn check_client(&self, fields: &Fields<'_>) -> Result<usize, Refusal> {
        let client = fields.get("client_id").ok_or_else(|| Refusal::missing("client_id"))?;
        self.app(client).ok_or_else(|| {
            let text = format!("Application with identifier '{client}' was not found.");
            Refusal::new("unauthorized_client", 700_016, text)
        })
    }

    /// The scopes asked for; each must be known, and Graph's on a Graph host that this cloud has.
    pub(crate) fn check_scopes(&mut self, fields: &Fields<'_>) -> Result<Scopes, Refusal> {
        let written = fields.written("scope").ok_or_else(|| Refusal::missing("scope"))?;
        if let Some(scopes) = self.newest_scopes.read(written) {
            return Ok(scopes);
        }
        let scope = fields.get("scope").unwrap_or_default();
        let is_known = |scope: &str| match scope.rsplit_once('/') {
            None => ["openid", "profile", "offline_access", "email"].contains(&scope),
            Some((root, name)) => {
                let on_graph = self.options.graph_roots.iter().any(|known| known == root);
                on_graph && ["Presence.ReadWrite", "Presence.Read", "User.Read"].contains(&name)
            }
        };
        let scopes: Scopes = scope.split_ascii_whitespace().map(String::from).collect();
        match scopes.iter().find(|scope| !is_known(scope)) {
            None => {
                self.newest_scopes.keep(written, &scopes);
                Ok(scopes)
            }
            Some(wrong) => {
                let text = format!("The scope '{wrong}' does not exist.");
                Err(Refusal::new("invalid_scope", 70_011, text))
            }
        }
    }

    /// The claims parameter, checked to be a JSON object, and to declare `cp1` if the policy wants it.
    pub(crate) fn check_claims(&mut self, fields: &Fields<'_>) -> Result<Vec<Arc<Value>>, Refusal> {
        let wrong = |text| Refusal::new("invalid_request", 50_000, text);
        let claims = match fields.written("claims") {
            None => None,
            Some(written) => {
                let claims = self.read_claims(written, fields);
                Some(claims.ok_or_else(|| wrong("The claims parameter is not a JSON object."))?)
            }
        };
        let lacks_cp1 = || !claims.as_ref().is_some_and(|claims| has_cp1(claims));
        if self.options.policy.require_cp1 && lacks_cp1() {
            return Err(wrong("The client does not declare the capability cp1."));
        }
        Ok(claims.into_iter().collect())
    }

    /// A JSON object.
    fn read_claims(&mut self, written: &str, fields: &Fields<'_>) -> Option<Arc<Value>> {
        if let Some(claims) = self.newest_claims.read(written) {
            return Some(claims);
        }
        let claims = serde_json::from_str(fields.get("claims")?).ok().filter(Value::is_object)?;
        let claims = Arc::new(claims);
        self.newest_claims.keep(written, &claims);
        Some(claims)
    }

    /// What the tenant's policy leaves of the scopes.
    pub(crate) fn consented(&self, scopes: Scopes) -> Scopes {
        if self.options.policy.consent == Consent::WithoutPresence {
            return scopes.iter().filter(|scope| !scope.contains("/Presence.")).cloned().collect();
        }
        scopes
    }

    fn known_redirect(&self, query: &Fields<'_>, tenant: &str) -> Result<(usize, String), Refusal> {
        self.check_tenant(tenant)?;
        let app = self.check_client(query)?;
        let given = query.get("redirect_uri").unwrap_or("");
        if !is_loopback(given) {
            let text = format!("The redirect URI '{given}' does not match the configured ones.");
            return Err(Refusal::new("invalid_request", 50_011, text));
        }
        Ok((app, given.to_owned()))
    }

    fn check_authorize(&mut self, query: &Fields<'_>) -> Result<Asked, Refusal> {
        let field = |name: &str| query.get(name).unwrap_or("");
        if field("response_type") != "code" {
            let text = "The response_type must be 'code'.";
            return Err(Refusal::new("unsupported_response_type", 700_054, text));
        }
        if !["", "query"].contains(&field("response_mode")) {
            let text = "The response_mode must be 'query'.";
            return Err(Refusal::new("invalid_request", 90_023, text));
        }
        if field("state").is_empty() {
            return Err(Refusal::missing("state"));
        }
        let challenge = field("code_challenge");
        if challenge.len() != 43 || field("code_challenge_method") != "S256" {
            let text = "A code_challenge by S256 is required.";
            return Err(Refusal::new("invalid_request", 501_491, text));
        }
        let scopes = self.check_scopes(query)?;
        let claims = self.check_claims(query)?;
        Ok(Asked { scopes, challenge: challenge.into(), claims })
    }

    /// The user who was picked on a page and may consent.
    pub(crate) fn pick(&self, form: &Fields<'_>) -> Result<usize, Refusal> {
        let picked = form.get("pick").and_then(|oid| self.find_user(oid));
        let Some(user) = picked else {
            let text = "User declined to consent to access the app.";
            return Err(Refusal::new("access_denied", 65_004, text));
        };
        if self.options.policy.consent == Consent::AdminOnly {
            let text = "The grant requires admin permission.";
            return Err(Refusal::new("consent_required", 90_094, text));
        }
        Ok(user)
    }
}

fn is_loopback(redirect_uri: &str) -> bool {
    Url::parse(redirect_uri).is_ok_and(|url| {
        let bare = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
        url.scheme() == "http" && url.host_str() == Some("localhost") && url.path() == "/" && bare
    })
}

fn back(redirect_uri: &str, state: &str, refusal: &Refusal) -> Response {
    let description = refusal.description();
    let mut answer = vec![("error", refusal.error), ("error_description", description.as_str())];
    if refusal.error == "access_denied" {
        answer.insert(1, ("error_subcode", "cancel"));
    }
    if !state.is_empty() {
        answer.push(("state", state));
    }
    Response::redirect(join(redirect_uri, &answer))
}

fn join(redirect_uri: &str, answer: &[(&str, &str)]) -> String {
    format!("{}/?{}", redirect_uri.trim_end_matches('/'), encode(answer))
}
