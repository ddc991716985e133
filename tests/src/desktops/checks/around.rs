//! Owns the checks of what a desktop has around its tray: notifications, the start at log-in. Refuses to look for itself.

use anyhow::{Context, Result, ensure};

use super::Session;
use crate::cloud::{Fault, Kind};
use crate::desktop::{Overheard, Said};
use crate::desktops::recipes::Wallet;
use crate::desktops::wallet;
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
    until("the end of the notification", || overheard.all().last() == Some(&Said::Withdrawn))?;
    session.until_no_notification()?;
    let mut told = overheard.all();
    told.retain(|said| *said != Said::Withdrawn);
    let wanted = Said::Notify {
        app: "Presence Tray".to_owned(),
        icon: presence_host::ICON_NAME.to_owned(),
        summary: "Not allowed to set your presence".to_owned(),
    };
    ensure!(told == [wanted], "it was said: {told:?}");
    Ok(())
}

/// Icon and menu are right in a dark and a light panel, and where everything is drawn larger.
pub(super) fn looks(session: &mut Session) -> Result<()> {
    let usual = session.recipe;
    for look in usual.looks {
        session.kill_panel()?;
        session.recipe.panel = look.panel;
        session.recipe.edge = usual.edge.scaled(look.percent);
        session.start_panel()?;
        let seen = session.open_menu("3").map(drop);
        session.keep(&format!("look-{}", look.name))?;
        let closed = session.close_menu();
        session.recipe = usual;
        seen.and(closed).with_context(|| look.name)?;
    }
    session.kill_panel()?;
    session.start_panel()?;
    session.icon().map(drop)
}

/// The keyring of the desktop keeps the sign-in while the program does not run, and while it is locked.
pub(super) fn keyring(session: &mut Session) -> Result<()> {
    session.stage.remembered_token()?;
    session.crash()?;
    session.stage.start()?;
    until("the sign-in", || session.stage.status().is_ok_and(|it| !it["account"].is_null()))?;
    match session.recipe.keyring {
        // The other end-to-end tests lock it.
        Wallet::Gnome => Ok(()),
        Wallet::KWallet => locked_wallet(session),
    }
}

fn locked_wallet(session: &mut Session) -> Result<()> {
    session.crash()?;
    wallet::close(&session.stage.desktop)?;
    session.stage.start()?;
    let problem = "keyring-unavailable";
    until(problem, || session.stage.status().is_ok_and(|it| it["problem"]["kind"] == problem))?;
    session.keep("keyring")?;
    session.screen.press("Escape")?;
    wallet::open(&session.stage.desktop)?;
    until("the sign-in", || session.stage.status().is_ok_and(|it| !it["account"].is_null()))
}

/// The desktop's session starts the program by the entry that the program has written.
pub(super) fn log_in(session: &mut Session) -> Result<()> {
    let stage = &mut session.stage;
    stage.configure(&format!("autostart = true\n{}", stage.configuration()))?;
    stage.start()?;
    let entries = stage.desktop.folder().join("home/.config/autostart");
    until("the entry", || entries.read_dir().is_ok_and(|mut entries| entries.next().is_some()))?;
    stage.succeed(&["quit"])?;
    stage.wait_for_end()?;
    session.log_out();
    let mut desktop = session.log_in()?;
    let stage = &session.stage;
    let started = until("the program", || stage.has_resident());
    session.keep("log-in")?;
    started.with_context(|| desktop.log())?;
    session.stage.succeed(&["quit"])?;
    desktop.end();
    Ok(())
}
