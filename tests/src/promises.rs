//! Owns what docs/security.md promises: which test holds each promise, and which patch breaks it. Refuses to run them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::workspace::root;

/// Where the promises stand.
const DOCUMENT: &str = "docs/security.md";
/// Where their patches are.
const BREACHES: &str = "tests/promises";
/// Where their tests are.
const SOURCES: [&str; 2] = ["src-tauri", "tests"];
/// What is built or brought, and no source.
pub const NO_SOURCES: [&str; 4] = [".git", "gen", "node_modules", "target"];

/// A promise of docs/security.md.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promise {
    /// What is promised, as the document says it.
    pub what: String,
    /// The name of the test that holds it, and of the patch that breaks it.
    pub test: String,
    /// The file of that test, from the root of the repository.
    pub file: PathBuf,
}

/// What is done with a patch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Breach {
    /// Only whether it can be made.
    Check,
    /// It is made.
    Make,
}

impl Promise {
    /// All of them, in the order of the document.
    ///
    /// # Errors
    /// When a row names no test, or one that is not there.
    pub fn all() -> Result<Vec<Promise>> {
        let root = root()?;
        let mut sources = Vec::new();
        for folder in SOURCES {
            collect(&root.join(folder), &mut sources)?;
        }
        let document = fs::read_to_string(root.join(DOCUMENT))?;
        let rows = document.lines().filter(|line| line.starts_with("| ")).skip(1);
        rows.map(|row| {
            let mut cells = row.split('|').map(str::trim).skip(2);
            let (what, test) = cells.next().zip(cells.next()).with_context(|| row.to_owned())?;
            let test = test.trim_matches('`').to_owned();
            let is_there = |(_, text): &&(PathBuf, String)| has_test(text, &test);
            let found = sources.iter().find(is_there);
            let (path, _) = found.with_context(|| format!("no test {test:?}, for {row}"))?;
            let file = path.strip_prefix(&root)?.to_owned();
            Ok(Promise { what: what.to_owned(), test, file })
        })
        .collect()
    }

    /// Breaks it in the sources below `folder`.
    ///
    /// # Errors
    /// When the patch is not there, or does not fit them any more.
    pub fn break_in(&self, folder: &Path, breach: Breach) -> Result<()> {
        let patch = root()?.join(BREACHES).join(&self.test).with_extension("patch");
        let mut apply = Command::new("git");
        // A folder within a repository, or without one, is patched by itself.
        let above = folder.parent().unwrap_or(folder);
        apply.current_dir(folder).env("GIT_CEILING_DIRECTORIES", above).stdin(Stdio::null());
        apply.arg("apply").args((breach == Breach::Check).then_some("--check")).arg(&patch);
        let output = apply.output().context("git cannot be started")?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "{} does not fit any more:\n{said}", patch.display());
        Ok(())
    }

    /// What the patch of each test says that it breaks, by the test's name.
    ///
    /// # Errors
    /// When one cannot be read.
    pub fn breaches() -> Result<BTreeMap<String, String>> {
        let entries = fs::read_dir(root()?.join(BREACHES))?;
        entries
            .map(|entry| {
                let path = entry?.path();
                let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                let text = fs::read_to_string(&path)?;
                Ok((name, text.lines().next().unwrap_or_default().to_owned()))
            })
            .collect()
    }
}

/// Whether `test` is a function of `text` behind an attribute.
fn has_test(text: &str, test: &str) -> bool {
    ["]\nfn", "]\n    fn", "]\n    async fn"]
        .iter()
        .any(|begin| text.contains(&format!("{begin} {test}() {{")))
}

/// Every Rust file below `folder`, with what stands in it.
fn collect(folder: &Path, sources: &mut Vec<(PathBuf, String)>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            if !NO_SOURCES.iter().any(|name| path.ends_with(name)) {
                collect(&path, sources)?;
            }
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = fs::read_to_string(&path)?;
            sources.push((path, text));
        }
    }
    Ok(())
}
