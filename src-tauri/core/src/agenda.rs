//! Owns the one decision: what is due, or when to look again; refuses to change any fact.

use crate::facts::{Planned, Purpose, Rest, Retry, Setting, Shown, Vault, Want};
use crate::keeper::Core;
use crate::{Flaw, GrantId, Setup, Time};

/// What the core does when its time has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// A timed wish ends.
    EndWish,
    /// The call on its way waits too long for the newest wish.
    Abandon,
    /// The call on its way will not be answered any more.
    GiveUp,
    /// What the session said is no longer true.
    Lapse,
    Load,
    Store,
    /// The keyring is to forget this deletion's entry.
    Forget(u64),
    /// The keyring still holds the sign-in of another registration.
    ForgetOrphan,
    Call(Planned),
    /// Nothing is left to end for a former person.
    DropFormer(GrantId),
    /// What colleagues were seen to see says nothing any more.
    Stale,
    AnswerLate,
    /// There is nothing left to clear.
    Cleared,
    /// Trouble with what is no longer wanted is over.
    Forgive,
    Announce,
    ExpireSignIn,
    EndFarewell,
    LetSleep,
    WakeUp,
}

/// An action and its moment. The earliest wins; of two at the same moment, the one named first.
pub(crate) type Due = (Time, Action);

/// "At once", whatever the time is.
pub(crate) const AT_ONCE: Time = Time::from_millis(i64::MIN);

impl Core {
    /// The single thing that comes next. Action and deadline are both read from here, so that no timer can
    /// be forgotten.
    pub(crate) fn due(&self) -> Option<Due> {
        if self.gone {
            return None;
        }
        [
            self.wish_end(),
            self.clear_end(),
            self.lapse(),
            self.flight_end(),
            self.vault_step(),
            self.deletion_step(),
            self.orphan_end(),
            self.former_end(),
            self.sign_in_end(),
            self.look_end(),
            self.reply_end(),
            self.announcement(),
            self.call_step(),
            self.trouble_end(),
            self.farewell_end(),
            self.rest_end(),
        ]
        .into_iter()
        .flatten()
        .reduce(|first, next| if next.0 < first.0 { next } else { first })
    }

    fn wish_end(&self) -> Option<Due> {
        match &self.want {
            Want::Held(_) if self.rules.has(Flaw::ForgetsTimeLimit) => None,
            Want::Held(wish) => wish.until.map(|until| (until, Action::EndWish)),
            Want::Nothing | Want::Cleared => None,
        }
    }

    /// A clear needs no call when what would have made a session did not.
    fn clear_end(&self) -> Option<Due> {
        let is_over = self.want == Want::Cleared
            && self.shown == Shown::Nothing
            && self.ghost.is_none()
            && self.flight.is_none();
        is_over.then_some((AT_ONCE, Action::Cleared))
    }

    fn lapse(&self) -> Option<Due> {
        match &self.shown {
            Shown::Held(lease) => {
                // What may have landed after it should have been overtaken by now.
                let late = self.ghost.filter(|ghost| *ghost > lease.sent_at);
                let late = late.map(|ghost| ghost + self.rules.answer_margin);
                let end = lease.ends_at(&self.rules);
                Some((late.map_or(end, |late| late.min(end)), Action::Lapse))
            }
            Shown::Unknown | Shown::Nothing => None,
        }
    }

    fn flight_end(&self) -> Option<Due> {
        let flight = self.flight.as_ref()?;
        match flight.patience {
            Some(patience) if patience < flight.limit => Some((patience, Action::Abandon)),
            Some(_) | None => Some((flight.limit, Action::GiveUp)),
        }
    }

    fn vault_step(&self) -> Option<Due> {
        let Setup::Ready(_) = self.setup else {
            return None;
        };
        if let Some(grant) = &self.grant {
            let store_at = grant.store_at().filter(|_| !self.is_deleting());
            return store_at.map(|at| (at, Action::Store));
        }
        match &self.vault {
            Vault::NotAsked => Some((AT_ONCE, Action::Load)),
            Vault::Unavailable { retry_at, .. } => Some((*retry_at, Action::Load)),
            Vault::Asked { .. } | Vault::Absent | Vault::Present | Vault::SignedOut => None,
        }
    }

    fn look_end(&self) -> Option<Due> {
        let (at, _) = self.effective.as_ref()?;
        Some((*at + self.rules.look_stale, Action::Stale))
    }

    fn trouble_end(&self) -> Option<Due> {
        let trouble = self.trouble.as_ref()?;
        if self.flight.is_some() || self.needed().is_some() {
            return None;
        }
        match trouble.retry {
            Retry::NotBefore { then: at, .. } | Retry::Backoff(at) => Some((at, Action::Forgive)),
            Retry::NewWish => Some((AT_ONCE, Action::Forgive)),
        }
    }

    fn call_step(&self) -> Option<Due> {
        if self.flight.is_some() {
            return None;
        }
        let keeping = self.keeping_call();
        let signing_in = if self.is_busy_leaving() { None } else { self.sign_in_call() };
        let signing_in = signing_in.map(|(at, call)| {
            let at = self.pace.below_ceiling(at.max(self.now), false, &self.rules);
            Planned { at, call, purpose: Purpose::SignIn }
        });
        match (signing_in, keeping) {
            (Some(sign_in), Some(keep)) if keep.at < sign_in.at => Some(keep),
            (Some(sign_in), _) => Some(sign_in),
            (None, keep) => keep,
        }
        .map(|planned| (planned.at, Action::Call(planned)))
    }

    /// What the session should be.
    pub(crate) fn goal(&self) -> Setting {
        if let Some(farewell) = &self.farewell {
            return if farewell.clears { Setting::Gone } else { Setting::Alone };
        }
        match self.rest {
            Rest::Awake => {}
            Rest::Falling { clears: true, .. } => return Setting::Gone,
            Rest::Falling { clears: false, .. } | Rest::Asleep { .. } => return Setting::Alone,
        }
        match &self.want {
            Want::Nothing => Setting::Alone,
            Want::Cleared if self.rules.has(Flaw::NeverClears) => Setting::Alone,
            Want::Cleared => Setting::Gone,
            Want::Held(wish) => Setting::Hold(*wish),
        }
    }
}
