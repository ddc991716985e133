//! Owns what the answer to a call, or of the keyring, means to the parts; refuses status codes.

use std::time::Duration;

use super::Core;
use crate::credentials::{account_after, storing_after};
use crate::flight::{Flight, Purpose};
use crate::grant::{Grant, is_same};
use crate::pin::Pin;
use crate::replies::WaitFor;
use crate::retrying::Retrying;
use crate::session::Lease;
use crate::state::Goal;
use crate::trouble::{Pause, TroubleKind};
use crate::wishes::Want;
use crate::{
    Account, Answer, Call, CallId, Claims, Effect, Effective, GrantId, Granted, GraphRequest, Ids,
    NoAnswer, Outcome, Refusal, RefusalKind, Status, Time, VaultEvent, words,
};

impl Core {
    /// Takes an answer in. One to a call that is no longer on its way changes nothing.
    pub(super) fn answered(&mut self, id: CallId, answer: Answer) {
        let brings = matches!(answer, Answer::Granted(_)).then_some(GrantId(id.0));
        if let Some(flight) = self.outbox.take(id) {
            self.take_answer(&flight, answer);
        }
        // Tokens that nobody goes on with stay nowhere.
        if let Some(grant) = brings.filter(|grant| !self.holds(*grant)) {
            self.emit(Effect::Drop(grant));
        }
    }

    fn take_answer(&mut self, flight: &Flight, answer: Answer) {
        if let Call::Entra(request) = &flight.call
            && let Some(attempt) = request.attempt()
        {
            if self.sign_in.attempt() == Some(attempt) {
                self.sign_in_answered(flight, answer);
            }
            return;
        }
        if let Purpose::Former(grant) = flight.purpose {
            return self.former_answered(grant, flight, answer);
        }
        match answer {
            Answer::Done => self.done(flight),
            Answer::Presence(effective) => {
                self.troubles.passed();
                self.seen(effective);
            }
            Answer::Message(effective, found) => {
                self.seen(effective);
                let goal = self.state().message_goal();
                self.message.saw(found, flight.sent_at, goal, self.cx.now);
                self.resolve_message();
            }
            Answer::Granted(granted) => self.refreshed(flight, &granted),
            Answer::Unauthorized { claims, ids } => self.unauthorized(flight, claims, ids),
            Answer::Refused(refusal) => self.refresh_refused(&refusal),
            Answer::Throttled { retry_after, ids } => {
                if let Call::Graph { .. } = flight.call {
                    self.troubles.throttled(self.cx.now);
                }
                self.failed(flight, TroubleKind::Throttled, ids, retry_after);
            }
            Answer::Busy { retry_after, ids } => {
                self.failed(flight, TroubleKind::ServiceBusy, ids, retry_after);
            }
            Answer::Offline { cause } => {
                self.failed(flight, TroubleKind::Offline(cause), Ids::new(), None);
            }
            Answer::Forbidden { ids } => self.failed(flight, TroubleKind::NotAllowed, ids, None),
            Answer::NotFound { ids } => self.failed(flight, TroubleKind::NoPresence, ids, None),
            Answer::Rejected { detail, ids } => {
                self.failed(flight, TroubleKind::Rejected(detail), ids, None);
            }
            Answer::DeviceCode(_) | Answer::Pending | Answer::SlowDown => {
                self.failed(flight, TroubleKind::ServiceBusy, Ids::new(), None);
            }
        }
    }

    fn done(&mut self, flight: &Flight) {
        // That the message gets through says nothing of a session that does not.
        if flight.purpose != Purpose::Message {
            self.troubles.passed();
        }
        if flight.call.writes_session() {
            self.troubles.clear_trouble();
        }
        self.troubles.accepted();
        match flight.call.graph() {
            Some(&GraphRequest::SetPresence { status, expiration }) => {
                self.held(flight.wish, status, flight.sent_at, expiration);
            }
            Some(GraphRequest::ClearPresence) => {
                self.session.cleared(flight.sent_at, self.cx.now);
                self.cleared();
            }
            Some(GraphRequest::PinAway { .. }) => {
                if let Some(lease) = self.session.lease() {
                    let lease = lease.sent_at;
                    self.session.set_pin(Pin::Held { lease });
                }
                self.reset_done();
            }
            Some(GraphRequest::Unpin) => {
                self.session.set_pin(Pin::Free);
                self.reset_done();
            }
            Some(GraphRequest::SetMessage { text, lasts }) => {
                let ends = flight.sent_at + *lasts;
                self.message.wrote(flight.wish, text, flight.sent_at, ends);
                self.resolve_message();
            }
            Some(GraphRequest::ClearMessage) => {
                self.message.cleared(flight.sent_at, self.cx.now);
            }
            Some(GraphRequest::ReadPresence | GraphRequest::ReadMessage { .. }) | None => {}
        }
    }

