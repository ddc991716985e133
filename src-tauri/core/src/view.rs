//! Owns what a face may show; refuses to show what a face could misuse.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::facts::{Lease, Rest, Setting, Shown, SignIn, Vault, Want};
use crate::keeper::Core;
use crate::{Effective, Flaw, Private, Problem, Setup, Status, Time};

/// Everything a face may show, at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// Who is signed in.
    pub account: AccountView,
    /// What is wanted.
    pub wish: Option<WishView>,
    /// How far the wish is.
    pub progress: Progress,
    /// What the session says, confirmed by the service and not yet over.
    pub session: Option<SessionView>,
    /// What colleagues see, as last read and not yet stale.
    pub effective: Option<Effective>,
    /// Why colleagues see something else than the session says.
    pub difference: Option<Difference>,
    /// The problem that matters most.
    pub problem: Option<Problem>,
    /// What the desktop did not let the program do; no status depends on it.
    pub desktop: Vec<Problem>,
}

/// Who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccountView {
    /// There is no valid configuration.
    NotConfigured,
    /// The OS keyring has not answered yet, or does not.
    Looking,
    /// Nobody.
    SignedOut,
    /// Somebody is signing in.
    SigningIn {
        /// The authorize URL to copy.
        url: Option<Private<String>>,
        /// The device code and where to type it.
        code: Option<(Private<String>, String)>,
    },
    /// This person, but Entra wants them to sign in again.
    SignInNeeded {
        /// Their name.
        name: Private<String>,
        /// Their tenant ID.
        tenant: String,
    },
    /// This person.
    SignedIn {
        /// Their name.
        name: Private<String>,
        /// Their tenant ID.
        tenant: String,
    },
}

/// A wanted status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WishView {
    /// Which.
    pub status: Status,
    /// Until when; until changed if absent.
    pub until: Option<Time>,
    /// The span it was asked for.
    pub lasts: Option<Duration>,
}

/// How far the wish is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Progress {
    /// The session is as wanted.
    Settled,
    /// The service does not have the wish yet.
    Setting,
    /// The session is being ended.
    Clearing,
    /// A problem stands between.
    Waiting,
}

/// What the session says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionView {
    /// The status.
    pub status: Status,
    /// When it is renewed next; absent when it ends before that.
    pub renews_at: Option<Time>,
    /// When it ends unless renewed.
    pub expires_at: Time,
}

/// Why colleagues see something else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// For programs: `teams-status`, `faded`, `no-session` or `other`.
    pub cause: String,
    /// A sentence.
    pub text: String,
    /// The one next step.
    pub remedy: String,
}

impl Core {
    /// What a face may show at `now`.
    pub fn view(&self, now: Time) -> View {
        let lease = self.lease_at(now);
        let effective =
            self.effective.as_ref().filter(|(at, _)| now.since(*at) < self.rules.look_stale);
        let effective = effective.map(|(_, effective)| effective.clone());
        let problem = self.standing().map(|(_, problem)| problem);
        let problem = problem.filter(|_| !self.rules.has(Flaw::HidesProblem));
        View {
            account: self.account_view(),
            wish: match self.want {
                Want::Held(wish) => {
                    Some(WishView { status: wish.status, until: wish.until, lasts: wish.lasts })
                }
                Want::Nothing | Want::Cleared => None,
            },
            progress: self.progress(lease, problem.is_some()),
            session: lease.map(|lease| SessionView {
                status: lease.status,
                renews_at: self.renews_at(lease, now),
                expires_at: lease.ends_at(&self.rules),
            }),
            difference: lease
                .zip(effective.as_ref())
                .and_then(|(lease, seen)| difference(lease.status, seen)),
            effective,
            problem,
            desktop: self.desktop.values().flatten().cloned().collect(),
        }
    }

    /// When the lease is renewed, if that comes before its end: its own moment, or the next try after one that failed.
    fn renews_at(&self, lease: &Lease, now: Time) -> Option<Time> {
        let gate = self.after_pause(self.gate()?);
        let at = lease.renew_at?.max(gate).max(now);
        (at <= lease.ends_at(&self.rules)).then_some(at)
    }

    fn lease_at(&self, now: Time) -> Option<&Lease> {
        match &self.shown {
            Shown::Held(lease) if now < lease.ends_at(&self.rules) => Some(lease),
            Shown::Held(_) | Shown::Unknown | Shown::Nothing => None,
        }
    }

