//! Owns which call keeps the promise; refuses to say what its answer means.

use std::time::Duration;

use crate::agenda::AT_ONCE;
use crate::facts::{Pin, Retry, Setting, Shown, Wish};
use crate::keeper::Core;
use crate::{Call, Flaw, Setup, Status, Time};

type Timed = (Time, Call);

impl Core {
    /// The next call that keeping asks for, behind the gates of trouble and token.
    pub(crate) fn keeping_call(&self) -> Option<Timed> {
        let Setup::Ready(_) = self.setup else {
            return None;
        };
        let grant = self.grant.as_ref()?;
        let (at, call) = self.needed()?;
        let at = self.pace.not_before(at.max(self.gate()?).max(self.now), &self.rules);
        let at = at.max(grant.refused.as_ref().map_or(AT_ONCE, |refused| refused.retry_at));
        let then = at.max(self.now);
        let refresh = Call::Refresh { grant: grant.id, claims: grant.claims.clone() };
        let refresh_at = at.max(grant.refresh_not_before);
        match grant.access_until {
            None => Some((refresh_at, refresh)),
            Some(_) if self.rules.has(Flaw::RefreshesAlways) && grant.refresh_after < then => {
                Some((refresh_at, refresh))
            }
            Some(until) if until - self.rules.access_margin <= then => Some((refresh_at, refresh)),
            Some(until)
                if until - self.rules.refresh_ahead <= then && grant.refresh_after <= then =>
            {
                Some((refresh_at, refresh))
            }
            Some(_) => Some((at, call)),
        }
    }

    /// When trouble lets the next call pass; `None`: not before something changes.
    pub(crate) fn gate(&self) -> Option<Time> {
        match &self.trouble {
            None => Some(AT_ONCE),
            Some(trouble) => match trouble.retry {
                Retry::NotBefore { then: at, .. } | Retry::Backoff(at) => Some(at),
                Retry::NewWish => None,
            },
        }
    }

    pub(crate) fn needed(&self) -> Option<Timed> {
        let session = self.session_call();
        let aside = self.pin_call().or_else(|| self.look_call());
        match (session, aside) {
            (Some(session), Some(aside)) if aside.0.max(self.now) < session.0 => Some(aside),
            (Some(session), _) => Some(session),
            (None, aside) => aside,
        }
    }

    fn session_call(&self) -> Option<Timed> {
        let grant = self.grant.as_ref()?;
        match self.goal() {
            Setting::Alone => None,
            Setting::Hold(wish) => {
                let set = Call::SetPresence {
                    grant: grant.id,
                    account: grant.account.clone(),
                    status: wish.status,
                    expiration: self.expiration(&wish),
                };
                self.hold_at(&wish).map(|at| (at, set))
            }
            Setting::Gone => {
                let clear = Call::ClearPresence { grant: grant.id, account: grant.account.clone() };
                match (&self.shown, self.ghost) {
                    (Shown::Nothing, None) => None,
                    (Shown::Nothing, Some(ghost)) => Some((ghost, clear)),
                    (Shown::Held(_) | Shown::Unknown, _) => Some((AT_ONCE, clear)),
                }
            }
        }
    }

    fn hold_at(&self, wish: &Wish) -> Option<Time> {
        match &self.shown {
            Shown::Held(lease) if lease.wish == wish.number => {
                let ghost = self.ghost.filter(|ghost| *ghost > lease.sent_at);
                match (lease.renew_at, ghost) {
                    (Some(renew), Some(ghost)) => Some(renew.min(ghost)),
                    (renew, ghost) => renew.or(ghost),
                }
            }
            Shown::Held(_) | Shown::Nothing | Shown::Unknown => Some(AT_ONCE),
        }
    }

    /// `expirationDuration`: the setting, or what is left of a timed wish, in whole seconds.
    fn expiration(&self, wish: &Wish) -> Duration {
        let Setup::Ready(settings) = &self.setup else {
            return self.rules.shortest_expiration;
        };
        let span = match wish.until {
            Some(_) if self.rules.has(Flaw::OutlastsTimeLimit) => settings.expiration,
            None => settings.expiration,
            Some(until) => Duration::from_millis(until.since(self.now).as_millis() as u64 + 999),
        };
        let whole = Duration::from_secs(span.as_secs());
        whole.clamp(self.rules.shortest_expiration, self.rules.longest_expiration)
    }

    fn pin_call(&self) -> Option<Timed> {
        let grant = self.grant.as_ref()?;
        let Setup::Ready(settings) = &self.setup else {
            return None;
        };
        if self.leaves_alone() {
            return None;
        }
        let wants_away = match self.goal() {
            Setting::Hold(wish) => wish.status == Status::Away,
            Setting::Gone | Setting::Alone => false,
        };
        let pins = settings.pin_away && wants_away;
        let unpin = Call::Unpin { grant: grant.id, account: grant.account.clone() };
        if !pins {
            return match self.pin {
                Pin::Free => None,
                Pin::Doubtful | Pin::Held { .. } => Some((AT_ONCE, unpin)),
                Pin::Failed { again } => Some((again, unpin)),
            };
        }
        let lease = self.confirmed()?;
        let at = match self.pin {
            Pin::Held { lease: sent } if lease.sent_at == sent => return None,
            Pin::Failed { again } => again,
            Pin::Free | Pin::Doubtful | Pin::Held { .. } => AT_ONCE,
        };
        let expiration = lease.expires_at.since(lease.sent_at);
        let account = grant.account.clone();
        Some((at, Call::PinAway { grant: grant.id, account, expiration }))
    }

    fn look_call(&self) -> Option<Timed> {
        let grant = self.grant.as_ref()?;
        let wanted = self.look_wanted && !self.is_busy_leaving();
        wanted.then_some((AT_ONCE, Call::ReadPresence { grant: grant.id }))
    }
}
