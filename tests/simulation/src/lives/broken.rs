//! The core broken on purpose, each time in one way that the oracle has to notice; it refuses a copy of the
//! core: a mutant is a few bent numbers, or a bend of what goes into the core and comes out.

use std::time::Duration;

use presence_core::Rules;

use crate::world::Bend;

/// A core that keeps no promise quite.
#[derive(Clone, Debug)]
pub struct Mutant {
    /// What is wrong with it.
    pub name: &'static str,
    /// How it decides.
    pub rules: Rules,
    /// How what goes into it and comes out of it is bent.
    pub bend: Option<Bend>,
}

/// Every mutant. To add one, bend a number here, or add a [`Bend`].
pub fn mutants() -> Vec<Mutant> {
    let seconds = Duration::from_secs;
    let mut all = vec![
        bent("renews after the fade", |rules| rules.renew_available = seconds(310)),
        bent("renews far too often", |rules| rules.renew_available = seconds(60)),
        bent("believes that nothing fades", |rules| rules.fade = seconds(3_600)),
        bent("does not spread renewals", |rules| {
            (rules.spread_percent, rules.spread_available_percent) = (0, 0)
        }),
        bent("has no cap on its backoff", |rules| {
            (rules.backoff_cap, rules.backoff_cap_old) = (seconds(7_200), seconds(7_200));
        }),
        bent("never slows an old backoff down", |rules| rules.backoff_cap_old = seconds(60)),
        bent("does not back off", |rules| {
            (rules.backoff_cap, rules.backoff_cap_old) = (seconds(1), seconds(1));
        }),
        bent("tries again without a pause", |rules| {
            rules.backoff_first = Duration::from_millis(1);
            rules.busiest_minute = 1_000;
        }),
        bent("tries at once what only an administrator changes", |rules| {
            rules.slow_retry = seconds(20);
        }),
        bent("gives up on what an administrator changes", |rules| {
            rules.slow_retry = seconds(86_400);
        }),
        bent("tells of a lapse an hour late", |rules| rules.grace = seconds(3_600)),
        bent("delays every sleep", |rules| rules.shutdown_limit = seconds(30)),
        bent("waits for a sleep that does not come", |rules| {
            rules.sleep_comes_within = seconds(7_200);
        }),
        bent("asks for less than PT5M", |rules| rules.shortest_expiration = seconds(1)),
        bent("asks for more than PT4H", |rules| rules.longest_expiration = seconds(86_400)),
        bent("resends too early what may be overtaken", |rules| rules.call_limit = seconds(1)),
        bent("forewarns an hour ahead", |rules| rules.forewarning = seconds(3_600)),
        bent("shows for two hours what colleagues saw", |rules| rules.look_stale = seconds(7_200)),
        bent("quits after ten seconds", |rules| rules.shutdown_limit = seconds(10)),
        bent("has no ceiling", |rules| rules.ceiling = 1_000),
        bent("does not count its calls", |rules| {
            (rules.busiest_minute, rules.ceiling) = (1_000, 1_000);
        }),
        bent("never retries", |rules| {
            let year = seconds(365 * 86_400);
            (rules.backoff_first, rules.backoff_cap, rules.backoff_cap_old) = (year, year, year);
        }),
        bent("never abandons a call", |rules| {
            (rules.patience, rules.shutdown_patience) = (seconds(3_600), seconds(3_600));
        }),
        bent("forgets that abandoned calls land", |rules| {
            // A call is given up as late as ever.
            (rules.call_limit, rules.sign_in_call_limit) = (seconds(0), seconds(20));
            rules.answer_margin = seconds(12);
        }),
        // Its tokens live for less than this, and for more than a fifth of it.
        bent("refreshes before every call", |rules| rules.refresh_ahead = seconds(7_200)),
    ];
    let bent = |name, bend| Mutant { name, rules: Rules::default(), bend: Some(bend) };
    all.extend([
        bent("ignores Retry-After", Bend::IgnoresRetryAfter),
        bent("keeps the old wish in trouble", Bend::KeepsOldWish),
        bent("forgets the time limit", Bend::ForgetsTimeLimit),
        bent("sets a timed status for longer", Bend::OutlastsTimeLimit),
        bent("takes a 404 on clear for a failure", Bend::NeverCleared),
        bent("never clears", Bend::NeverClears),
        bent("drops the claims of a challenge", Bend::DropsClaims),
        bent("loops on the token that was challenged", Bend::KeepsRefusedToken),
        bent("loops on refused tokens", Bend::LoopsOnRefusal),
        bent("counts sleep as no time", Bend::SleepIsNoTime),
        bent("ignores the network's return", Bend::IgnoresNetwork),
        bent("gives a refresh up for a wish", Bend::AbandonsRefresh),
        bent("tells nothing", Bend::TellsNothing),
        bent("tells of every failure", Bend::TellsEveryFailure),
        bent("hides the problem", Bend::HidesProblem),
        bent("shows as settled what is not", Bend::SettledTooSoon),
        bent("never stores a new token", Bend::NeverStores),
        bent("drops the token before storing", Bend::DropsBeforeStoring),
        bent("deletes the token on a refusal", Bend::ForgetsOnRefusal),
        bent("takes a silent keyring for an empty one", Bend::UnavailableIsAbsent),
        bent("drops the wish on a refusal", Bend::DropsWishOnRefusal),
        bent("does not write the wish down", Bend::SavesNothing),
        bent("forgets the end at a start", Bend::ForgetsEndAtStart),
        bent("reads after every renewal", Bend::LooksAlways),
        bent("has no deadline in trouble", Bend::NoDeadlineInTrouble),
        bent("uses access tokens past their end", Bend::TrustsTokensTooLong),
        bent("shows trouble that is over", Bend::KeepsTrouble),
        bent("blames the keyring", Bend::BlamesTheKeyring),
        bent("answers every wish \"done\"", Bend::SaysDone),
        bent("answers no wish that fails", Bend::SaysNothing),
        bent("shows Available without its fade", Bend::ForgetsTheFade),
        bent("shows a renewal that is over", Bend::RenewsInThePast),
        bent("shows for ever what colleagues saw", Bend::KeepsLook),
        bent("sends claims for ever", Bend::KeepsClaims),
        bent("ends without clearing", Bend::EndsNothing),
        bent("does not wait for the keyring", Bend::TrustsTheKeyring),
        bent("does not ask again to delete", Bend::ForgetsToForget),
        bent("never unpins", Bend::NeverUnpins),
        bent("never pins", Bend::NeverPins),
        bent("forgets over a restart what it pinned", Bend::ForgetsPin),
        bent("takes everybody for the first person", Bend::KnowsOnePerson),
        bent("leaves the session of the person before", Bend::LeavesFormers),
        bent("renews a timed status for nothing", Bend::WakesAlways),
        bent("overwrites what a person wrote in Teams", Bend::OverlooksTheirs),
        bent("removes what a person wrote in Teams", Bend::TakesAllForOurs),
        bent("never ends its status message", Bend::NeverEndsMessages),
        bent("never sets a status message", Bend::NeverSetsMessages),
        bent("lets a message outlast its status", Bend::OutlastsItsStatus),
        bent("forgets over a restart which message is its own", Bend::ForgetsMessage),
    ]);
    all
}

fn bent(name: &'static str, bend: impl FnOnce(&mut Rules)) -> Mutant {
    let mut rules = Rules::default();
    bend(&mut rules);
    Mutant { name, rules, bend: None }
}
