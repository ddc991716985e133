//! Entra ID's token endpoint for public clients; it refuses every secret.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::Cloud;
use super::form::Fields;
use super::options::{Consent, TENANT};
use super::refusals::Refusal;
use super::tokens::Grant;
use super::wire::{JSON, Millis, Request, Response};

/// `{"typ":"JWT","alg":"RS256","kid":"fake"}`, in base64.
pub(crate) const HEADER: &str = "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiIsImtpZCI6ImZha2UifQ";
/// `unsigned`, in base64.
const SIGNATURE: &str = "dW5zaWduZWQ";
/// What the claims of an ID token take, bytes, as a rule.
const CLAIMS: usize = 512;

/// What the token endpoint answers.
#[derive(Debug)]
pub(crate) struct TokenAnswer {
    scope: String,
    /// Seconds.
    life: u64,
    id_token: Option<String>,
    refresh_token: Option<String>,
    client_info: Option<String>,
    access_token: String,
}

impl TokenAnswer {
    /// As JSON, in which nothing has to be escaped: all of it is the cloud's own.
    fn json(&self) -> String {
        let field = |name: &str, token: &Option<String>| match token {
            Some(token) => [r#"",""#, name, r#"":""#, token].concat(),
            None => String::new(),
        };
        let life = self.life.to_string();
        let parts = [
            r#"{"token_type":"Bearer","expires_in":"#,
            &life,
            r#","ext_expires_in":"#,
            &life,
            r#","scope":""#,
            &self.scope,
            &field("id_token", &self.id_token),
            &field("refresh_token", &self.refresh_token),
            &field("client_info", &self.client_info),
            r#"","access_token":""#,
            &self.access_token,
            r#""}"#,
        ];
        parts.concat()
    }
}

/// The claims of an ID token ("ID token claims reference").
#[derive(Serialize)]
struct IdToken<'a> {
    ver: &'a str,
    iss: String,
    /// Each person's own at Entra, which nothing here depends on.
    sub: &'a str,
    aud: &'a str,
    iat: u64,
    nbf: u64,
    exp: u64,
    tid: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    oid: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    preferred_username: Option<&'a str>,
}

impl Cloud {
    /// The provider's configuration ("OpenID Connect on the Microsoft identity platform").
    pub(crate) fn discovery(&mut self, now: Millis, tenant: &str) -> Response {
        if let Err(refusal) = self.check_tenant(tenant) {
            return self.refuse(now, &refusal);
        }
        let authority = &self.options.authority;
        let endpoint = |name: &str| format!("{authority}/{tenant}/oauth2/v2.0/{name}");
        let whose =
            if ["organizations", "common"].contains(&tenant) { "{tenantid}" } else { TENANT };
        Response::json(
            200,
            &json!({
                "authorization_endpoint": endpoint("authorize"),
                "token_endpoint": endpoint("token"),
                "device_authorization_endpoint": endpoint("devicecode"),
                "issuer": format!("{authority}/{whose}/v2.0"),
                "response_types_supported": ["code"],
                "response_modes_supported": ["query"],
                "subject_types_supported": ["pairwise"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "token_endpoint_auth_methods_supported": ["none"],
                "scopes_supported": ["openid", "profile", "email", "offline_access"],
            }),
        )
    }

    pub(crate) fn token(&mut self, now: Millis, request: &Request, tenant: &str) -> Response {
        match self.token_answer(now, request, tenant) {
            Ok(answer) => {
                let response =
                    Response { body: answer.json().into_bytes(), ..Response::empty(200) };
                response.with("content-type", JSON).with("cache-control", "no-store")
            }
            Err(refusal) => self.refuse(now, &refusal),
        }
    }

    fn token_answer(
        &mut self,
        now: Millis,
        request: &Request,
        tenant: &str,
    ) -> Result<TokenAnswer, Refusal> {
        let (app, form) = self.public_client(request, tenant)?;
        let grant_type = form.get("grant_type").ok_or_else(|| Refusal::missing("grant_type"))?;
        let mut answer = match grant_type {
            "authorization_code" => self.redeem(now, app, &form),
            "refresh_token" => self.refresh(now, app, &form),
            "urn:ietf:params:oauth:grant-type:device_code" => self.poll_device(now, app, &form),
            other => {
                let text = format!("The grant type '{other}' is not supported.");
                Err(Refusal::new("unsupported_grant_type", 70_003, text))
            }
        }?;
        // Undocumented, and what MSAL knows an account by.
        if form.get("client_info") == Some("1") {
            let uid = self.caller.user.map(|user| &self.options.users[user].oid);
            let info = json!({"uid": uid, "utid": TENANT}).to_string();
            answer.client_info = Some(URL_SAFE_NO_PAD.encode(info));
        }
        Ok(answer)
    }

    pub(crate) fn public_client<'a>(
        &mut self,
        request: &'a Request,
        tenant: &str,
    ) -> Result<(usize, Fields<'a>), Refusal> {
        let form = request.form_fields().ok_or_else(|| Refusal::missing("grant_type"))?;
        self.check_tenant(tenant)?;
        let app = self.check_client(&form)?;
        self.caller.app = Some(app);
        let secret = form.has("client_secret") || form.has("client_assertion");
        if secret || request.authorization.is_some() {
            let text = "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.";
            return Err(Refusal::new("invalid_client", 700_025, text));
        }
        if !self.options.apps[app].public_client {
            let text = "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.";
            return Err(Refusal::new("invalid_client", 7_000_218, text));
        }
        Ok((app, form))
    }

