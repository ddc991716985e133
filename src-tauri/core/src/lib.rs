//! Decides what Presence Tray does: events in, effects out. Owns every decision; refuses IO, clocks,
//! locks and any randomness but its seed.
//!
//! ```
//! use presence_core::{Core, Effect, Event, Saved, Setup, Time, Settings, Rules};
//! let mut core = Core::new(Setup::Ready(Settings::default()), Saved::default(), [0; 32]);
//! let effects = core.handle(Time::ZERO, Event::Tick);
//! assert_eq!(effects, vec![Effect::Load]);
//! ```

mod agenda;
mod announce;
mod answers;
mod calls;
mod command;
mod commands;
mod crowd;
mod deletion;
mod effect;
mod event;
mod facts;
mod farewell;
mod former;
mod grant;
mod keeper;
mod keyring;
mod pace;
mod problem;
mod random;
mod rules;
mod saved;
mod settings;
mod sign_in;
mod status;
mod surroundings;
mod time;
mod trouble;
mod view;
mod waiting;
mod words;

pub use command::{Command, ReplyTo, SignInMethod};
pub use effect::{Call, CallId, Effect, GrantId, Notice, Outcome, Saved, SavedSession, SavedWish};
pub use event::{
    Account, Answer, Aspect, AttemptId, Claims, DeviceCode, Event, Granted, Ids, Redirect, Refusal,
    RefusalKind, VaultEvent, Woke,
};
pub use keeper::Core;
pub use problem::{Problem, ProblemKind};
pub use rules::{Flaw, Rules};
pub use settings::{Notifications, OnEnd, OnQuit, OnStart, Settings, Setup};
pub use status::{Effective, Status, UnknownStatus};
pub use time::{Private, Time};
pub use view::{AccountView, Difference, Progress, SessionView, View, WishView};