    fn held(&mut self, number: u64, status: Status, sent_at: Time, expiration: Duration) {
        let expires_at = sent_at + expiration;
        let until = self.wishes.wish().filter(|wish| wish.number == number);
        let until = until.and_then(|wish| wish.until);
        let renew_at = sent_at + self.troubles.renewal_pause(status, expiration, &mut self.cx);
        let mut lease = Lease { wish: number, status, sent_at, expires_at, renew_at: None };
        let outlasts = until.is_some_and(|until| lease.ends_at(&self.cx.rules) >= until);
        lease.renew_at = (!outlasts).then_some(renew_at);
        self.session.held(lease);
        if self.wishes.confirmed(number) && self.state().confirmed().is_some() {
            let has_room = self.outbox.rate().has_room_to_spare(&self.cx.rules);
            if has_room && !self.troubles.is_throttled(&self.cx) {
                self.session.want_look(true);
            }
        }
        self.resolve(|wait| wait == WaitFor::Wish(number), &Outcome::Done);
        self.resolve_message();
    }

    /// Whoever had it removed wants to see what colleagues see now.
    fn reset_done(&mut self) {
        if self.replies.is_awaited(WaitFor::Reset) {
            self.session.want_look(true);
            self.resolve(|wait| wait == WaitFor::Reset, &Outcome::Done);
        }
    }

    fn seen(&mut self, effective: Effective) {
        self.troubles.accepted();
        self.session.saw(self.cx.now, effective);
        self.resolve(|wait| wait == WaitFor::Look, &Outcome::Done);
    }

    fn unauthorized(&mut self, flight: &Flight, claims: Option<Claims>, ids: Ids) {
        let backs_off = self.troubles.refused(claims.as_ref());
        self.credentials.lose_access(claims);
        if !backs_off {
            return;
        }
        match flight.purpose {
            Purpose::Look => self.not_seen(TroubleKind::TokenRefused, ids),
            Purpose::Message => {
                self.message_failed(flight, &TroubleKind::TokenRefused, ids, None);
            }
            Purpose::Session | Purpose::Pin | Purpose::Former(_) | Purpose::SignIn => {
                self.troubles.back_off(TroubleKind::TokenRefused, false, ids, None, &mut self.cx);
                self.tell_trouble();
            }
        }
    }

    fn failed(
        &mut self,
        flight: &Flight,
        kind: TroubleKind,
        ids: Ids,
        retry_after: Option<Duration>,
    ) {
        let needs_person = kind.needs_person();
        if needs_person {
            // Whoever judges a request has accepted its token.
            self.troubles.accepted();
        }
        let pause = self.pause(&kind, &ids, retry_after);
        let not_before = pause.as_ref().map(|pause| pause.until);
        let is_entra = matches!(flight.call, Call::Entra(_));
        if is_entra {
            if self.credentials.refresh_failed(pause, &self.cx) {
                return;
            }
        } else if let Some(pause) = pause {
            self.troubles.graph_pauses(pause);
        }
        match flight.purpose {
            Purpose::Look => return self.not_seen(kind, ids),
            Purpose::Message => return self.message_failed(flight, &kind, ids, not_before),
            Purpose::Pin if needs_person => {
                let again = self.cx.now + self.cx.rules.slow_retry;
                self.resolve_reset_failed(words::trouble(&kind, Want::Nothing).with_ids(ids));
                if self.session.pin() != Pin::Free {
                    self.session.set_pin(Pin::Failed { again });
                }
                return;
            }
            Purpose::Session | Purpose::Pin | Purpose::Former(_) | Purpose::SignIn => {}
        }
        let is_offline = matches!(kind, TroubleKind::Offline(_));
        match flight.call.graph() {
            Some(&GraphRequest::SetPresence { status, expiration }) => {
                self.session.set_failed(status, flight.sent_at + expiration, is_offline);
            }
            Some(GraphRequest::ClearPresence) => self.session.doubt(),
            Some(
                GraphRequest::PinAway { .. }
                | GraphRequest::Unpin
                | GraphRequest::ReadPresence
                | GraphRequest::ReadMessage { .. }
                | GraphRequest::SetMessage { .. }
                | GraphRequest::ClearMessage,
            )
            | None => {}
        }
        if needs_person {
            self.stop(kind, ids);
        } else {
            self.troubles.back_off(kind, is_entra, ids, not_before, &mut self.cx);
            self.tell_trouble();
            self.yield_to_others(flight);
        }
        if flight.outdated && is_offline {
            self.retry_now();
        }
    }

