//! Owns what keeps calls from being made now: trouble, a pause that a service asked for, tokens that were refused, and
//! throttling. Refuses to make the next try.

use std::time::Duration;

use crate::context::Context;
use crate::throttling::{Throttling, Yielding};
use crate::trouble::{Pause, Retry, Trouble, TroubleKind};
use crate::{Claims, Ids, Status, Time};

/// What stands between a wish and the service.
#[derive(Clone, Debug, Default)]
pub(crate) struct Troubles {
    trouble: Option<Trouble>,
    /// Graph's, for calls of every purpose.
    pause: Option<Pause>,
    /// How many calls in a row had their token refused.
    refused: u32,
    /// The challenge that one of them brought.
    challenged: Option<Claims>,
    throttling: Throttling,
}

impl Troubles {
    pub(crate) fn trouble(&self) -> Option<&Trouble> {
        self.trouble.as_ref()
    }

    pub(crate) fn pause(&self) -> Option<&Pause> {
        self.pause.as_ref()
    }

    /// When trouble lets the next call pass; `None`: not before something changes.
    pub(crate) fn gate(&self) -> Option<Time> {
        let Some(trouble) = &self.trouble else { return Some(Time::AT_ONCE) };
        match trouble.retry {
            Retry::NotBefore { from: at, .. } | Retry::Backoff(at) => Some(at),
            Retry::NewWish => None,
        }
    }

    /// The first moment from `at` on at which a write of the session yields to nobody.
    pub(crate) fn after_yield(&self, at: Time) -> Time {
        match &self.trouble {
            Some(Trouble { retry: Retry::NotBefore { then, .. }, .. }) => at.max(*then),
            Some(_) | None => at,
        }
    }

    /// The first moment from `at` on at which Graph has not asked for patience.
    pub(crate) fn after_pause(&self, at: Time) -> Time {
        self.pause.as_ref().map_or(at, |pause| at.max(pause.until))
    }

    /// Whether the service holds even a new wish back.
    pub(crate) fn holds_back(&self, now: Time) -> bool {
        match &self.trouble {
            Some(Trouble { retry: Retry::NotBefore { from, .. }, .. }) => *from > now,
            Some(_) | None => false,
        }
    }

    /// When the service, which asked for patience, is called once more before the session lapses.
    pub(crate) fn agreed_try(&self, lapse: Time) -> Option<Time> {
        match self.trouble.as_ref()?.retry {
            Retry::NotBefore { then, .. } if then < lapse => Some(then),
            Retry::NotBefore { .. } | Retry::Backoff(_) | Retry::NewWish => None,
        }
    }

    /// When a trouble with what is no longer wanted is over.
    pub(crate) fn end(&self) -> Option<Time> {
        match self.trouble.as_ref()?.retry {
            Retry::NotBefore { then: at, .. } | Retry::Backoff(at) => Some(at),
            Retry::NewWish => Some(Time::AT_ONCE),
        }
    }

    /// A failure that may pass. `not_before`: the service said when to come back.
    pub(crate) fn back_off(
        &mut self,
        kind: TroubleKind,
        is_entra: bool,
        ids: Ids,
        not_before: Option<Time>,
        cx: &mut Context,
    ) {
        let mut trouble = self.next(kind, is_entra, ids, cx.now);
        trouble.retry = match not_before {
            Some(from) => Retry::NotBefore { from, then: from },
            None => {
                let tries = trouble.tries.saturating_add(trouble.kind.head_start());
                let at = cx.now + cx.backoff(tries, trouble.since);
                if trouble.kind == TroubleKind::Throttled {
                    Retry::NotBefore { from: at, then: at }
                } else {
                    Retry::Backoff(at)
                }
            }
        };
        self.trouble = Some(trouble);
    }

    /// A failure that only a person or an administrator ends.
    pub(crate) fn stop(&mut self, kind: TroubleKind, ids: Ids, cx: &Context) {
        let mut trouble = self.next(kind, false, ids, cx.now);
        if !matches!(trouble.kind, TroubleKind::Rejected(_)) {
            trouble.retry = Retry::Backoff(cx.now + cx.rules.slow_retry);
        }
        self.trouble = Some(trouble);
    }

    /// The failure after the one that stands, not tried again so far.
    pub(crate) fn next(&self, kind: TroubleKind, is_entra: bool, ids: Ids, now: Time) -> Trouble {
        let old = self.trouble.as_ref();
        let (since, tries) = old.map_or((now, 0), |old| (old.since, old.tries));
        let is_entra = is_entra && old.is_none_or(|old| old.is_entra);
        let (tries, retry) = (tries.saturating_add(1), Retry::NewWish);
        Trouble { kind, is_entra, ids, since, tries, retry }
    }

    /// A throttled call makes room for those of others: a write of the session that a person waits for, or not, and
    /// that must be made until `latest`.
    pub(crate) fn yields(&mut self, write: Option<(bool, Option<Time>)>, cx: &mut Context) {
        let Some(trouble) = &mut self.trouble else { return };
        let Retry::NotBefore { from, then } = &mut trouble.retry else { return };
        if trouble.kind != TroubleKind::Throttled {
            return;
        }
        let pause = cx.backoff(trouble.tries, trouble.since);
        if let Some((is_awaited, latest)) = write {
            let what = Yielding { is_awaited, latest, pause };
            *then = *from + self.throttling.yields(what, *from, cx);
        }
    }

    /// Graph asked for patience.
    pub(crate) fn graph_pauses(&mut self, pause: Pause) {
        self.pause = Some(pause);
    }

    /// A call to Graph was throttled.
    pub(crate) fn throttled(&mut self, now: Time) {
        self.throttling.throttled(now);
    }

