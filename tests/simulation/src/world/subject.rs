//! Whose session is looked at, and which registration's; it refuses to know what is in it.

use std::rc::Rc;
use std::sync::Arc;

use presence_core::Account;
use presence_wire::Registration;

use crate::cloud::Pick;
use crate::cloud::{ALEX, CLIENT_ID, Cloud, MEGAN, Millis, Sight};

/// The application (client) ID of another registration.
pub const OTHER_CLIENT_ID: &str = "0b7c55d1-92f4-4f0e-a1f3-7e0d8a6c2b94";

/// A person who may sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Person {
    /// Megan Bowen.
    Megan,
    /// Alex Wilber.
    Alex,
}

/// A registration in a cloud: what the configuration's identity stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// The first registration, in the global cloud.
    Contoso,
    /// Another one, with another root of Graph.
    Fabrikam,
}

/// A presence session: a person's, at a registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Subject {
    /// Whose.
    pub person: Person,
    /// Which registration's.
    pub place: Place,
}

thread_local! {
    /// Each place's registration, and what identifies it. Threads that counted the same references would wait for each
    /// other.
    static REGISTRATIONS: &'static [(Arc<Registration>, String); 2] = Box::leak(Box::new(registrations()));
}

fn registrations() -> [(Arc<Registration>, String); 2] {
    Place::ALL.map(|place| {
        let registration = Registration {
            client_id: place.client_id().to_owned(),
            tenant: "organizations".to_owned(),
            cloud: presence_wire::Cloud {
                authority: "https://login.microsoftonline.com".to_owned(),
                graph: place.graph().to_owned(),
            },
        };
        let identity = registration.identity();
        (Arc::new(registration), identity)
    })
}

impl Person {
    /// Everybody.
    pub const ALL: [Person; 2] = [Person::Megan, Person::Alex];

    /// Their object ID.
    pub fn oid(self) -> &'static str {
        match self {
            Person::Megan => MEGAN,
            Person::Alex => ALEX,
        }
    }

    /// Whose account it is, if anybody's.
    pub fn of(account: &Account) -> Option<Person> {
        Person::ALL.into_iter().find(|person| person.oid() == account.oid)
    }

    /// Their button on the sign-in page.
    pub fn pick(self) -> Pick {
        match self {
            Person::Megan => Pick::Megan,
            Person::Alex => Pick::Alex,
        }
    }
}

impl Place {
    /// Every registration.
    pub const ALL: [Place; 2] = [Place::Contoso, Place::Fabrikam];

    /// The registration itself.
    pub fn registration(self) -> &'static Arc<Registration> {
        &REGISTRATIONS.with(|all| *all)[self as usize].0
    }

    /// What an identity stands for.
    pub fn of(identity: &str) -> Place {
        if identity == Place::Fabrikam.identity() { Place::Fabrikam } else { Place::Contoso }
    }

    /// The configuration's identity.
    pub fn identity(self) -> &'static str {
        &REGISTRATIONS.with(|all| *all)[self as usize].1
    }

    /// The application (client) ID.
    pub fn client_id(self) -> &'static str {
        match self {
            Place::Contoso => CLIENT_ID,
            Place::Fabrikam => OTHER_CLIENT_ID,
        }
    }

    /// The root of Graph.
    pub fn graph(self) -> &'static str {
        match self {
            Place::Contoso => "https://graph.microsoft.com",
            Place::Fabrikam => "https://graph.microsoft.us",
        }
    }
}

impl Subject {
    /// Every session that there may be.
    pub fn all() -> impl Iterator<Item = Subject> {
        Person::ALL.into_iter().flat_map(|person| Place::ALL.map(|place| Subject { person, place }))
    }
}

/// What there is of every session at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sights([[Sight; 2]; 2]);

impl Sights {
    /// Nothing of anybody.
    pub const NONE: Sights = Sights([[Sight::NONE; 2]; 2]);

    /// What there is of one.
    pub fn of(&self, subject: Subject) -> Sight {
        self.0[subject.person as usize][subject.place as usize]
    }
}

/// The newest look at the service, for as long as it is true of each person. People and places are those of the cloud
/// in the same order.
#[derive(Debug)]
pub(super) struct Watched {
    sights: Rc<Sights>,
    /// After how many changes each was looked at, and until when what there is stays so by itself.
    looked: [(u64, Millis); 2],
}

impl Default for Watched {
    fn default() -> Watched {
        Watched { sights: Rc::new(Sights::NONE), looked: [(0, 0); 2] }
    }
}

impl Watched {
    /// What there is now.
    pub(super) fn look(&mut self, cloud: &Cloud, now: Millis) -> Rc<Sights> {
        for (user, (changes, until)) in self.looked.iter_mut().enumerate() {
            if *changes == cloud.changes(user) && now < *until {
                continue;
            }
            let sights = cloud.sights(user, Place::ALL.map(|place| place as usize), now);
            (*changes, *until) = (cloud.changes(user), stay_until(&sights, now));
            Rc::make_mut(&mut self.sights).0[user] = sights;
        }
        self.sights.clone()
    }
}

/// Until when these stay so by themselves.
fn stay_until(sights: &[Sight], now: Millis) -> Millis {
    let turns = |sight: &Sight| {
        let pinned = sight.pinned.map_or(0, |(_, until)| until);
        [sight.until, pinned, sight.message.map_or(0, |message| message.until)]
    };
    sights.iter().flat_map(turns).filter(|turn| *turn > now).min().unwrap_or(Millis::MAX)
}
