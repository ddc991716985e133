//! The machine's power: crashes, switching off, sleep with and without notice; it refuses to choose when.

use presence_core::{Event, Woke};
use presence_wire::TokenStore;

use super::World;
use super::record::What;
use crate::cloud::Millis;

impl World {
    /// Ends the program on the spot: what is in memory is gone, what is on its way to the service lands.
    pub fn crash(&mut self) {
        self.tell("crash");
        self.note(What::Crashed);
        self.ends();
        self.awaited.clear();
        self.exited = true;
    }

    /// What is in memory is gone, what waits for the keyring too; what is on its way to the service lands.
    pub(super) fn ends(&mut self) {
        self.coming.retain_mut(|(_, coming)| coming.outlives_the_program());
        self.flight = None;
        self.tokens = TokenStore::default();
        self.browser = None;
    }

    /// Turns the machine off for a time, and on again.
    pub fn off_for(&mut self, millis: Millis) {
        if !self.exited {
            self.crash();
        }
        self.run(millis);
        self.booted = self.now;
        self.start();
    }

    /// Tells the program that the machine is about to sleep, and waits as long as a system does.
    pub fn fall_asleep(&mut self) {
        self.tell("falls asleep");
        let told = self.let_asleep.len();
        let end = self.now + 5_000;
        self.happen(Event::Sleeping);
        while self.let_asleep.len() == told && self.now < end && !self.exited {
            self.run(10);
        }
    }

    /// Lets the machine sleep. The service does not.
    pub fn sleep(&mut self, millis: Millis) {
        self.tell("sleep");
        self.note(What::Asleep);
        let wake = self.now + millis;
        while let Some(((at, order), coming)) = self.next_until(wake) {
            if !coming.is_at_the_service() {
                self.comes((wake + 1, order), coming.after_sleep());
                continue;
            }
            self.now = at;
            self.arrive(coming);
        }
        self.now = wake;
        self.note(What::Awake);
        // The timer and the system's notice of the wake race.
        if self.random.next().is_multiple_of(2) {
            self.tick_if_due();
        }
        self.happen(Event::Woke(Woke::Machine));
    }
}
