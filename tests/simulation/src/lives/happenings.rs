//! Everything that can happen in a life, one thing at a time; it refuses what no network, service, machine or
//! person does.

use presence_core::{Command, Event, Setup, Woke};

use super::choices::settings;
use super::life::{DAY, HOUR, Life, MINUTE, Plan, SECOND};
use crate::cloud::{Fault, Kind, Millis, On, Pair, Shown};
use crate::world::{Deed, Mood, Place};

impl Life {
    pub(super) fn something(&mut self) {
        if self.world.exited {
            return self.plan(0, Plan::Starts);
        }
        match self.chance.below(100) {
            0..28 => self.chooses(),
            28..31 => self.chooses_in_a_hurry(),
            31..33 => self.reloads(),
            33 => self.signs_out(),
            34 => self.signs_in(),
            35..49 => self.strikes(),
            49..57 => self.outage(),
            57 => self.flaps(),
            58..60 => self.world.deed(Deed::RevokesAccess),
            60 => self.world.deed(Deed::Revokes),
            61 => self.challenges(),
            62..70 => self.sleeps(),
            70 => self.world.fall_asleep(),
            71..75 => self.crashes(),
            75..77 => self.is_off(),
            77 => self.quits(),
            78..80 => self.world.happen(Event::Woke(Woke::Network)),
            80..83 => self.keyring_fails(),
            83..87 => self.elsewhere(),
            87..89 => self.pins(),
            89..91 => self.steps_the_clock(),
            91..93 => self.world.echo(),
            93 => self.hammers(),
            94 => self.another_comes(),
            95 => self.moves(),
            96..98 => self.keyring_is_slow(),
            98 => self.is_late_twice(),
            _ => self.withholds(),
        }
    }

    pub(super) fn chooses(&mut self) {
        let command = self.command();
        self.world.click(command);
    }

    fn chooses_in_a_hurry(&mut self) {
        for _ in 0..self.chance.span(2, 5) {
            self.chooses();
            let pause = self.chance.span(0, 3 * SECOND);
            self.world.run(pause);
        }
    }

    fn reloads(&mut self) {
        let place = Place::of(&self.settings.identity);
        self.settings = settings(&mut self.chance, place);
        self.world.setup = Setup::Ready(self.settings.clone());
        self.world.click(Command::Reload);
    }

    pub(super) fn signs_out(&mut self) {
        self.world.click(Command::SignOut);
        self.world.run(4 * SECOND);
    }

    /// The next few requests go wrong.
    pub(super) fn strikes(&mut self) {
        let (mut on, mut fault) = (self.on(), self.fault());
        let differ = self.chance.percent(40);
        for _ in 0..self.chance.span(1, 4) {
            self.world.deed(Deed::Plans(on, fault.clone(), None));
            if differ {
                (on, fault) = (self.on(), self.fault());
            }
        }
        if self.chance.percent(60) {
            self.chooses();
            if self.chance.percent(30) {
                let pause = self.chance.span(0, 4 * SECOND);
                self.world.run(pause);
                self.chooses();
            }
        }
    }

    /// Everything goes wrong for a time.
    fn outage(&mut self) {
        let lasts = match self.chance.below(10) {
            0..5 => self.chance.span(5 * SECOND, 5 * MINUTE),
            5..8 => self.chance.span(5 * MINUTE, 40 * MINUTE),
            _ => self.chance.span(40 * MINUTE, 6 * HOUR),
        };
        let (on, fault) = match self.chance.below(12) {
            0..3 => (On::All, Fault::LoseRequest),
            3..5 => (On::All, Fault::Silence),
            5 => (On::All, Fault::CaptivePortal),
            // To a clear, it would say that there is no session.
            6 => (On::Kind(Kind::SetPresence), Fault::Status(404, None)),
            _ => (self.on(), self.fault()),
        };
        let fault = match fault {
            // Late once is late enough: what lands never is lost.
            Fault::LandLate(_) => Fault::LoseRequest,
            fault => fault,
        };
        let is_network =
            matches!(fault, Fault::LoseRequest | Fault::Silence | Fault::CaptivePortal);
        let until = self.world.now + lasts;
        self.world.deed(Deed::Plans(on, fault, Some(until)));
        if is_network && self.chance.percent(50) {
            self.plan(lasts, Plan::NetworkIsBack);
        }
        if self.chance.percent(30) {
            let pause = self.chance.span(0, 20 * SECOND);
            self.world.run(pause);
            self.chooses();
        }
    }

