//! Who and what the cloud consists of, and what its administrator may switch; it refuses behaviour.

use std::ops::RangeInclusive;

/// The `oid` of Megan Bowen.
pub const MEGAN: &str = "48d31887-5fad-4d73-a9f5-3c356e68a038";
/// The `oid` of Alex Wilber.
pub const ALEX: &str = "4562bcc8-c436-4f95-b7c0-4f8ce89dca5e";
/// The application (client) ID of the default registration.
pub const CLIENT_ID: &str = "6f3e1c9a-52d7-4b0e-9c41-d2a87be06f15";
/// The tenant ID of Contoso.
pub const TENANT: &str = "9d1f4a2e-7b63-4c58-8e0a-13c5f6d7b890";
/// The domain of Contoso.
pub const DOMAIN: &str = "contoso.com";

/// A person of the tenant.
#[derive(Clone, Debug)]
pub struct User {
    /// The object ID.
    pub oid: String,
    /// The display name.
    pub name: String,
    /// The `preferred_username`.
    pub mail: String,
    /// Whether the account has a Teams licence.
    pub licensed: bool,
}

impl User {
    /// Megan Bowen, with a licence.
    pub fn megan() -> User {
        User::new(MEGAN, "Megan Bowen", "megan@contoso.com")
    }

    /// Alex Wilber, with a licence.
    pub fn alex() -> User {
        User::new(ALEX, "Alex Wilber", "alex@contoso.com")
    }

    /// Anybody, with a licence.
    pub fn new(oid: &str, name: &str, mail: &str) -> User {
        User { oid: oid.into(), name: name.into(), mail: mail.into(), licensed: true }
    }
}

/// An app registration with the redirect URI `http://localhost` for mobile and desktop applications.
#[derive(Clone, Debug)]
pub struct App {
    /// The application (client) ID.
    pub client_id: String,
    /// The display name.
    pub name: String,
    /// "Allow public client flows".
    pub public_client: bool,
}

/// What becomes of a refresh token when it was used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rotation {
    /// It stays valid, as at Entra ID.
    Keep,
    /// It is revoked.
    RevokeOld,
    /// It is spent, and a second use revokes all that came from the same sign-in.
    RevokeFamilyOnReuse,
}

/// What the tenant lets its people consent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consent {
    /// Everything asked.
    Full,
    /// Everything asked but the presence permissions.
    WithoutPresence,
    /// Nothing: an administrator has to.
    AdminOnly,
}

/// What a test may change while the cloud runs.
#[derive(Clone, Debug)]
pub struct Policy {
    /// What becomes of used refresh tokens.
    pub rotation: Rotation,
    /// What may be consented to.
    pub consent: Consent,
    /// Whether authorize and token requests without the capability `cp1` are refused.
    pub require_cp1: bool,
    /// The life of access tokens in minutes, chosen within by the seed.
    pub access_minutes: RangeInclusive<u64>,
    /// Whether `offline_access` brings a refresh token.
    pub gives_refresh_tokens: bool,
    /// The length of refresh tokens in characters.
    pub refresh_token_bytes: usize,
    /// The life of refresh tokens in days.
    pub refresh_days: u64,
    /// Presence requests in 30 seconds per application.
    pub throttle: usize,
    /// Which 30 seconds.
    pub window: Window,
    /// How far the service's clock is ahead of this machine's, as those of a machine with a wrong clock are.
    pub clock_ahead_seconds: u64,
}

/// Over which 30 seconds requests are counted, which Microsoft does not say. Throttled ones count in both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// The last 30: callers who call too often keep everybody out, themselves too.
    Sliding,
    /// One span of 30 after the other: each lets as many pass as the limit says.
    Fixed,
}

/// What the cloud is made of.
#[derive(Clone, Debug)]
pub struct Options {
    /// The people.
    pub users: Vec<User>,
    /// The registrations; the first is the one that inspection means.
    pub apps: Vec<App>,
    /// Hosts whose permissions can be asked for, without a closing slash.
    pub graph_roots: Vec<String>,
    /// What the ID token's `iss` and the challenges begin with.
    pub authority: String,
    /// Where people type user codes.
    pub verification_uri: String,
    /// The Unix time of simulated time 0, in milliseconds.
    pub epoch: u64,
    /// Whether to keep every request received; a simulation of years rather counts.
    pub record: bool,
    /// What may change later.
    pub policy: Policy,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            users: vec![User::megan()],
            apps: vec![App {
                client_id: CLIENT_ID.into(),
                name: "Presence Tray".into(),
                public_client: true,
            }],
            graph_roots: vec!["https://graph.microsoft.com".into()],
            authority: "https://login.microsoftonline.com".into(),
            verification_uri: "https://login.microsoft.com/device".into(),
            epoch: 1_767_600_000_000,
            record: true,
            policy: Policy {
                rotation: Rotation::Keep,
                consent: Consent::Full,
                require_cp1: false,
                access_minutes: 60..=90,
                gives_refresh_tokens: true,
                refresh_token_bytes: 1_500,
                refresh_days: 90,
                throttle: 1_500,
                window: Window::Sliding,
                clock_ahead_seconds: 0,
            },
        }
    }
}
