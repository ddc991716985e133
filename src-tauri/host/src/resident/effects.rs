//! Owns how each effect is done; refuses to ask why.

use presence_core::{Call, Claims, EntraRequest};

use super::*;
use crate::Registration;

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
            Effect::Drop(grant) => self.purse.drop_grant(grant),
            Effect::OpenSignIn { attempt, claims } => self.open_sign_in(attempt, claims),
            Effect::CloseSignIn(attempt) => {
                if let Some((_, task)) = self.listener.take_if(|(current, _)| *current == attempt) {
                    task.abort();
                }
            }
            Effect::Save(saved) => {
                let moment = self.clock.moment();
                if self.errand.is_some_and(Purpose::is_only_a_look) {
                    saved::keep_sign_in(&self.place, &moment, &saved);
                } else {
                    saved::keep(&self.place, &moment, &saved);
                }
            }
            Effect::Notify(notice) => face.notify(&notice),
            Effect::Reply { to, outcome } => {
                if let Some(reply) = self.replies.remove(&to) {
                    let _ = reply.send(outcome);
                }
            }
            Effect::OpenWindow => face.open_window(),
            Effect::ReadConfiguration => drop(self.outbox.send(Input::Reload)),
            Effect::LetSleep => self.delay.end(),
            Effect::Exit { settled } => {
                if settled && !self.errand.is_some_and(Purpose::is_only_a_look) {
                    saved::note_end(&self.place);
                }
                let _ = self.outbox.send(Input::Exit);
            }
        }
    }

    fn make_call(&mut self, id: CallId, call: &Call) {
        let present = || self.config.as_ref().map(|config| config.registration.clone());
        let starts_device = matches!(call, Call::Entra(EntraRequest::StartDevice { .. }));
        let at = if starts_device { present() } else { self.purse.registration(call) };
        let Some(at) = at else { return self.answer(id, lost_secret()) };
        let client = match self.http.client() {
            Ok(client) => client,
            Err(answer) => return self.answer(id, answer),
        };
        let outbox = self.outbox.clone();
        let (grant, request) = match call {
            Call::Graph { grant, request } => (*grant, *request),
            Call::Entra(request) => {
                let Some(packed) = EntraCall::pack(request, &self.purse) else {
                    return self.answer(id, lost_secret());
                };
                let from = call.grant();
                return self.spawn(id, async move {
                    let brought = entra::call(&client, &at, packed).await;
                    let secret = brought.secret.map(|secret| {
                        Sealed(Box::new(move |purse: &mut Purse| match (secret, from) {
                            (Secret::Tokens(tokens), Some(from)) => {
                                purse.renew(from, GrantId(id.0), tokens);
                            }
                            (Secret::Tokens(tokens), None) => purse.put(GrantId(id.0), at, tokens),
                            (Secret::Device(attempt, code), _) => {
                                purse.begin(attempt, at, Attempt::Device(code));
                            }
                        }))
                    });
                    let _ = outbox.send(Input::Answered(id, brought.answer, secret));
                });
            }
        };
        let (Some(token), Some(account)) = (self.purse.access(grant), self.purse.account(grant))
        else {
            return self
                .answer(id, Answer::Unauthorized { claims: None, ids: presence_core::Ids::new() });
        };
        self.spawn(id, async move {
            let answer = graph::call(&client, &at, &token, &account, request).await;
            let _ = outbox.send(Input::Answered(id, answer, None));
        });
    }

    fn spawn(&mut self, id: CallId, work: impl Future<Output = ()> + Send + 'static) {
        self.call = Some((id, tokio::spawn(work).abort_handle()));
    }

    fn answer(&self, id: CallId, answer: Answer) {
        let _ = self.outbox.send(Input::Answered(id, answer, None));
    }

    fn load(&mut self) {
        let Some(config) = &self.config else { return };
        let at = config.registration.clone();
        let vault = self.vaults.of(&at.identity());
        self.loads += 1;
        let (outbox, identity, grant) =
            (self.outbox.clone(), self.identity, GrantId::stored(self.loads));
        let late = outbox.clone();
        let stays = self.errand.is_none();
        tokio::spawn(async move {
            let also_at = at.clone();
            let came_late = move |kept| drop(late.send(loaded(identity, grant, also_at, kept)));
            let input = match vault.load(came_late).await {
                Ok(Some(kept)) => loaded(identity, grant, at, kept),
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
        let identity = self.config.as_ref().map(|config| config.registration.identity());
        let (Some(identity), Some(account), Some(refresh_token)) =
            (identity, self.purse.account(grant), self.purse.refresh(grant))
        else {
            let problem = Problem::new(
                ProblemKind::NotRemembered,
                "Your sign-in will not be remembered",
                "Microsoft gave no refresh token, so the sign-in lasts an hour or so.",
                "Ask your administrator to allow offline_access for the app registration.",
            );
            let event = VaultEvent::StoreFailed(grant, problem);
            let _ = self.outbox.send(Input::Vault(event));
            return;
        };
        let (outbox, vault) = (self.outbox.clone(), self.vaults.of(&identity));
        tokio::spawn(async move {
            let event = match vault.store(&Kept { account, refresh_token }).await {
                Ok(()) => VaultEvent::Stored(grant),
                Err(error) => {
                    tracing::warn!(%error, "the sign-in cannot be stored");
                    VaultEvent::StoreFailed(grant, error.not_remembered())
                }
            };
            let _ = outbox.send(Input::Vault(event));
        });
    }

    fn forget(&self, identity: String) {
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
        let outbox = self.outbox.clone();
        let work = async move {
            let send = |event| drop(outbox.send(Input::Event(event)));
            let listener = match Listener::open().await {
                Ok(listener) => listener,
                Err(error) => return send(impossible(attempt, &error.to_string())),
            };
            let opening = match entra::opening(&at, listener.port(), claims.as_ref()) {
                Ok(opening) => opening,
                Err(error) => return send(impossible(attempt, &error.to_string())),
            };
            // The attempt is in the purse before the browser can come back.
            let how = opening.attempt;
            let issuer = at.clone();
            let begun =
                Sealed(Box::new(move |purse: &mut Purse| purse.begin(attempt, issuer, how)));
            let _ = outbox.send(Input::Begun(begun));
            let url = opening.url.to_string();
            let opened = async {
                let trouble = opener::open(&url).await.err().map(|why| browser_unavailable(&why));
                send(Event::SignInOpened { attempt, url: Private(url.clone()), trouble });
            };
            send(Event::SignInOpened { attempt, url: Private(url.clone()), trouble: None });
            let (came, ()) = tokio::join!(listener.receive(&opening.state), opened);
            match came {
                Came::Code(code) => drop(outbox.send(Input::Code(attempt, code))),
                Came::Refused(error) => {
                    let redirect = Redirect::Refused(entra::refusal(&at, &error));
                    send(Event::Redirected { attempt, redirect });
                }
            }
        };
        self.listener = Some((attempt, tokio::spawn(work).abort_handle()));
    }
}

fn loaded(identity: u64, grant: GrantId, at: Arc<Registration>, kept: Kept) -> Input {
    let Kept { account, refresh_token } = kept;
    let tokens = Tokens { account: Some(account), access: None, refresh: Some(refresh_token) };
    let open = Sealed(Box::new(move |purse: &mut Purse| purse.put(grant, at, tokens)));
    Input::Loaded(identity, open, grant)
}

/// The core asked for a call whose secret the purse does not hold: only a sign-in helps.
fn lost_secret() -> Answer {
    Answer::Refused(presence_core::Refusal {
        kind: presence_core::RefusalKind::PersonNeeded,
        detail: "no refresh token is left".to_owned(),
        ids: presence_core::Ids::new(),
    })
}

fn impossible(attempt: AttemptId, why: &str) -> Event {
    let problem = Problem::new(
        ProblemKind::SignInFailed,
        "The sign-in could not start",
        &format!("The program could not listen for the browser on this computer ({why})."),
        "Sign in with a code instead: presence-tray sign-in --device-code",
    );
    Event::SignInImpossible { attempt, problem }
}

fn browser_unavailable(why: &str) -> Problem {
    Problem::new(
        ProblemKind::BrowserUnavailable,
        "The browser could not be opened",
        &format!(
            "The desktop did not open a browser ({why}). The program waits for the sign-in all the same."
        ),
        "Copy the sign-in address from the window, or from \"presence-tray sign-in\", into a browser on this computer.",
    )
}
