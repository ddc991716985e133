//! Codes, access tokens and refresh tokens: who holds what, and until when; it refuses to know HTTP.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

use serde_json::Value;

use super::options::Rotation;
use super::secrets::SecretKind;
use super::wire::{Millis, Seed, cut};

/// The length of an access token, characters; real ones are longer.
const ACCESS_LENGTH: usize = 32;
/// What an access token begins with, and a refresh token.
const ACCESS: &str = "at.";
const REFRESH: &str = "1.";
const DAY: Millis = 24 * 60 * 60_000;

/// Scopes, as whoever has them shares them.
pub(crate) type Scopes = Arc<[String]>;

/// What a person granted to an application.
#[derive(Clone, Debug)]
pub(crate) struct Grant {
    pub(crate) app: usize,
    pub(crate) user: usize,
    pub(crate) scopes: Scopes,
}

impl Grant {
    pub(crate) fn has(&self, scope: &str) -> bool {
        self.scopes.iter().any(|have| have == scope)
    }
}

/// An access token's meaning.
#[derive(Clone, Debug)]
pub(crate) struct Access {
    text: String,
    pub(crate) grant: Grant,
    /// Whether it has Presence.ReadWrite.
    pub(crate) presence: bool,
    /// Every claims parameter that it was asked with.
    claims: Vec<Arc<Value>>,
    expires: Millis,
}

impl Access {
    pub(crate) fn asked_for(&self, wanted: &Value) -> bool {
        self.claims.iter().any(|claims| contains(claims, wanted))
    }

    /// Whether the client declared that it handles claims challenges.
    pub(crate) fn is_cae(&self) -> bool {
        self.claims.iter().any(|claims| has_cp1(claims))
    }
}

/// An authorization code's meaning.
#[derive(Clone, Debug)]
pub(crate) struct Code {
    pub(crate) grant: Grant,
    pub(crate) redirect_uri: String,
    pub(crate) challenge: String,
    pub(crate) nonce: Option<String>,
    pub(crate) claims: Vec<Arc<Value>>,
    pub(crate) expires: Millis,
    pub(crate) redeemed: bool,
}

/// What the person with the user code did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    Pending,
    Approved(usize),
    Declined,
}

/// A device code's meaning.
#[derive(Clone, Debug)]
pub(crate) struct Device {
    pub(crate) app: usize,
    pub(crate) scopes: Scopes,
    pub(crate) user_code: String,
    pub(crate) decision: Decision,
    pub(crate) interval: Millis,
    pub(crate) polled: Option<Millis>,
    pub(crate) expires: Millis,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum RefreshState {
    Live,
    Spent,
    Revoked,
}

#[derive(Clone, Debug)]
struct Refresh {
    text: String,
    grant: Grant,
    family: u64,
    expires: Millis,
    state: RefreshState,
}

/// Why a refresh token is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dead {
    /// No such token was ever issued to this application.
    Unknown,
    /// Issued, and too old.
    Expired,
    /// Revoked, or used before.
    Revoked,
}

/// Everything issued and not yet forgotten.
#[derive(Debug)]
pub(crate) struct Tokens {
    secret: u64,
    issued: u64,
    access: BTreeMap<u64, Access>,
    refresh: BTreeMap<u64, Refresh>,
    pub(crate) codes: BTreeMap<String, Code>,
    pub(crate) devices: BTreeMap<String, Device>,
}

impl Tokens {
    pub(crate) fn new(secret: u64) -> Tokens {
        Tokens {
            secret,
            issued: 0,
            access: BTreeMap::new(),
            refresh: BTreeMap::new(),
            codes: BTreeMap::new(),
            devices: BTreeMap::new(),
        }
    }

    pub(crate) fn issue_access(
        &mut self,
        now: Millis,
        life: Millis,
        grant: Grant,
        claims: Vec<Arc<Value>>,
    ) -> String {
        while self.access.first_entry().is_some_and(|oldest| oldest.get().expires <= now) {
            self.access.pop_first();
        }
        let presence = grant.scopes.iter().any(|scope| scope.ends_with("/Presence.ReadWrite"));
        self.issued += 1;
        let (text, expires) = (self.text(ACCESS, ACCESS_LENGTH), now + life);
        let access = Access { text: text.clone(), grant, presence, claims, expires };
        self.access.insert(self.issued, access);
        text
    }

    /// The meaning of an access token that is valid now.
    pub(crate) fn access(&self, now: Millis, token: &str) -> Option<&Access> {
        let access = self.access.get(&number(token, ACCESS)?)?;
        (now < access.expires && access.text == token).then_some(access)
    }

