//! Owns how each effect is done; refuses to ask why.

use std::task::{Context, Waker};
use std::time::SystemTime;

use presence_core::words::Page;
use presence_core::{Call, Claims, Rules, words};

use super::*;
use crate::SignInReport;
use crate::http::exchange;

/// How long a browser waits for its page, which is as long as Entra may take to redeem a code.
const REDEMPTION: Duration = Duration::from_secs(20);

impl Resident {
    pub(super) fn do_effect(&mut self, effect: Effect, face: &mut impl Face) {
        match effect {
            Effect::Call { id, call } => self.make_call(id, &call),
            Effect::Abandon(id) => {
                if let Some((_, task)) = self.call.take_if(|(current, _)| *current == id) {
                    task.abort();
                }
            }
            Effect::Load => self.load(),
            Effect::Store(grant) => self.store(grant),
            Effect::Forget { identity } => self.forget(identity),
            Effect::Drop(grant) => self.tokens.drop_grant(grant),
            Effect::OpenSignIn { attempt, claims } => self.open_sign_in(attempt, claims),
            Effect::CloseSignIn(attempt) => {
                if let Some((_, task)) = self.listener.take_if(|(current, _)| *current == attempt) {
                    task.abort();
                }
                self.tokens.close(attempt);
                // What its connections sent and received last stays in their buffers.
                self.http = Http::default();
            }
            Effect::Save(saved) => self.unwritten = Some(saved),
            Effect::Notify(notice) => face.notify(&notice),
            Effect::Reply { to, outcome } => {
                // What is said to be so must still be so after a crash.
                self.write_wish();
                if let Some(reply) = self.replies.remove(&to) {
                    let _ = reply.send(outcome);
                }
            }
            Effect::OpenWindow => face.open_window(&self.window),
            Effect::ReadConfiguration => drop(self.outbox.send(Input::Reload)),
            Effect::LetSleep => {
                self.write_wish();
                let moment = self.clock.moment();
                self.note(|history| history.falls_asleep(moment));
                self.delay.end();
            }
            Effect::Exit { settled } => {
                self.write_wish();
                if settled && !self.one_shot.is_some_and(Purpose::is_only_a_look) {
                    saved::note_end(&self.profile);
                }
                let _ = self.outbox.send(Input::Exit);
            }
        }
    }

    fn make_call(&mut self, id: CallId, call: &Call) {
        let present = self.config.as_ref().map(|config| &config.registration);
        let (request, pending) = match self.tokens.request(call, present, SystemTime::now()) {
            Ok(packed) => packed,
            Err(answer) => {
                return drop(self.outbox.send(Input::Event(Event::Answered { id, answer })));
            }
        };
        let (client, outbox) = (self.http.client(&request.url), self.outbox.clone());
        let limit = Rules::default().limit(call);
        let mut work = Box::pin(async move {
            let response = match client {
                Ok(client) => exchange(&client, request, limit).await,
                Err(cause) => Err(cause),
            };
            let _ = outbox.send(Input::Response(id, pending, response));
        });
        // As far as its connection at once, not behind whatever else is waiting for its turn.
        if work.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending() {
            self.call = Some((id, tokio::spawn(work).abort_handle()));
            self.head_start = Some(Instant::now() + HEAD_START);
        }
    }

    fn load(&mut self) {
        let Some(config) = &self.config else { return };
        let at = config.registration.clone();
        let vault = self.vaults.of(&at.identity());
        self.loads += 1;
        let (outbox, identity, grant) =
            (self.outbox.clone(), self.identity, GrantId::stored(self.loads));
        let late = outbox.clone();
        let stays = self.one_shot.is_none();
        tokio::spawn(async move {
            let also_at = at.clone();
            let came_late =
                move |kept| drop(late.send(Input::Loaded(identity, grant, also_at, kept)));
            let input = match vault.load(came_late).await {
                Ok(Some(kept)) => Input::Loaded(identity, grant, at, kept),
                Ok(None) => Input::NotLoaded(identity, VaultEvent::Absent),
                Err(error) => {
                    tracing::warn!(%error, "the sign-in cannot be loaded");
                    let problem =
                        if stays { error.unavailable_for_now() } else { error.unavailable() };
                    Input::NotLoaded(identity, VaultEvent::Unavailable(problem))
                }
            };
            let _ = outbox.send(input);
        });
    }

