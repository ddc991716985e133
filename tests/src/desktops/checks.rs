//! Owns what must hold on every real desktop: one list, which all of them run. Refuses to look for itself.

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::recipes::LeftClick;
use super::session::{Row, Session};
use crate::cloud::{Kind, MEGAN, SessionState};
use crate::stage::{shown_by, until};

mod around;

/// The five statuses in the order of the menu.
const STATUSES: [&str; 5] =
    ["available", "in-a-call", "in-a-conference-call", "away", "presenting"];

/// Something that must hold.
pub(super) struct Check {
    /// What it is called in the list, and in the name of its picture.
    pub(super) name: &'static str,
    /// Does it.
    pub(super) run: fn(&mut Session) -> Result<()>,
}

/// All of it, in this order: the program runs at first, without a panel, and is gone at last.
pub(super) const ALL: [Check; 19] = [
    Check { name: "late-panel", run: late_panel },
    Check { name: "icon", run: icon },
    Check { name: "doctor", run: doctor },
    Check { name: "tooltip", run: tooltip },
    Check { name: "right-click", run: right_click },
    Check { name: "left-click", run: left_click },
    Check { name: "statuses", run: statuses },
    Check { name: "check-mark", run: check_mark },
    Check { name: "check-kept", run: check_kept },
    Check { name: "for", run: for_an_hour },
    Check { name: "window", run: window },
    Check { name: "shortcut", run: shortcut },
    Check { name: "notification", run: around::notification },
    Check { name: "keyring", run: around::keyring },
    Check { name: "looks", run: around::looks },
    Check { name: "panel-killed", run: panel_killed },
    Check { name: "sign-out", run: sign_out },
    Check { name: "quit", run: quit },
    Check { name: "log-in", run: around::log_in },
];

/// The panel comes later than the program, and shows it.
fn late_panel(session: &mut Session) -> Result<()> {
    session.stage.sign_in_by_command()?;
    session.stage.succeed(&["set", "away"])?;
    session.start_panel()?;
    session.icon().map(drop)
}

/// The icon in the panel is the one that the program draws, and changes with the status.
fn icon(session: &mut Session) -> Result<()> {
    for status in STATUSES {
        session.stage.succeed(&["set", status])?;
        session.icon().with_context(|| format!("for {status}"))?;
        session.keep(&format!("icon-{status}"))?;
    }
    Ok(())
}

/// The program finds nothing to complain of on this desktop.
fn doctor(session: &mut Session) -> Result<()> {
    let output = session.stage.run(&["doctor", "--json"])?;
    let report: Value = serde_json::from_slice(&output.stdout)?;
    let checks = report["checks"].as_array().context("a list of checks")?;
    // Its own clock is the one that the stage makes faster.
    let bad = checks.iter().filter(|check| check["ok"] != true && check["name"] != "clock");
    let bad: Vec<String> = bad.map(|check| check["problem"].to_string()).collect();
    ensure!(bad.is_empty(), "{}", bad.join(" "));
    Ok(())
}

/// Resting on the icon shows something beside it.
fn tooltip(session: &mut Session) -> Result<()> {
    let icon = session.icon()?;
    let before = session.screen.at_rest()?;
    session.screen.point(icon.middle())?;
    let shown = session.screen.until("the tooltip", |picture| {
        let part = picture.changed(&before, &[icon.around(12)]);
        Ok(part.filter(|part| part.width() > 20 && part.height() > 10))
    });
    session.keep("tooltip")?;
    session.screen.at_rest()?;
    shown.map(drop)
}

/// The right button opens the menu, the five dots in it.
fn right_click(session: &mut Session) -> Result<()> {
    let open = session.open_menu("3")?;
    let path = session.keep("menu")?;
    super::crop(session, &path, open.menu.part, open.icon)?;
    ensure!(open.menu.checked == Some(4), "the mark stands at {:?}", open.menu.checked);
    session.close_menu()
}

/// The left button does what this desktop has it do: never nothing.
fn left_click(session: &mut Session) -> Result<()> {
    match session.recipe.left_click {
        LeftClick::Menu => {
            session.open_menu("1")?;
            session.keep("left-click")?;
            session.close_menu()
        }
        LeftClick::Window => {
            let icon = session.icon()?;
            let before = session.screen.at_rest()?;
            session.screen.click(icon.middle(), "1")?;
            session.see_window(&before, "left-click")
        }
    }
}

/// Each status, chosen by mouse, is what the cloud says.
fn statuses(session: &mut Session) -> Result<()> {
    for (index, status) in STATUSES.iter().enumerate() {
        let open = session.open_menu("3")?;
        session.choose(open, index)?;
        until_cloud(session, status)?;
        session.icon().with_context(|| format!("for {status}"))?;
    }
    Ok(())
}

