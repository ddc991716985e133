//! Bends of what survives a restart in a file; it refuses the keyring.

use presence_core::{Effect, Event, Saved, SavedWish};

use super::{Moment, Twist};

#[derive(Debug, Default)]
pub(super) struct ForgetsPin;

impl Twist for ForgetsPin {
    fn effect(&mut self, effect: Effect, _: Moment<'_>, _: &mut Vec<Event>) -> Vec<Effect> {
        vec![match effect {
            Effect::Save(saved) => Effect::Save(Saved { pinned: false, ..saved }),
            effect => effect,
        }]
    }
}

#[derive(Debug, Default)]
pub(super) struct SavesNothing;

impl Twist for SavesNothing {
    fn effect(&mut self, effect: Effect, _: Moment<'_>, _: &mut Vec<Event>) -> Vec<Effect> {
        match effect {
            Effect::Save(_) => Vec::new(),
            effect => vec![effect],
        }
    }
}

#[derive(Debug, Default)]
pub(super) struct ForgetsEndAtStart;

impl Twist for ForgetsEndAtStart {
    fn effect(&mut self, effect: Effect, _: Moment<'_>, _: &mut Vec<Event>) -> Vec<Effect> {
        let Effect::Save(saved) = effect else { return vec![effect] };
        let wish = match saved.wish {
            SavedWish::Status { status, lasts, .. } => {
                SavedWish::Status { status, until: None, lasts }
            }
            wish @ (SavedWish::Nothing | SavedWish::Cleared) => wish,
        };
        vec![Effect::Save(Saved { wish, ..saved })]
    }
}
