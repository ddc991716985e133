//! Proves what the program that runs all day is linked to.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test")]

use std::process::Command;

use presence_tests::workspace;

#[test]
fn the_released_resident_links_no_toolkit_browser_engine_or_x11() {
    let target = workspace::built_to().unwrap();
    let release = target.ancestors().map(|folder| folder.join("release/presence-tray"));
    let binary = release.clone().find(|path| path.is_file());
    let binary = binary
        .expect("cargo verify builds the release first: cargo build --release -p presence-tray");

    let output = Command::new("ldd").arg(binary).output().unwrap();

    let libraries = String::from_utf8(output.stdout).unwrap().to_lowercase();
    assert!(libraries.contains("libc.so"), "{libraries}");
    for forbidden in
        ["gtk", "gdk", "webkit", "glib", "gobject", "gio-", "libx11", "libxcb", "libxdo", "cairo"]
    {
        assert!(!libraries.contains(forbidden), "{forbidden} in\n{libraries}");
    }
}
