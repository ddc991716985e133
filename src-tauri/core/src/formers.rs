//! Owns what is left to end for a person who is not signed in any more, or at a registration that is not configured
//! any more: their session, late writes, pin and status message, with their own tokens. Refuses to set anything.

use crate::context::Context;
use crate::flight::{Flight, Planned, Purpose};
use crate::grant::{Grant, is_same};
use crate::left::Left;
use crate::retrying::Retrying;
use crate::trouble::Pause;
use crate::written::Written;
use crate::{
    Account, Call, Claims, Effect, FoundMessage, GrantId, Granted, GraphRequest, Rules,
    StatusMessage, Time,
};

/// A grant that is given up, as soon as what was set with it is ended or has expired.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Former {
    identity: String,
    grant: Grant,
    /// Whether its tokens are accepted; without them nothing can be ended: it expires.
    can_end: bool,
    left: Left,
    /// When all of that has expired.
    expires_at: Time,
    /// Until when its registration may come back, and go on with it.
    stays_until: Time,
    retrying: Retrying,
    /// The service asked for no call before this.
    not_before: Time,
    /// How often in a row its token was refused.
    refused: u32,
}

/// All of them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Formers {
    list: Vec<Former>,
}

impl Former {
    /// Until when there is something to end, or to come back to.
    fn until(&self) -> Time {
        if self.can_end && self.left != Left::default() {
            self.expires_at.max(self.stays_until)
        } else {
            self.stays_until
        }
    }

    /// Whether this is what is left of `owner`: [`Account::id`].
    fn is_of(&self, owner: Option<&str>) -> bool {
        Some(&*self.grant.account().id()) == owner
    }

    fn next(&self, now: Time, rules: &Rules) -> Option<(Time, Call)> {
        if !self.can_end {
            return None;
        }
        let at = self.retrying.due()?.max(self.not_before);
        let message = self.left.message.removal(now, rules);
        let late = self.left.late_write.map(|late| (late, GraphRequest::ClearPresence));
        let (after, request) = match (self.left.session, self.left.pinned) {
            (true, _) => (Time::AT_ONCE, GraphRequest::ClearPresence),
            (false, true) => (Time::AT_ONCE, GraphRequest::Unpin),
            (false, false) => message.or(late)?,
        };
        let at = at.max(after);
        if self.grant.serves(at.max(now), rules) {
            Some((at, Call::Graph { grant: self.grant.id(), request }))
        } else {
            Some((self.grant.after_pause(at), self.grant.refresh()))
        }
    }
}

impl Formers {
    /// Another person, or nobody, comes after `grant` of `identity`: what was left with it is ended with it. Its
    /// registration may come back until `stays_until`; the service asked for no call before `not_before`.
    pub(crate) fn part_with(
        &mut self,
        identity: String,
        grant: Grant,
        left: Left,
        stays_until: Time,
        not_before: Time,
        cx: &Context,
    ) {
        let has_message = !left.message.texts().is_empty();
        // A write that was not answered may last longer than the lease.
        let rules = &cx.rules;
        let longest = if has_message { rules.longest_timed } else { rules.longest_expiration };
        self.list.push(Former {
            identity,
            can_end: grant.refused().is_none(),
            grant,
            left,
            expires_at: cx.now + longest,
            stays_until,
            retrying: Retrying::since(cx.now),
            not_before,
            refused: 0,
        });
    }

    /// The preferred presence is the person's, whichever registration pinned it: from now on it is no former one's.
    /// Returns whether any may have pinned it.
    pub(crate) fn take_pins(&mut self, account: &Account) -> bool {
        let mut pinned = false;
        for former in self.list.iter_mut().filter(|of| is_same(of.grant.account(), account)) {
            pinned |= std::mem::take(&mut former.left.pinned);
        }
        pinned
    }

    /// The status message is the person's, whichever registration set it: from now on it is no former one's.
    pub(crate) fn take_messages(&mut self, account: &Account) -> Written {
        let mut written = Written::default();
        for former in self.list.iter_mut().filter(|of| is_same(of.grant.account(), account)) {
            written.join(std::mem::take(&mut former.left.message));
        }
        written
    }

    /// Whether a pin may stand that was set for `owner` with a former grant.
    pub(crate) fn may_have_pinned(&self, owner: Option<&str>) -> bool {
        self.list.iter().any(|former| former.left.pinned && former.is_of(owner))
    }