    fn progress(&self, lease: Option<&Lease>, problem: bool) -> Progress {
        let settled = match self.goal() {
            Setting::Alone if self.rest != Rest::Awake => {
                self.want == Want::Nothing || self.says_what_is_wanted(lease)
            }
            Setting::Alone => true,
            Setting::Gone => self.shown == Shown::Nothing,
            Setting::Hold(wish) => lease.is_some_and(|lease| lease.wish == wish.number),
        };
        match (settled || self.rules.has(Flaw::SettledTooSoon), problem, self.goal()) {
            (true, _, _) => Progress::Settled,
            (false, true, _) => Progress::Waiting,
            (false, false, Setting::Gone) => Progress::Clearing,
            (false, false, Setting::Hold(_) | Setting::Alone) => Progress::Setting,
        }
    }

    fn says_what_is_wanted(&self, lease: Option<&Lease>) -> bool {
        match self.want {
            Want::Held(wish) => lease.is_some_and(|lease| lease.wish == wish.number),
            Want::Nothing | Want::Cleared => lease.is_none(),
        }
    }

    fn account_view(&self) -> AccountView {
        if let Setup::Missing(_) = self.setup {
            return AccountView::NotConfigured;
        }
        match &self.sign_in {
            SignIn::Browser { url, .. } => {
                return AccountView::SigningIn { url: url.clone(), code: None };
            }
            SignIn::Device { code, .. } => {
                let code = (code.user_code.clone(), code.verification_uri.clone());
                return AccountView::SigningIn { url: None, code: Some(code) };
            }
            SignIn::Redeeming { .. } | SignIn::Starting { .. } => {
                return AccountView::SigningIn { url: None, code: None };
            }
            SignIn::Idle | SignIn::Ended { .. } => {}
        }
        match (&self.grant, &self.vault) {
            (Some(grant), _) => {
                let (name, tenant) =
                    (Private(grant.account.name.clone()), grant.account.tenant.clone());
                match grant.refused {
                    Some(_) => AccountView::SignInNeeded { name, tenant },
                    None => AccountView::SignedIn { name, tenant },
                }
            }
            (None, Vault::Absent | Vault::Present | Vault::SignedOut) => AccountView::SignedOut,
            (None, Vault::NotAsked | Vault::Asked { .. } | Vault::Unavailable { .. }) => {
                AccountView::Looking
            }
        }
    }
}

/// Compares what the session says with what colleagues see ("Manage presence state", precedence).
fn difference(says: Status, seen: &Effective) -> Option<Difference> {
    let told = |cause: &str, text: String, remedy: &str| {
        Some(Difference { cause: cause.to_owned(), text, remedy: remedy.to_owned() })
    };
    if seen.availability == says.availability() {
        if seen.activity == "AvailableInactive" {
            let text =
                "Colleagues see you as inactive: the session was not renewed in time.".to_owned();
            return told("faded", text, "Choose Available again.");
        }
        return None;
    }
    match (seen.availability.as_str(), says) {
        ("Available", Status::Away) => told(
            "teams-status",
            "A Teams client says Available, and that wins over Away.".to_owned(),
            "Set \"pin_away = true\" in config.toml, or choose Away in Teams.",
        ),
        ("Offline" | "PresenceUnknown", _) => told(
            "no-session",
            "Colleagues see you as offline: the change has not reached Teams yet, or you chose \"Appear offline\" there.".to_owned(),
            "If it stays so, choose \"Reset status\" in Teams.",
        ),
        ("DoNotDisturb" | "Busy" | "BeRightBack" | "Away", _) => told(
            "teams-status",
            format!(
                "Teams itself shows {}: a call, a meeting or a status chosen there wins over this one.",
                people_words(&seen.availability)
            ),
            "To let this one show, choose \"Reset status\" in Teams.",
        ),
        _ => told(
            "other",
            format!("Colleagues see {}.", people_words(&seen.availability)),
            "It may take Teams a few minutes to follow.",
        ),
    }
}

/// Graph's `DoNotDisturb` as people write it.
fn people_words(availability: &str) -> String {
    let mut words = String::new();
    for letter in availability.chars() {
        if letter.is_uppercase() && !words.is_empty() {
            words.push(' ');
            words.extend(letter.to_lowercase());
        } else {
            words.push(letter);
        }
    }
    words
}
