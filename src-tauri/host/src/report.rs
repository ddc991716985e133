//! Owns the JSON in which a view leaves the process; refuses monotonic times, which mean nothing outside.

use chrono::{DateTime, SecondsFormat, Utc};
use presence_core::{
    AccountView, Difference, Effective, MessageView, Problem, Progress, SavedWish, SessionView,
    Status, StatusMessage, View, language, words,
};
use serde::{Deserialize, Serialize};

use crate::{Clock, Moment, Profile, saved};

/// What `status --json` prints. Times are RFC 3339 UTC.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct Report {
    /// The wanted status.
    pub wanted: Option<Status>,
    /// Until when it is wanted.
    pub until: Option<String>,
    /// What our presence session says.
    pub session: Option<SessionReport>,
    /// What colleagues see.
    pub effective: Option<Effective>,
    /// Who is signed in.
    pub account: Option<AccountReport>,
    /// Why colleagues see something else than the session says.
    pub difference: Option<Difference>,
    /// The status message of the wanted status.
    #[serde(default)]
    pub message: Option<MessageView>,
    /// The problem that matters most.
    pub problem: Option<Problem>,
}

/// Our presence session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct SessionReport {
    /// What it says.
    pub status: Status,
    /// When it is renewed next.
    pub renews_at: Option<String>,
    /// When it ends unless renewed.
    pub expires_at: String,
}

/// Who is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct AccountReport {
    /// `preferred_username`.
    pub name: String,
    /// Tenant ID.
    pub tenant: String,
}

/// A report with what only a face needs beside it: a line of the door's `watch`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct Snapshot {
    /// What `status --json` prints.
    #[serde(flatten)]
    pub report: Report,
    /// Where the sign-in stands.
    pub sign_in: SignInReport,
    /// How far the wish is.
    pub progress: Progress,
    /// The messages that were chosen last, newest first, to pick from.
    #[serde(default)]
    pub recent_messages: Vec<StatusMessage>,
    /// What the desktop did not let the program do.
    pub desktop: Vec<Problem>,
    /// Where `config.toml` is, or is to be.
    pub config_file: String,
    /// The code of the language in which the sentences are.
    pub language: String,
}

/// Where the sign-in stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case", tag = "is")]
pub enum SignInReport {
    /// There is no valid configuration.
    NotConfigured,
    /// The OS keyring has not answered yet.
    Looking,
    /// Nobody is signed in.
    SignedOut,
    /// Somebody is signing in.
    SigningIn {
        /// The authorize URL, to copy.
        url: Option<String>,
        /// The device code.
        user_code: Option<String>,
        /// Where the device code is typed.
        verification_uri: Option<String>,
        /// When the sign-in ends by itself.
        expires_at: String,
    },
    /// Entra wants the person to sign in again.
    Needed,
    /// Signed in.
    SignedIn,
}

impl Report {
    /// The view at `moment`, for people's and programs' clocks.
    pub fn new(view: &View, moment: &Moment) -> Report {
        let utc = |time| rfc3339(moment.wall(time).with_timezone(&Utc));
        let session = |session: &SessionView| SessionReport {
            status: session.status,
            renews_at: session.renews_at.map(utc),
            expires_at: utc(session.expires_at),
        };
        Report {
            wanted: view.wish.as_ref().map(|wish| wish.status),
            until: view.wish.as_ref().and_then(|wish| wish.until).map(utc),
            session: view.session.as_ref().map(session),
            effective: view.effective.clone(),
            account: account(&view.account),
            difference: view.difference.clone(),
            message: view.message.clone(),
            problem: view.problem.clone().or_else(|| view.desktop.first().cloned()),
        }
    }
}

impl Report {
    /// What is known when no resident runs at `profile`: the wish of the last one, and that nobody keeps it.
    #[must_use]
    pub fn without_resident(mut self, profile: &Profile) -> Report {
        let wanted = wanted(profile);
        self.wanted = wanted.as_ref().map(|(status, _)| *status);
        self.until = wanted.and_then(|(_, until)| until);
        self.problem = self.problem.or_else(|| Some(words::not_running(self.wanted)));
        self
    }
}

impl Snapshot {
    /// The view at `moment`, for the window.
    pub fn new(view: &View, moment: &Moment, config_file: String) -> Snapshot {
        let sign_in = match &view.account {
            AccountView::NotConfigured => SignInReport::NotConfigured,
            AccountView::Looking => SignInReport::Looking,
            AccountView::SignedOut => SignInReport::SignedOut,
            AccountView::SigningIn { url, code, until } => SignInReport::SigningIn {
                url: url.as_ref().map(|url| url.0.clone()),
                user_code: code.as_ref().map(|(code, _)| code.0.clone()),
                verification_uri: code.as_ref().map(|(_, uri)| uri.clone()),
                expires_at: rfc3339(moment.wall(*until).to_utc()),
            },
            AccountView::SignInNeeded { .. } => SignInReport::Needed,
            AccountView::SignedIn { .. } => SignInReport::SignedIn,
        };
        let report = Report::new(view, moment);
        Snapshot {
            report,
            sign_in,
            progress: view.progress,
            recent_messages: view.recent_messages.to_vec(),
            desktop: view.desktop.clone(),
            config_file,
            language: language::current().code().to_owned(),
        }
    }
}

fn account(view: &AccountView) -> Option<AccountReport> {
    match view {
        AccountView::SignedIn(account) | AccountView::SignInNeeded(account) => {
            Some(AccountReport { name: account.name.clone(), tenant: account.tenant.clone() })
        }
        AccountView::NotConfigured
        | AccountView::Looking
        | AccountView::SignedOut
        | AccountView::SigningIn { .. } => None,
    }
}

/// What is wanted of `profile` when nobody is there to say so: the status, and until when (RFC 3339 UTC).
fn wanted(profile: &Profile) -> Option<(Status, Option<String>)> {
    let moment = Clock::of_machine().moment();
    match saved::load(profile, &moment).wish {
        SavedWish::Nothing | SavedWish::Cleared => None,
        SavedWish::Status { until: Some(until), .. } if until <= moment.time => None,
        SavedWish::Status { status, until, .. } => {
            Some((status, until.map(|until| rfc3339(moment.wall(until).to_utc()))))
        }
    }
}

fn rfc3339(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}
