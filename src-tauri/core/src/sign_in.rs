//! Owns the steps of a sign-in, by browser or by device code; refuses codes, verifiers and tokens.

use std::time::Duration;

use crate::agenda::{AT_ONCE, Action, Due};
use crate::facts::{Flight, SignIn, WaitFor};
use crate::keeper::Core;
use crate::{
    Answer, AttemptId, Call, DeviceCode, Effect, Granted, Outcome, Private, Problem, Redirect,
    Refusal, ReplyTo, Setup, SignInMethod, Time, words,
};

impl Core {
    pub(crate) fn start_sign_in(&mut self, method: SignInMethod, reply: Option<ReplyTo>) {
        if let Setup::Missing(problem) = &self.setup {
            let outcome = Outcome::Failed(problem.clone());
            self.wait(reply, WaitFor::SignIn);
            return self.resolve(|wait| wait == WaitFor::SignIn, &outcome);
        }
        self.cancel_sign_in();
        self.attempts += 1;
        let attempt = AttemptId(self.attempts);
        let until = self.now + self.rules.sign_in_limit;
        self.wait(reply, WaitFor::SignIn);
        self.sign_in = match method {
            SignInMethod::Browser => {
                let claims = self.grant.as_ref().and_then(|grant| grant.claims.clone());
                self.emit(Effect::OpenSignIn { attempt, claims });
                SignIn::Browser { attempt, url: None, trouble: None, until }
            }
            SignInMethod::DeviceCode => SignIn::Starting { attempt, until },
        };
    }

    pub(crate) fn cancel_sign_in(&mut self) {
        if self.sign_in.attempt().is_some() {
            self.end_sign_in(words::sign_in_cancelled());
        }
    }

    pub(crate) fn sign_in_end(&self) -> Option<Due> {
        let at = match &self.sign_in {
            // Beside a good sign-in, one that did not work is soon of no interest.
            SignIn::Ended { at, .. } if self.is_signed_in() => *at + self.rules.ended_stands,
            SignIn::Idle
            | SignIn::Ended { .. }
            | SignIn::Browser { .. }
            | SignIn::Redeeming { .. }
            | SignIn::Starting { .. }
            | SignIn::Device { .. } => self.sign_in.until()?,
        };
        Some((at, Action::ExpireSignIn))
    }

    pub(crate) fn expire_sign_in(&mut self) {
        if self.sign_in.until().is_some() {
            self.end_sign_in(words::sign_in_expired());
        } else {
            self.sign_in = SignIn::Idle;
        }
    }

    fn end_sign_in(&mut self, problem: Problem) {
        self.close_listener();
        if self.flight.as_ref().is_some_and(|flight| flight.call.signs_in()) {
            self.abandon();
        }
        self.resolve(|wait| wait == WaitFor::SignIn, &Outcome::Failed(problem.clone()));
        self.sign_in = SignIn::Ended { problem, at: self.now };
    }

    fn close_listener(&mut self) {
        if let SignIn::Browser { attempt, .. } = &self.sign_in {
            let attempt = *attempt;
            self.emit(Effect::CloseSignIn(attempt));
        }
    }

    pub(crate) fn opened(
        &mut self,
        opened: AttemptId,
        link: Private<String>,
        problem: Option<Problem>,
    ) {
        match &mut self.sign_in {
            SignIn::Browser { attempt, url, trouble, .. } if *attempt == opened => {
                *url = Some(link);
                *trouble = problem;
            }
            SignIn::Idle
            | SignIn::Browser { .. }
            | SignIn::Redeeming { .. }
            | SignIn::Starting { .. }
            | SignIn::Device { .. }
            | SignIn::Ended { .. } => {}
        }
    }

    pub(crate) fn impossible(&mut self, attempt: AttemptId, problem: Problem) {
        if self.sign_in.attempt() == Some(attempt) {
            self.end_sign_in(problem);
        }
    }

    pub(crate) fn redirected(&mut self, came: AttemptId, redirect: Redirect) {
        let SignIn::Browser { attempt, until, .. } = self.sign_in else {
            return;
        };
        if attempt != came {
            return;
        }
        match redirect {
            Redirect::Code => {
                self.sign_in = SignIn::Redeeming { attempt, at: AT_ONCE, tries: 0, until };
            }
            Redirect::Refused(refusal) => self.sign_in_refused(&refusal),
        }
    }

    fn sign_in_refused(&mut self, refusal: &Refusal) {
        self.end_sign_in(refusal.problem());
    }

