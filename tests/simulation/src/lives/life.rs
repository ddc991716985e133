//! A person's month with the program, made up from a seed: what they do, and when; it refuses to judge.

use std::collections::BTreeMap;

use presence_core::{
    AccountView, Command, Event, Outcome, ReplyTo, Rules, Settings, Setup, SignInMethod, Woke,
};

use super::chance::Chance;
use super::choices::settings;
use crate::cloud::Pick;
use crate::cloud::{App, Millis, Options, Rotation, User};
use crate::world::{Deed, Entry, Mood, OTHER_CLIENT_ID, Person, Place, Subject, World};

pub(super) const SECOND: Millis = 1_000;
pub(super) const MINUTE: Millis = 60 * SECOND;
pub(super) const HOUR: Millis = 60 * MINUTE;
pub(super) const DAY: Millis = 24 * HOUR;

/// What is to happen at its time.
#[derive(Clone, Debug)]
pub(super) enum Plan {
    /// Something new comes up.
    Something,
    /// The system says that the network is back.
    NetworkIsBack,
    KeyringWorks,
    KeyringIsQuick,
    /// A sign-in brings refresh tokens again.
    Gives,
    NoChallenge,
    /// The person looks whether they have to sign in.
    SeesToSignIn,
    /// The person clicks on the page that the browser shows.
    Browses,
    /// The person types the code that the program shows.
    Types(ReplyTo),
    Starts,
    /// The person writes a status message in Teams, or deletes the one that stands.
    Writes,
}

/// One person, one machine, one service, and what comes next.
#[derive(Debug)]
pub(super) struct Life {
    pub(super) world: World,
    pub(super) chance: Chance,
    /// For status messages.
    pub(super) words: Chance,
    /// Whether the person writes any.
    pub(super) writes: bool,
    pub(super) settings: Settings,
    /// Who signs in next, as a rule.
    pub(super) person: Person,
    /// How busy the person is: the longest time between two things.
    pace: Millis,
    plans: BTreeMap<(Millis, u64), Plan>,
    planned: u64,
}

impl Life {
    pub(super) fn new(seed: u64, rules: Rules) -> Life {
        let mut chance = Chance::new(seed);
        let rotation = chance.one(&[
            Rotation::Keep,
            Rotation::Keep,
            Rotation::RevokeOld,
            Rotation::RevokeFamilyOnReuse,
        ]);
        let mut options = Options { record: false, ..Options::default() };
        options.users.push(User::alex());
        options.apps.push(App { client_id: OTHER_CLIENT_ID.to_owned(), ..options.apps[0].clone() });
        options.graph_roots = Place::ALL.map(|place| place.graph().to_owned()).to_vec();
        options.policy.rotation = rotation;
        options.policy.refresh_token_bytes = 40;
        let settings = settings(&mut chance, Place::Contoso);
        let world = World::off(Setup::Ready(settings.clone()), options, seed, rules);
        let mut words = Chance::beside(seed);
        let writes = words.percent(60);
        let pace = chance.one(&[HOUR, 3 * HOUR, 8 * HOUR]);
        Life {
            world,
            chance,
            words,
            writes,
            settings,
            person: Person::Megan,
            pace,
            plans: BTreeMap::new(),
            planned: 0,
        }
    }

    pub(super) fn rotation(&mut self) -> Rotation {
        self.world.cloud.policy().rotation
    }

    /// The program starts for the first time, and the person signs in.
    pub(super) fn begin(&mut self) {
        self.world.observe();
        self.world.start();
        self.plan(SECOND, Plan::SeesToSignIn);
        self.plan(MINUTE, Plan::Something);
        if self.writes {
            self.plan(HOUR, Plan::Writes);
        }
    }

