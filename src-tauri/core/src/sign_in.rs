//! Owns the steps of a sign-in, by browser or by device code; refuses codes, verifiers and tokens.

use std::time::Duration;

use crate::context::Context;
use crate::retrying::Retrying;
use crate::{
    AttemptId, Claims, DeviceCode, Effect, EntraRequest, Outcome, Private, Problem, Redirect,
    Refusal, SignInMethod, Time,
};

/// How far a sign-in is.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Idle,
    /// The browser is open, or is being opened.
    Browser {
        attempt: AttemptId,
        url: Option<Private<String>>,
        trouble: Option<Problem>,
        until: Time,
    },
    /// The code came back, and is to be redeemed.
    Redeeming {
        attempt: AttemptId,
        retrying: Retrying,
        until: Time,
    },
    /// A device code is to be asked for.
    Starting {
        attempt: AttemptId,
        until: Time,
    },
    /// A device code is shown.
    Device {
        attempt: AttemptId,
        code: DeviceCode,
        poll_at: Time,
        interval: Duration,
        until: Time,
    },
    /// The last one ended without a grant.
    Ended {
        problem: Problem,
        at: Time,
    },
}

/// The sign-in under way, or the last one.
#[derive(Clone, Debug)]
pub(crate) struct SignIn {
    step: Step,
    attempts: u64,
}

/// What a face shows of a sign-in under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Progress<'a> {
    /// The authorize URL to copy.
    pub(crate) url: Option<&'a Private<String>>,
    /// The device code to type.
    pub(crate) code: Option<&'a DeviceCode>,
    /// When it ends by itself.
    pub(crate) until: Time,
}

impl SignIn {
    pub(crate) fn new() -> SignIn {
        SignIn { step: Step::Idle, attempts: 0 }
    }

    pub(crate) fn attempt(&self) -> Option<AttemptId> {
        match &self.step {
            Step::Idle | Step::Ended { .. } => None,
            Step::Browser { attempt, .. }
            | Step::Redeeming { attempt, .. }
            | Step::Starting { attempt, .. }
            | Step::Device { attempt, .. } => Some(*attempt),
        }
    }

    fn until(&self) -> Option<Time> {
        match &self.step {
            Step::Idle | Step::Ended { .. } => None,
            Step::Browser { until, .. }
            | Step::Redeeming { until, .. }
            | Step::Starting { until, .. }
            | Step::Device { until, .. } => Some(*until),
        }
    }

