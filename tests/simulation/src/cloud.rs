//! The fake cloud: Entra ID and Microsoft Graph presence for one tenant as one value, and the way from a request to its
//! answer. It refuses IO, clocks and any randomness but its seed, and to be lenient: what Microsoft refuses, it refuses.

mod aggregate;
mod authorize;
mod broken;
mod clock;
mod device;
mod entra;
mod faults;
mod form;
mod graph;
mod message;
mod options;
mod pages;
mod pick;
mod presence;
mod refusals;
mod routes;
mod secrets;
mod sight;
mod tokens;
mod verbs;
mod wire;

use std::borrow::Borrow;
use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use chrono::NaiveDateTime;
use serde_json::Value;

use self::aggregate::UserPresence;
use self::clock::Clock;
use self::faults::Faults;
use self::form::Newest;
use self::routes::Route;
use self::tokens::{Grant, Tokens};
use self::verbs::Read;

pub use faults::{Fault, Kind, On, RetryAfter, TokenError};
pub use message::{Author, MessageSight};
pub use options::{
    ALEX, App, CLIENT_ID, Consent, DOMAIN, MEGAN, Options, Policy, Rotation, TENANT, User, Window,
};
pub use pick::Pick;
pub use presence::{FADE_AWAY, FADE_INACTIVE, Interval, Pair, SessionState, Shown};
pub use secrets::{Secret, SecretKind};
pub use sight::Sight;
pub use wire::{Delivery, Millis, Request, Response, Words};
pub(crate) use wire::{Seed, has};

/// A request that reached the cloud.
#[derive(Clone, Debug)]
pub struct Seen {
    /// When it took effect.
    pub at: Millis,
    /// What it asks for.
    pub kind: Kind,
    /// The whole of it.
    pub request: Request,
    /// The client ID, once known to be registered.
    pub client: Option<String>,
    /// The `oid`, once known.
    pub user: Option<String>,
    /// The status it was answered with.
    pub status: u16,
    /// How the answer went out.
    pub delivery: Delivery,
}

/// Who a request turned out to come from.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Caller {
    pub(crate) app: Option<usize>,
    pub(crate) user: Option<usize>,
}

/// Entra ID and Graph presence for one tenant.
#[derive(Debug)]
pub struct Cloud {
    pub(crate) options: Options,
    pub(crate) seed: Seed,
    pub(crate) tokens: Tokens,
    pub(crate) presence: Vec<UserPresence>,
    /// The claims that a user's tokens must have been asked with.
    pub(crate) challenges: Vec<Option<Value>>,
    pub(crate) throttle: Vec<VecDeque<Millis>>,
    pub(crate) caller: Caller,
    oids: BTreeMap<String, usize>,
    faults: Faults,
    was_struck: bool,
    newest: Kind,
    newest_body: Option<Read>,
    newest_claims: Newest<Value>,
    newest_scopes: Newest<[String]>,
    pub(crate) clock: Clock,
    seen: Vec<Seen>,
    /// By kind.
    counts: [u64; Kind::Other as usize + 1],
}

impl Cloud {
    /// A cloud at time 0.
    pub fn new(options: Options, seed: u64) -> Cloud {
        let oids = options.users.iter().enumerate().map(|(index, user)| (user.oid.clone(), index));
        Cloud {
            oids: oids.collect(),
            seed: Seed(seed),
            tokens: Tokens::new(seed),
            presence: vec![UserPresence::default(); options.users.len()],
            challenges: vec![None; options.users.len()],
            throttle: vec![VecDeque::new(); options.apps.len()],
            caller: Caller::default(),
            faults: Faults::default(),
            was_struck: false,
            newest: Kind::Other,
            newest_body: None,
            newest_claims: Newest::NONE,
            newest_scopes: Newest::NONE,
            clock: Clock::default(),
            seen: Vec::new(),
            counts: [0; Kind::Other as usize + 1],
            options,
        }
    }

    /// Takes a request in and answers it; `now` never goes back.
    pub fn handle(&mut self, now: Millis, request: impl Borrow<Request>) -> Response {
        let request = request.borrow();
        let route = Route::of(request);
        let kind = route.kind();
        let fault = self.faults.take(now, kind);
        self.was_struck = fault.is_some();
        self.newest = kind;
        let delivery = match &fault {
            Some(Fault::LoseRequest) => return on_its_way(Delivery::LostBefore),
            Some(Fault::Silence) => return on_its_way(Delivery::Silent),
            Some(Fault::LandLate(ms)) => return on_its_way(Delivery::LandsLate(*ms)),
            Some(Fault::LoseAnswer) => Delivery::LostAfter,
            Some(Fault::Late(ms)) => Delivery::Late(*ms),
            Some(_) | None => Delivery::Answer,
        };
        self.caller = Caller::default();
        let mut response = match fault {
            Some(Fault::Status(status, after)) => self.broken(now, kind, status, after),
            Some(Fault::TokenError(error)) => self.token_fault(now, error),
            Some(Fault::Says(status, words)) => self.saying(now, kind, status, &words),
            Some(Fault::Page(status, after)) => self.page(now, status, after),
            Some(Fault::CaptivePortal) => Response::html(200, pages::captive_portal()),
            Some(_) | None => self.route(now, request, route),
        };
        response.delivery = delivery;
        let ahead = self.options.policy.clock_ahead_seconds;
        let date = self.clock.http(self.seconds(now) + ahead);
        let response = response.with("date", date);
        self.note(now, kind, request, &response);
        response
    }

    /// Lets the next `times` requests meet a fault.
    pub fn fault(&mut self, on: impl Into<On>, times: u32, fault: Fault) {
        self.faults.plan(on.into(), fault, times, 0, Millis::MAX);
    }

