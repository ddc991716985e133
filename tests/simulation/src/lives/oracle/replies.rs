//! Whether each command is answered in time, and "done" said only of what is wanted and holds; it refuses to judge
//! what is said of a failure.

use std::collections::BTreeMap;

use presence_core::{Command, Outcome, ReplyTo, SignInMethod};

use super::keeping::fits;
use super::wishes::Wanted;
use super::{Oracle, Promise};
use crate::cloud::Millis;
use crate::world::is_wish;

const SECOND: Millis = 1_000;
const LIMIT: Millis = 65 * SECOND;
/// A quit and a sign-out.
const END: Millis = 4 * SECOND;
/// How long a person may take in the browser, and with a device code.
const BROWSER: Millis = 300 * SECOND;
const DEVICE: Millis = 900 * SECOND;
/// A late write, and the wish sent again after it.
const OVERTAKEN: Millis = 12 * SECOND;

/// A command that waits for its answer.
#[derive(Debug)]
struct Asked {
    command: Command,
    until: Millis,
    /// What it asks for, if it is a wish that was taken.
    wanted: Option<Wanted>,
}

/// Who waits, and for what.
#[derive(Debug, Default)]
pub(super) struct Replies(BTreeMap<ReplyTo, Asked>);

impl Replies {
    /// Whoever asked is gone with the program.
    pub(super) fn ends(&mut self) {
        self.0.clear();
    }

    /// Nobody is answered in a sleep.
    pub(super) fn slept(&mut self, span: Millis) {
        self.0.values_mut().for_each(|asked| asked.until += span);
    }
}

impl Oracle {
    /// A face waits for the outcome of a command, of which `wanted` came.
    pub(super) fn asked(
        &mut self,
        now: Millis,
        command: &Command,
        reply: ReplyTo,
        wanted: Option<Wanted>,
    ) {
        let limit = match command {
            Command::Quit | Command::SignOut => END,
            Command::SignIn { method: SignInMethod::Browser } => BROWSER + LIMIT,
            Command::SignIn { method: SignInMethod::DeviceCode } => DEVICE + LIMIT,
            Command::Set { .. }
            | Command::SetDuration { .. }
            | Command::Toggle { .. }
            | Command::Clear
            | Command::CancelSignIn
            | Command::Look
            | Command::Reset
            | Command::Open
            | Command::Reload => LIMIT,
        };
        let asked = Asked { command: command.clone(), until: now + limit, wanted };
        self.replies.0.insert(reply, asked);
    }

    pub(super) fn replied(&mut self, now: Millis, to: ReplyTo, outcome: &Outcome) {
        let Some(asked) = self.replies.0.remove(&to) else { return };
        if asked.command == Command::SignOut {
            // The keyring may have been asked before it.
            self.signed_out(now);
        }
        if !is_wish(&asked.command) || *outcome != Outcome::Done {
            return;
        }
        let is_wanted = asked.wanted == Some(self.wishes.wanted);
        let is_overtaken = now < self.order.late_until + OVERTAKEN || self.excuses.is_foreign();
        let holds = is_overtaken || fits(self.wishes.wanted, self.sight().state);
        if !is_wanted || !holds {
            let state = self.sight().state;
            let what = format!("{:?} is \"done\", and the session is {state:?}", asked.command);
            self.broken(Promise::Replies, now, None, what);
        }
    }

    pub(super) fn replies_until(&mut self, now: Millis) {
        let late = self.replies.0.iter().find(|(_, asked)| asked.until < now);
        let Some((to, by)) = late.map(|(to, asked)| (*to, now - asked.until)) else { return };
        if let Some(asked) = self.replies.0.remove(&to) {
            let what = format!("{:?} is not answered", asked.command);
            self.broken(Promise::Replies, now, Some(by), what);
        }
    }
}
