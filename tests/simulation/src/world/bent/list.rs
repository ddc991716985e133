//! The list of all bends; it refuses to know what each does.

use super::{
    Twist, calls, clears, faces, keyring, messages, moments, persons, saved, telling, tokens,
    wishes,
};

/// In which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bend {
    /// Does not hear when the service wants to be called again.
    IgnoresRetryAfter,
    /// Takes each clear, with a session or without, for a failure.
    NeverCleared,
    /// Believes that Away is no longer pinned.
    NeverUnpins,
    /// Believes that Away is pinned.
    NeverPins,
    /// Reads what colleagues see after every renewal.
    LooksAlways,
    /// Believes that a session is over when it leaves.
    EndsNothing,
    /// Believes that a session is over when a person clears it.
    NeverClears,
    /// Believes that the session of the person before is over.
    LeavesFormers,
    /// Takes everybody who signs in for the first one.
    KnowsOnePerson,
    /// Shows trouble that is over.
    KeepsTrouble,
    /// Says that a storing problem is why nothing works.
    BlamesTheKeyring,
    /// Shows no problem.
    HidesProblem,
    /// Shows as settled what is not.
    SettledTooSoon,
    /// Shows Available without its fade.
    ForgetsTheFade,
    /// Shows a renewal that is over.
    RenewsInThePast,
    /// Shows for ever what colleagues saw.
    KeepsLook,
    /// Answers every wish "done".
    SaysDone,
    /// Answers no wish that fails.
    SaysNothing,
    /// Tells of no problem.
    TellsNothing,
    /// Tells of every failure.
    TellsEveryFailure,
    /// Believes that the keyring holds what it was told to.
    TrustsTheKeyring,
    /// Believes that the keyring deleted what it did not.
    ForgetsToForget,
    /// Goes on with a new refresh token and does not store it.
    NeverStores,
    /// Deletes the stored token before it stores the new one.
    DropsBeforeStoring,
    /// Deletes the stored token when a refresh is refused.
    ForgetsOnRefusal,
    /// Takes a keyring that does not answer for an empty one.
    UnavailableIsAbsent,
    /// Does not write down that Away is pinned.
    ForgetsPin,
    /// Writes nothing down.
    SavesNothing,
    /// Does not write down when the wish ends.
    ForgetsEndAtStart,
    /// Asks for every token with the claims of a challenge that was met.
    KeepsClaims,
    /// Asks for a token without the challenge's claims.
    DropsClaims,
    /// Goes on with the token that was challenged.
    KeepsRefusedToken,
    /// Takes every token that is refused for the first one.
    LoopsOnRefusal,
    /// Gives a refresh up for a new wish.
    AbandonsRefresh,
    /// Believes that access tokens live twice as long as they do.
    TrustsTokensTooLong,
    /// Takes a choice made in trouble for the wish that it has.
    KeepsOldWish,
    /// Goes on with a timed wish when it ends.
    ForgetsTimeLimit,
    /// Sets a timed wish for longer than it lasts.
    OutlastsTimeLimit,
    /// Forgets the wish when a person has to sign in.
    DropsWishOnRefusal,
    /// Wakes up at each deadline.
    WakesAlways,
    /// Believes that a session held through a sleep as if no time had passed.
    SleepIsNoTime,
    /// Does not hear that the network is back.
    IgnoresNetwork,
    /// Has no deadline in trouble.
    NoDeadlineInTrouble,
    /// Takes the message that a person wrote for none.
    OverlooksTheirs,
    /// Takes the message that a person wrote for its own.
    TakesAllForOurs,
    /// Believes that its message is ended.
    NeverEndsMessages,
    /// Believes that its message is set.
    NeverSetsMessages,
    /// Sets a message for longer than its status lasts.
    OutlastsItsStatus,
    /// Does not write down which message is its own.
    ForgetsMessage,
}