    /// A new refresh token; `family` is the one it came from, if any.
    pub(crate) fn issue_refresh(
        &mut self,
        now: Millis,
        days: u64,
        length: usize,
        grant: Grant,
        family: Option<u64>,
    ) -> String {
        while self.refresh.first_entry().is_some_and(|oldest| oldest.get().expires <= now) {
            self.refresh.pop_first();
        }
        self.issued += 1;
        let text = self.text(REFRESH, length);
        let refresh = Refresh {
            text: text.clone(),
            grant,
            family: family.unwrap_or(self.issued),
            expires: now + days * DAY,
            state: RefreshState::Live,
        };
        self.refresh.insert(self.issued, refresh);
        text
    }

    /// The grant behind a refresh token, and its family for the token that follows it.
    pub(crate) fn use_refresh(
        &mut self,
        now: Millis,
        app: usize,
        token: &str,
        rotation: Rotation,
    ) -> Result<(Grant, u64), Dead> {
        let number = number(token, REFRESH).ok_or(Dead::Unknown)?;
        if number <= self.issued && !self.refresh.contains_key(&number) {
            return Err(Dead::Expired);
        }
        let refresh = self.refresh.get(&number).ok_or(Dead::Unknown)?;
        if refresh.grant.app != app || refresh.text != token {
            return Err(Dead::Unknown);
        }
        if refresh.expires <= now {
            return Err(Dead::Expired);
        }
        let (state, family, grant) = (refresh.state, refresh.family, refresh.grant.clone());
        if state == RefreshState::Spent && rotation == Rotation::RevokeFamilyOnReuse {
            let relatives = self.refresh.values_mut().filter(|other| other.family == family);
            relatives.for_each(|relative| relative.state = RefreshState::Revoked);
        }
        if state != RefreshState::Live {
            return Err(Dead::Revoked);
        }
        if rotation != Rotation::Keep
            && let Some(used) = self.refresh.get_mut(&number)
        {
            used.state = RefreshState::Spent;
        }
        Ok((grant, family))
    }

    /// What was issued and is not yet forgotten.
    pub(crate) fn texts(&self) -> impl Iterator<Item = (SecretKind, &str)> {
        let access = self.access.values().map(|it| (SecretKind::AccessToken, it.text.as_str()));
        let refresh = self.refresh.values().map(|it| (SecretKind::RefreshToken, it.text.as_str()));
        let codes = self.codes.keys().map(|code| (SecretKind::Code, code.as_str()));
        let devices = self.devices.keys().map(|code| (SecretKind::DeviceCode, code.as_str()));
        access.chain(refresh).chain(codes).chain(devices)
    }

    pub(crate) fn revoke_access(&mut self, user: usize) {
        self.access.retain(|_, access| access.grant.user != user);
    }

    pub(crate) fn revoke(&mut self, user: usize) {
        self.revoke_access(user);
        let theirs = self.refresh.values_mut().filter(|refresh| refresh.grant.user == user);
        theirs.for_each(|refresh| refresh.state = RefreshState::Revoked);
    }

    /// The text of the newest token, which says its number.
    fn text(&self, kind: &str, length: usize) -> String {
        let mut text = String::with_capacity(length);
        let _ = write!(text, "{kind}{:x}.", self.issued);
        let rest = length.saturating_sub(text.len());
        text + &Seed(self.secret ^ self.issued.rotate_left(32)).text(rest)
    }
}

/// The number that a token of this kind says.
fn number(token: &str, kind: &str) -> Option<u64> {
    let (number, _) = cut(token.strip_prefix(kind)?, b'.')?;
    u64::from_str_radix(number, 16).ok()
}

/// Whether a claims parameter declares the capability `cp1`.
pub(crate) fn has_cp1(claims: &Value) -> bool {
    let values = claims.pointer("/access_token/xms_cc/values").and_then(Value::as_array);
    values.is_some_and(|values| values.iter().any(|value| value == "cp1"))
}

/// Whether `whole` asks for everything that `part` asks for.
pub(crate) fn contains(whole: &Value, part: &Value) -> bool {
    match (whole, part) {
        (Value::Object(whole), Value::Object(part)) => part
            .iter()
            .all(|(name, part)| whole.get(name).is_some_and(|whole| contains(whole, part))),
        (Value::Array(whole), Value::Array(part)) => {
            part.iter().all(|part| whole.iter().any(|whole| contains(whole, part)))
        }
        (whole, part) => whole == part,
    }
}
