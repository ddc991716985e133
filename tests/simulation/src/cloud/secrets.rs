//! Lists what programs know that nobody else may see, as far as the cloud knows it; refuses to judge where it was seen.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::Cloud;
use super::entra::HEADER;
use super::form::Fields;
use super::wire::Request;

/// What a secret is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SecretKind {
    /// An access token.
    AccessToken,
    /// A refresh token.
    RefreshToken,
    /// The beginning of every ID token.
    IdToken,
    /// An authorization code.
    Code,
    /// The verifier of an authorization code (RFC 7636).
    Verifier,
    /// A device code, which is not the user code (RFC 8628).
    DeviceCode,
    /// The state of an authorize URL.
    State,
    /// What a claims challenge asks for.
    Claims,
    /// A `preferred_username`.
    Mailbox,
    /// A person's display name.
    Name,
    /// An object ID.
    ObjectId,
}

/// A text and what it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Secret {
    /// What it is.
    pub kind: SecretKind,
    /// The text.
    pub text: String,
}

impl Cloud {
    /// Everything secret that was issued or, if the options ask to record, came with a request.
    pub fn secrets(&self) -> BTreeSet<Secret> {
        let mut all = Found::default();
        all.note(SecretKind::IdToken, HEADER);
        for user in &self.options.users {
            all.note(SecretKind::Mailbox, &user.mail);
            all.note(SecretKind::Name, &user.name);
            all.note(SecretKind::ObjectId, &user.oid);
        }
        for (kind, text) in self.tokens.texts() {
            all.note(kind, text);
        }
        for claims in self.challenges.iter().flatten() {
            all.note(SecretKind::Claims, &STANDARD.encode(claims.to_string()));
            all.note_claims(claims);
        }
        self.seen().iter().for_each(|seen| all.note_request(&seen.request));
        all.0
    }
}

#[derive(Default)]
struct Found(BTreeSet<Secret>);

impl Found {
    fn note(&mut self, kind: SecretKind, text: &str) {
        self.0.insert(Secret { kind, text: text.to_owned() });
    }

    fn note_request(&mut self, request: &Request) {
        let bearer = request.authorization.as_deref().and_then(|it| it.strip_prefix("Bearer "));
        if let Some(token) = bearer {
            self.note(SecretKind::AccessToken, token);
        }
        let form = request.form_fields();
        for fields in [Fields::of(request.query.as_bytes()), form].into_iter().flatten() {
            let kinds = [
                ("code", SecretKind::Code),
                ("code_verifier", SecretKind::Verifier),
                ("device_code", SecretKind::DeviceCode),
                ("refresh_token", SecretKind::RefreshToken),
                ("state", SecretKind::State),
            ];
            for (name, kind) in kinds {
                if let Some(text) = fields.get(name) {
                    self.note(kind, text);
                }
            }
            let claims = fields.get("claims").and_then(|text| serde_json::from_str(text).ok());
            if let Some(claims) = claims {
                self.note_claims(&claims);
            }
        }
    }

    /// The values that are asked for; what programs only declare is no secret.
    fn note_claims(&mut self, claims: &Value) {
        match claims {
            Value::String(text) if text != "cp1" => self.note(SecretKind::Claims, text),
            Value::Array(parts) => parts.iter().for_each(|part| self.note_claims(part)),
            Value::Object(parts) => parts.values().for_each(|part| self.note_claims(part)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
}