    pub(crate) fn progress(&self) -> Option<Progress<'_>> {
        match &self.step {
            Step::Idle | Step::Ended { .. } => None,
            &Step::Browser { ref url, until, .. } => {
                Some(Progress { url: url.as_ref(), code: None, until })
            }
            &Step::Device { ref code, until, .. } => {
                Some(Progress { url: None, code: Some(code), until })
            }
            &Step::Redeeming { until, .. } | &Step::Starting { until, .. } => {
                Some(Progress { url: None, code: None, until })
            }
        }
    }

    /// Why the last one ended without a grant, and since when.
    pub(crate) fn ended(&self) -> Option<(Time, &Problem)> {
        match &self.step {
            Step::Ended { problem, at } => Some((*at, problem)),
            Step::Idle
            | Step::Browser { .. }
            | Step::Redeeming { .. }
            | Step::Starting { .. }
            | Step::Device { .. } => None,
        }
    }

    /// Why the desktop did not open the browser.
    pub(crate) fn browser_problem(&self) -> Option<&Problem> {
        match &self.step {
            Step::Browser { trouble, .. } => trouble.as_ref(),
            Step::Idle
            | Step::Redeeming { .. }
            | Step::Starting { .. }
            | Step::Device { .. }
            | Step::Ended { .. } => None,
        }
    }

    /// When it has taken too long. Beside a good sign-in, one that did not work is soon of no interest.
    pub(crate) fn end_at(&self, is_signed_in: bool, cx: &Context) -> Option<Time> {
        match &self.step {
            Step::Ended { at, .. } if is_signed_in => Some(*at + cx.rules.ended_stands),
            Step::Idle
            | Step::Ended { .. }
            | Step::Browser { .. }
            | Step::Redeeming { .. }
            | Step::Starting { .. }
            | Step::Device { .. } => self.until(),
        }
    }

    /// The next call.
    pub(crate) fn call(&self) -> Option<(Time, EntraRequest)> {
        match &self.step {
            Step::Idle | Step::Browser { .. } | Step::Ended { .. } => None,
            Step::Redeeming { attempt, retrying, .. } => {
                Some((retrying.due()?, EntraRequest::Redeem { attempt: *attempt }))
            }
            Step::Starting { attempt, .. } => {
                Some((Time::AT_ONCE, EntraRequest::StartDevice { attempt: *attempt }))
            }
            Step::Device { attempt, poll_at, .. } => {
                Some((*poll_at, EntraRequest::PollDevice { attempt: *attempt }))
            }
        }
    }

    pub(crate) fn start(&mut self, method: SignInMethod, claims: Option<Claims>, cx: &mut Context) {
        self.attempts += 1;
        let attempt = AttemptId(self.attempts);
        let until = cx.now + cx.rules.sign_in_limit;
        self.step = match method {
            SignInMethod::Browser => {
                cx.emit(Effect::OpenSignIn { attempt, claims });
                Step::Browser { attempt, url: None, trouble: None, until }
            }
            SignInMethod::DeviceCode => Step::Starting { attempt, until },
        };
    }

    /// The listener waits, and the browser was asked to open `link`.
    pub(crate) fn opened(
        &mut self,
        opened: AttemptId,
        link: Private<String>,
        problem: Option<Problem>,
    ) {
        match &mut self.step {
            Step::Browser { attempt, url, trouble, .. } if *attempt == opened => {
                (*url, *trouble) = (Some(link), problem);
            }
            Step::Idle
            | Step::Browser { .. }
            | Step::Redeeming { .. }
            | Step::Starting { .. }
            | Step::Device { .. }
            | Step::Ended { .. } => {}
        }
    }

    /// The browser came back; returns the refusal that it brought.
    pub(crate) fn redirected(&mut self, came: AttemptId, redirect: Redirect) -> Option<Refusal> {
        let Step::Browser { attempt, until, .. } = self.step else { return None };
        if attempt != came {
            return None;
        }
        match redirect {
            Redirect::Code => {
                self.step = Step::Redeeming { attempt, retrying: Retrying::new(), until };
                None
            }
            Redirect::Refused(refusal) => Some(refusal),
        }
    }

    /// A device code came; returns what is shown of it.
    pub(crate) fn code_came(&mut self, code: &DeviceCode, cx: &Context) -> Option<Outcome> {
        let Step::Starting { attempt, .. } = self.step else { return None };
        let until = cx.now + code.expires_in.min(cx.rules.device_limit);
        let interval = code.interval.max(Duration::from_secs(1));
        let poll_at = cx.now + interval;
        self.step = Step::Device { attempt, code: code.clone(), poll_at, interval, until };
        Some(Outcome::ShowCode {
            user_code: code.user_code.clone(),
            verification_uri: code.verification_uri.clone(),
        })
    }

    /// The code was not used yet; from now on polls are slower by this.
    pub(crate) fn poll_later(&mut self, slower: Duration, now: Time) {
        if let Step::Device { poll_at, interval, .. } = &mut self.step {
            *interval += slower;
            *poll_at = now + *interval;
        }
    }

    /// A code that may still be good is tried again; returns whether it is.
    pub(crate) fn try_again(&mut self, retry_after: Option<Duration>, cx: &mut Context) -> bool {
        let pause = retry_after.unwrap_or_else(|| cx.backoff(2, cx.now));
        match &mut self.step {
            Step::Redeeming { retrying, .. } if retrying.tries() < 3 => {
                retrying.begin();
                retrying.put_off(cx.now + pause);
                true
            }
            Step::Device { poll_at, interval, .. } => {
                *poll_at = cx.now + retry_after.unwrap_or(*interval).max(*interval);
                true
            }
            Step::Idle
            | Step::Browser { .. }
            | Step::Redeeming { .. }
            | Step::Starting { .. }
            | Step::Ended { .. } => false,
        }
    }

    /// It brought a grant, or is of no interest any more.
    pub(crate) fn finish(&mut self) {
        self.step = Step::Idle;
    }

    /// It ends without a grant.
    pub(crate) fn end(&mut self, problem: Problem, cx: &mut Context) {
        if let Some(attempt) = self.attempt() {
            cx.emit(Effect::CloseSignIn(attempt));
        }
        self.step = Step::Ended { problem, at: cx.now };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ProblemKind;
    use crate::context::tests::context;

    #[test]
    fn a_code_is_redeemed_at_once_and_only_a_few_times() {
        let (mut sign_in, mut cx) = (SignIn::new(), context());
        sign_in.start(SignInMethod::Browser, None, &mut cx);
        let attempt = sign_in.attempt().expect("it has begun");
        assert_eq!(sign_in.call(), None);
        assert!(sign_in.redirected(AttemptId(9), Redirect::Code).is_none());
        assert_eq!(sign_in.call(), None, "another attempt's redirect changes nothing");
        sign_in.redirected(attempt, Redirect::Code);
        assert_eq!(sign_in.call(), Some((Time::AT_ONCE, EntraRequest::Redeem { attempt })));
        let tries = (0..9).take_while(|_| sign_in.try_again(None, &mut cx)).count();
        assert_eq!(tries, 3);
    }

    #[test]
    fn a_device_code_is_asked_for_no_more_often_than_entra_wants() {
        let (mut sign_in, mut cx) = (SignIn::new(), context());
        sign_in.start(SignInMethod::DeviceCode, None, &mut cx);
        let seconds = Duration::from_secs;
        let code = DeviceCode {
            user_code: Private("ABCD".to_owned()),
            verification_uri: "https://microsoft.com/devicelogin".to_owned(),
            interval: seconds(5),
            expires_in: seconds(90_000),
        };
        assert!(matches!(sign_in.code_came(&code, &cx), Some(Outcome::ShowCode { .. })));
        let polls = |sign_in: &SignIn| sign_in.call().map(|(at, _)| at);
        assert_eq!(polls(&sign_in), Some(cx.now + seconds(5)));
        sign_in.poll_later(seconds(5), cx.now);
        assert_eq!(polls(&sign_in), Some(cx.now + seconds(10)));
        assert_eq!(sign_in.end_at(false, &cx), Some(cx.now + cx.rules.device_limit));
    }

    #[test]
    fn what_is_held_for_a_sign_in_goes_with_it_however_far_it_came() {
        let (mut sign_in, mut cx) = (SignIn::new(), context());
        for (number, method, has_code) in [
            (1, SignInMethod::Browser, false),
            (2, SignInMethod::Browser, true),
            (3, SignInMethod::DeviceCode, false),
        ] {
            sign_in.start(method, None, &mut cx);
            if has_code {
                sign_in.redirected(AttemptId(number), Redirect::Code);
            }
            sign_in.end(Problem::new(ProblemKind::SignInCancelled, "t", "d.", ""), &mut cx);
            assert_eq!(cx.take_effects().last(), Some(&Effect::CloseSignIn(AttemptId(number))));
            assert!(sign_in.ended().is_some() && sign_in.end_at(false, &cx).is_none());
            assert!(sign_in.end_at(true, &cx).is_some());
        }
    }
}
