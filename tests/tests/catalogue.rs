//! Proves that the catalogue is whole: what the page says stands in every language, and nothing that nobody says. What
//! the Rust sources say is the compiler's to prove.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use presence_tests::workspace;

/// Where sentences are said.
const SOURCES: [&str; 5] =
    ["src-tauri/core/src", "src-tauri/host/src", "src-tauri/tray/src", "src-tauri/src", "ui"];

#[test]
fn each_file_has_every_sentence_once_and_in_order() {
    for (path, text) in languages() {
        let sentences: BTreeMap<String, String> = serde_json::from_str(&text).unwrap();
        let in_order = serde_json::to_string_pretty(&sentences).unwrap() + "\n";
        assert!(text == in_order, "{} is not sorted, or has a sentence twice", path.display());
    }
}

#[test]
fn every_sentence_of_the_page_is_translated() {
    let mut said: Vec<String> = page_calls().into_iter().map(|(sentence, _)| sentence).collect();
    said.extend(static_texts(&read("ui/index.html")));
    for (path, translated) in translations() {
        let lacking: Vec<_> = said.iter().filter(|said| !translated.contains(*said)).collect();
        assert!(lacking.is_empty(), "{} lacks {lacking:#?}", path.display());
    }
}

#[test]
fn every_placeholder_of_the_page_has_a_value() {
    for (sentence, after) in page_calls() {
        let names: BTreeSet<&str> =
            sentence.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect();
        let values = after.strip_prefix(", {").and_then(|values| values.split('}').next());
        let values = values.unwrap_or_default().split(',').filter(|value| !value.trim().is_empty());
        let values: BTreeSet<&str> =
            values.filter_map(|value| value.split(':').next()).map(str::trim).collect();
        assert_eq!(names, values, "{sentence}");
    }
}

#[test]
fn every_translation_is_of_what_is_said() {
    let mut said = BTreeSet::from_iter(static_texts(&read("ui/index.html")));
    for path in SOURCES.iter().flat_map(|folder| files(&root().join(folder))) {
        let text = fs::read_to_string(path).unwrap();
        for macro_or_function in ["t!(", "sentence!(", "t("] {
            said.extend(calls(&text, macro_or_function).into_iter().map(|(sentence, _)| sentence));
        }
    }
    for (path, translated) in translations() {
        let left: Vec<_> = translated.difference(&said).collect();
        assert!(left.is_empty(), "nobody says what {} translates: {left:#?}", path.display());
    }
}

fn root() -> PathBuf {
    workspace::root().unwrap()
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

fn languages() -> Vec<(PathBuf, String)> {
    let found = files(&root().join("src-tauri/core/locale"));
    assert!(!found.is_empty());
    found.into_iter().map(|path| (path.clone(), fs::read_to_string(path).unwrap())).collect()
}

/// The sentences that each language has.
fn translations() -> Vec<(PathBuf, BTreeSet<String>)> {
    let sentences = |text: String| {
        let map: BTreeMap<String, String> = serde_json::from_str(&text).unwrap();
        map.into_keys().collect()
    };
    languages().into_iter().map(|(path, text)| (path, sentences(text))).collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// What the scripts of the page say, each with what follows it.
fn page_calls() -> Vec<(String, String)> {
    let scripts = files(&root().join("ui"));
    let scripts = scripts.iter().filter(|path| path.extension().is_some_and(|end| end == "js"));
    scripts.flat_map(|path| calls(&fs::read_to_string(path).unwrap(), "t(")).collect()
}

/// The first argument of each call that has a text there, and what follows it.
fn calls(text: &str, call: &str) -> Vec<(String, String)> {
    let is_whole = |at: usize| {
        text[..at]
            .chars()
            .next_back()
            .is_none_or(|before| !before.is_alphanumeric() && before != '_')
    };
    let found = text.match_indices(call).filter(|(at, _)| is_whole(*at));
    found.filter_map(|(at, _)| literal(text[at + call.len()..].trim_start())).collect()
}

/// The literal at the beginning of `text`, as Rust and JavaScript write it, and what follows it.
fn literal(text: &str) -> Option<(String, String)> {
    let mut letters = text.strip_prefix('"')?.chars();
    let mut value = String::new();
    loop {
        match letters.next()? {
            '"' => return Some((value, letters.as_str().to_owned())),
            '\\' => match letters.next()? {
                'n' => value.push('\n'),
                other => value.push(other),
            },
            other => value.push(other),
        }
    }
}

/// What stands in a document to be read: its texts, and the names that are only heard.
fn static_texts(html: &str) -> Vec<String> {
    let (_, body) = html.split_once("<body").unwrap();
    let texts = body.split('>').skip(1).filter_map(|part| part.split('<').next());
    let names = [" aria-label=\"", " placeholder=\"", " title=\""];
    let names = names.iter().flat_map(|name| body.split(name).skip(1));
    let names = names.filter_map(|rest| rest.split('"').next());
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    texts.chain(names).map(plain).filter(|text| !text.is_empty()).collect()
}
