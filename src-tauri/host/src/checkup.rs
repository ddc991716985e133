//! Owns the checks of `doctor` that need no resident: configuration, keyring, network, clock, registration.
//! Refuses to mend anything, and to sign anybody in.

use std::time::{Duration, SystemTime};

use presence_core::{Answer, AttemptId, EntraRequest, NoAnswer, Problem, ProblemKind};
use reqwest::Client;

use crate::config::Registration;
use crate::entra::{self, EntraCall};
use crate::http::{GRAPH_LIMIT, Http, Wire, exchange};
use crate::purse::Purse;
use crate::vault::Vaults;
use crate::{Config, Place, graph};

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

/// Looks at everything but the desktop, and returns the configuration with it. What cannot be looked at without one
/// is left out.
pub async fn examine(place: &Place) -> (Vec<Check>, Option<Config>) {
    match Config::read(place) {
        Ok(config) => (examine_with(place, &config).await, Some(config)),
        Err(error) => (vec![Check::new("configuration", Err(error.problem()))], None),
    }
}

async fn examine_with(place: &Place, config: &Config) -> Vec<Check> {
    let mut checks = vec![Check::new("configuration", Ok(configuration(place, config)))];
    checks.push(Check::new("keyring", keyring(place, config).await));
    let config = &*config.registration;
    let client = match Http::default().client() {
        Ok(client) => client,
        Err(answer) => {
            checks.push(Check::new("network", Err(unreachable(&config.cloud.graph, &answer))));
            return checks;
        }
    };
    let graph = presence(&client, config).await;
    let entra = registration(&client, config).await;
    let network = match (&graph, &entra) {
        (Err(answer), _) => Err(unreachable(&config.cloud.graph, answer)),
        (_, Answer::Offline { .. } | Answer::Busy { .. } | Answer::Throttled { .. }) => {
            Err(unreachable(&config.cloud.authority, &entra))
        }
        (Ok(_), _) => Ok(format!("{} and {} answer", config.cloud.graph, config.cloud.authority)),
    };
    let is_reached = network.is_ok();
    checks.push(Check::new("network", network));
    if let Ok(wire) = &graph {
        checks.push(Check::new("clock", clock(wire)));
    }
    if is_reached {
        checks.push(Check::new("registration", registered(config, &entra)));
    }
    checks
}

fn configuration(place: &Place, config: &Config) -> String {
    let file = place.config_file();
    match config.managed.as_slice() {
        [] => file.display().to_string(),
        keys => format!("{}; set by your organisation: {}", file.display(), keys.join(", ")),
    }
}

async fn keyring(place: &Place, config: &Config) -> Result<String, Problem> {
    let vault = Vaults::new(&place.vault).of(&config.registration.identity());
    match vault.load(|_| {}).await {
        Ok(Some(_)) => Ok("your sign-in is in it".to_owned()),
        Ok(None) => Ok("it answers; no sign-in is kept in it".to_owned()),
        Err(error) => Err(error.unavailable()),
    }
}

/// Without a token Graph answers 401, which is an answer.
async fn presence(client: &Client, config: &Registration) -> Result<Wire, Answer> {
    let url = format!("{}/v1.0/me/presence", config.cloud.graph);
    let request =
        client.get(url).build().map_err(|_| Answer::Offline { cause: NoAnswer::NoRequest })?;
    let wire = exchange(client, request, GRAPH_LIMIT).await?;
    graph::answers(&wire).map(|()| wire)
}

/// Asks for a device code that nobody will use: Entra tells an unknown tenant or client by it.
async fn registration(client: &Client, config: &Registration) -> Answer {
    let request = EntraRequest::StartDevice { attempt: AttemptId(0) };
    match EntraCall::pack(&request, &Purse::default()) {
        Some(packed) => entra::call(client, config, packed).await.answer,
        None => Answer::Offline { cause: NoAnswer::NoRequest },
    }
}

fn registered(config: &Registration, answer: &Answer) -> Result<String, Problem> {
    match answer {
        Answer::DeviceCode(_) => {
            Ok(format!("Entra knows {} in {}", config.client_id, config.tenant))
        }
        Answer::Refused(refusal) => {
            let mut problem = refusal.problem();
            if problem.kind == ProblemKind::SignInFailed {
                problem.remedy = "Check client_id and tenant in config.toml.".to_owned();
            }
            Err(problem)
        }
        Answer::Done
        | Answer::Presence(_)
        | Answer::Granted(_)
        | Answer::Pending
        | Answer::SlowDown
        | Answer::Throttled { .. }
        | Answer::Unauthorized { .. }
        | Answer::Forbidden { .. }
        | Answer::NotFound { .. }
        | Answer::Rejected { .. }
        | Answer::Busy { .. }
        | Answer::Offline { .. } => Err(Problem::new(
            ProblemKind::SignInFailed,
            "The registration cannot be checked",
            "Entra gave an answer that the program does not understand.",
            "Check tenant and cloud in config.toml.",
        )),
    }
}

fn unreachable(host: &str, answer: &Answer) -> Problem {
    let why = match answer {
        Answer::Offline { cause } => cause.to_string(),
        Answer::Busy { .. } => "it answers with an error of its own".to_owned(),
        Answer::Throttled { .. } => "it asks for fewer requests".to_owned(),
        Answer::Done
        | Answer::Presence(_)
        | Answer::Granted(_)
        | Answer::DeviceCode(_)
        | Answer::Pending
        | Answer::SlowDown
        | Answer::Unauthorized { .. }
        | Answer::Forbidden { .. }
        | Answer::NotFound { .. }
        | Answer::Rejected { .. }
        | Answer::Refused(_) => "it answers otherwise than expected".to_owned(),
    };
    Problem::new(
        ProblemKind::Offline,
        "Microsoft's service cannot be reached",
        &format!("{host}: {why}."),
        "Check the network, a sign-in page of the network, and the proxy of this computer.",
    )
}

fn clock(wire: &Wire) -> Result<String, Problem> {
    let Some(theirs) = wire.date() else {
        return Ok("the service does not say what time it is".to_owned());
    };
    let ours = SystemTime::now();
    let (ahead, by) = match ours.duration_since(theirs) {
        Ok(by) => ("ahead of", by),
        Err(error) => ("behind", error.duration()),
    };
    if by <= CLOCK_MARGIN {
        return Ok("it agrees with Microsoft's".to_owned());
    }
    Err(Problem::new(
        ProblemKind::ClockWrong,
        "The clock of this computer is wrong",
        &format!("It is {} minutes {ahead} Microsoft's.", by.as_secs() / 60),
        "Let the system set the clock by the network.",
    ))
}