    /// What a service asked for by `Retry-After`, until when exactly chance says.
    fn pause(
        &mut self,
        kind: &TroubleKind,
        ids: &Ids,
        retry_after: Option<Duration>,
    ) -> Option<Pause> {
        let until = self.cx.end_of_pause(retry_after)?;
        Some(Pause { kind: kind.clone(), ids: ids.clone(), since: self.cx.now, until })
    }

    /// A throttled write makes room for those of others, unless a person waits for it.
    fn yield_to_others(&mut self, flight: &Flight) {
        let state = self.state();
        let is_awaited = self.wishes.is_newest_awaited() || state.goal() == Goal::Cleared;
        let rules = &self.cx.rules;
        let holds = self.session.lease_of(flight.wish).is_some();
        let lapse = self.session.lapses_at(rules).filter(|_| holds);
        let latest = lapse.map(|lapse| lapse - rules.renewal_margin);
        let write = flight.call.writes_session().then_some((is_awaited, latest));
        self.troubles.yields(write, &mut self.cx);
    }

    fn not_seen(&mut self, kind: TroubleKind, ids: Ids) {
        self.resolve_look_failed(words::trouble(&kind, Want::Nothing).with_ids(ids));
    }

    /// The status message is not as wanted; the status itself is not in trouble by that. `not_before`: the service said
    /// when to come back.
    fn message_failed(
        &mut self,
        flight: &Flight,
        kind: &TroubleKind,
        ids: Ids,
        not_before: Option<Time>,
    ) {
        let is_offline = matches!(kind, TroubleKind::Offline(_));
        let problem = if kind.needs_person() {
            let trouble = words::trouble(kind, Want::Nothing);
            let why = if let TroubleKind::Rejected(why) = kind { why } else { &trouble.title };
            let problem = words::message_refused(why, ids);
            self.message.refused(problem.clone(), &self.cx);
            problem
        } else {
            let may_have_written = flight.call.writes_message() && is_offline;
            self.message.later(may_have_written, not_before, &mut self.cx);
            if flight.outdated && is_offline {
                self.message.hasten(self.cx.now);
            }
            words::message_waits(words::trouble(kind, Want::Nothing).with_ids(ids))
        };
        if self.state().confirmed().is_some() {
            let outcome = Outcome::Partly(problem);
            self.resolve(|wait| matches!(wait, WaitFor::Message(_)), &outcome);
        }
    }

    /// New tokens came by a refresh of the present grant.
    fn refreshed(&mut self, flight: &Flight, granted: &Granted) {
        let Some(before) = self.credentials.part() else { return };
        if before.has_access() {
            // The service refused no token since the last refresh: what comes next is no second time.
            self.troubles.accepted();
        }
        self.troubles.entra_passed();
        self.emit(Effect::Drop(before.id()));
        let (account, storing) = (account_after(&before, granted), storing_after(&before));
        self.take_grant(flight, granted, account, storing);
    }

    /// Goes on with new tokens.
    fn take_grant(
        &mut self,
        flight: &Flight,
        granted: &Granted,
        account: Account,
        storing: Retrying,
    ) {
        let (id, asked_at, rules) = (GrantId(flight.id.0), flight.sent_at, &self.cx.rules);
        self.credentials.take(Grant::new(id, account, granted, asked_at, storing, rules));
        self.wishes.confirm();
        if granted.may_set_presence {
            self.troubles.consented();
        } else {
            self.stop(TroubleKind::ConsentNeeded, Ids::new());
        }
    }

