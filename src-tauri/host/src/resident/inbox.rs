//! Owns what can come into the loop, and who may send it; refuses to act on it.

use std::sync::Arc;

use oauth2::AuthorizationCode;
use presence_core::{
    Aspect, AttemptId, CallId, Command, Event, GrantId, NoAnswer, Outcome, Problem, VaultEvent,
};
use presence_wire::vault::Kept;
use presence_wire::{Attempt, Pending, Registration, Response};
use tokio::sync::{mpsc, oneshot};

use super::Read;
use crate::Diagnosis;

/// Where a face in this process sends commands.
#[derive(Clone, Debug)]
pub struct Commands(pub(super) mpsc::UnboundedSender<Input>);

impl Commands {
    /// Asks for `command`; its outcome is in the view.
    pub fn tell(&self, command: Command) {
        let _ = self.0.send(Input::Command(command, None));
    }

    /// Asks for `command` as a global shortcut does: the program tells the person itself when it fails.
    pub fn press(&self, command: Command) {
        let _ = self.0.send(Input::Press(command));
    }

    /// Asks for `command` and waits for its outcome; nothing when the program ended first.
    pub async fn outcome(&self, command: Command) -> Option<Outcome> {
        let (reply, outcome) = oneshot::channel();
        self.ask(command, reply);
        outcome.await.ok()
    }

    /// Has everything looked at that the program needs; nothing when it ended first.
    pub(crate) async fn examine(&self) -> Option<Diagnosis> {
        // What the service says of a failure is in the view.
        self.outcome(Command::Look).await?;
        let (reply, diagnosis) = oneshot::channel();
        let _ = self.0.send(Input::Examine(reply));
        diagnosis.await.ok()
    }

    /// Tells what the desktop did not let a face do; an empty list: everything went well.
    pub fn report(&self, aspect: Aspect, problems: Vec<Problem>) {
        let _ = self.0.send(Input::Event(Event::Desktop { aspect, problems }));
    }

    /// Tells that what a person asked for just now could not be done, where no face shows why.
    pub fn failed(&self, problem: Problem) {
        let _ = self.0.send(Input::Event(Event::Failed(problem)));
    }

    /// Asks for `command` and has its outcome sent.
    pub(crate) fn ask(&self, command: Command, reply: oneshot::Sender<Outcome>) {
        let _ = self.0.send(Input::Command(command, Some(reply)));
    }
}

/// What comes into the loop. Secrets travel beside the event that names them, and no `Debug` of theirs shows one.
#[derive(Debug)]
pub(super) enum Input {
    Command(Command, Option<oneshot::Sender<Outcome>>),
    Press(Command),
    Event(Event),
    /// What came of a call's request.
    Response(CallId, Pending, Result<Response, NoAnswer>),
    Code(AttemptId, AuthorizationCode),
    Begun(AttemptId, Arc<Registration>, Attempt),
    /// The keyring stored or deleted something; it says what.
    Vault(VaultEvent),
    /// From the keyring of the identity with this number.
    Loaded(u64, GrantId, Arc<Registration>, Kept),
    NotLoaded(u64, VaultEvent),
    FileChanged,
    /// What the disk did not have at hand.
    Read(Read),
    /// The reading with this number takes too long.
    ReadingIsLate(u64),
    Examine(oneshot::Sender<Diagnosis>),
    Reload,
    Exit,
}
