//! Owns what can come into the loop, and who may send it; refuses to act on it.

use oauth2::AuthorizationCode;
use presence_core::{
    Answer, Aspect, AttemptId, CallId, Command, Event, GrantId, Outcome, Problem, VaultEvent,
};
use tokio::sync::{mpsc, oneshot};

use crate::purse::Purse;

/// Where a face in this process sends commands.
#[derive(Clone, Debug)]
pub struct Commands(pub(super) mpsc::UnboundedSender<Input>);

impl Commands {
    /// Asks for `command`; its outcome is in the view.
    pub fn tell(&self, command: Command) {
        let _ = self.0.send(Input::Command(command, None));
    }

    /// Asks for `command` and waits for its outcome; nothing when the program ended first.
    pub async fn outcome(&self, command: Command) -> Option<Outcome> {
        let (reply, outcome) = oneshot::channel();
        self.ask(command, reply);
        outcome.await.ok()
    }

    /// Tells what the desktop did not let a face do; an empty list: everything went well.
    pub fn report(&self, aspect: Aspect, problems: Vec<Problem>) {
        let _ = self.0.send(Input::Event(Event::Desktop { aspect, problems }));
    }

    /// Asks for `command` and has its outcome sent.
    pub(crate) fn ask(&self, command: Command, reply: oneshot::Sender<Outcome>) {
        let _ = self.0.send(Input::Command(command, Some(reply)));
    }
}

/// What comes into the loop. Secrets travel beside the event that names them.
#[derive(Debug)]
pub(super) enum Input {
    Command(Command, Option<oneshot::Sender<Outcome>>),
    Event(Event),
    Answered(CallId, Answer, Option<Sealed>),
    Code(AttemptId, AuthorizationCode),
    Begun(Sealed),
    /// The keyring stored or deleted something; it says what.
    Vault(VaultEvent),
    /// From the keyring of the identity with this number.
    Loaded(u64, Sealed, GrantId),
    NotLoaded(u64, VaultEvent),
    FileChanged,
    Reload,
    Exit,
}

/// Secrets on their way to the purse: their `Debug` says nothing.
pub(super) struct Sealed(pub(super) Box<dyn FnOnce(&mut Purse) + Send>);

impl std::fmt::Debug for Sealed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("(sealed)")
    }
}
