//! Makes what the packages bring beside the programs into `gen`, then lets Tauri build; keeps nothing that is
//! made in the repository.

#![allow(clippy::print_stdout, reason = "cargo reads what a build script prints")]

use std::error::Error;
use std::path::Path;
use std::{fs, io};

use tauri_build::{Attributes, WindowsAttributes};

#[path = "../tray/src/cli.rs"]
#[expect(dead_code, reason = "only the definition is read here, not what a command line says")]
mod cli;
mod completions;
mod icons;
#[path = "../host/src/config/key.rs"]
#[expect(dead_code, unreachable_pub, reason = "only names and meanings are read here")]
mod key;
mod licences;
mod manual;
#[path = "../host/src/config/shortcut.rs"]
#[expect(dead_code, unreachable_pub, reason = "only names are read here")]
mod shortcut;

// The command line looks for the keys here: the host itself would be built once more for them.
use key::Key;
use shortcut::Bound;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=build");
    println!("cargo:rerun-if-changed=host/src/config");
    println!("cargo:rerun-if-changed=tray/windows.manifest");
    println!("cargo:rerun-if-changed=tray/src/cli.rs");
    println!("cargo:rerun-if-changed=tray/src/cli");
    println!("cargo:rerun-if-changed=tray/src/words/command_line.rs");
    icons::write()?;
    licences::write()?;
    completions::write()?;
    manual::write()?;
    // Tauri's own manifest leaves out sharp letters, and paths that are long.
    let windows = WindowsAttributes::new().app_manifest(include_str!("../tray/windows.manifest"));
    Ok(tauri_build::try_build(Attributes::new().windows_attributes(windows))?)
}

/// Cargo runs this script again for a file that is newer than the last run.
fn write_anew(file: &Path, bytes: &[u8]) -> io::Result<()> {
    match fs::read(file) {
        Ok(old) if old == bytes => Ok(()),
        _ => fs::write(file, bytes),
    }
}