impl Bend {
    pub(super) fn twist(self) -> Box<dyn Twist> {
        match self {
            Bend::IgnoresRetryAfter => twist::<calls::IgnoresRetryAfter>(),
            Bend::NeverCleared => twist::<clears::NeverCleared>(),
            Bend::NeverUnpins => twist::<calls::NeverUnpins>(),
            Bend::NeverPins => twist::<calls::NeverPins>(),
            Bend::LooksAlways => twist::<calls::LooksAlways>(),
            Bend::EndsNothing => twist::<clears::EndsNothing>(),
            Bend::NeverClears => twist::<clears::NeverClears>(),
            Bend::LeavesFormers => twist::<persons::LeavesFormers>(),
            Bend::KnowsOnePerson => twist::<persons::KnowsOnePerson>(),
            Bend::KeepsTrouble => twist::<faces::KeepsTrouble>(),
            Bend::BlamesTheKeyring => twist::<faces::BlamesTheKeyring>(),
            Bend::HidesProblem => twist::<faces::HidesProblem>(),
            Bend::SettledTooSoon => twist::<faces::SettledTooSoon>(),
            Bend::ForgetsTheFade => twist::<faces::ForgetsTheFade>(),
            Bend::RenewsInThePast => twist::<faces::RenewsInThePast>(),
            Bend::KeepsLook => twist::<faces::KeepsLook>(),
            Bend::SaysDone => twist::<telling::SaysDone>(),
            Bend::SaysNothing => twist::<telling::SaysNothing>(),
            Bend::TellsNothing => twist::<telling::TellsNothing>(),
            Bend::TellsEveryFailure => twist::<telling::TellsEveryFailure>(),
            Bend::TrustsTheKeyring => twist::<keyring::TrustsTheKeyring>(),
            Bend::ForgetsToForget => twist::<keyring::ForgetsToForget>(),
            Bend::NeverStores => twist::<keyring::NeverStores>(),
            Bend::DropsBeforeStoring => twist::<keyring::DropsBeforeStoring>(),
            Bend::ForgetsOnRefusal => twist::<keyring::ForgetsOnRefusal>(),
            Bend::UnavailableIsAbsent => twist::<keyring::UnavailableIsAbsent>(),
            Bend::ForgetsPin => twist::<saved::ForgetsPin>(),
            Bend::SavesNothing => twist::<saved::SavesNothing>(),
            Bend::ForgetsEndAtStart => twist::<saved::ForgetsEndAtStart>(),
            Bend::KeepsClaims => twist::<tokens::KeepsClaims>(),
            Bend::DropsClaims => twist::<tokens::DropsClaims>(),
            Bend::KeepsRefusedToken => twist::<tokens::KeepsRefusedToken>(),
            Bend::LoopsOnRefusal => twist::<tokens::LoopsOnRefusal>(),
            Bend::AbandonsRefresh => twist::<tokens::AbandonsRefresh>(),
            Bend::TrustsTokensTooLong => twist::<tokens::TrustsTokensTooLong>(),
            Bend::KeepsOldWish => twist::<wishes::KeepsOldWish>(),
            Bend::ForgetsTimeLimit => twist::<wishes::ForgetsTimeLimit>(),
            Bend::OutlastsTimeLimit => twist::<wishes::OutlastsTimeLimit>(),
            Bend::DropsWishOnRefusal => twist::<wishes::DropsWishOnRefusal>(),
            Bend::WakesAlways => twist::<moments::WakesAlways>(),
            Bend::SleepIsNoTime => twist::<moments::SleepIsNoTime>(),
            Bend::IgnoresNetwork => twist::<moments::IgnoresNetwork>(),
            Bend::NoDeadlineInTrouble => twist::<moments::NoDeadlineInTrouble>(),
            Bend::OverlooksTheirs => twist::<messages::OverlooksTheirs>(),
            Bend::TakesAllForOurs => twist::<messages::TakesAllForOurs>(),
            Bend::NeverEndsMessages => twist::<messages::NeverEndsMessages>(),
            Bend::NeverSetsMessages => twist::<messages::NeverSetsMessages>(),
            Bend::OutlastsItsStatus => twist::<messages::OutlastsItsStatus>(),
            Bend::ForgetsMessage => twist::<messages::ForgetsMessage>(),
        }
    }
}

fn twist<T: Twist + Default + 'static>() -> Box<dyn Twist> {
    Box::new(T::default())
}
