//! Owns the checks of `doctor` that need no resident: configuration, keyring, network, clock, registration.
//! Refuses to mend anything, and to sign anybody in.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use presence_core::{
    Answer, AttemptId, Call, CallId, EntraRequest, Problem, ProblemKind, Rules, words,
};
use presence_wire::{Registration, Request, Response, TokenStore, answers, read_presence};
use serde::{Deserialize, Serialize};

use crate::http::{Http, exchange};
use crate::vault::Vaults;
use crate::{Config, ConfigError, Profile, policy};

/// Entra's tokens are judged by clocks that may differ by this much.
const CLOCK_MARGIN: Duration = Duration::from_secs(300);

/// A thing that was looked at.
#[derive(Clone, Debug)]
pub struct Check {
    /// Its name, for programs too.
    pub name: &'static str,
    /// What is well, or the problem.
    pub finding: Result<String, Problem>,
}

impl Check {
    /// A thing and what was found.
    pub fn new(name: &'static str, finding: Result<String, Problem>) -> Check {
        Check { name, finding }
    }
}

/// What `doctor --json` prints.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct Diagnosis {
    /// The version of whoever looked.
    pub version: String,
    /// Whether every check is well.
    pub ok: bool,
    /// Each thing that was looked at.
    pub checks: Vec<CheckReport>,
}

/// A thing that was looked at, for programs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct CheckReport {
    /// Its name.
    pub name: String,
    /// Whether it is well.
    pub ok: bool,
    /// What is well, or the problem's title.
    pub text: String,
    /// The problem.
    pub problem: Option<Problem>,
}

impl From<Vec<Check>> for Diagnosis {
    fn from(checks: Vec<Check>) -> Diagnosis {
        let checks: Vec<CheckReport> = checks.into_iter().map(CheckReport::from).collect();
        Diagnosis {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            ok: checks.iter().all(|check| check.ok),
            checks,
        }
    }
}

impl From<Check> for CheckReport {
    fn from(check: Check) -> CheckReport {
        let (text, problem) = match check.finding {
            Ok(text) => (text, None),
            Err(problem) => (problem.title.clone(), Some(problem)),
        };
        CheckReport { name: check.name.to_owned(), ok: problem.is_none(), text, problem }
    }
}

/// Looks at everything but the desktop, and returns the configuration with it. What cannot be looked at without one
/// is left out.
pub async fn examine(profile: &Profile) -> (Vec<Check>, Option<Config>) {
    let theirs = profile.clone();
    // It waits for the disk.
    let read = move || (policy::problem(&theirs.policy_file()), Config::read(&theirs));
    let read = tokio::task::spawn_blocking(read).await;
    let (policy, config) = read.unwrap_or_else(|_| (None, Err(ConfigError::silent(profile))));
    let mut checks: Vec<_> =
        policy.map(|problem| Check::new("policy", Err(problem))).into_iter().collect();
    match &config {
        Ok(config) => checks.extend(examine_with(profile, config).await),
        Err(error) => checks.push(Check::new("configuration", Err(error.problem()))),
    }
    (checks, config.ok())
}

async fn examine_with(profile: &Profile, config: &Config) -> Vec<Check> {
    let mut checks = vec![Check::new("configuration", Ok(configuration(profile, config)))];
    checks.push(Check::new("keyring", keyring(profile, config).await));
    let at = &config.registration;
    let mut http = Http::default();
    let graph = presence(&mut http, at).await;
    let entra = match config.device_code {
        true => Some(registration(&mut http, at).await),
        false => None,
    };
    let network = match (&graph, &entra) {
        (Err(answer), _) => Err(unreachable(&at.cloud.graph, answer)),
        (
            _,
            Some(
                answer @ (Answer::Offline { .. } | Answer::Busy { .. } | Answer::Throttled { .. }),
            ),
        ) => Err(unreachable(&at.cloud.authority, answer)),
        (Ok(_), Some(_)) => Ok(words::network_reached(&at.cloud.graph, &at.cloud.authority)),
        (Ok(_), None) => Ok(words::graph_reached(&at.cloud.graph)),
    };
    let is_reached = network.is_ok();
    checks.push(Check::new("network", network));
    if let Ok(response) = &graph {
        checks.push(Check::new("clock", clock(response)));
    }
    if let (true, Some(entra)) = (is_reached, &entra) {
        checks.push(Check::new("registration", registered(at, entra)));
    }
    checks
}