    /// Lives to the next thing, and puts what happened until then into `seen`.
    pub(super) fn live(&mut self, end: Millis, seen: &mut Vec<Entry>) {
        let Some((&(at, order), _)) = self.plans.first_key_value() else { return };
        // So that the record stays short.
        let step = self.world.now + 6 * HOUR;
        if at > step.min(end) {
            self.world.run_until(step.min(end));
            return self.world.take_record(seen);
        }
        self.world.run_until(at);
        if let Some(plan) = self.plans.remove(&(at, order)) {
            self.carry_out(plan);
        }
        self.world.take_record(seen);
    }

    pub(super) fn plan(&mut self, after: Millis, plan: Plan) {
        self.planned += 1;
        self.plans.insert((self.world.now + after, self.planned), plan);
    }

    /// Whose session the program keeps.
    pub(super) fn subject(&self) -> Subject {
        let person = match &self.world.view().account {
            AccountView::SignedIn(account) | AccountView::SignInNeeded(account)
                if account.name == User::alex().mail =>
            {
                Person::Alex
            }
            AccountView::SignedIn { .. }
            | AccountView::SignInNeeded { .. }
            | AccountView::Looking
            | AccountView::NotConfigured
            | AccountView::SignedOut
            | AccountView::SigningIn { .. } => Person::Megan,
        };
        Subject { person, place: Place::of(&self.settings.identity) }
    }

    fn carry_out(&mut self, plan: Plan) {
        match plan {
            Plan::Something => {
                self.something();
                let quick = self.chance.percent(40);
                let pause = if quick { 10 * MINUTE } else { self.pace };
                let pause = self.chance.span(0, pause);
                self.plan(pause, Plan::Something);
            }
            Plan::NetworkIsBack => self.world.happen(Event::Woke(Woke::Network)),
            Plan::KeyringWorks => self.world.deed(Deed::Keyring(Mood::Works)),
            Plan::KeyringIsQuick => self.world.deed(Deed::KeyringTakes(20)),
            Plan::Gives => self.world.deed(Deed::Withholds(false)),
            Plan::NoChallenge => self.world.deed(Deed::Challenges(false)),
            Plan::SeesToSignIn => self.sees_to_sign_in(),
            Plan::Browses => {
                let pick = if self.chance.percent(90) { self.person.pick() } else { Pick::Cancel };
                self.world.try_browser(pick);
            }
            Plan::Types(reply) => {
                if let Some(Outcome::ShowCode { user_code, .. }) = self.world.outcome(reply) {
                    let code = user_code.0.clone();
                    self.world.try_code(&code, self.person.pick());
                }
            }
            Plan::Writes => self.writes_in_teams(),
            Plan::Starts => {
                if self.world.exited {
                    self.world.start();
                }
            }
        }
    }

    /// Now and then just after a status was chosen, and gone after a time, so that there is room for another.
    fn writes_in_teams(&mut self) {
        let person = self.words.one(&Person::ALL);
        let text = self.words.percent(50).then(|| format!("Mine {}", self.words.below(1_000_000)));
        self.world.deed(Deed::Writes(person, text));
        let later = self.words.one(&[MINUTE, HOUR, 12 * HOUR]);
        let later = self.words.span(SECOND, later);
        self.plan(later, Plan::Writes);
    }

    fn sees_to_sign_in(&mut self) {
        let needs = match self.world.view().account {
            AccountView::SignedOut | AccountView::SignInNeeded { .. } => true,
            AccountView::NotConfigured
            | AccountView::Looking
            | AccountView::SignedIn { .. }
            | AccountView::SigningIn { .. } => false,
        };
        if needs && !self.world.exited {
            self.signs_in();
        }
        let later = self.chance.span(10 * MINUTE, 6 * HOUR);
        self.plan(later, Plan::SeesToSignIn);
    }

    pub(super) fn signs_in(&mut self) {
        let takes = self.chance.span(3 * SECOND, 90 * SECOND);
        if self.chance.percent(70) {
            self.world.click(Command::SignIn { method: SignInMethod::Browser });
            self.plan(takes, Plan::Browses);
        } else {
            let reply = self.world.click(Command::SignIn { method: SignInMethod::DeviceCode });
            self.plan(takes, Plan::Types(reply));
        }
    }
}