    /// What may stand as a status message that was set for `owner` with a former grant.
    pub(crate) fn messages(&self, owner: Option<&str>) -> impl Iterator<Item = &StatusMessage> {
        let theirs = self.list.iter().filter(move |former| former.is_of(owner));
        theirs.flat_map(|former| &**former.left.message.texts())
    }

    /// The former grant of this person at `identity`.
    pub(crate) fn find(&self, identity: Option<&str>, account: &Account) -> Option<GrantId> {
        let is = |of: &&Former| {
            Some(of.identity.as_str()) == identity && is_same(of.grant.account(), account)
        };
        self.list.iter().find(is).map(|former| former.grant.id())
    }

    /// The person is back: it is theirs again.
    pub(crate) fn take_back(&mut self, id: GrantId) -> Option<(Grant, Left)> {
        let at = self.position(id)?;
        let former = self.list.remove(at);
        Some((former.grant, former.left))
    }

    fn position(&self, id: GrantId) -> Option<usize> {
        self.list.iter().position(|former| former.grant.id() == id)
    }

    fn get(&mut self, id: GrantId) -> Option<&mut Former> {
        self.list.iter_mut().find(|former| former.grant.id() == id)
    }

    pub(crate) fn has(&self, id: GrantId) -> bool {
        self.position(id).is_some()
    }

    /// Whether it is a former person's of the registration `identity`.
    pub(crate) fn is_at(&self, id: GrantId, identity: Option<&str>) -> bool {
        let former = self.list.iter().find(|former| former.grant.id() == id);
        former.is_some_and(|former| Some(former.identity.as_str()) == identity)
    }

    /// The next call that ends something. `after_pause` delays the calls to Graph at this registration.
    pub(crate) fn call(&self, after_pause: impl Fn(Time) -> Time, cx: &Context) -> Option<Planned> {
        let planned = |former: &Former| {
            let (at, call) = former.next(cx.now, &cx.rules)?;
            let is_here = Some(former.identity.as_str()) == cx.setup.identity();
            let at = match call {
                Call::Graph { .. } if is_here => after_pause(at),
                Call::Graph { .. } | Call::Entra(_) => at,
            };
            Some(Planned { at, call, purpose: Purpose::Former(former.grant.id()) })
        };
        self.list.iter().filter_map(planned).min_by_key(|planned| planned.at)
    }

    /// When nothing is left to end, or it has expired. `stays` are those at this registration, as the keyring may
    /// bring them back; `in_flight` is the one whose call is on its way.
    pub(crate) fn end(
        &self,
        in_flight: Option<GrantId>,
        stays: Option<&str>,
    ) -> Option<(Time, GrantId)> {
        let can_go = |former: &&Former| {
            Some(former.grant.id()) != in_flight && Some(former.identity.as_str()) != stays
        };
        let end = |former: &Former| (former.until(), former.grant.id());
        self.list.iter().filter(can_go).map(end).min_by_key(|(at, _)| *at)
    }

    /// Gives up what this grant can no longer end. The status message of `owner` stays theirs to remove.
    pub(crate) fn drop(&mut self, id: GrantId, owner: Option<&str>, cx: &mut Context) -> Written {
        cx.emit(Effect::Drop(id));
        let former = self.position(id).map(|at| self.list.remove(at));
        let theirs = former.filter(|former| former.is_of(owner));
        theirs.map(|former| former.left.message).unwrap_or_default()
    }

    /// A call with a former grant was given up, and may still land.
    pub(crate) fn given_up(&mut self, id: GrantId, flight: &Flight, rules: &Rules) {
        let Some(former) = self.get(id) else { return };
        if flight.call.writes_session() {
            let late = flight.sent_at + rules.call_limit;
            former.left.late_write = former.left.late_write.max(Some(late));
        }
        former.left.pinned |= flight.call.writes_pin();
        if flight.call.writes_message() {
            former.left.message.given_up(flight.sent_at + rules.call_limit);
        }
    }

    /// What is left is ended at once.
    pub(crate) fn hasten(&mut self) {
        for former in &mut self.list {
            former.retrying.hasten(Time::AT_ONCE);
        }
    }

    /// The service did as asked.
    pub(crate) fn done(&mut self, id: GrantId, flight: &Flight, now: Time) {
        let Some(former) = self.get(id) else { return };
        former.retrying.worked();
        former.refused = 0;
        if flight.call.writes_session() {
            former.left.session = false;
            former.left.late_write.take_if(|late| flight.sent_at >= *late);
        }
        former.left.pinned &= !flight.call.writes_pin();
        if flight.call.writes_message() {
            former.left.message.cleared(flight.sent_at, now);
        }
    }

