//! Owns the TypeScript declarations of what passes the door, made from the Rust types: the window's page is checked
//! against them. Refuses to write them by hand.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use anyhow::Result;
use presence_host::{Request, Response, Snapshot};
use ts_rs::{Config, TS, TypeVisitor};

use crate::workspace::root;

const HEAD: &str =
    "// Made by `cargo verify types` from the types that pass the door; a test compares them.

declare namespace Door {
";

/// All declarations, in the order of their names.
pub fn declarations() -> String {
    let mut found =
        Found { config: Config::new().with_large_int("number"), by_name: BTreeMap::new() };
    found.visit::<Snapshot>();
    found.visit::<Request>();
    found.visit::<Response>();
    let declarations: Vec<String> = found.by_name.into_values().collect();
    [HEAD, &declarations.join("\n"), "}\n"].concat()
}

/// Where they are kept.
///
/// # Errors
/// The workspace is not where it was built.
pub fn file() -> Result<PathBuf> {
    Ok(root()?.join("tests/page/types.d.ts"))
}

/// Writes them anew.
///
/// # Errors
/// The file cannot be written.
pub fn write() -> Result<()> {
    Ok(fs::write(file()?, declarations())?)
}

struct Found {
    config: Config,
    by_name: BTreeMap<String, String>,
}

impl TypeVisitor for Found {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        // Those of the language have no declaration.
        if T::output_path().is_none() || self.by_name.contains_key(&T::ident(&self.config)) {
            return;
        }
        let docs = T::docs().unwrap_or_default();
        let declaration = format!("{docs}{}\n", T::decl(&self.config));
        self.by_name.insert(T::ident(&self.config), declaration);
        T::visit_dependencies(self);
        T::visit_generics(self);
    }
}
