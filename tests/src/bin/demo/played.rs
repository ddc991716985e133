//! Plays the main job by itself on a private desktop and takes pictures; refuses to need a person.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use presence_tests::cloud::{Kind, MEGAN};
use presence_tests::desktop::menu::find;
use presence_tests::desktop::{Desktop, Item, Panel};
use presence_tests::stage::{LIMIT, Stage, built, until};
use presence_tests::workspace;

const FIVE: [&str; 5] =
    ["Available", "In a call", "In a conference call", "Away", "Presenting (do not disturb)"];

pub(crate) fn show() -> Result<()> {
    let pictures = pictures()?;
    eprintln!("Starting a private desktop and the fake cloud.");
    let desktop = Desktop::builder("demo").window_manager().panel(Panel::Dark).notifications();
    let mut stage = Stage::new(desktop)?;
    println!("The fake cloud answers at {}.", stage.cloud.base_url());
    let empty = pictures.join("panel-before.png");
    stage.desktop.screenshot(&empty)?;
    stage.start()?;
    let id = stage.program()?.id();
    let item = Item::of_process(&stage.desktop, id, LIMIT)?;
    println!("Presence Tray runs. Signing in as Megan Bowen, in her browser.");
    stage.sign_in(&item)?;
    for label in FIVE {
        click(&stage, &item, label)?;
    }
    let icon = find_icon(&stage, &empty, &pictures)?;
    picture_of_menu(&stage, icon, &pictures)?;
    picture_of_window(&stage, &pictures)?;
    item.click(&["Clear my status"])?;
    item.wait_until(|menu| menu.iter().any(|row| row.label == "No status set"), LIMIT)?;
    println!("\nCleared: colleagues see {}.", aggregate(&stage));
    item.click(&["Quit"])?;
    stage.wait_for_end()?;
    println!("Quit. The pictures are in {}.", pictures.display());
    Ok(())
}

fn pictures() -> Result<PathBuf> {
    let target = workspace::built_to()?;
    let folder = target
        .parent()
        .context("the folder of the profile lies in the target folder")?
        .join("demo");
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

fn click(stage: &Stage, item: &Item, label: &str) -> Result<()> {
    let before = stage.bodies(Kind::SetPresence).len();
    item.click(&[label])?;
    let held = |menu: &[presence_tests::desktop::menu::MenuRow]| {
        find(menu, &[label]).is_some_and(|row| row.checked == Some(true))
            && menu.iter().any(|row| !row.enabled && row.label == label)
    };
    item.wait_until(held, LIMIT)?;
    let bodies = stage.bodies(Kind::SetPresence);
    ensure!(
        bodies.len() == before + 1,
        "one click is one setPresence, not {}",
        bodies.len() - before
    );
    let status = stage.agree()?;
    println!("\nClicked “{label}”");
    println!("  the cloud received  {}", bodies.last().map(String::as_str).unwrap_or_default());
    println!("  colleagues see      {}", aggregate(stage));
    println!("  next renewal        {}", status["session"]["renews_at"].as_str().unwrap_or("none"));
    Ok(())
}

fn aggregate(stage: &Stage) -> String {
    let seen = stage.cloud.with(|cloud, now| cloud.aggregate(MEGAN, now));
    format!("{} / {}", seen.availability, seen.activity)
}

/// Where the icon is in the panel: what differs from the picture before the program started.
fn find_icon(stage: &Stage, empty: &Path, pictures: &Path) -> Result<(u32, u32)> {
    let now = pictures.join("panel.png");
    let mut place = None;
    until("the icon in the panel", || {
        place = stage.desktop.screenshot(&now).ok().and_then(|()| changed(empty, &now).ok());
        place.is_some()
    })?;
    fs::remove_file(empty)?;
    place.context("the icon has a place")
}

fn changed(before: &Path, after: &Path) -> Result<(u32, u32)> {
    let output = Command::new("convert")
        .args([before, after])
        .args(["-compose", "difference", "-composite", "-crop", "1280x30+0+0", "+repage"])
        .args(["-colorspace", "gray", "-threshold", "8%", "-format", "%@", "info:"])
        .output()?;
    // Width x height + left + top of what differs.
    let text = String::from_utf8(output.stdout)?;
    let numbers: Vec<u32> =
        text.split(['x', '+']).filter_map(|number| number.trim().parse().ok()).collect();
    match numbers[..] {
        [width, height, left, _] if width >= 8 && height >= 8 && width < 600 => Ok((left + 11, 15)),
        _ => anyhow::bail!("nothing of an icon's size differs: {text}"),
    }
}

fn picture_of_menu(stage: &Stage, (x, y): (u32, u32), pictures: &Path) -> Result<()> {
    let (x, y) = (x.to_string(), y.to_string());
    xdotool(stage, &["mousemove", &x, &y, "click", "1"])?;
    let file = pictures.join("menu.png");
    let closed = pictures.join("panel.png");
    // The menu is up once a good part of the picture has changed, and still once two pictures are alike.
    let mut last = Vec::new();
    until("the open menu", || {
        if stage.desktop.screenshot(&file).is_err() {
            return false;
        }
        let now = fs::read(&file).unwrap_or_default();
        let still = now == last;
        last = now;
        still && area(&closed, &file).is_some_and(|(width, height)| width > 120 && height > 200)
    })?;
    println!("\nThe open menu is in {}.", file.display());
    xdotool(stage, &["key", "Escape"])
}

/// The size of what differs between two pictures.
fn area(before: &Path, after: &Path) -> Option<(u32, u32)> {
    let output = Command::new("convert")
        .args([before, after])
        .args(["-compose", "difference", "-composite", "-colorspace", "gray", "-threshold", "8%"])
        .args(["-format", "%@", "info:"])
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let mut numbers = text.split(['x', '+']).filter_map(|number| number.trim().parse().ok());
    Some((numbers.next()?, numbers.next()?))
}

fn xdotool(stage: &Stage, arguments: &[&str]) -> Result<()> {
    let status = stage.desktop.command("xdotool").args(arguments).status()?;
    ensure!(status.success(), "xdotool {arguments:?} ended with {status}");
    Ok(())
}

fn picture_of_window(stage: &Stage, pictures: &Path) -> Result<()> {
    let mut command = stage.desktop.command(built("presence-tray-window")?);
    stage.dress(&mut command);
    let window = stage.desktop.spawn("window", command)?;
    let file = pictures.join("window.png");
    stage.desktop.screenshot_of("Presence Tray", &file, LIMIT)?;
    // The first frame is empty: the page is there once the picture is rich, and still.
    let (end, mut last) = (Instant::now() + LIMIT, Vec::new());
    loop {
        let now = fs::read(&file)?;
        if now.len() > 12_000 && now == last {
            break;
        }
        ensure!(Instant::now() < end, "the window stays empty: {}", window.log());
        last = now;
        std::thread::sleep(Duration::from_millis(300));
        stage.desktop.screenshot_of("Presence Tray", &file, LIMIT)?;
    }
    println!("The window is in {}.", file.display());
    Ok(())
}
