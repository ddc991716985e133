//! Makes one table of all sentences from the files in `locale`, English first; refuses a file that lacks a sentence, or
//! a translation with other placeholders than its sentence.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::error::Error;
use std::fs;
use std::path::Path;

type Translations = BTreeMap<String, String>;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("locale");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut languages = BTreeMap::new();
    for file in fs::read_dir(&folder)? {
        let path = file?.path();
        println!("cargo::rerun-if-changed={}", path.display());
        let code = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let translations: Translations = serde_json::from_slice(&fs::read(&path)?)
            .map_err(|error| format!("{}: {error}", path.display()))?;
        languages.insert(code, translations);
    }
    fs::write(Path::new(&env::var("OUT_DIR")?).join("sentences.rs"), table(&languages)?)?;
    Ok(())
}

/// The codes of all languages, and each sentence in all of them, sorted by the bytes of the English one.
fn table(languages: &BTreeMap<String, Translations>) -> Result<String, String> {
    let codes: Vec<&str> = ["en"].into_iter().chain(languages.keys().map(String::as_str)).collect();
    let sentences: BTreeSet<&String> = languages.values().flat_map(BTreeMap::keys).collect();
    let mut rows = String::new();
    for english in &sentences {
        let mut row = vec![english.as_str()];
        for (code, translations) in languages {
            let said = translations
                .get(*english)
                .ok_or_else(|| format!("locale/{code}.json has no translation of: {english}"))?;
            if placeholders(english) != placeholders(said) {
                return Err(format!("locale/{code}.json has other placeholders in: {english}"));
            }
            row.push(said);
        }
        rows.push_str(&format!("    {row:?},\n"));
    }
    let (languages, sentences) = (codes.len(), sentences.len());
    Ok(format!(
        "const CODES: [&str; {languages}] = {codes:?};\n\
         static SENTENCES: [[&str; {languages}]; {sentences}] = [\n{rows}];\n"
    ))
}

fn placeholders(sentence: &str) -> BTreeSet<&str> {
    sentence
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}'))
        .map(|(name, _)| name)
        .collect()
}
