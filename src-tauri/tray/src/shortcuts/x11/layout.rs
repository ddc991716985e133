//! Owns where keys and modifiers are on this keyboard; refuses to know what they are for.

use std::collections::BTreeSet;

use x11rb::connection::Connection;
use x11rb::errors::ReplyError;
use x11rb::protocol::xproto::{ConnectionExt, Keycode, ModMask};
use x11rb::rust_connection::RustConnection;

use crate::shortcuts::combination::Modifier;

const SCROLL_LOCK: u32 = 0xff14;
const NUM_LOCK: u32 = 0xff7f;
const META: [u32; 2] = [0xffe7, 0xffe8];
const ALT: [u32; 2] = [0xffe9, 0xffea];
const SUPER: [u32; 2] = [0xffeb, 0xffec];

/// The core protocol's keyboard and modifier mapping.
#[derive(Debug)]
pub(super) struct Layout {
    least: Keycode,
    /// For each key code from the least, in order: its keysyms, two for each group.
    keys: Vec<Vec<u32>>,
    /// For each of the eight modifiers, its key codes.
    modifiers: Vec<Vec<Keycode>>,
}

impl Layout {
    pub(super) fn read(connection: &RustConnection) -> Result<Layout, ReplyError> {
        let (least, most) = (connection.setup().min_keycode, connection.setup().max_keycode);
        let keys = connection.get_keyboard_mapping(least, most.saturating_sub(least) + 1)?;
        let modifiers = connection.get_modifier_mapping()?;
        let (keys, modifiers) = (keys.reply()?, modifiers.reply()?);
        let per_key = usize::from(keys.keysyms_per_keycode).max(1);
        let per_modifier = usize::from(modifiers.keycodes_per_modifier()).max(1);
        Ok(Layout {
            least,
            keys: keys.keysyms.chunks(per_key).map(<[u32]>::to_vec).collect(),
            modifiers: modifiers.keycodes.chunks(per_modifier).map(<[u8]>::to_vec).collect(),
        })
    }

    /// The key codes with this keysym, plain or with Shift, in the first group that has any: people with two
    /// layouts expect their keys where the first one has them.
    pub(super) fn keycodes(&self, keysym: u32) -> Vec<Keycode> {
        let groups = self.keys.iter().map(Vec::len).max().unwrap_or_default().div_ceil(2);
        let in_group = |group: usize| -> Vec<Keycode> {
            let has =
                |row: &&Vec<u32>| row.iter().skip(group * 2).take(2).any(|key| *key == keysym);
            let codes = (self.least..=Keycode::MAX).zip(&self.keys);
            codes.filter(|(_, row)| has(row)).map(|(code, _)| code).collect()
        };
        (0..groups).map(in_group).find(|codes| !codes.is_empty()).unwrap_or_default()
    }

    /// The mask of `modifiers`, and the same with each set of locks.
    pub(super) fn masks(&self, modifiers: &BTreeSet<Modifier>) -> Vec<u16> {
        let wanted = modifiers.iter().fold(0, |mask, modifier| mask | self.mask(*modifier));
        let locks = self.locks();
        let sets = (0..=locks).filter(|set| set & !locks == 0 && set & wanted == 0);
        sets.map(|set| wanted | set).collect()
    }

    /// CapsLock, NumLock and ScrollLock, as far as this keyboard has them.
    pub(super) fn locks(&self) -> u16 {
        let others = [NUM_LOCK, SCROLL_LOCK].map(|keysym| self.mask_of(&[keysym]).unwrap_or(0));
        u16::from(ModMask::LOCK) | others[0] | others[1]
    }

    fn mask(&self, modifier: Modifier) -> u16 {
        match modifier {
            Modifier::Ctrl => ModMask::CONTROL.into(),
            Modifier::Shift => ModMask::SHIFT.into(),
            Modifier::Alt => self
                .mask_of(&ALT)
                .or_else(|| self.mask_of(&META))
                .unwrap_or_else(|| ModMask::M1.into()),
            Modifier::Super => self.mask_of(&SUPER).unwrap_or_else(|| ModMask::M4.into()),
        }
    }

    /// The first of Mod1 to Mod5 that a key with one of these keysyms sets.
    fn mask_of(&self, keysyms: &[u32]) -> Option<u16> {
        const FIRST: usize = 3;
        let sets = |codes: &Vec<Keycode>| {
            let rows = codes.iter().filter_map(|code| {
                code.checked_sub(self.least).and_then(|at| self.keys.get(usize::from(at)))
            });
            rows.flatten().any(|keysym| keysyms.contains(keysym))
        };
        let found = self.modifiers.iter().skip(FIRST).position(sets)?;
        Some(1 << (found + FIRST))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: u32 = 0x61;
    const ONE: u32 = 0x31;

    /// Key codes from 8: 1, A, Alt_L, Super_L, Num_Lock.
    fn layout(keys: [&[u32]; 5]) -> Layout {
        let modifiers = [&[][..], &[], &[], &[10], &[0, 12], &[], &[11], &[]];
        Layout {
            least: 8,
            keys: keys.map(<[u32]>::to_vec).to_vec(),
            modifiers: modifiers.map(<[u8]>::to_vec).to_vec(),
        }
    }

    fn plain() -> Layout {
        layout([&[ONE, 0x21], &[A, 0x41], &[0xffe9], &[0xffeb], &[0xff7f]])
    }

    #[test]
    fn a_key_is_found_plain_or_shifted_and_in_the_first_group_that_has_it() {
        assert_eq!(plain().keycodes(ONE), [8]);
        let french = layout([&[0x26, ONE], &[0x71, 0x51], &[], &[], &[A]]);
        assert_eq!(french.keycodes(ONE), [8]);
        let greek = layout([&[ONE, 0x21], &[0x7e1, 0x7c1, A, 0x41], &[0, 0, ONE], &[], &[]]);
        assert_eq!(greek.keycodes(A), [9]);
        assert_eq!(greek.keycodes(ONE), [8]);
        assert!(greek.keycodes(0x62).is_empty());
    }

    #[test]
    fn modifiers_are_where_the_keyboard_has_them_and_locks_change_nothing() {
        let masks = plain().masks(&BTreeSet::from([Modifier::Ctrl, Modifier::Alt]));
        assert_eq!(masks, [0b1100, 0b1110, 0b1_1100, 0b1_1110]);
        let masks = plain().masks(&BTreeSet::from([Modifier::Super]));
        assert_eq!(masks[0], 0b100_0000);
        let bare = layout([&[], &[], &[], &[], &[]]);
        assert_eq!(bare.masks(&BTreeSet::from([Modifier::Alt])), [0b1000, 0b1010]);
    }
}