fn configuration(profile: &Profile, config: &Config) -> String {
    let file = profile.config_file();
    words::configuration_valid(&file.display().to_string(), &config.managed)
}

async fn keyring(profile: &Profile, config: &Config) -> Result<String, Problem> {
    let vault = Vaults::new(&profile.vault).of(&config.registration.identity());
    match vault.load(|_| {}).await {
        Ok(stored) => Ok(words::keyring_available(stored.is_some())),
        Err(error) => Err(error.unavailable()),
    }
}

/// Without a token Graph answers 401, which is an answer.
async fn presence(http: &mut Http, at: &Registration) -> Result<Response, Answer> {
    let request = read_presence(at, None);
    let response = answered(http, request, Rules::default().call_limit).await?;
    answers(&response).map(|()| response)
}

/// Asks for a device code that nobody will use: Entra tells an unknown tenant or client by it.
async fn registration(http: &mut Http, at: &Arc<Registration>) -> Answer {
    let call = Call::Entra(EntraRequest::StartDevice { attempt: AttemptId(0) });
    let mut tokens = TokenStore::default();
    let (request, pending) = match tokens.request(&call, Some(at), SystemTime::now()) {
        Ok(packed) => packed,
        Err(answer) => return answer,
    };
    match answered(http, request, Rules::default().limit(&call)).await {
        Ok(response) => pending.answer(CallId(0), &response, &mut tokens),
        Err(answer) => answer,
    }
}

async fn answered(http: &mut Http, request: Request, limit: Duration) -> Result<Response, Answer> {
    let offline = |cause| Answer::Offline { cause };
    let client = http.client(&request.url).map_err(offline)?;
    exchange(&client, request, limit).await.map_err(offline)
}

fn registered(at: &Registration, answer: &Answer) -> Result<String, Problem> {
    match answer {
        Answer::DeviceCode(_) => Ok(words::registration_found(&at.client_id, &at.tenant)),
        Answer::Refused(refusal) => {
            let mut problem = refusal.problem();
            if problem.kind == ProblemKind::SignInFailed {
                problem.remedy = words::registration_remedy();
            }
            Err(problem)
        }
        Answer::Done
        | Answer::Presence(_)
        | Answer::Message(..)
        | Answer::Granted(_)
        | Answer::Pending
        | Answer::SlowDown
        | Answer::Throttled { .. }
        | Answer::Unauthorized { .. }
        | Answer::Forbidden { .. }
        | Answer::NotFound { .. }
        | Answer::Rejected { .. }
        | Answer::Busy { .. }
        | Answer::Offline { .. } => Err(words::registration_unchecked()),
    }
}

fn unreachable(host: &str, answer: &Answer) -> Problem {
    let why = match answer {
        Answer::Offline { cause } => return words::network_unanswered(host, cause),
        Answer::Busy { .. } => words::service_busy(),
        Answer::Throttled { .. } => words::service_throttles(),
        Answer::Done
        | Answer::Presence(_)
        | Answer::Message(..)
        | Answer::Granted(_)
        | Answer::DeviceCode(_)
        | Answer::Pending
        | Answer::SlowDown
        | Answer::Unauthorized { .. }
        | Answer::Forbidden { .. }
        | Answer::NotFound { .. }
        | Answer::Rejected { .. }
        | Answer::Refused(_) => words::service_odd(),
    };
    words::network_unreachable(host, &why)
}

fn clock(response: &Response) -> Result<String, Problem> {
    let Some(theirs) = response.date() else {
        return Ok(words::clock_unknown());
    };
    let ours = SystemTime::now();
    let (is_ahead, by) = match ours.duration_since(theirs) {
        Ok(by) => (true, by),
        Err(error) => (false, error.duration()),
    };
    if by <= CLOCK_MARGIN {
        return Ok(words::clock_right());
    }
    Err(words::clock_wrong(by, is_ahead))
}
