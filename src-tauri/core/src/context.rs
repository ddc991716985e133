//! Owns what every part decides with: the time, the rules, the configuration, chance, what was asked for so far, and when
//! to look again. Refuses to decide.

use std::time::Duration;

use crate::random::Random;
use crate::{Effect, Rules, Saved, Setup, Time};

/// What a transition gets besides the state of its part.
#[derive(Clone, Debug)]
pub(crate) struct Context {
    pub(crate) now: Time,
    pub(crate) rules: Rules,
    /// The configuration in force, or what is wrong with it.
    pub(crate) setup: Setup,
    random: Random,
    saved: Saved,
    effects: Vec<Effect>,
    deadline: Option<Time>,
}

impl Context {
    pub(crate) fn new(setup: Setup, saved: Saved, seed: [u8; 32], rules: Rules) -> Context {
        let random = Random::new(seed);
        let deadline = Some(Time::AT_ONCE);
        Context { now: Time::ZERO, rules, setup, random, saved, effects: Vec::new(), deadline }
    }

    /// Time does not go back.
    pub(crate) fn advance(&mut self, now: Time) {
        self.now = self.now.max(now);
    }

    /// What was saved last, by this run or the one before it.
    pub(crate) fn saved(&self) -> &Saved {
        &self.saved
    }

    /// Asks the host for something.
    pub(crate) fn emit(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    /// Lets the host save what survives a restart, if `changes` changes it and says so.
    pub(crate) fn save(&mut self, changes: impl FnOnce(&mut Saved) -> bool) {
        if changes(&mut self.saved) {
            self.emit(Effect::Save(self.saved.clone()));
        }
    }

    /// Nothing more is due before `deadline`.
    pub(crate) fn wait_until(&mut self, deadline: Option<Time>) {
        self.deadline = deadline;
    }

    /// When to look what is due, if nothing else happens.
    pub(crate) fn deadline(&self) -> Option<Time> {
        self.deadline
    }

    pub(crate) fn take_effects(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }

    /// A span from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: Duration, high: Duration) -> Duration {
        self.random.between(low, high)
    }

    /// The pause after so many tries of what fails since `since`: exponential, capped, with jitter from half to whole.
    pub(crate) fn backoff(&mut self, tries: u32, since: Time) -> Duration {
        let rules = &self.rules;
        let is_young = self.now.since(since) < rules.trouble_old;
        let cap = if is_young { rules.backoff_cap } else { rules.backoff_cap_old };
        let doublings = tries.saturating_sub(1).min(16);
        let pause = rules.backoff_first.saturating_mul(1 << doublings).min(cap);
        self.between(pause / 2, pause)
    }

    /// When a pause that a service asked for is over: later by a share of it, so that not everybody is back at once.
    pub(crate) fn end_of_pause(&mut self, retry_after: Option<Duration>) -> Option<Time> {
        let span = retry_after?;
        let spread = span / 10 + Duration::from_millis(500);
        Some(self.now + span + self.between(Duration::ZERO, spread))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::Settings;
    use crate::saved::keep;

    /// A context at the origin of time, with the registration "contoso".
    pub(crate) fn context() -> Context {
        let settings = Settings { identity: "contoso".to_owned(), ..Settings::default() };
        Context::new(Setup::Ready(settings), Saved::default(), [7; 32], Rules::default())
    }

    #[test]
    fn a_backoff_doubles_up_to_its_cap_which_grows_with_age() {
        let mut cx = context();
        let seconds = Duration::from_secs;
        for (tries, least, most) in [(1, 0, 1), (2, 1, 2), (5, 8, 16), (40, 30, 60)] {
            let pause = cx.backoff(tries, Time::ZERO);
            assert!((seconds(least)..=seconds(most)).contains(&pause), "{tries}: {pause:?}");
        }
        cx.advance(Time::ZERO + cx.rules.trouble_old);
        assert!(cx.backoff(40, Time::ZERO) >= seconds(150));
    }

    #[test]
    fn a_service_is_never_called_before_the_end_of_its_pause() {
        let mut cx = context();
        let span = Duration::from_secs(100);
        for _ in 0..100 {
            let end = cx.end_of_pause(Some(span)).expect("there is a pause");
            assert!(end.since(Time::ZERO) >= span && end.since(Time::ZERO) <= span * 12 / 10);
        }
        assert_eq!(cx.end_of_pause(None), None);
    }

    #[test]
    fn what_is_saved_already_is_not_saved_again() {
        let mut cx = context();
        cx.save(|saved| keep(&mut saved.pinned, &false));
        assert!(cx.take_effects().is_empty());
        let saved = Saved { pinned: true, ..Saved::default() };
        cx.save(|saved| keep(&mut saved.pinned, &true));
        cx.save(|saved| keep(&mut saved.pinned, &true));
        assert_eq!(cx.take_effects(), [Effect::Save(saved)]);
    }
}