    fn redeem(
        &mut self,
        now: Millis,
        app: usize,
        form: &Fields<'_>,
    ) -> Result<TokenAnswer, Refusal> {
        let invalid = |code, text| Err(Refusal::new("invalid_grant", code, text));
        let given = form.get("code").ok_or_else(|| Refusal::missing("code"))?;
        let redirect = form.get("redirect_uri").ok_or_else(|| Refusal::missing("redirect_uri"))?;
        let verifier =
            form.get("code_verifier").ok_or_else(|| Refusal::missing("code_verifier"))?;
        let mut claims = self.check_claims(form)?;
        let Some(code) = self.tokens.codes.get_mut(given).filter(|code| code.grant.app == app)
        else {
            return invalid(70_000, "The provided authorization code is not valid.");
        };
        if code.redeemed {
            return invalid(54_005, "OAuth2 Authorization code was already redeemed.");
        }
        if code.expires <= now {
            return invalid(70_008, "The provided authorization code has expired.");
        }
        if redirect != code.redirect_uri {
            return invalid(
                500_112,
                "The reply address does not match the one of the authorization.",
            );
        }
        if URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)) != code.challenge {
            return invalid(501_481, "The Code_Verifier does not match the code_challenge.");
        }
        code.redeemed = true;
        claims.extend(code.claims.iter().cloned());
        let (grant, nonce) = (code.grant.clone(), code.nonce.clone());
        let grant = self.narrowed(grant, form)?;
        self.issue(now, grant, claims, nonce.as_deref(), None)
    }

    fn refresh(
        &mut self,
        now: Millis,
        app: usize,
        form: &Fields<'_>,
    ) -> Result<TokenAnswer, Refusal> {
        let token = form.get("refresh_token").ok_or_else(|| Refusal::missing("refresh_token"))?;
        let claims = self.check_claims(form)?;
        if self.options.policy.consent == Consent::AdminOnly {
            return Err(Refusal::consent_required());
        }
        let rotation = self.options.policy.rotation;
        let (grant, family) = self.tokens.use_refresh(now, app, token, rotation)?;
        let grant = self.narrowed(grant, form)?;
        self.issue(now, grant, claims, None, Some(family))
    }

    /// The grant with the scopes of this request; a token request cannot add one.
    fn narrowed(&mut self, mut grant: Grant, form: &Fields<'_>) -> Result<Grant, Refusal> {
        if form.has("scope") {
            let scopes = self.check_scopes(form)?;
            let scopes = self.consented(scopes);
            if !scopes.iter().all(|scope| grant.has(scope)) {
                return Err(Refusal::consent_required());
            }
            grant.scopes = scopes;
        }
        Ok(grant)
    }

    pub(crate) fn issue(
        &mut self,
        now: Millis,
        grant: Grant,
        claims: Vec<Arc<Value>>,
        nonce: Option<&str>,
        family: Option<u64>,
    ) -> Result<TokenAnswer, Refusal> {
        self.caller.user = Some(grant.user);
        let policy = &self.options.policy;
        let (from, to) = (policy.access_minutes.start() * 60, policy.access_minutes.end() * 60);
        let life = from + self.seed.next() % (to.saturating_sub(from) + 1);
        let granted =
            grant.scopes.iter().map(String::as_str).filter(|scope| *scope != "offline_access");
        let scope = granted.collect::<Vec<_>>().join(" ");
        let id_token = grant.has("openid").then(|| self.id_token(now, &grant, nonce));
        let refresh_token =
            (grant.has("offline_access") && policy.gives_refresh_tokens).then(|| {
                let (days, length) = (policy.refresh_days, policy.refresh_token_bytes);
                self.tokens.issue_refresh(now, days, length, grant.clone(), family)
            });
        let access_token = self.tokens.issue_access(now, life * 1_000, grant, claims);
        Ok(TokenAnswer { scope, life, id_token, refresh_token, client_info: None, access_token })
    }

    fn id_token(&self, now: Millis, grant: &Grant, nonce: Option<&str>) -> String {
        let (user, seconds) = (&self.options.users[grant.user], self.seconds(now));
        // Without the scope profile there is no oid and no name, as documented for v2.0 ID tokens.
        let profile = grant.has("profile");
        let claims = IdToken {
            ver: "2.0",
            iss: [&self.options.authority, "/", TENANT, "/v2.0"].concat(),
            sub: "AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ",
            aud: &self.options.apps[grant.app].client_id,
            iat: seconds,
            nbf: seconds,
            exp: seconds + 3_600,
            tid: TENANT,
            nonce,
            oid: profile.then_some(&*user.oid),
            name: profile.then_some(&*user.name),
            preferred_username: profile.then_some(&*user.mail),
        };
        let mut json = Vec::with_capacity(CLAIMS);
        serde_json::to_writer(&mut json, &claims).expect("a struct of strings is always JSON");
        [HEADER, ".", &URL_SAFE_NO_PAD.encode(json), ".", SIGNATURE].concat()
    }
}
