//! The person: clicks, signs in in the browser, types a device code. It refuses to be in a hurry.

use std::time::SystemTime;

use presence_core::{
    AttemptId, Call, Command, EntraRequest, Event, Outcome, Redirect, ReplyTo, SignInMethod, Status,
};
use presence_wire::redirect::{Callback, Verdict, judge};
use presence_wire::refusal;

use super::World;
use super::sockets::{sent, target};
use super::subject::Place;
use crate::cloud::Pick;
use crate::cloud::{MEGAN, Request, SessionState};

/// The page of a sign-in, and what the program waits for.
#[derive(Clone, Debug)]
pub(super) struct Browser {
    pub(super) attempt: AttemptId,
    pub(super) url: String,
    pub(super) state: String,
}

impl World {
    /// Asks for `command` and waits for nothing.
    pub fn click(&mut self, command: Command) -> ReplyTo {
        self.asked += 1;
        let reply = ReplyTo(self.asked);
        self.awaited.insert(reply);
        self.happen(Event::Command { command, reply: Some(reply) });
        reply
    }

    /// Asks for `status` until it is changed.
    pub fn set(&mut self, status: Status) -> ReplyTo {
        self.click(Command::Set { status, seconds: None, message: None })
    }

    /// The same with a status message.
    pub fn set_with(&mut self, status: Status, message: &str) -> ReplyTo {
        let message = Some(message.parse().expect("the test has a message"));
        self.click(Command::Set { status, seconds: None, message })
    }

    /// Asks for `status` for `seconds`.
    pub fn set_for(&mut self, status: Status, seconds: u64) -> ReplyTo {
        self.click(Command::Set { status, seconds: Some(seconds), message: None })
    }

    /// How a command ended, if it has.
    pub fn outcome(&self, reply: ReplyTo) -> Option<&Outcome> {
        self.outcomes.get(&reply)
    }

    /// Megan signs in by browser, from the click to the tokens.
    pub fn sign_in(&mut self) {
        self.sign_in_as(Pick::Megan);
    }

    /// The same for anybody.
    pub fn sign_in_as(&mut self, pick: Pick) {
        let reply = self.click(Command::SignIn { method: SignInMethod::Browser });
        self.run(100);
        self.browser(pick);
        self.run(2_000);
        assert_eq!(self.outcome(reply), Some(&Outcome::Done), "the sign-in did not work");
    }

    /// The page that the browser shows is clicked, and the browser goes back to the program.
    pub fn browser(&mut self, pick: Pick) {
        assert!(self.try_browser(pick), "the page does not redirect");
    }

    /// The same where the page, or the whole service, may be out of order; whether it worked.
    pub fn try_browser(&mut self, pick: Pick) -> bool {
        let Some(browser) = self.browser.clone() else { return false };
        let page = Request::form(target(&browser.url), &[("pick", pick.value())]);
        let answer = self.cloud.handle(self.now, page);
        let Some(location) = answer.header("location").map(str::to_owned) else { return false };
        self.redirect(&browser, &location);
        true
    }

    /// The user code is typed on Entra's page, and `pick` is clicked.
    pub fn enter_code(&mut self, user_code: &str, pick: Pick) {
        assert!(self.try_code(user_code, pick), "the code was not accepted");
    }

    /// The same where the service may be out of order; whether it worked.
    pub fn try_code(&mut self, user_code: &str, pick: Pick) -> bool {
        let form = [("user_code", user_code), ("pick", pick.value())];
        let answer = self.cloud.handle(self.now, Request::form("/devicelogin", &form));
        answer.status == 200
    }

    /// The poll that the program would make now.
    pub fn device_poll(&self) -> Request {
        let mut steps = self.sent.iter().rev().filter_map(|(_, call)| match call {
            Call::Entra(request) => request.attempt(),
            Call::Graph { .. } => None,
        });
        let attempt = steps.next().expect("no sign-in is under way");
        let poll = Call::Entra(EntraRequest::PollDevice { attempt });
        let (request, _) = self
            .tokens
            .request(&poll, None, SystemTime::UNIX_EPOCH)
            .expect("a device code is shown");
        sent(request)
    }

    /// What the person's session says at the service now.
    pub fn session(&self) -> SessionState {
        self.cloud.session(MEGAN, self.now)
    }

    fn redirect(&mut self, browser: &Browser, location: &str) {
        let target = location.find("/?").map(|at| &location[at..]).unwrap_or_default();
        let Verdict::Ours(callback) = judge(target, &browser.state) else {
            panic!("the redirect is not this sign-in's: {location}")
        };
        let attempt = browser.attempt;
        let redirect = match callback {
            Callback::Code(code) => {
                self.tokens.code_came(attempt, code);
                Redirect::Code
            }
            Callback::Refused(error) => {
                Redirect::Refused(refusal(Place::of(&self.identity).registration(), &error))
            }
        };
        self.happen(Event::Redirected { attempt, redirect });
    }
}
