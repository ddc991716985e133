//! Lists what is built into the programs with the licence of each, for the window's help; refuses to judge licences.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::error::Error;
use std::path::Path;
use std::process::Command;

use crate::write_anew;

const PROGRAMS: [&str; 4] = ["-p", "presence-tray", "-p", "presence-tray-window"];

/// Writes `gen/licences.json`: names and versions by licence (SPDX expressions).
pub(crate) fn write() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=../Cargo.lock");
    // A build for another system has another list.
    println!("cargo:rerun-if-changed=gen/licences.json");
    let mut tree = Command::new(env::var("CARGO")?);
    tree.args(["tree", "--locked", "--offline", "--edges", "normal,no-proc-macro"]);
    tree.args(["--prefix", "none", "--format", "{p}|{l}", "--target", &env::var("TARGET")?]);
    let listed = tree.args(PROGRAMS).output()?;
    if !listed.status.success() {
        return Err(String::from_utf8_lossy(&listed.stderr).into());
    }
    let licences = by_licence(&String::from_utf8(listed.stdout)?);
    Ok(write_anew(Path::new("gen/licences.json"), &serde_json::to_vec(&licences)?)?)
}

/// Of lines such as "mio v1.2.5|MIT (*)".
fn by_licence(lines: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut licences: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (package, licence) in lines.lines().filter_map(|line| line.split_once('|')) {
        let mut words = package.split(' ');
        let (Some(name), Some(version)) = (words.next(), words.next()) else { continue };
        if name.starts_with("presence-") {
            continue;
        }
        let licence = licence.trim_end_matches(" (*)").replace(" / ", " OR ").replace('/', " OR ");
        let package = format!("{name} {}", version.trim_start_matches('v'));
        licences.entry(licence).or_default().insert(package);
    }
    licences
}
