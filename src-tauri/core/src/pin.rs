//! Owns what is known of the preferred presence, where Away is pinned beside the session; refuses to pin anything.

use crate::Time;

/// The preferred presence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pin {
    Free,
    /// Perhaps pinned: by a run before this one, or by a call that was never answered.
    Doubtful,
    /// Pinned along with the lease sent then.
    Held {
        lease: Time,
    },
    /// Refused; not tried again before then.
    Failed {
        again: Time,
    },
}

impl Pin {
    /// When Away has to be pinned along with the lease sent at `lease`.
    pub(crate) fn pin_at(self, lease: Time) -> Option<Time> {
        match self {
            Pin::Held { lease: pinned } if pinned == lease => None,
            Pin::Failed { again } => Some(again),
            Pin::Free | Pin::Doubtful | Pin::Held { .. } => Some(Time::AT_ONCE),
        }
    }

    /// When it has to be unpinned.
    pub(crate) fn unpin_at(self) -> Option<Time> {
        match self {
            Pin::Free => None,
            Pin::Doubtful | Pin::Held { .. } => Some(Time::AT_ONCE),
            Pin::Failed { again } => Some(again),
        }
    }

    /// The same; what was refused is tried at `now`.
    pub(crate) fn hastened(self, now: Time) -> Pin {
        match self {
            Pin::Failed { .. } => Pin::Failed { again: now },
            Pin::Free | Pin::Doubtful | Pin::Held { .. } => self,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_follows_its_lease_and_what_is_doubtful_is_unpinned() {
        let (first, second) = (Time::ZERO, Time::from_millis(1));
        let pin = Pin::Held { lease: first };
        assert_eq!((pin.pin_at(first), pin.pin_at(second)), (None, Some(Time::AT_ONCE)));
        assert_eq!(Pin::Doubtful.unpin_at(), Some(Time::AT_ONCE));
        assert_eq!(Pin::Free.unpin_at(), None);
        let refused = Pin::Failed { again: second };
        assert_eq!((refused.pin_at(first), refused.unpin_at()), (Some(second), Some(second)));
        assert_eq!(refused.hastened(first).unpin_at(), Some(first));
    }
}