    /// A refresh was refused: the stored token stays, as the policy behind it may pass.
    fn refresh_refused(&mut self, refusal: &Refusal) {
        let problem = match refusal.kind {
            RefusalKind::NotPublicClient => words::not_public_client(refusal),
            RefusalKind::ConsentNeeded => words::consent_refused(refusal),
            RefusalKind::PersonNeeded
            | RefusalKind::Declined
            | RefusalKind::Expired
            | RefusalKind::Other => words::sign_in_again(refusal),
        };
        self.credentials.refuse(problem.clone(), &self.cx);
        self.resolve_wish_failed(problem.clone());
        self.resolve_look_failed(problem);
    }

    fn former_answered(&mut self, id: GrantId, flight: &Flight, answer: Answer) {
        let is_here = self.formers.is_at(id, self.cx.setup.identity());
        match answer {
            Answer::Done => {
                if is_here {
                    self.troubles.passed();
                }
                self.formers.done(id, flight, self.cx.now);
            }
            Answer::Message(_, found) => {
                if is_here {
                    self.troubles.passed();
                }
                self.formers.saw(id, flight, found, self.cx.now);
            }
            Answer::Granted(granted) => self.formers.granted(id, flight, &granted, &mut self.cx),
            Answer::Unauthorized { claims, .. } => {
                self.formers.unauthorized(id, claims, &mut self.cx);
            }
            Answer::Throttled { retry_after, ids } => {
                let pause = self.pause(&TroubleKind::Throttled, &ids, retry_after);
                self.former_waits(id, flight, pause, is_here);
            }
            Answer::Busy { retry_after, ids } => {
                let pause = self.pause(&TroubleKind::ServiceBusy, &ids, retry_after);
                self.former_waits(id, flight, pause, is_here);
            }
            Answer::Offline { .. } => {
                self.formers.later(id, flight, None, &mut self.cx);
                if flight.outdated {
                    self.formers.hasten();
                }
            }
            Answer::Refused(_)
            | Answer::Forbidden { .. }
            | Answer::NotFound { .. }
            | Answer::Rejected { .. }
            | Answer::Presence(_)
            | Answer::DeviceCode(_)
            | Answer::Pending
            | Answer::SlowDown => self.formers.cannot_end(id),
        }
    }

    /// What Graph asks a former person of the present registration for binds everybody here.
    fn former_waits(&mut self, id: GrantId, flight: &Flight, pause: Option<Pause>, is_here: bool) {
        if let (Some(pause), Call::Graph { .. }, true) = (&pause, &flight.call, is_here) {
            self.troubles.graph_pauses(pause.clone());
        }
        self.formers.later(id, flight, pause, &mut self.cx);
    }

    fn sign_in_answered(&mut self, flight: &Flight, answer: Answer) {
        let now = self.cx.now;
        match answer {
            Answer::Granted(granted) => self.signed_in(flight, &granted),
            Answer::DeviceCode(code) => {
                if let Some(shown) = self.sign_in.code_came(&code, &self.cx) {
                    self.resolve(|wait| wait == WaitFor::SignIn, &shown);
                }
            }
            Answer::Pending => self.sign_in.poll_later(Duration::ZERO, now),
            Answer::SlowDown => self.sign_in.poll_later(Duration::from_secs(5), now),
            Answer::Refused(refusal) => self.end_sign_in(refusal.problem()),
            Answer::Throttled { retry_after, .. } | Answer::Busy { retry_after, .. } => {
                if !self.sign_in.try_again(retry_after, &mut self.cx) {
                    self.end_sign_in(words::sign_in_busy());
                }
            }
            Answer::Offline { cause } => {
                if !self.sign_in.try_again(None, &mut self.cx) {
                    self.end_sign_in(words::sign_in_offline(&cause));
                }
            }
            Answer::Done
            | Answer::Presence(_)
            | Answer::Message(..)
            | Answer::Unauthorized { .. }
            | Answer::Forbidden { .. }
            | Answer::NotFound { .. }
            | Answer::Rejected { .. } => self.end_sign_in(words::sign_in_odd()),
        }
    }

