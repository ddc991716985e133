//! Decides what Presence Tray does: events in, effects out. Owns every decision; refuses IO, clocks,
//! locks and any randomness but its seed.
//!
//! Start with [`Core`]: [`Core::handle`] takes the time and an [`Event`], and returns the [`Effect`]s that the host has to
//! carry out; [`Core::deadline`] says when it wants to be asked again. A person's [`Command`] is an event, too, and
//! [`Core::view`] is all that the faces show. Most effects are a [`Call`], and an [`Answer`] comes back. The numbers of
//! all promises are in [`Rules`], and the sentences for people in [`words`], in the [`language`] of the process.
//!
//! Inside, read `core.rs`, where events reach the parts, then `due.rs`, which alone says what comes next.
//!
//! ```
//! use presence_core::{Core, Effect, Event, Saved, Setup, Time, Settings, Rules};
//! let mut core = Core::new(Setup::Ready(Settings::default()), Saved::default(), [0; 32]);
//! let effects = core.handle(Time::ZERO, Event::Tick);
//! assert_eq!(effects, vec![Effect::Load]);
//! ```

#![warn(clippy::wildcard_enum_match_arm)]

mod answer;
mod call;
mod calls;
mod command;
mod context;
mod core;
mod credentials;
mod deletions;
mod display;
mod due;
mod effect;
mod event;
mod flight;
mod formers;
mod grant;
pub mod language;
mod left;
mod message;
mod notices;
mod outbox;
mod pin;
mod problem;
mod problems;
mod random;
mod rate_limit;
mod replies;
mod retrying;
mod rules;
mod saved;
mod session;
mod settings;
mod shutdown;
mod sign_in;
mod state;
mod status;
mod status_message;
mod throttling;
mod time;
mod trouble;
mod troubles;
mod view;
mod wishes;
pub mod words;
mod written;

pub use self::core::Core;
pub use answer::{
    Account, Answer, BadCertificate, DeviceCode, Flaw, Granted, NoAnswer, Refusal, RefusalKind,
};
pub use call::{AttemptId, Call, CallId, Claims, EntraRequest, GrantId, GraphRequest};
pub use command::{Command, ReplyTo, SignInMethod};
pub use effect::{Effect, Notice, Outcome};
pub use event::{Aspect, Event, Redirect, VaultEvent, Woke};
pub use language::{Language, Sentence};
pub use problem::{Ids, Problem, ProblemKind};
pub use rules::Rules;
pub use saved::{Saved, SavedMessage, SavedSession, SavedWish};
pub use settings::{Notifications, OnEnd, OnQuit, OnStart, Settings, Setup};
pub use status::{Effective, Status, UnknownStatus};
pub use status_message::{FoundMessage, StatusMessage, WrongMessage};
pub use time::{Private, Time};
pub use view::{
    AccountView, Difference, DifferenceCause, MessageState, MessageView, Progress, SessionView,
    View, WishView,
};
