//! How the simulated host does what the core asks for; it refuses a core that breaks its word.

use presence_core::{
    AttemptId, Call, CallId, Claims, Effect, Event, GrantId, Private, Problem, ProblemKind, Saved,
    SavedSession, SavedWish, Time, VaultEvent,
};

use super::World;
use super::arrivals::{Coming, Flight};
use super::keyring::{KEYRING_TAKES, Kept};
use super::purse::{Attempt, Tokens};
use super::{entra, wire};

impl World {
    pub(super) fn do_effect(&mut self, effect: Effect) {
        assert!(!self.exited, "an effect after Exit: {effect:?}");
        match effect {
            Effect::Call { id, call } => self.make_call(id, call),
            Effect::Abandon(id) => {
                let given_up = self.flight.take_if(|flight| flight.id == id);
                assert!(given_up.is_some(), "an abandoned call was not on its way: {id:?}");
            }
            Effect::Load => {
                self.loads += 1;
                let coming = Coming::Loaded(GrantId::stored(self.loads), self.identity());
                self.later(KEYRING_TAKES, coming);
            }
            Effect::Store(grant) => self.store(grant),
            Effect::Forget { identity } => {
                self.later(KEYRING_TAKES, Coming::Forgotten(identity));
            }
            Effect::Drop(grant) => self.purse.drop_grant(grant),
            Effect::OpenSignIn { attempt, claims } => self.open_sign_in(attempt, claims.as_ref()),
            Effect::CloseSignIn(_) => {}
            Effect::Save(saved) => {
                self.saves += 1;
                let ended = self.file.ended;
                self.file = Saved { ended, ..self.to_wall(saved) };
            }
            Effect::Notify(notice) => self.notices.push((self.now, notice)),
            Effect::Reply { to, outcome } => {
                assert!(self.awaited.remove(&to), "a second or unasked reply: {to:?} {outcome:?}");
                self.outcomes.insert(to, outcome);
            }
            Effect::OpenWindow => self.windows += 1,
            Effect::ReadConfiguration => {
                self.later(0, Coming::Event(Event::Configured(self.setup.clone())));
            }
            Effect::LetSleep => self.let_asleep.push(self.now),
            Effect::Exit { settled } => {
                self.exited = true;
                self.file.ended = settled;
            }
        }
    }

    fn make_call(&mut self, id: CallId, call: Call) {
        assert!(self.flight.is_none(), "two calls at once: {:?} and {call:?}", self.flight);
        let limit = if call.goes_to_entra() { 30_000 } else { 10_000 };
        let packed = wire::pack(&call, &self.purse);
        self.sent.push((self.now, call.clone()));
        self.flight = Some(Flight { id, call });
        match packed {
            Ok(request) => {
                let way = self.latency();
                self.later(
                    way,
                    Coming::Landing { request, of: Some(id), back: way, was_late: false },
                );
                self.later(limit, Coming::Limit(id));
            }
            Err(answer) => self.later(0, Coming::Answer(id, answer)),
        }
    }

    fn store(&mut self, grant: GrantId) {
        let kept = self.purse.tokens(grant).and_then(|tokens| {
            Some(Kept { account: tokens.account.clone()?, refresh: tokens.refresh.clone()? })
        });
        match kept {
            Some(kept) => {
                let identity = self.identity();
                self.later(KEYRING_TAKES, Coming::Stored(grant, identity, kept));
            }
            None => {
                let kind = ProblemKind::NotRemembered;
                let problem = Problem::new(kind, "No refresh token", "None came.", "");
                let event = Event::Vault(VaultEvent::StoreFailed(grant, problem));
                self.later(0, Coming::Event(event));
            }
        }
    }

    fn open_sign_in(&mut self, attempt: AttemptId, claims: Option<&Claims>) {
        let opening = entra::opening(attempt.0, claims);
        let url = match &opening {
            Attempt::Browser { authorize, .. } => Private(authorize.clone()),
            Attempt::Device { .. } => return,
        };
        self.purse.begin(attempt, opening);
        self.later(2, Coming::Event(Event::SignInOpened { attempt, url, trouble: None }));
    }

    /// What the keyring answers to a load.
    pub(super) fn loaded(&mut self, grant: GrantId, identity: &str) -> Event {
        let event = match self.keyring.read(identity) {
            Ok(Some(Kept { account, refresh })) => {
                let tokens =
                    Tokens { account: Some(account.clone()), access: None, refresh: Some(refresh) };
                self.purse.put(grant, tokens);
                VaultEvent::Present { grant, account }
            }
            Ok(None) => VaultEvent::Absent,
            Err(problem) => VaultEvent::Unavailable(problem),
        };
        Event::Vault(event)
    }

    /// The wish as the file keeps it: its end by the wall clock, which a restart does not reset.
    fn to_wall(&self, saved: Saved) -> Saved {
        self.shifted(saved, self.boot_by_the_wall())
    }

    pub(super) fn remembered(&self, saved: Saved) -> Saved {
        self.shifted(saved, -self.boot_by_the_wall())
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