    /// The next call of the sign-in under way.
    pub(crate) fn sign_in_call(&self) -> Option<(Time, Call)> {
        match &self.sign_in {
            SignIn::Idle | SignIn::Browser { .. } | SignIn::Ended { .. } => None,
            SignIn::Redeeming { attempt, at, .. } => {
                Some((*at, Call::Redeem { attempt: *attempt }))
            }
            SignIn::Starting { attempt, .. } => {
                Some((AT_ONCE, Call::StartDevice { attempt: *attempt }))
            }
            SignIn::Device { attempt, poll_at, .. } => {
                Some((*poll_at, Call::PollDevice { attempt: *attempt }))
            }
        }
    }

    /// Takes the answer to a sign-in call in; `false`: it is not one.
    pub(crate) fn sign_in_answered(&mut self, flight: &Flight, answer: &Answer) -> bool {
        let called = match &flight.call {
            Call::Redeem { attempt }
            | Call::StartDevice { attempt }
            | Call::PollDevice { attempt } => *attempt,
            Call::SetPresence { .. }
            | Call::ClearPresence { .. }
            | Call::ReadPresence { .. }
            | Call::PinAway { .. }
            | Call::Unpin { .. }
            | Call::Refresh { .. } => return false,
        };
        if self.sign_in.attempt() == Some(called) {
            self.sign_in_step(flight, answer);
        }
        true
    }

    fn sign_in_step(&mut self, flight: &Flight, answer: &Answer) {
        match answer {
            Answer::Granted(granted) => self.signed_in(flight, granted.clone()),
            Answer::DeviceCode(code) => self.code_came(code),
            Answer::Pending => self.poll_later(Duration::ZERO),
            Answer::SlowDown => self.poll_later(Duration::from_secs(5)),
            Answer::Refused(refusal) => self.sign_in_refused(refusal),
            Answer::Throttled { retry_after, .. } | Answer::Busy { retry_after, .. } => {
                self.try_sign_in_again(*retry_after, words::sign_in_busy());
            }
            Answer::Offline { detail } => {
                self.try_sign_in_again(None, words::sign_in_offline(detail));
            }
            Answer::Done
            | Answer::Presence(_)
            | Answer::Unauthorized { .. }
            | Answer::Forbidden { .. }
            | Answer::NotFound { .. }
            | Answer::Rejected { .. } => self.end_sign_in(words::sign_in_odd()),
        }
    }

    fn signed_in(&mut self, flight: &Flight, granted: Granted) {
        let Some(account) = granted.account.clone() else {
            return self.end_sign_in(words::sign_in_odd());
        };
        self.sign_in = SignIn::Idle;
        self.accepted();
        self.pace.wished(self.now, &self.rules);
        self.effective = None;
        // What Graph asked for is a pause of its own.
        self.trouble = None;
        self.signed_in_as(flight, &granted, account);
        if !granted.may_set_presence {
            let outcome = Outcome::Failed(words::permission_missing());
            self.resolve(|wait| wait == WaitFor::SignIn, &outcome);
        }
        // "Signed in" is said when a crash can no longer undo it.
        self.wait_on(WaitFor::SignIn, WaitFor::Remembered);
    }

    fn code_came(&mut self, code: &DeviceCode) {
        let SignIn::Starting { attempt, .. } = self.sign_in else {
            return;
        };
        let until = self.now + code.expires_in.min(self.rules.device_limit);
        let interval = code.interval.max(Duration::from_secs(1));
        let outcome = Outcome::ShowCode {
            user_code: code.user_code.clone(),
            verification_uri: code.verification_uri.clone(),
        };
        self.resolve(|wait| wait == WaitFor::SignIn, &outcome);
        let poll_at = self.now + interval;
        self.sign_in = SignIn::Device { attempt, code: code.clone(), poll_at, interval, until };
    }

    fn poll_later(&mut self, slower: Duration) {
        if let SignIn::Device { poll_at, interval, .. } = &mut self.sign_in {
            *interval += slower;
            *poll_at = self.now + *interval;
        }
    }

    /// A code that may still be good is tried again; after that a person starts anew.
    fn try_sign_in_again(&mut self, retry_after: Option<Duration>, problem: Problem) {
        let since = self.now;
        let pause = retry_after.unwrap_or_else(|| self.backoff(2, since));
        match &mut self.sign_in {
            SignIn::Redeeming { at, tries, .. } if *tries < 3 => {
                *tries += 1;
                *at = since + pause;
            }
            SignIn::Device { poll_at, interval, .. } => {
                *poll_at = since + retry_after.unwrap_or(*interval).max(*interval);
            }
            SignIn::Idle
            | SignIn::Browser { .. }
            | SignIn::Redeeming { .. }
            | SignIn::Starting { .. }
            | SignIn::Ended { .. } => self.end_sign_in(problem),
        }
    }
}