    /// The network comes and goes, and the system says so each time.
    fn flaps(&mut self) {
        let lasts = self.chance.span(20 * SECOND, 5 * MINUTE);
        let until = self.world.now + lasts;
        self.world.deed(Deed::Plans(On::All, Fault::LoseRequest, Some(until)));
        let mut at = 0;
        while at < lasts {
            at += self.chance.span(SECOND, 10 * SECOND);
            self.plan(at, Plan::NetworkIsBack);
        }
    }

    fn challenges(&mut self) {
        self.world.deed(Deed::Challenges(true));
        let lasts = self.chance.span(MINUTE, 5 * HOUR);
        self.plan(lasts, Plan::NoChallenge);
    }

    fn sleeps(&mut self) {
        let lasts = match self.chance.below(10) {
            0..4 => self.chance.span(SECOND, 10 * MINUTE),
            4..9 => self.chance.span(10 * MINUTE, 14 * HOUR),
            _ => self.chance.span(14 * HOUR, 3 * DAY),
        };
        if self.chance.percent(30) {
            let pause = self.chance.span(0, 300);
            self.chooses();
            self.world.run(pause);
        }
        if self.chance.percent(50) {
            self.world.fall_asleep();
        }
        self.world.sleep(lasts);
    }

    /// At any step, often in the middle of a call.
    pub(super) fn crashes(&mut self) {
        if self.chance.percent(70) {
            if self.chance.percent(40) {
                self.world.deed(Deed::RevokesAccess);
            }
            self.chooses();
            let pause = self.chance.span(0, 1_500);
            self.world.run(pause);
        }
        self.world.crash();
        let pause = self.chance.one(&[0, 10, SECOND, MINUTE]);
        self.world.run(pause);
        self.world.start();
        if self.chance.percent(25) {
            // Perhaps before the keyring has answered.
            let pause = self.chance.one(&[0, 10, SECOND]);
            self.world.run(pause);
            self.chooses();
        }
    }

    fn is_off(&mut self) {
        let lasts = match self.chance.below(3) {
            0 => self.chance.span(20 * SECOND, 10 * MINUTE),
            _ => self.chance.span(10 * MINUTE, 14 * HOUR),
        };
        self.world.off_for(lasts);
    }

    pub(super) fn quits(&mut self) {
        if self.chance.percent(30) {
            let fault = self.slow_token();
            self.world.deed(Deed::RevokesAccess);
            self.world.deed(Deed::Plans(On::Token, fault, None));
        }
        self.world.click(Command::Quit);
        self.world.run(4 * SECOND);
        let pause = self.chance.span(0, 3 * HOUR);
        self.plan(pause, Plan::Starts);
    }

    fn keyring_fails(&mut self) {
        let mood = self.chance.one(&[Mood::Unavailable, Mood::Unavailable, Mood::ReadOnly]);
        self.world.deed(Deed::Keyring(mood));
        let lasts = self.chance.one(&[MINUTE, 10 * MINUTE, HOUR]);
        let lasts: Millis = self.chance.span(SECOND, lasts);
        self.plan(lasts, Plan::KeyringWorks);
        if self.chance.percent(50) {
            self.crashes();
        }
    }

    fn elsewhere(&mut self) {
        let set = self.chance.percent(70).then(|| self.chance.one(&Pair::ALL));
        let subject = self.subject();
        self.world.deed(Deed::Elsewhere(subject, set));
    }

    fn pins(&mut self) {
        let pinned = self.chance.percent(60).then(|| self.chance.one(&Shown::PREFERRED));
        let person = self.subject().person;
        self.world.deed(Deed::Pins(person, pinned));
    }

    fn steps_the_clock(&mut self) {
        let hour = 3_600_000;
        let any = i64::try_from(self.chance.below(7_200_000)).unwrap_or(0) - hour;
        let by = self.chance.one(&[hour, -hour, any]);
        self.world.deed(Deed::StepsClock(by));
        if self.chance.percent(50) {
            self.crashes();
        }
    }
}