    /// What stands as the status message.
    pub(crate) fn saw(&mut self, id: GrantId, flight: &Flight, found: FoundMessage, now: Time) {
        let Some(former) = self.get(id) else { return };
        former.retrying.worked();
        former.refused = 0;
        former.left.message.saw(found, flight.sent_at, now);
    }

    /// A refresh brought other tokens.
    pub(crate) fn granted(
        &mut self,
        id: GrantId,
        flight: &Flight,
        granted: &Granted,
        cx: &mut Context,
    ) {
        let Some(former) = self.get(id) else { return };
        former.grant.renew(GrantId(flight.id.0), granted, flight.sent_at, &cx.rules);
        cx.emit(Effect::Drop(id));
    }

    /// The service did not accept the access token.
    pub(crate) fn unauthorized(&mut self, id: GrantId, claims: Option<Claims>, cx: &mut Context) {
        let Some(former) = self.get(id) else { return };
        former.grant.lose_access(claims);
        former.refused += 1;
        if former.refused > 1 {
            former.later(5, cx);
        }
    }

    /// The service is out of order, and may have asked for patience.
    pub(crate) fn later(
        &mut self,
        id: GrantId,
        flight: &Flight,
        pause: Option<Pause>,
        cx: &mut Context,
    ) {
        let Some(former) = self.get(id) else { return };
        former.later(0, cx);
        match (pause, &flight.call) {
            (Some(pause), Call::Entra(_)) => former.grant.wait(pause),
            (Some(pause), Call::Graph { .. }) => former.not_before = pause.until,
            (None, _) => {}
        }
    }

    /// What the service refuses cannot be ended from here: it expires, and the tokens stay as long as their
    /// registration may come back.
    pub(crate) fn cannot_end(&mut self, id: GrantId) {
        if let Some(former) = self.get(id) {
            former.can_end = false;
        }
    }
}

impl Former {
    fn later(&mut self, head_start: u32, cx: &mut Context) {
        self.retrying.begin();
        self.retrying.later(head_start, cx);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::tests::context;
    use crate::grant::tests::account;

    fn left() -> Left {
        Left { session: true, pinned: true, ..Left::default() }
    }

    fn parted(left: Left) -> (Formers, Context) {
        let (mut formers, cx) = (Formers::default(), context());
        let grant = Grant::stored(GrantId(1), account("megan"));
        formers.part_with("contoso".to_owned(), grant, left, Time::AT_ONCE, Time::AT_ONCE, &cx);
        (formers, cx)
    }

    #[test]
    fn whoever_left_nothing_is_dropped_at_once() {
        let (formers, _) = parted(Left::default());
        assert_eq!(formers.end(None, None), Some((Time::AT_ONCE, GrantId(1))));
        assert_eq!(formers.end(Some(GrantId(1)), None), None);
        assert_eq!(formers.end(None, Some("contoso")), None);
    }

    #[test]
    fn a_session_is_ended_with_its_own_tokens_renewed_first() {
        let (formers, cx) = parted(left());
        let planned = formers.call(|at| at, &cx).expect("there is something to end");
        assert!(matches!(planned.call, Call::Entra(_)));
        assert_eq!(planned.purpose, Purpose::Former(GrantId(1)));
        assert_eq!(
            formers.end(None, None).map(|(at, _)| at),
            Some(cx.now + cx.rules.longest_expiration)
        );
    }

    #[test]
    fn a_person_who_comes_back_gets_what_they_left() {
        let (mut formers, _) = parted(left());
        assert!(formers.take_pins(&account("megan")) && !formers.take_pins(&account("alex")));
        assert_eq!(formers.find(Some("contoso"), &account("alex")), None);
        let id = formers.find(Some("contoso"), &account("megan")).expect("she left it");
        let (_, came_back) = formers.take_back(id).expect("it is there");
        assert_eq!(came_back, Left { pinned: false, ..left() });
        assert!(!formers.has(id));
    }

    #[test]
    fn what_is_refused_is_left_to_expire() {
        let (mut formers, cx) = parted(left());
        formers.cannot_end(GrantId(1));
        assert_eq!(formers.call(|at| at, &cx), None);
        assert_eq!(formers.end(None, None), Some((Time::AT_ONCE, GrantId(1))));
    }
}
