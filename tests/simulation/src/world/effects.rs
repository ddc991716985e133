//! How the simulated host does what the core asks for; it refuses a core that breaks its word.

use std::time::{Duration, SystemTime};

use presence_core::{
    AttemptId, Call, CallId, Claims, Effect, Event, GrantId, Private, Problem, ProblemKind, Rules,
    Saved, SavedSession, SavedWish, Time, VaultEvent,
};
use presence_wire::opening;

use super::World;
use super::arrivals::{Coming, Flight};
use super::person::Browser;
use super::sockets::sent;
use super::subject::Place;
use crate::cloud::{Millis, Seed};

/// Where the program listens for the browser.
const PORT: u16 = 50_123;

impl World {
    pub(super) fn do_effect(&mut self, effect: &Effect) {
        assert!(!self.exited, "an effect after Exit: {effect:?}");
        match effect {
            Effect::Call { id, call } => self.make_call(*id, call),
            Effect::Abandon(id) => {
                let given_up = self.take_flight(*id);
                assert!(given_up.is_some(), "an abandoned call was not on its way: {id:?}");
            }
            Effect::Load => self.load(),
            Effect::Store(grant) => self.store(*grant),
            Effect::Forget { identity } => self.change(identity.clone(), None),
            Effect::Drop(grant) => self.tokens.drop_grant(*grant),
            Effect::OpenSignIn { attempt, claims } => self.open_sign_in(*attempt, claims.as_ref()),
            Effect::CloseSignIn(attempt) => {
                self.browser.take_if(|browser| browser.attempt == *attempt);
                self.tokens.close(*attempt);
            }
            Effect::Save(saved) => {
                self.saves += 1;
                let ended = self.file.ended;
                self.file = Saved { ended, ..self.to_wall(saved.clone()) };
            }
            Effect::Notify(notice) => self.notices.push((self.now, notice.clone())),
            Effect::Reply { to, outcome } => {
                assert!(self.awaited.remove(to), "a second or unasked reply: {to:?} {outcome:?}");
                self.outcomes.insert(*to, outcome.clone());
            }
            Effect::OpenWindow => self.windows += 1,
            Effect::ReadConfiguration => {
                self.later(0, Coming::Event(Box::new(Event::Configured(self.setup.clone()))));
            }
            Effect::LetSleep => self.let_asleep.push(self.now),
            Effect::Exit { settled } => {
                self.exited = true;
                self.file.ended = *settled;
                self.ends();
            }
        }
    }

    fn make_call(&mut self, id: CallId, call: &Call) {
        assert!(self.flight.is_none(), "two calls at once: {:?} and {call:?}", self.flight);
        let present = Place::of(&self.identity).registration();
        let wall = self.wall();
        let packed = self.tokens.request(call, Some(present), wall);
        let limit = Rules::default().limit(call).as_millis() as Millis;
        if self.record().is_none() {
            self.sent.push((self.now, call.clone()));
        }
        let mut flight = Flight { id, pending: None };
        match packed {
            Ok((request, pending)) => {
                flight.pending = Some(pending);
                let (request, way) = (Box::new(sent(request)), self.latency());
                self.later(
                    way,
                    Coming::Landing { request, of: Some(id), back: way, was_late: false },
                );
                self.later(limit, Coming::Limit(id));
            }
            Err(answer) => self.later(0, Coming::Answer(id, Box::new(answer))),
        }
        self.flight = Some(flight);
    }

    fn store(&mut self, grant: GrantId) {
        match self.tokens.kept(grant) {
            Some((at, kept)) => self.change(at.identity(), Some((grant, kept))),
            None => {
                let kind = ProblemKind::NotRemembered;
                let problem = Problem::new(kind, "No refresh token", "None came.", "");
                let event = Event::Vault(VaultEvent::StoreFailed(grant, problem));
                self.later(0, Coming::Event(Box::new(event)));
            }
        }
    }

    fn open_sign_in(&mut self, attempt: AttemptId, claims: Option<&Claims>) {
        let at = Place::of(&self.identity).registration();
        let mut secrets = Seed(attempt.0);
        let mut random = [0; 48];
        random.fill_with(|| secrets.next() as u8);
        let opening = opening(at, PORT, claims, random).expect("the cloud's URLs are URLs");
        let url = opening.url.to_string();
        self.tokens.begin(attempt, at.clone(), opening.attempt);
        self.browser = Some(Browser { attempt, url: url.clone(), state: opening.state });
        let url = Private(url);
        let event = Event::SignInOpened { attempt, url, trouble: None };
        self.later(2, Coming::Event(Box::new(event)));
    }

    /// The wish as the file keeps it: its end by the wall clock, which a restart does not reset.
    fn to_wall(&self, saved: Saved) -> Saved {
        self.shifted(saved, self.boot_by_the_wall())
    }

    pub(super) fn remembered(&self, saved: Saved) -> Saved {
        self.shifted(saved, -self.boot_by_the_wall())
    }

    /// What the machine's clock says that people read.
    fn wall(&self) -> SystemTime {
        let ahead = Duration::from_millis(self.wall_ahead.unsigned_abs());
        let now = self.cloud.time(self.now);
        if self.wall_ahead < 0 { now - ahead } else { now + ahead }
    }

    fn boot_by_the_wall(&self) -> i64 {
        i64::try_from(self.booted).expect("centuries are enough") + self.wall_ahead
    }

    fn shifted(&self, saved: Saved, by: i64) -> Saved {
        let shift = |time: Time| Time::from_millis(time.as_millis() + by);
        let wish = match saved.wish {
            SavedWish::Nothing => SavedWish::Nothing,
            SavedWish::Cleared => SavedWish::Cleared,
            SavedWish::Status { status, until, lasts } => {
                SavedWish::Status { status, until: until.map(shift), lasts }
            }
        };
        let session = saved.session.map(|session| SavedSession {
            status: session.status,
            sent_at: shift(session.sent_at),
            expires_at: shift(session.expires_at),
        });
        Saved { wish, session, ..saved }
    }
}
