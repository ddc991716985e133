//! Owns the checks of what a desktop has around its tray: notifications. Refuses to look for itself.

use anyhow::{Result, ensure};

use super::Session;
use crate::cloud::{Fault, Kind};
use crate::desktop::{Overheard, Said};
use crate::stage::until;

/// A problem is told of once, with the program's name and icon, and no longer when it is solved.
pub(super) fn notification(session: &mut Session) -> Result<()> {
    session.stage.succeed(&["set", "away"])?;
    let overheard = Overheard::start(session.stage.desktop.bus_address())?;
    let before = session.screen.at_rest()?;
    session.stage.cloud.with(|cloud, _| {
        cloud.fault(Kind::SetPresence, u32::MAX, Fault::Status(403, None));
    });
    session.stage.run(&["set", "in-a-call"])?;
    let seen = session.see_notification(&before);
    session.keep("notification")?;
    session.stage.cloud.with(|cloud, _| cloud.heal());
    seen?;
    session.stage.succeed(&["set", "away"])?;
    until("the end of the notification", || overheard.all().contains(&Said::Withdrawn))?;
    session.until_no_notification()?;
    let all = overheard.all();
    let ours = [
        Said::Notify {
            app: "Presence Tray".to_owned(),
            icon: "presence-tray-window".to_owned(),
            summary: "Not allowed to set your presence".to_owned(),
        },
        Said::Withdrawn,
    ];
    ensure!(all == ours, "it was said: {all:?}");
    Ok(())
}