    fn signed_in(&mut self, flight: &Flight, granted: &Granted) {
        let Some(account) = granted.account.clone() else {
            return self.end_sign_in(words::sign_in_odd());
        };
        self.sign_in.finish();
        self.outbox.wished(&self.cx);
        self.session.forget_seen();
        // What Graph asked for is a pause of its own.
        self.troubles.clear_trouble();
        self.troubles.accepted();
        self.signed_in_as(flight, granted, account);
        if !granted.may_set_presence {
            let outcome = Outcome::Failed(words::permission_missing());
            self.resolve(|wait| wait == WaitFor::SignIn, &outcome);
        }
        // "Signed in" is said when a crash can no longer undo it.
        self.replies.wait_on(WaitFor::SignIn, WaitFor::Remembered, &self.cx);
    }

    /// A person signed in: the one before, or another.
    fn signed_in_as(&mut self, flight: &Flight, granted: &Granted, account: Account) {
        match self.credentials.part() {
            Some(before) if is_same(before.account(), &account) => {
                self.emit(Effect::Drop(before.id()));
            }
            Some(before) => {
                let identity = self.cx.setup.identity().unwrap_or_default().to_owned();
                // Until the new sign-in is stored, the keyring holds somebody else's.
                self.credentials.forget(identity.clone());
                self.part_with(identity, before, Time::AT_ONCE);
            }
            None => {}
        }
        self.meet(&account);
        if let Some(former) = self.take_back(&account) {
            self.emit(Effect::Drop(former.id()));
        }
        self.credentials.overtake_deletion(self.cx.setup.identity());
        self.take_grant(flight, granted, account, Retrying::new());
    }

    /// Takes in what the OS keyring said.
    pub(super) fn keyring_answered(&mut self, event: VaultEvent) {
        match event {
            VaultEvent::Present { grant, account } => self.found(grant, account),
            VaultEvent::Absent => {
                if self.credentials.absent() {
                    if self.wishes.undo() {
                        self.message.undo();
                    }
                    self.resolve_wish_failed(words::sign_in_needed());
                }
            }
            VaultEvent::Unavailable(problem) => {
                if self.credentials.unavailable(problem.clone(), &mut self.cx) {
                    // A keyring that does not answer signs nobody out: the choice stands.
                    self.wishes.confirm();
                    self.resolve_wish_failed(problem);
                }
            }
            VaultEvent::Stored(id) => {
                if self.credentials.stored(id, self.cx.setup.identity()) {
                    self.save();
                    self.resolve(|wait| wait == WaitFor::Remembered, &Outcome::Done);
                }
            }
            VaultEvent::StoreFailed(id, problem) => {
                if self.credentials.store_failed(id, problem, &mut self.cx) {
                    // It counts for this run; the view says that it is not remembered.
                    self.resolve(|wait| wait == WaitFor::Remembered, &Outcome::Done);
                }
            }
            VaultEvent::Forgotten(identity) => {
                let number = self.credentials.forgotten(&identity);
                self.deletion_ended(number, &Outcome::Done);
            }
            VaultEvent::ForgetFailed(identity, problem) => {
                let outcome = Outcome::Failed(problem.clone());
                let number = self.credentials.forget_failed(&identity, problem, &mut self.cx);
                self.deletion_ended(number, &outcome);
            }
        }
    }

    fn deletion_ended(&mut self, number: Option<u64>, outcome: &Outcome) {
        if let Some(number) = number {
            self.resolve(|wait| wait == WaitFor::Forgotten(number), outcome);
        }
    }

    fn found(&mut self, id: GrantId, account: Account) {
        if !self.credentials.takes_found() {
            return self.emit(Effect::Drop(id));
        }
        self.wishes.confirm();
        self.meet(&account);
        let former = self.take_back(&account);
        self.credentials.found(id, account, former, &mut self.cx);
    }

    /// The call on its way is not answered any more.
    pub(super) fn give_up(&mut self) {
        let Some(flight) = self.outbox.flight() else { return };
        let id = flight.id;
        self.emit(Effect::Abandon(id));
        self.answered(id, Answer::Offline { cause: NoAnswer::Timeout });
    }
}