    /// Lets every request in `from..until` meet a fault.
    pub fn fault_between(&mut self, on: impl Into<On>, from: Millis, until: Millis, fault: Fault) {
        self.faults.plan(on.into(), fault, u32::MAX, from, until);
    }

    /// Forgets all faults still to come.
    pub fn heal(&mut self) {
        self.faults.clear();
    }

    /// From now on the user's tokens must have been asked with `claims`, or are challenged (continuous
    /// access evaluation).
    pub fn challenge(&mut self, oid: &str, claims: Value) {
        let user = self.user(oid);
        self.challenges[user] = Some(claims);
    }

    /// Signs a person in to the first application without its pages: the refresh token that a sign-in brings.
    pub fn sign_in(&mut self, now: Millis, oid: &str) -> String {
        let scopes = [
            "https://graph.microsoft.com/Presence.ReadWrite",
            "offline_access",
            "openid",
            "profile",
        ];
        let grant = Grant { app: 0, user: self.user(oid), scopes: scopes.map(String::from).into() };
        let (days, length) =
            (self.options.policy.refresh_days, self.options.policy.refresh_token_bytes);
        self.tokens.issue_refresh(now, days, length, grant, None)
    }

    /// Revokes every access and refresh token of the user.
    pub fn revoke(&mut self, oid: &str) {
        let user = self.user(oid);
        self.tokens.revoke(user);
    }

    /// Ends every access token of the user; refresh tokens stay.
    pub fn revoke_access(&mut self, oid: &str) {
        let user = self.user(oid);
        self.tokens.revoke_access(user);
    }

    /// Gives or takes the Teams licence.
    pub fn license(&mut self, oid: &str, licensed: bool) {
        let user = self.user(oid);
        self.options.users[user].licensed = licensed;
    }

    /// Lets a Teams client of the user show something, or end.
    pub fn teams(&mut self, oid: &str, now: Millis, client: &str, shown: Option<Shown>) {
        let user = self.user(oid);
        self.presence[user].teams(now, client, shown);
    }

    /// Pins a status until a time as the user does in Teams, or unpins it.
    pub fn pin(&mut self, oid: &str, pinned: Option<(Shown, Millis)>) {
        let user = self.user(oid);
        self.presence[user].prefer(pinned);
    }

    /// What may change while the cloud runs.
    pub fn policy(&mut self) -> &mut Policy {
        &mut self.options.policy
    }

    /// Every request received, if the options ask to record.
    pub fn seen(&self) -> &[Seen] {
        &self.seen
    }

    /// What the newest request asked for.
    pub fn newest(&self) -> Kind {
        self.newest
    }

    /// Whether the newest request met a fault.
    pub fn was_struck(&self) -> bool {
        self.was_struck
    }

    /// Lets another machine of the user set the first application's session for a time, or end it.
    pub fn elsewhere(&mut self, oid: &str, now: Millis, set: Option<(Pair, Millis)>) {
        self.elsewhere_of(oid, 0, now, set);
    }

    /// The same for the application of this number.
    pub(crate) fn elsewhere_of(
        &mut self,
        oid: &str,
        app: usize,
        now: Millis,
        set: Option<(Pair, Millis)>,
    ) {
        let user = self.user(oid);
        let session = self.presence[user].session_mut(app);
        match set {
            Some((pair, span)) => session.set(now, pair, span),
            None => {
                session.clear(now);
            }
        }
    }

    /// How many requests of a kind were received.
    pub fn count(&self, kind: Kind) -> u64 {
        self.counts[kind as usize]
    }

    pub(crate) fn app(&self, client_id: &str) -> Option<usize> {
        self.options.apps.iter().position(|app| app.client_id == client_id)
    }

    pub(crate) fn user(&self, oid: &str) -> usize {
        *self.oids.get(oid).expect("the test names a user of the options")
    }

    pub(crate) fn find_user(&self, oid: &str) -> Option<usize> {
        self.oids.get(oid).copied()
    }

    pub(crate) fn time(&self, now: Millis) -> SystemTime {
        UNIX_EPOCH + Duration::from_millis(self.options.epoch + now)
    }

    /// The time in whole seconds.
    pub(crate) fn date(&self, now: Millis) -> NaiveDateTime {
        clock::date(self.time(now))
    }

    /// Whole seconds since 1970.
    pub(crate) fn seconds(&self, now: Millis) -> u64 {
        (self.options.epoch + now) / 1_000
    }

    fn route(&mut self, now: Millis, request: &Request, route: Route<'_>) -> Response {
        match route {
            Route::Home => Response::html(200, pages::home()),
            Route::Authorize { tenant, .. } => self.authorize(now, request, tenant),
            Route::Token { tenant, .. } => self.token(now, request, tenant),
            Route::DeviceCode { tenant } => self.device_code(now, request, tenant),
            Route::DeviceLogin => self.device_login(now, request),
            Route::Discovery { tenant } => self.discovery(now, tenant),
            Route::Presence { whose, kind } => self.graph(now, request, whose, kind),
            Route::Unknown => self.graph_error(now, 404, "ResourceNotFound", "Resource not found."),
        }
    }

    fn note(&mut self, now: Millis, kind: Kind, request: &Request, response: &Response) {
        self.counts[kind as usize] += 1;
        if !self.options.record {
            return;
        }
        let Caller { app, user } = self.caller;
        self.seen.push(Seen {
            at: now,
            kind,
            request: request.clone(),
            client: app.map(|app| self.options.apps[app].client_id.clone()),
            user: user.map(|user| self.options.users[user].oid.clone()),
            status: response.status,
            delivery: response.delivery,
        });
    }
}

fn on_its_way(delivery: Delivery) -> Response {
    Response { delivery, ..Response::default() }
}
