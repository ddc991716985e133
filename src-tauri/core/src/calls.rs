//! Owns which call keeps the promise; refuses to say what its answer means.

use std::time::Duration;

use crate::agenda::AT_ONCE;
use crate::facts::{Pin, Planned, Purpose, Rest, Retry, Setting, Shown, Wish};
use crate::keeper::Core;
use crate::{Call, Flaw, Setup, Status, Time};

type Timed = (Time, Call);

impl Core {
    /// The next call that keeping asks for. What a former person left is ended before anything is set.
    pub(crate) fn keeping_call(&self) -> Option<Planned> {
        let Setup::Ready(_) = self.setup else {
            return None;
        };
        if let Rest::Asleep { .. } = self.rest {
            return None;
        }
        let next = match (self.former_call(), self.own_call()) {
            (Some(former), Some(own)) if own.at.max(self.now) < former.at => Some(own),
            (Some(former), _) => Some(former),
            (None, own) => own,
        };
        next.map(|planned| {
            let at = planned.at.max(self.now);
            let at = self.pace.not_before(at, self.is_busy_leaving(), &self.rules);
            Planned { at, ..planned }
        })
    }

    /// The next call for the signed-in person, behind the gates of trouble and token.
    pub(crate) fn own_call(&self) -> Option<Planned> {
        let grant = self.grant.as_ref()?;
        let (at, call, purpose) = self.needed()?;
        let at = at.max(self.gate()?).max(self.now);
        let at = at.max(grant.refused.as_ref().map_or(AT_ONCE, |refused| refused.retry_at));
        // The token is judged by the moment at which the call can be made.
        let then = self.after_pause(at);
        let refresh_at = grant.after_pause(then);
        let may_refresh = grant.refresh_after <= then;
        let is_due = match grant.access_until {
            None => true,
            Some(_) if self.rules.has(Flaw::RefreshesAlways) => may_refresh,
            Some(_) if !grant.serves(then, &self.rules) => true,
            Some(until) => until - self.rules.refresh_ahead <= then && may_refresh,
        };
        let (at, call) = if is_due {
            (refresh_at, Call::Refresh { grant: grant.id, claims: grant.claims.clone() })
        } else {
            (then, call)
        };
        Some(Planned { at, call, purpose })
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

    pub(crate) fn needed(&self) -> Option<(Time, Call, Purpose)> {
        let session = self.session_call().map(|(at, call)| (at, call, Purpose::Session));
        let pin = self.pin_call().map(|(at, call)| (at, call, Purpose::Pin));
        let aside = pin.or_else(|| self.look_call().map(|(at, call)| (at, call, Purpose::Look)));
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