    fn store(&mut self, grant: GrantId) {
        let Some((at, kept)) = self.tokens.kept(grant) else {
            let event = VaultEvent::StoreFailed(grant, words::no_refresh_token());
            let _ = self.outbox.send(Input::Vault(event));
            return;
        };
        let (outbox, vault) = (self.outbox.clone(), self.vaults.of(&at.identity()));
        tokio::spawn(async move {
            let event = match vault.store(kept).await {
                Ok(()) => VaultEvent::Stored(grant),
                Err(error) => {
                    tracing::warn!(%error, "the sign-in cannot be stored");
                    VaultEvent::StoreFailed(grant, error.not_remembered())
                }
            };
            let _ = outbox.send(Input::Vault(event));
        });
    }

    fn forget(&mut self, identity: String) {
        // What its connections sent and received last stays in their buffers.
        self.http = Http::default();
        let (outbox, vault) = (self.outbox.clone(), self.vaults.of(&identity));
        tokio::spawn(async move {
            let event = match vault.forget().await {
                Ok(()) => VaultEvent::Forgotten(identity),
                Err(error) => {
                    tracing::warn!(%error, "the stored sign-in cannot be deleted");
                    VaultEvent::ForgetFailed(identity, error.not_forgotten())
                }
            };
            let _ = outbox.send(Input::Vault(event));
        });
    }

    fn open_sign_in(&mut self, attempt: AttemptId, claims: Option<Claims>) {
        let Some(config) = &self.config else { return };
        let at = config.registration.clone();
        let (outbox, random) = (self.outbox.clone(), random());
        let (owed, snapshots) = (self.owed.clone(), self.snapshots());
        let work = async move {
            let send = |event| drop(outbox.send(Input::Event(event)));
            let listener = match Listener::open().await {
                Ok(listener) => listener,
                Err(error) => return send(impossible(attempt, &error.to_string())),
            };
            let random = match random {
                Ok(random) => random,
                Err(error) => return send(impossible(attempt, &error.to_string())),
            };
            let opening = match opening(&at, listener.port(), claims.as_ref(), random) {
                Ok(opening) => opening,
                Err(error) => return send(impossible(attempt, &error.to_string())),
            };
            // The attempt is remembered before the browser can come back.
            let _ = outbox.send(Input::Begun(attempt, at.clone(), opening.attempt));
            let url = opening.url.to_string();
            let opened = async {
                let trouble =
                    opener::open(&url).await.err().map(|why| words::browser_unavailable(&why));
                send(Event::SignInOpened { attempt, url: Private(url.clone()), trouble });
            };
            send(Event::SignInOpened { attempt, url: Private(url.clone()), trouble: None });
            let ((callback, browser), ()) = tokio::join!(listener.receive(&opening.state), opened);
            match callback {
                Callback::Code(code) => {
                    let _owed = owed.read().await;
                    let _ = outbox.send(Input::Code(attempt, code));
                    browser.show(what_became_of_it(snapshots).await).await;
                }
                Callback::Refused(error) => {
                    browser.show(words::PAGE_NOT_SIGNED_IN).await;
                    let redirect = Redirect::Refused(refusal(&at, &error));
                    send(Event::Redirected { attempt, redirect });
                }
            }
        };
        self.listener = Some((attempt, tokio::spawn(work).abort_handle()));
    }
}

/// The page for a browser that brought a code, once that is redeemed or refused.
async fn what_became_of_it(mut snapshots: watch::Receiver<Option<Snapshot>>) -> Page {
    let is_over = |shown: &Option<Snapshot>| {
        let sign_in = shown.as_ref().map(|shown| &shown.sign_in);
        !matches!(sign_in, Some(SignInReport::SigningIn { .. }))
    };
    let over = tokio::time::timeout(REDEMPTION, snapshots.wait_for(is_over)).await;
    let Ok(Ok(shown)) = &over else { return words::PAGE_GO_BACK };
    match shown.as_ref().map(|shown| (&shown.sign_in, &shown.report.problem)) {
        Some((SignInReport::SignedIn, None)) => words::PAGE_SIGNED_IN,
        Some((SignInReport::SignedOut | SignInReport::Needed, _)) => words::PAGE_NOT_SIGNED_IN,
        // It may be a problem of this sign-in, beside the one before it.
        Some(_) | None => words::PAGE_GO_BACK,
    }
}

fn impossible(attempt: AttemptId, why: &str) -> Event {
    Event::SignInImpossible { attempt, problem: words::no_listener(why) }
}
