//! Bends of what faces show; it refuses to change what the service is asked for.

use std::time::Duration;

use presence_core::{
    Effective, Event, Problem, Progress, SessionView, Status, Time, VaultEvent, View,
};

use super::{Moment, Twist};

#[derive(Debug, Default)]
pub(super) struct KeepsTrouble {
    trouble: Option<Problem>,
}

impl Twist for KeepsTrouble {
    fn view(&mut self, mut view: View, _: Time) -> View {
        if let Some(problem) = view.problem.take_if(|problem| problem.kind.needs_person()) {
            view.problem = Some(problem);
        } else {
            self.trouble = view.problem.take().or(self.trouble.take());
            view.problem.clone_from(&self.trouble);
        }
        view
    }
}

#[derive(Debug, Default)]
pub(super) struct BlamesTheKeyring {
    unstored: Option<Problem>,
}

impl Twist for BlamesTheKeyring {
    fn event(&mut self, event: Event, _: Moment<'_>) -> Vec<Event> {
        match &event {
            Event::Vault(VaultEvent::StoreFailed(_, problem)) => {
                self.unstored = Some(problem.clone());
            }
            Event::Vault(VaultEvent::Stored(_)) => self.unstored = None,
            _ => {}
        }
        vec![event]
    }

    fn view(&mut self, view: View, _: Time) -> View {
        match (&view.problem, &self.unstored) {
            (Some(_), Some(unstored)) => View { problem: Some(unstored.clone()), ..view },
            _ => view,
        }
    }
}

#[derive(Debug, Default)]
pub(super) struct HidesProblem;

impl Twist for HidesProblem {
    fn view(&mut self, view: View, _: Time) -> View {
        let progress = match (view.progress, &view.wish) {
            (Progress::Waiting, Some(_)) => Progress::Setting,
            (Progress::Waiting, None) => Progress::Clearing,
            (Progress::Settled | Progress::Setting | Progress::Clearing, _) => view.progress,
        };
        View { problem: None, progress, ..view }
    }
}

#[derive(Debug, Default)]
pub(super) struct SettledTooSoon;

impl Twist for SettledTooSoon {
    fn view(&mut self, view: View, _: Time) -> View {
        View { progress: Progress::Settled, ..view }
    }
}

#[derive(Debug, Default)]
pub(super) struct ForgetsTheFade;

impl Twist for ForgetsTheFade {
    fn view(&mut self, mut view: View, _: Time) -> View {
        for session in view.session.iter_mut().filter(|of| of.status == Status::Available) {
            session.expires_at = session.expires_at + Duration::from_secs(3_300);
        }
        view
    }
}

#[derive(Debug, Default)]
pub(super) struct RenewsInThePast;

impl Twist for RenewsInThePast {
    fn view(&mut self, view: View, now: Time) -> View {
        let past = |at: Time| at.min(now) - Duration::from_secs(1);
        let session = view
            .session
            .map(|session| SessionView { renews_at: session.renews_at.map(past), ..session });
        View { session, ..view }
    }
}

#[derive(Debug, Default)]
pub(super) struct KeepsLook {
    seen: Option<Effective>,
}

impl Twist for KeepsLook {
    fn view(&mut self, mut view: View, _: Time) -> View {
        self.seen = view.effective.take().or(self.seen.take());
        view.effective.clone_from(&self.seen);
        view
    }
}