    /// Whether a call that nobody asked for would only make throttling worse.
    pub(crate) fn is_throttled(&self, cx: &Context) -> bool {
        self.throttling.is_felt(cx.now, &cx.rules)
    }

    /// How long after it was set a session is renewed.
    pub(crate) fn renewal_pause(
        &self,
        status: Status,
        expiration: Duration,
        cx: &mut Context,
    ) -> Duration {
        self.throttling.renewal_pause(status, expiration, cx)
    }

    /// The service accepted the token.
    pub(crate) fn accepted(&mut self) {
        (self.refused, self.challenged) = (0, None);
    }

    /// The service did not accept the token; returns whether to back off. The first time costs one refresh, and every
    /// other claims challenge another; after that no token is asked for in a loop.
    pub(crate) fn refused(&mut self, claims: Option<&Claims>) -> bool {
        self.refused += 1;
        let is_news = claims.is_some() && claims != self.challenged.as_ref();
        if is_news {
            self.challenged = claims.cloned();
        }
        self.refused > 1 && !is_news
    }

    /// Graph did as asked: passing trouble is disproved.
    pub(crate) fn passed(&mut self) {
        self.throttling.passed();
        self.trouble.take_if(|trouble| trouble.passes());
    }

    /// Tokens came from Entra.
    pub(crate) fn entra_passed(&mut self) {
        self.trouble.take_if(|trouble| trouble.is_entra);
    }

    /// The permission is there.
    pub(crate) fn consented(&mut self) {
        self.trouble.take_if(|trouble| trouble.kind == TroubleKind::ConsentNeeded);
    }

    pub(crate) fn clear_trouble(&mut self) {
        self.trouble = None;
    }

    /// Ends every pause that the service did not ask for.
    pub(crate) fn retry_now(&mut self, now: Time) {
        let Some(trouble) = &mut self.trouble else { return };
        match &mut trouble.retry {
            Retry::NotBefore { from, then } => *then = *from,
            Retry::Backoff(_) | Retry::NewWish => trouble.retry = Retry::Backoff(now),
        }
    }

    /// A person's choice meets trouble as if it were new.
    pub(crate) fn begin_anew(&mut self, now: Time) {
        self.retry_now(now);
        if let Some(trouble) = &mut self.trouble {
            (trouble.since, trouble.tries) = (now, 0);
        }
    }

    /// The machine or the network woke.
    pub(crate) fn woke(&mut self, now: Time) {
        if let Some(trouble) = &mut self.trouble
            && trouble.kind.may_pass_with_network()
            && let Retry::Backoff(at) = &mut trouble.retry
        {
            *at = now;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::tests::context;
    use crate::{NoAnswer, Private};

    fn offline() -> TroubleKind {
        TroubleKind::Offline(NoAnswer::Timeout)
    }

    #[test]
    fn a_new_wish_ends_a_backoff_but_not_what_the_service_asked_for() {
        let (mut troubles, mut cx) = (Troubles::default(), context());
        troubles.back_off(offline(), false, Ids::new(), None, &mut cx);
        assert!(troubles.gate() > Some(cx.now) && !troubles.holds_back(cx.now));
        troubles.begin_anew(cx.now);
        assert_eq!(troubles.gate(), Some(cx.now));

        let until = cx.now + Duration::from_secs(60);
        troubles.back_off(TroubleKind::Throttled, false, Ids::new(), Some(until), &mut cx);
        troubles.begin_anew(cx.now);
        assert!(troubles.gate() == Some(until) && troubles.holds_back(cx.now));
    }

    #[test]
    fn a_success_ends_passing_trouble_only() {
        let (mut troubles, mut cx) = (Troubles::default(), context());
        troubles.back_off(offline(), false, Ids::new(), None, &mut cx);
        troubles.passed();
        assert!(troubles.trouble().is_none());
        troubles.stop(TroubleKind::NotAllowed, Ids::new(), &cx);
        troubles.passed();
        assert!(troubles.trouble().is_some());
        troubles.clear_trouble();
        assert!(troubles.trouble().is_none());
    }

    #[test]
    fn what_was_rejected_is_only_tried_for_a_new_wish() {
        let (mut troubles, cx) = (Troubles::default(), context());
        troubles.stop(TroubleKind::Rejected(String::new()), Ids::new(), &cx);
        assert_eq!(troubles.gate(), None);
        troubles.woke(cx.now);
        assert_eq!(troubles.gate(), None);
        troubles.retry_now(cx.now);
        assert_eq!(troubles.gate(), Some(cx.now));
    }

    #[test]
    fn only_entras_own_trouble_ends_with_its_tokens() {
        let (mut troubles, mut cx) = (Troubles::default(), context());
        troubles.back_off(offline(), true, Ids::new(), None, &mut cx);
        troubles.entra_passed();
        assert!(troubles.trouble().is_none());
        troubles.back_off(offline(), false, Ids::new(), None, &mut cx);
        troubles.back_off(offline(), true, Ids::new(), None, &mut cx);
        troubles.entra_passed();
        assert!(troubles.trouble().is_some(), "Graph failed, too");
    }

    #[test]
    fn a_challenge_that_is_news_is_answered_at_once() {
        let mut troubles = Troubles::default();
        let claims = |text: &str| Private(text.to_owned());
        assert!(!troubles.refused(None), "the first costs a refresh");
        assert!(troubles.refused(None));
        assert!(!troubles.refused(Some(&claims("a"))));
        assert!(troubles.refused(Some(&claims("a"))));
        assert!(!troubles.refused(Some(&claims("b"))));
        troubles.accepted();
        assert!(!troubles.refused(Some(&claims("b"))));
    }
}
