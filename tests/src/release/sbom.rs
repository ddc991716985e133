//! Lists what is built into a program, for other programs to read (CycloneDX 1.6); refuses to list what only builds it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use chrono::{DateTime, SecondsFormat};
use serde_json::{Value, json};
use toml_edit::DocumentMut;

use super::{CRATES, PROGRAMS, System, VERSION, said};
use crate::cross::Target;
use crate::workspace;

/// Writes one for each program into `folder`, as of `date`, in seconds since 1970.
pub(super) fn write(system: System, folder: &Path, date: i64) -> Result<()> {
    for (name, sbom) in of_programs(system, date)? {
        fs::write(file(name, system, folder), serde_json::to_string_pretty(&sbom)? + "\n")?;
    }
    Ok(())
}

/// What is built into each program for `system`, by the program's name, in CycloneDX's form.
///
/// # Errors
/// When cargo does not know it, or `Cargo.lock` cannot be read.
pub fn of_programs(system: System, date: i64) -> Result<BTreeMap<&'static str, Value>> {
    let programs = CRATES.into_iter().zip(PROGRAMS);
    programs.map(|((name, _), program)| Ok((name, of(program, system, date)?))).collect()
}

fn file(name: &str, system: System, folder: &Path) -> PathBuf {
    let system = match system {
        System::Linux => "linux",
        System::Windows => "windows",
    };
    folder.join(format!("{name}-{VERSION}-{system}-{}.cdx.json", std::env::consts::ARCH))
}

fn of(program: &[&str], system: System, date: i64) -> Result<Value> {
    let triple = match system {
        System::Linux => format!("{}-unknown-linux-gnu", std::env::consts::ARCH),
        System::Windows => Target::Windows.triple().to_owned(),
    };
    let mut tree = workspace::cargo(&["tree", "--locked", "--edges", "normal,no-proc-macro"])?;
    tree.args(["--prefix", "depth", "--format", "|{p}|{l}", "--target", &triple]);
    tree.args(program.iter().filter(|argument| **argument != "--release"));
    let mut packages = packages(&said(tree)?)?;
    let program = packages.iter().position(|it| it.depth == 0).context("the program itself")?;
    let program = packages.remove(program);
    let sums = checksums()?;
    let refs = |it: &Package| (it.reference(), it.needs.iter().cloned().collect::<Vec<_>>());
    let dependencies: BTreeMap<_, _> = packages.iter().chain([&program]).map(refs).collect();
    let mut component = program.component(&sums);
    component["type"] = "application".into();
    let date = DateTime::from_timestamp(date, 0).context("a commit has a date")?;
    Ok(json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "timestamp": date.to_rfc3339_opts(SecondsFormat::Secs, true),
            "lifecycles": [{ "phase": "build" }],
            "component": component,
        },
        "components": packages.iter().map(|it| it.component(&sums)).collect::<Vec<_>>(),
        "dependencies": dependencies
            .into_iter()
            .map(|(from, to)| json!({ "ref": from, "dependsOn": to }))
            .collect::<Vec<_>>(),
    }))
}

/// A crate that is built in.
struct Package {
    depth: usize,
    name: String,
    version: String,
    licence: String,
    /// Whether it lies in this repository.
    is_here: bool,
    needs: BTreeSet<String>,
}

impl Package {
    /// Of a line such as "2|mio v1.2.5|MIT (*)".
    fn read(line: &str) -> Option<Package> {
        let mut parts = line.split('|');
        let (depth, package, licence) = (parts.next()?, parts.next()?, parts.next()?);
        let mut words = package.split(' ');
        let (name, version) = (words.next()?, words.next()?.trim_start_matches('v'));
        let licence = licence.trim_end_matches(" (*)").replace(" / ", " OR ").replace('/', " OR ");
        Some(Package {
            depth: depth.parse().ok()?,
            name: name.to_owned(),
            version: version.to_owned(),
            licence,
            is_here: words.next().is_some_and(|place| place.starts_with("(/")),
            needs: BTreeSet::new(),
        })
    }

    /// What it is called in the list; those of a registry by their address there.
    fn reference(&self) -> String {
        let Package { name, version, .. } = self;
        if self.is_here {
            return format!("{name}@{version}");
        }
        format!("pkg:cargo/{name}@{}", version.replace('+', "%2B"))
    }

    fn component(&self, sums: &BTreeMap<(String, String), String>) -> Value {
        let mut component = json!({
            "type": "library",
            "bom-ref": self.reference(),
            "name": self.name,
            "version": self.version,
            "scope": "required",
        });
        if !self.licence.is_empty() {
            component["licenses"] = json!([{ "expression": self.licence }]);
        }
        if !self.is_here {
            component["purl"] = self.reference().into();
        }
        if let Some(sum) = sums.get(&(self.name.clone(), self.version.clone())) {
            component["hashes"] = json!([{ "alg": "SHA-256", "content": sum }]);
        }
        if self.is_here && !self.name.starts_with("presence-") {
            let origin = format!("pkg:cargo/{}@{}", self.name, self.version);
            let origin = json!({
                "type": "library",
                "name": self.name,
                "version": self.version,
                "purl": origin,
            });
            let notes = format!("Changed as src-tauri/vendor/{}/README.md says.", self.name);
            component["pedigree"] = json!({ "ancestors": [origin], "notes": notes });
        }
        component
    }
}

/// Each of them once, with what it needs, sorted by name and version.
fn packages(tree: &str) -> Result<Vec<Package>> {
    let mut all: BTreeMap<(String, String), Package> = BTreeMap::new();
    // The way from the program to the line before.
    let mut way: Vec<(String, String)> = Vec::new();
    for line in tree.lines() {
        let package = Package::read(line).with_context(|| format!("cargo tree says {line:?}"))?;
        let key = (package.name.clone(), package.version.clone());
        way.truncate(package.depth);
        if let Some(from) = way.last().and_then(|from| all.get_mut(from)) {
            from.needs.insert(package.reference());
        }
        way.push(key.clone());
        all.entry(key).or_insert(package);
    }
    Ok(all.into_values().collect())
}

/// What `Cargo.lock` says of the archive of each package of a registry.
fn checksums() -> Result<BTreeMap<(String, String), String>> {
    let lock: DocumentMut = fs::read_to_string(workspace::root()?.join("Cargo.lock"))?.parse()?;
    let packages = lock["package"].as_array_of_tables().context("packages")?;
    let sums = packages.iter().filter_map(|package| {
        let field = |name| Some(package.get(name)?.as_str()?.to_owned());
        Some(((field("name")?, field("version")?), field("checksum")?))
    });
    Ok(sums.collect())
}
