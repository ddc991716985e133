//! Proves where dependencies come from, and that the lists for other programs name what is built in.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::{BTreeSet, HashSet};
use std::fs;

use presence_tests::release::System;
use presence_tests::release::sbom::of_programs;
use presence_tests::workspace;
use serde_json::Value;
use toml_edit::DocumentMut;

/// A moment as good as any other, seconds since 1970.
const DATE: i64 = 1_767_600_000;

#[test]
fn all_that_is_not_here_comes_from_the_registry_with_a_checksum() {
    for lock in ["Cargo.lock", "tests/rivals/floor/Cargo.lock", "tests/rivals/tauri/Cargo.lock"] {
        let text = fs::read_to_string(workspace::root().unwrap().join(lock)).unwrap();
        let lock: DocumentMut = text.parse().unwrap();
        let packages = lock["package"].as_array_of_tables().unwrap();
        assert!(packages.len() > 100);
        for package in packages {
            let field = |name| package.get(name).and_then(|it| it.as_str());
            let registry = "registry+https://github.com/rust-lang/crates.io-index";
            let comes = field("source").is_none() || field("source") == Some(registry);
            assert!(comes, "{package}");
            assert_eq!(field("source").is_some(), field("checksum").is_some(), "{package}");
        }
    }
}

#[test]
fn the_list_for_other_programs_names_once_what_is_built_in_and_how_it_hangs_together() {
    for (name, sbom) in of_programs(System::Linux, DATE).unwrap() {
        assert_eq!(sbom["bomFormat"], "CycloneDX");
        assert_eq!(sbom["specVersion"], "1.6");
        assert_eq!(sbom["metadata"]["timestamp"], "2026-01-05T08:00:00Z");
        let program = &sbom["metadata"]["component"];
        assert_eq!(program["name"], name);
        assert_eq!(program["type"], "application");
        let components = sbom["components"].as_array().unwrap();
        let refs: HashSet<&Value> =
            components.iter().chain([program]).map(|it| &it["bom-ref"]).collect();
        assert_eq!(refs.len(), components.len() + 1, "each once");
        for component in components {
            let is_from_registry = component["purl"].is_string();
            assert_eq!(is_from_registry, component["hashes"].is_array(), "{component}");
            let is_ours = component["name"].as_str().unwrap().starts_with("presence-");
            assert!(
                is_from_registry || is_ours || component["pedigree"].is_object(),
                "{component}"
            );
            assert!(component["licenses"][0]["expression"].is_string(), "{component}");
        }
        let dependencies = sbom["dependencies"].as_array().unwrap();
        let froms: HashSet<&Value> = dependencies.iter().map(|it| &it["ref"]).collect();
        let needed = dependencies.iter().flat_map(|it| it["dependsOn"].as_array().unwrap());
        let mut needed: HashSet<&Value> = needed.collect();
        assert_eq!(froms, refs);
        needed.insert(&program["bom-ref"]);
        assert_eq!(needed, refs, "what nothing needs is not built in");
        assert!(!sbom.to_string().contains(workspace::root().unwrap().to_str().unwrap()));
    }
}

#[test]
fn the_list_has_what_this_system_needs_and_nothing_that_only_builds_or_tests() {
    let sboms = of_programs(System::Linux, DATE).unwrap();
    let names = |program| -> BTreeSet<&str> {
        let components = sboms[program]["components"].as_array().unwrap();
        components.iter().map(|it| it["name"].as_str().unwrap()).collect()
    };
    let (tray, window) = (names("presence-tray"), names("presence-tray-window"));
    for built_in in ["presence-core", "ksni", "ring", "zbus"] {
        assert!(tray.contains(built_in), "{built_in}");
    }
    for other in ["gtk", "proptest", "resvg", "serde_derive", "tauri", "windows-sys"] {
        assert!(!tray.contains(other), "{other}");
    }
    assert!(window.contains("tauri") && window.contains("gtk"));
}
