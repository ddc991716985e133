//! Owns what a face may show of the state; refuses to show what a face could misuse.

use crate::session::Lease;
use crate::state::{Goal, State};
use crate::wishes::Want;
use crate::{
    AccountView, Difference, DifferenceCause, Effective, Progress, SessionView, Setup, Status,
    Time, View, WishView, words,
};

impl State<'_> {
    /// What a face may show at `now`.
    pub(crate) fn view(&self, now: Time) -> View {
        let rules = &self.cx.rules;
        let lease = self.session.lease().filter(|lease| now < lease.ends_at(rules));
        let effective = self.session.seen().filter(|(at, _)| now.since(*at) < rules.look_stale);
        let effective = effective.map(|(_, effective)| effective.clone());
        let problem = self.current_problem();
        View {
            account: self.account_view(),
            wish: self.wishes.wish().map(|wish| WishView {
                status: wish.status,
                until: wish.until,
                lasts: wish.lasts,
            }),
            progress: self.progress(lease, problem.is_some()),
            session: lease.map(|lease| SessionView {
                status: lease.status,
                renews_at: self.renews_at(lease, now),
                expires_at: lease.ends_at(rules),
            }),
            difference: lease
                .zip(effective.as_ref())
                .and_then(|(lease, seen)| difference(lease.status, seen)),
            effective,
            message: self.wishes.wish().and_then(|wish| self.message.view(wish.number)),
            recent_messages: self.message.recent().clone(),
            problem,
            desktop: self.notices.desktop(),
        }
    }

    /// When the lease is renewed, if that comes before its end: its own moment, or the next try after one that failed.
    fn renews_at(&self, lease: &Lease, now: Time) -> Option<Time> {
        let gate = self.troubles.after_pause(self.troubles.after_yield(self.troubles.gate()?));
        let at = lease.renew_at?.max(gate).max(now);
        (at <= lease.ends_at(&self.cx.rules)).then_some(at)
    }

    fn progress(&self, lease: Option<&Lease>, has_problem: bool) -> Progress {
        let goal = self.goal();
        let is_settled = match goal {
            Goal::LeaveAlone if !self.shutdown.is_awake() => {
                self.wishes.want() == Want::Nothing || self.says_what_is_wanted(lease)
            }
            Goal::LeaveAlone => true,
            Goal::Cleared => self.session.is_none(),
            Goal::Hold(wish) => lease.is_some_and(|lease| lease.wish == wish.number),
        };
        match (is_settled, has_problem, goal) {
            (true, _, _) => Progress::Settled,
            (false, true, _) => Progress::Waiting,
            (false, false, Goal::Cleared) => Progress::Clearing,
            (false, false, Goal::Hold(_) | Goal::LeaveAlone) => Progress::Setting,
        }
    }

    fn says_what_is_wanted(&self, lease: Option<&Lease>) -> bool {
        match self.wishes.want() {
            Want::Held(wish) => lease.is_some_and(|lease| lease.wish == wish.number),
            Want::Nothing | Want::Clearing => lease.is_none(),
        }
    }

    fn account_view(&self) -> AccountView {
        if let Setup::Invalid(_) = self.cx.setup {
            return AccountView::NotConfigured;
        }
        if let Some(progress) = self.sign_in.progress() {
            let code = progress.code;
            let code = code.map(|code| (code.user_code.clone(), code.verification_uri.clone()));
            return AccountView::SigningIn {
                url: progress.url.cloned(),
                code,
                until: progress.until,
            };
        }
        let Some(grant) = self.credentials.grant() else {
            let is_loading = self.credentials.is_loading();
            return if is_loading { AccountView::Looking } else { AccountView::SignedOut };
        };
        match grant.refused() {
            Some(_) => AccountView::SignInNeeded(grant.account().clone()),
            None => AccountView::SignedIn(grant.account().clone()),
        }
    }
}

/// Compares what the session says with what colleagues see ("Manage presence state", precedence).
fn difference(says: Status, seen: &Effective) -> Option<Difference> {
    let is_equal = seen.availability == says.availability();
    let cause = match (seen.availability.as_str(), says) {
        _ if is_equal && seen.activity == "AvailableInactive" => DifferenceCause::Faded,
        _ if is_equal => return None,
        ("Available", Status::Away) => DifferenceCause::TeamsStatus,
        ("Offline" | "PresenceUnknown", _) => DifferenceCause::NoSession,
        ("DoNotDisturb" | "Busy" | "BeRightBack" | "Away", _) => DifferenceCause::TeamsStatus,
        _ => DifferenceCause::Other,
    };
    // Another session that takes precedence over Away stays; a preferred presence does not.
    let is_outranked = seen.availability == "Available" && says == Status::Away;
    let can_reset = match cause {
        DifferenceCause::TeamsStatus => !is_outranked,
        DifferenceCause::NoSession => true,
        DifferenceCause::Faded | DifferenceCause::Other => false,
    };
    let (text, remedy) = words::difference(cause, says, &seen.availability);
    Some(Difference { cause, text, remedy: remedy.to_owned(), can_reset })
}
