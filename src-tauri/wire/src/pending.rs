//! Owns how a call of the core becomes a request, and the response its answer; refuses to send and to wait.

use std::sync::Arc;
use std::time::SystemTime;

use presence_core::{Answer, Call, CallId, EntraRequest, GrantId, Ids, Refusal, RefusalKind};

use crate::entra::{self, Secret};
use crate::graph;
use crate::http::{Request, Response};
use crate::registration::Registration;
use crate::token_store::{Attempt, TokenStore};

/// A call whose request is on its way: how its response is read.
#[derive(Debug)]
pub struct Pending {
    at: Arc<Registration>,
    call: Call,
}

impl TokenStore {
    /// The request for `call`, with its secrets. It goes to the roots that its tokens were issued for; a sign-in by
    /// device code begins at `present`. `now` is the wall-clock time, for what ends at one.
    ///
    /// # Errors
    /// What the core is told when there is nothing to send: the secrets that it names are not here.
    pub fn request(
        &self,
        call: &Call,
        present: Option<&Arc<Registration>>,
        now: SystemTime,
    ) -> Result<(Request, Pending), Answer> {
        let (at, request) = match call {
            Call::Graph { grant, request } => {
                let (at, token, account) = self.access(*grant).ok_or_else(unauthorized)?;
                (at, graph::request(at, token, account, request, now))
            }
            Call::Entra(asked) => self.entra(asked, present).ok_or_else(lost_secret)?,
        };
        Ok((request, Pending { at: at.clone(), call: call.clone() }))
    }

    /// The request for what is `asked`, and where; `None` when its secret is not here.
    fn entra<'a>(
        &'a self,
        asked: &EntraRequest,
        present: Option<&'a Arc<Registration>>,
    ) -> Option<(&'a Arc<Registration>, Request)> {
        match asked {
            EntraRequest::Redeem { attempt } => match self.attempt(*attempt)? {
                (at, Attempt::Browser { verifier, redirect, code }) => {
                    Some((at, entra::redeem(at, code.as_ref()?, verifier, redirect)))
                }
                (_, Attempt::Device(_)) => None,
            },
            EntraRequest::Refresh { grant, claims } => {
                let (at, token) = self.refresh(*grant)?;
                Some((at, entra::refresh(at, token, claims.as_ref())))
            }
            EntraRequest::StartDevice { .. } => present.map(|at| (at, entra::start_device(at))),
            EntraRequest::PollDevice { attempt } => match self.attempt(*attempt)? {
                (at, Attempt::Device(code)) => Some((at, entra::poll_device(at, code))),
                (_, Attempt::Browser { .. }) => None,
            },
        }
    }

    /// Holds what came for what was `asked` by the call `id`.
    fn take(&mut self, id: CallId, asked: &EntraRequest, at: Arc<Registration>, secret: Secret) {
        let grant = GrantId(id.0);
        match (secret, asked) {
            (Secret::Tokens(tokens), EntraRequest::Refresh { grant: from, .. }) => {
                self.renew(*from, grant, tokens);
            }
            (
                Secret::Tokens(tokens),
                EntraRequest::Redeem { attempt }
                | EntraRequest::PollDevice { attempt }
                | EntraRequest::StartDevice { attempt },
            ) => self.put_new(*attempt, grant, at, tokens),
            (Secret::Device(code), _) => {
                if let Some(attempt) = asked.attempt() {
                    self.begin(attempt, at, Attempt::Device(code));
                }
            }
        }
    }
}

impl Pending {
    /// What `response` means, as the answer to the call `id`; what it brings goes into `tokens`.
    pub fn answer(self, id: CallId, response: &Response, tokens: &mut TokenStore) -> Answer {
        let asked = match &self.call {
            Call::Graph { request, .. } => return graph::answer(request, response),
            Call::Entra(asked) => asked,
        };
        let (answer, secret) = entra::answer(&self.at, asked, response);
        if let Some(secret) = secret {
            tokens.take(id, asked, self.at.clone(), secret);
        }
        answer
    }
}

/// The core asked for a call whose secret is not here: only a sign-in helps.
fn lost_secret() -> Answer {
    let detail = "no refresh token is left".to_owned();
    Answer::Refused(Refusal { kind: RefusalKind::PersonNeeded, detail, ids: Ids::new() })
}

/// The access token is not here: perhaps a refresh brings one.
fn unauthorized() -> Answer {
    Answer::Unauthorized { claims: None, ids: Ids::new() }
}