/// The mark stands before what was chosen.
fn check_mark(session: &mut Session) -> Result<()> {
    for index in [0, 3, 2] {
        let open = session.open_menu("3")?;
        session.choose(open, index)?;
        until_cloud(session, STATUSES[index])?;
        let open = session.open_menu("3")?;
        session.keep("check-mark")?;
        ensure!(
            open.menu.checked == Some(index),
            "{} is chosen, and the mark stands at {:?}",
            STATUSES[index],
            open.menu.checked
        );
        session.close_menu()?;
    }
    Ok(())
}

/// The mark stays where it is when the same is chosen again.
fn check_kept(session: &mut Session) -> Result<()> {
    session.stage.succeed(&["set", "presenting"])?;
    for round in ["once", "twice"] {
        let open = session.open_menu("3")?;
        session.choose(open, 4)?;
        until_cloud(session, "presenting")?;
        let open = session.open_menu("3")?;
        session.keep("check-kept")?;
        ensure!(
            open.menu.checked == Some(4),
            "chosen again {round}, and the mark stands at {:?}",
            open.menu.checked
        );
        session.close_menu()?;
    }
    Ok(())
}

/// A status for a while, by the submenu.
fn for_an_hour(session: &mut Session) -> Result<()> {
    session.stage.succeed(&["set", "presenting"])?;
    let open = session.open_menu("3")?;
    let rows = session.open_submenu(&open, Row::For, 5)?;
    session.keep("for")?;
    session.screen.click(rows[2], "1")?;
    let wanted = "\"expirationDuration\":\"PT1H\"}";
    until("an hour at the cloud", || {
        let bodies = session.stage.bodies(Kind::SetPresence);
        bodies.last().is_some_and(|body| body.ends_with(wanted) && body.contains("Presenting"))
            && session.stage.status().is_ok_and(|status| !status["until"].is_null())
    })?;
    session.until_closed()
}

/// The menu opens the window.
fn window(session: &mut Session) -> Result<()> {
    let before = session.screen.at_rest()?;
    let open = session.open_menu("3")?;
    session.click_row(&open, Row::Window)?;
    session.see_window(&before, "window")
}

/// A real key, whatever has the focus.
fn shortcut(session: &mut Session) -> Result<()> {
    let plain = session.stage.configuration();
    // A table ends the keys before it, so that this one is the last.
    session.stage.configure(&format!("{plain}\n[shortcuts]\naway = \"Ctrl+Alt+Shift+A\"\n"))?;
    session.stage.succeed(&["reload"])?;
    session.stage.succeed(&["set", "in-a-call"])?;
    let set = until("the shortcut", || {
        session.screen.press("ctrl+alt+shift+a").is_ok()
            && session.stage.status().is_ok_and(|status| status["wanted"] == "away")
    });
    session.keep("shortcut")?;
    set?;
    until_cloud(session, "away")?;
    doctor(session)?;
    session.stage.configure(&plain)?;
    session.stage.succeed(&["reload"]).map(drop)
}

/// The panel crashes and comes back, and so does the icon, with a menu that works.
fn panel_killed(session: &mut Session) -> Result<()> {
    session.kill_panel()?;
    session.start_panel()?;
    let open = session.open_menu("3")?;
    session.keep("panel-killed")?;
    session.choose(open, 0)?;
    until_cloud(session, "available")
}

/// Signed out by the menu: the session is gone, and the keyring empty.
fn sign_out(session: &mut Session) -> Result<()> {
    let open = session.open_menu("3")?;
    let rows = session.open_submenu(&open, Row::Account, 1)?;
    session.keep("sign-out")?;
    session.screen.click(rows[0], "1")?;
    let stage = &session.stage;
    until("the end of the session", || {
        stage.cloud.with(|cloud, now| cloud.session(MEGAN, now) == SessionState::Absent)
    })?;
    until("an empty keyring", || stage.stored_token().is_ok_and(|token| token.is_none()))?;
    until("signed out", || stage.status().is_ok_and(|status| status["account"].is_null()))?;
    session.until_closed()
}

/// Quit by the menu: the program and its icon are gone, and the status is cleared.
fn quit(session: &mut Session) -> Result<()> {
    session.stage.sign_in_by_command()?;
    session.stage.succeed(&["set", "away"])?;
    let pixmaps = session.item()?.icon_pixmaps()?;
    let open = session.open_menu("3")?;
    session.click_row(&open, Row::Quit)?;
    session.stage.wait_for_end()?;
    let gone = session.until_no_icon(&pixmaps);
    session.keep("quit")?;
    gone?;
    let state = session.stage.cloud.with(|cloud, now| cloud.session(MEGAN, now));
    ensure!(state == SessionState::Absent, "the session is still {state:?}");
    Ok(())
}

fn until_cloud(session: &Session, status: &str) -> Result<()> {
    let shown = shown_by(status)?;
    until(&format!("{status} at the cloud"), || {
        session.stage.cloud.with(|cloud, now| cloud.session(MEGAN, now).shown()) == Some(shown)
    })?;
    session.stage.agree().map(drop)
}
