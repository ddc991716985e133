//! Whether a lapse is shown while it lasts, and told once; it refuses to judge the words.

use presence_core::{Effect, Notifications, ProblemKind, Progress, View};

use super::wishes::Wanted;
use super::{Leaving, Oracle, Promise};
use crate::cloud::Millis;

const SECOND: Millis = 1_000;
/// How long a lapse may look like what is wanted.
const UNSEEN: Millis = 12 * SECOND;
/// How long a lapse may go without its reason: a call to Entra is given up after half of it.
const UNEXPLAINED: Millis = 75 * SECOND;
/// How long a lapse with its reason may go untold.
const UNTOLD: Millis = 25 * SECOND;

/// A problem that stands.
#[derive(Debug)]
struct Episode {
    since: Millis,
    kind: ProblemKind,
    tellings: u32,
    /// Whether the person was told of it, or of what it was at first.
    is_told: bool,
    /// Every problem that turns out to need a person may be told too.
    allowed: u32,
}

/// What the faces showed.
#[derive(Debug, Default)]
pub(super) struct Telling {
    episode: Option<Episode>,
    /// Since when a lapse has had no reason in the view.
    unexplained_since: Option<Millis>,
}

impl Telling {
    pub(super) fn start(&mut self) {
        *self = Telling::default();
    }
}

impl Telling {
    /// Other settings tell nothing again.
    pub(super) fn reloaded(&mut self) {
        if let Some(episode) = &mut self.episode {
            episode.is_told = true;
            episode.allowed += 1;
        }
    }
}

impl Oracle {
    pub(super) fn shown(&mut self, now: Millis, view: &View, effects: &[Effect]) {
        self.follow(now, view);
        self.told(now, view, effects);
        let unexplained = self.telling.unexplained_since.take();
        let Wanted::Held(held) = self.wishes.wanted else { return };
        let (Some(since), false) = (self.keeping.lapsed_since, self.excuses.is_foreign()) else {
            return;
        };
        if self.leaving != Leaving::No || now < self.falling_until {
            return;
        }
        let lasts = now - since;
        let seems_held = view.session.as_ref().is_some_and(|says| says.status == held.status);
        if lasts > UNSEEN && (view.progress == Progress::Settled || seems_held) {
            let what = format!("a lapse looks like {}", self.wanted());
            self.broken(Promise::Said, now, Some(lasts - UNSEEN), what);
        }
        if view.problem.is_none() {
            let unexplained = unexplained.unwrap_or(now);
            self.telling.unexplained_since = Some(unexplained);
            if now > unexplained + UNEXPLAINED {
                let by = now - unexplained - UNEXPLAINED;
                let what = "a lapse has no reason in the view".to_owned();
                self.broken(Promise::Said, now, Some(by), what);
            }
        }
        self.is_told(now, since);
    }

    fn follow(&mut self, now: Millis, view: &View) {
        let Some(problem) = &view.problem else {
            self.telling.episode = None;
            return;
        };
        let kind = problem.kind;
        let first = Episode { since: now, kind, tellings: 0, is_told: false, allowed: 1 };
        let episode = self.telling.episode.get_or_insert(first);
        if episode.kind != kind {
            (episode.kind, episode.since) = (kind, now);
            episode.allowed += u32::from(kind.needs_person());
        }
    }

    fn told(&mut self, now: Millis, view: &View, effects: &[Effect]) {
        let (Some(problem), Some(episode)) = (&view.problem, &mut self.telling.episode) else {
            return;
        };
        for effect in effects {
            if let Effect::Notify(notice) = effect {
                episode.is_told = true;
                episode.tellings += u32::from(notice.title == problem.title);
            }
        }
        if episode.tellings > episode.allowed {
            let what = format!("\"{}\" is told {} times", problem.title, episode.tellings);
            episode.allowed = u32::MAX;
            self.broken(Promise::Said, now, None, what);
        }
    }

    fn is_told(&mut self, now: Millis, lapsed: Millis) {
        let Some(episode) = &mut self.telling.episode else { return };
        let due = lapsed.max(episode.since) + UNTOLD;
        // Who broke a sign-in off knows it.
        let silent = self.settings.notifications == Notifications::None
            || episode.kind == ProblemKind::SignInCancelled;
        if episode.is_told || silent || now <= due {
            return;
        }
        (episode.is_told, episode.allowed) = (true, u32::MAX);
        let what = "a lapse is not told".to_owned();
        self.broken(Promise::Said, now, Some(now - due), what);
    }
}
