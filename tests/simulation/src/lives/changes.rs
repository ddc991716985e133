//! What changes under a running program: who signs in, at which registration, how quick the keyring is; and who asks
//! for more than a service takes. It refuses what no person, machine or administrator does.

use presence_core::{Command, Setup};

use super::choices::settings;
use super::life::{HOUR, Life, MINUTE, Plan, SECOND};
use crate::cloud::{Fault, Kind, Millis, On, Rotation};
use crate::world::{Deed, Person, Place};

impl Life {
    /// A script does not wait.
    pub(super) fn hammers(&mut self) {
        let pause = self.chance.one(&[0, 50, 300, 2 * SECOND]);
        for _ in 0..self.chance.span(10, 60) {
            let status = self.status();
            let command = match self.chance.below(4) {
                0 | 1 => Command::Set { status, seconds: None, message: None },
                2 => Command::Toggle { status, message: None },
                _ => Command::Clear,
            };
            self.world.click(command);
            self.world.run(pause);
        }
    }

    /// Another person sits down at the machine, perhaps after the one before has signed out.
    pub(super) fn another_comes(&mut self) {
        self.person = match self.person {
            Person::Megan => Person::Alex,
            Person::Alex => Person::Megan,
        };
        if self.chance.percent(30) {
            self.signs_out();
        }
        if self.chance.percent(30) {
            self.strikes();
        }
        self.signs_in();
    }

    /// Another registration is configured, for good or by mistake.
    pub(super) fn moves(&mut self) {
        let from = Place::of(&self.settings.identity);
        let to = match from {
            Place::Contoso => Place::Fabrikam,
            Place::Fabrikam => Place::Contoso,
        };
        if self.chance.percent(20) {
            self.world.click(Command::SignOut);
            let pause = self.chance.span(0, 3 * SECOND);
            self.world.run(pause);
        }
        if self.chance.percent(20) {
            self.crashes();
        }
        self.reload(to);
        if self.chance.percent(30) {
            let pause = self.chance.one(&[SECOND, 30 * SECOND, 2 * MINUTE]);
            let pause: Millis = self.chance.span(0, pause);
            self.world.run(pause);
            return self.reload(from);
        }
        let pause = self.chance.span(0, 10 * SECOND);
        self.world.run(pause);
        if self.chance.percent(60) {
            self.signs_in();
        }
    }

    fn reload(&mut self, place: Place) {
        self.settings = settings(&mut self.chance, place);
        self.world.setup = Setup::Ready(self.settings.clone());
        self.world.click(Command::Reload);
    }

    pub(super) fn keyring_is_slow(&mut self) {
        let takes = self.chance.one(&[300, 3 * SECOND, 9 * SECOND, MINUTE, 5 * MINUTE]);
        self.world.deed(Deed::KeyringTakes(takes));
        let lasts = self.chance.span(SECOND, HOUR);
        self.plan(lasts, Plan::KeyringIsQuick);
        match self.chance.below(4) {
            0 => self.crashes(),
            1 => self.signs_out(),
            2 => {
                self.world.deed(Deed::RevokesAccess);
                self.chooses();
                let pause = self.chance.span(0, 2 * SECOND);
                self.world.run(pause);
                self.quits();
            }
            _ => {}
        }
    }

    /// A call lands late, after the answer to the one that came in its place was late, too.
    pub(super) fn is_late_twice(&mut self) {
        let on = On::Kind(Kind::SetPresence);
        let lands = self.chance.span(7 * SECOND, 9_800);
        self.world.deed(Deed::Plans(on, Fault::LandLate(lands), None));
        let late = self.chance.span(3 * SECOND, 9_500);
        self.world.deed(Deed::Plans(on, Fault::Late(late), None));
        self.chooses();
        let pause = self.chance.span(0, 5 * SECOND);
        self.world.run(pause);
        self.chooses();
    }

    /// For a time, a sign-in is good for an hour.
    pub(super) fn withholds(&mut self) {
        // Where each refresh spends its token, nobody would ever be signed in.
        if self.rotation() != Rotation::Keep {
            return;
        }
        self.world.deed(Deed::Withholds(true));
        let lasts = self.chance.span(MINUTE, HOUR);
        self.plan(lasts, Plan::Gives);
        self.another_comes();
    }
}
