//! The program on real desktops, each installed into a layer of its own and used by mouse and picture; refuses to
//! pass over what a desktop cannot do.

#![allow(clippy::print_stdout, reason = "it shows a line for each check")]

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};

mod checks;
mod layer;
mod picture;
mod recipes;
mod screen;
mod session;
mod wallet;

pub use recipes::Recipe;

use checks::Check;
use layer::Layer;
use picture::Part;
use session::Session;

use crate::workspace::Tally;

/// The names of the desktops, in the order they are tried.
pub fn names() -> Vec<&'static str> {
    recipes::ALL.iter().map(|recipe| recipe.name).collect()
}

/// Installs the desktop `name` if need be, runs every check on it, prints a line for each, and counts them.
///
/// # Errors
/// When there is no such desktop, it cannot be installed, or does not start.
pub fn verify(name: &str) -> Result<Tally> {
    let recipe = recipes::ALL.iter().find(|recipe| recipe.name == name);
    let recipe = *recipe.with_context(|| format!("{name} is none of {}", names().join(", ")))?;
    let start = Instant::now();
    let layer = Layer::with(recipe.layer, recipe.packages)?;
    let version = layer.version(recipe.package);
    println!("\n{} {version} (there after {} s)", recipe.title, start.elapsed().as_secs());
    let mut session = Session::start(recipe, &layer)?;
    let mut passed = 0;
    let mut failures = Vec::new();
    for check in &checks::ALL {
        let reason = recipe.cannot.iter().find(|(name, _)| *name == check.name);
        if let Some((_, reason)) = reason {
            println!("  {:<13} cannot: {reason}", check.name);
            continue;
        }
        match run(check, &mut session) {
            Ok(()) => passed += 1,
            Err(error) => {
                let why = format!("{error:#}");
                println!("  {:<13} FAILED: {}", check.name, why.lines().next().unwrap_or_default());
                failures.push(format!("{}: {why}", check.name));
            }
        }
    }
    if !failures.is_empty() {
        let (failed, log) = (failures.join("\n"), session.stage.log());
        let logs =
            format!("{failed}\n\n--- the desktop\n{}\n--- the program\n{log}", session.said());
        let path = layer::folder()?.join("pictures").join(format!("{name}.log"));
        fs::write(&path, logs)?;
        println!("  what was said is in {}", path.display());
    }
    let failed = failures.len() as u64;
    println!("  {passed} passed, {failed} failed, {} s", start.elapsed().as_secs());
    Ok(Tally { passed, failed })
}

/// Runs one check, and leaves the screen as it was before.
fn run(check: &Check, session: &mut Session) -> Result<()> {
    let start = Instant::now();
    let result = (check.run)(session);
    if result.is_err() {
        session.keep(&format!("{}-failed", check.name))?;
    }
    let rested = session.close_menu().and_then(|()| session.screen.at_rest().map(drop));
    result.and(rested)?;
    println!("  {:<13} ok ({:.1} s)", check.name, start.elapsed().as_secs_f64());
    Ok(())
}

/// Cuts the open menu and the icon out of a picture of the screen, small enough for the documentation.
fn crop(session: &Session, picture: &Path, menu: Part, icon: Part) -> Result<()> {
    let menu = menu.around(4);
    let icon = icon.around(6);
    let (left, top) = (menu.left.min(icon.left), menu.top.min(icon.top));
    let (right, bottom) = (menu.right.max(icon.right), menu.bottom.max(icon.bottom));
    let part = Part { left, top, right, bottom };
    let geometry = format!("{}x{}+{left}+{top}", part.width(), part.height());
    let folder = picture.parent().context("a picture lies in a folder")?.join("menus");
    fs::create_dir_all(&folder)?;
    let mut convert = Command::new("convert");
    convert.arg(picture).args(["-crop", &geometry, "+repage", "-strip", "-colors", "32"]);
    convert.arg(format!("PNG8:{}/{}.png", folder.display(), session.recipe.name));
    let output = convert.output()?;
    ensure!(output.status.success(), "no crop: {}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}

/// The names among `arguments`, all of them without any.
///
/// # Errors
/// When one is none.
pub fn chosen(arguments: &[String]) -> Result<Vec<&'static str>> {
    let every = names();
    if let Some(other) = arguments.iter().find(|name| !every.contains(&name.as_str())) {
        bail!("{other} is none of {}", every.join(", "));
    }
    let is_chosen = |name: &&str| arguments.is_empty() || arguments.iter().any(|one| one == name);
    Ok(every.into_iter().filter(is_chosen).collect())
}
