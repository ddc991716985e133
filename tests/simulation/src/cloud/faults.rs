//! What can go wrong on purpose, and for which requests; it refuses to decide when, which the test does.

use std::collections::VecDeque;

use super::wire::{Millis, Words};

/// What a request asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// `GET …/authorize`: the sign-in page.
    Authorize,
    /// The sign-in page's form: a person or Cancel.
    Pick,
    /// `POST …/token` with an authorization code.
    Redeem,
    /// `POST …/token` with a refresh token.
    Refresh,
    /// `POST …/token` with a device code.
    PollDevice,
    /// `POST …/devicecode`.
    DeviceCode,
    /// The page for the user code, and its form.
    DeviceLogin,
    /// `POST …/setPresence`.
    SetPresence,
    /// `POST …/clearPresence`.
    ClearPresence,
    /// `POST …/setUserPreferredPresence`.
    SetPreferred,
    /// `POST …/clearUserPreferredPresence`.
    ClearPreferred,
    /// `POST …/setStatusMessage`.
    SetMessage,
    /// `GET …/presence`.
    ReadPresence,
    /// Anything else.
    Other,
}

/// The requests that a fault meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    /// Those of one kind.
    Kind(Kind),
    /// Every request to the token endpoint.
    Token,
    /// Every request to Entra ID, pages too.
    Entra,
    /// Every request to Graph.
    Graph,
    /// Every request.
    All,
}

impl On {
    pub(crate) fn meets(self, kind: Kind) -> bool {
        use Kind::*;
        let token = matches!(kind, Redeem | Refresh | PollDevice);
        let graph = matches!(
            kind,
            SetPresence | ClearPresence | SetPreferred | ClearPreferred | SetMessage | ReadPresence
        );
        match self {
            On::Kind(one) => one == kind,
            On::Token => token,
            On::Entra => token || matches!(kind, Authorize | Pick | DeviceCode | DeviceLogin),
            On::Graph => graph,
            On::All => true,
        }
    }
}

impl From<Kind> for On {
    fn from(kind: Kind) -> On {
        On::Kind(kind)
    }
}

/// The form of a `Retry-After` header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryAfter {
    /// As a number of seconds.
    Seconds(u64),
    /// As the HTTP date this many seconds from now.
    Date(u64),
}

/// An error of the token endpoint, in the words of "Microsoft identity platform and OAuth 2.0
/// authorization code flow".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenError {
    /// The refresh token was revoked.
    InvalidGrant,
    /// Conditional access wants more from the person.
    InteractionRequired,
    /// A consent was withdrawn.
    ConsentRequired,
    /// The person's session ended.
    LoginRequired,
    /// Too busy for now.
    TemporarilyUnavailable,
    /// Broken for now.
    ServerError,
}

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Answered with this status and an error body, without effect.
    Status(u16, Option<RetryAfter>),
    /// Answered as the token endpoint does, without effect.
    TokenError(TokenError),
    /// Answered with this status and an error body that says this, without effect.
    Says(u16, Words),
    /// Answered by a proxy: this status with a page, without effect.
    Page(u16, Option<RetryAfter>),
    /// Answered by a captive portal: 200 with a page, without effect.
    CaptivePortal,
    /// The request is lost before it takes effect.
    LoseRequest,
    /// The request is lost before it takes effect, and the caller waits in vain.
    Silence,
    /// The answer is lost after the request took effect.
    LoseAnswer,
    /// The answer comes this many real milliseconds late.
    Late(Millis),
    /// The request takes effect, and is answered, this many real milliseconds late.
    LandLate(Millis),
}

#[derive(Debug)]
struct Planned {
    on: On,
    fault: Fault,
    left: u32,
    from: Millis,
    until: Millis,
}

/// The faults to come, met in the order in which they were planned.
#[derive(Debug, Default)]
pub(crate) struct Faults(VecDeque<Planned>);

impl Faults {
    pub(crate) fn plan(&mut self, on: On, fault: Fault, times: u32, from: Millis, until: Millis) {
        self.0.push_back(Planned { on, fault, left: times, from, until });
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    pub(crate) fn take(&mut self, now: Millis, kind: Kind) -> Option<Fault> {
        self.0.retain(|planned| planned.left > 0 && now < planned.until);
        let due =
            self.0.iter_mut().find(|planned| planned.from <= now && planned.on.meets(kind))?;
        due.left -= 1;
        Some(due.fault.clone())
    }
}
