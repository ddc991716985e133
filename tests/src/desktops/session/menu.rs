//! Owns opening the program's menu by mouse, finding a row in it, and closing it; refuses to judge what it says.

use anyhow::{Result, bail};

use super::{A_MOMENT, Session};
use crate::desktops::picture::{Menu, Part, Picture, Place};
use crate::desktops::recipes::Submenu;

/// How far right of the words' beginning a row is clicked.
const INTO_ROW: usize = 30;
/// The least height of a row.
const ROW: usize = 16;
/// How many pixels a tooltip may cover.
const TRIFLE: usize = 6_000;

/// A menu that is open, and the screen as it was before.
pub(in crate::desktops) struct Open {
    pub(in crate::desktops) menu: Menu,
    pub(in crate::desktops) icon: Part,
    before: Picture,
}

/// The rows below the five statuses.
#[derive(Clone, Copy, Debug)]
pub(in crate::desktops) enum Row {
    For,
    Window,
    Account,
    Quit,
}

impl Session {
    /// Opens the menu by mouse; `1` is the left button and `3` the right one.
    pub(in crate::desktops) fn open_menu(&mut self, button: &str) -> Result<Open> {
        let icon = self.icon()?;
        let before = self.screen.at_rest()?;
        let panel = self.recipe.edge.part();
        self.before = Some(before.clone());
        self.screen.click(icon.middle(), button)?;
        let dots = self.recipe.dots;
        let look = |picture: &Picture| Ok(picture.menu(&before, panel, dots));
        let menu = self.screen.until("the menu", look)?;
        self.menu = Some(menu.part);
        Ok(Open { menu, icon, before })
    }

    /// Clicks one of the five.
    pub(in crate::desktops) fn choose(&self, open: Open, index: usize) -> Result<()> {
        self.screen.click((open.menu.words + INTO_ROW, open.menu.statuses[index]), "1")?;
        self.until_closed()
    }

    /// Clicks a row that closes the menu.
    pub(in crate::desktops) fn click_row(&self, open: &Open, row: Row) -> Result<()> {
        self.screen.click(open.place(row)?, "1")
    }

    /// Opens the submenu of `row`, which has `count` rows, and says where they are.
    pub(in crate::desktops) fn open_submenu(
        &self,
        open: &Open,
        row: Row,
        count: usize,
    ) -> Result<Vec<Place>> {
        let before = self.screen.picture()?;
        let place = open.place(row)?;
        self.screen.click(place, "1")?;
        let panel = self.recipe.edge.part();
        let menu = open.menu.part;
        match self.recipe.submenu {
            Submenu::Beside => {}
            Submenu::BesideAtSecondTry => {
                self.screen.at_rest_here()?;
                self.screen.point((place.0, open.menu.statuses[0]))?;
                self.screen.at_rest_here()?;
                self.screen.click(place, "1")?;
            }
            Submenu::Inside => self.screen.aside()?,
        }
        let part = self.screen.until("the submenu", |picture| match self.recipe.submenu {
            Submenu::Beside | Submenu::BesideAtSecondTry => {
                let Some(part) = picture.changed(&before, &[panel, menu]) else { return Ok(None) };
                let inner =
                    Part { left: part.left + 8, right: part.right.saturating_sub(8), ..part };
                let rows = picture.rows(inner);
                let place = |y: &usize| (part.middle().0, *y);
                Ok((rows.len() == count).then(|| rows.iter().map(place).collect()))
            }
            Submenu::Inside => {
                let now = picture.menu(&open.before, panel, self.recipe.dots).map(|menu| menu.rows);
                let below = now.unwrap_or_default().into_iter().filter(|y| *y > place.1 + ROW / 2);
                let below: Vec<Place> = below.map(|y| (place.0, y)).collect();
                let is_open = below.len() == open.rows_below(place.1) + count;
                Ok(is_open.then(|| below[..count].to_vec()))
            }
        })?;
        Ok(part)
    }

    /// Closes whatever is open of the menu.
    pub(in crate::desktops) fn close_menu(&self) -> Result<()> {
        if self.is_closed(&self.screen.picture()?) {
            return Ok(());
        }
        self.screen.press("Escape")?;
        let look = |picture: &Picture| Ok(self.is_closed(picture).then_some(()));
        if self.screen.until_within(A_MOMENT, "the end of the menu", look).is_ok() {
            return Ok(());
        }
        self.screen.click_beside(self.menu)?;
        self.until_closed()
    }

    /// Waits until the menu is gone.
    pub(in crate::desktops) fn until_closed(&self) -> Result<()> {
        let look = |picture: &Picture| Ok(self.is_closed(picture).then_some(()));
        self.screen.until("the end of the menu", look)
    }

    fn is_closed(&self, picture: &Picture) -> bool {
        let panel = self.recipe.edge.part();
        self.before.as_ref().is_none_or(|before| picture.difference(before, panel) < TRIFLE)
    }
}

impl Open {
    fn place(&self, row: Row) -> Result<Place> {
        let Menu { words, statuses, rows, .. } = &self.menu;
        let below: Vec<usize> =
            rows.iter().copied().filter(|y| *y > statuses[4] + ROW / 2).collect();
        let [for_, _clear, window, account, quit] = below[..] else {
            bail!("five rows were to be below the statuses, not {}", below.len());
        };
        let y = match row {
            Row::For => for_,
            Row::Window => window,
            Row::Account => account,
            Row::Quit => quit,
        };
        Ok((words + INTO_ROW, y))
    }

    fn rows_below(&self, place: usize) -> usize {
        self.menu.rows.iter().filter(|y| **y > place + ROW / 2).count()
    }
}
