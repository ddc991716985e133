//! Owns the measure of the core's tests: a sample of its mutants, and how many of them are caught. Refuses a
//! sample that depends on anything but the core's source and a seed.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use presence_tests::packages;
use presence_tests::workspace::{built_to, forget_our_package, root, run};
use rustix::process::{Resource, Rlimit, setrlimit};
use serde_json::{Value, from_reader, from_slice, json};
use sha2::{Digest, Sha256};

const VERSION: &str = "27.1.0";
/// Where the survivors are judged.
const JUDGED: &str = "docs/mutants.md";
const SOURCES: &str = "src-tauri/core/src/";
/// Of the mutants that build, in percent.
const LEAST_CAUGHT: usize = 95;
/// What a mutant that allocates without end may take, in bytes.
const MEMORY: u64 = 8 << 30;

/// Which mutants to test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sample {
    /// How many, if there are as many.
    size: usize,
    seed: u64,
    /// Which part of the sample, from 1, and how many parts there are.
    part: usize,
    parts: usize,
}

impl Sample {
    /// Reads `[N] [--seed S] [--shard K/N]`.
    pub(crate) fn parse(arguments: &[&str]) -> Option<Sample> {
        let mut sample = Sample { size: 150, seed: 1, part: 1, parts: 1 };
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            match *argument {
                "--seed" => sample.seed = rest.next()?.parse().ok()?,
                "--shard" => {
                    let (part, parts) = rest.next()?.split_once('/')?;
                    (sample.part, sample.parts) = (part.parse().ok()?, parts.parse().ok()?);
                }
                size => sample.size = size.parse().ok()?,
            }
        }
        (sample.size > 0 && (1..=sample.parts).contains(&sample.part)).then_some(sample)
    }

    /// The mutants with the least SHA-256 of seed and mutant; so that a change of the core changes no more of the
    /// sample than it must. Parts take turns.
    fn choose(self, mut mutants: Vec<Mutant>) -> Vec<Mutant> {
        mutants.sort_by_cached_key(|mutant| {
            Sha256::digest(format!("{} {}: {}", self.seed, mutant.file, mutant.what)).to_vec()
        });
        mutants.truncate(self.size);
        mutants.into_iter().skip(self.part - 1).step_by(self.parts).collect()
    }
}

/// One mutation of the core.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Mutant {
    /// What cargo-mutants calls it, with line and column.
    name: String,
    /// The file, as the core names it.
    file: String,
    /// What is replaced in which function; the second in a function ends with `(2)`.
    what: String,
}

impl Mutant {
    /// How a row of the table of judgements begins.
    fn row(&self) -> String {
        format!("| `{}` | `{}` |", self.file, self.what.replace('|', "\\|"))
    }
}

/// What became of the mutants of a sample.
#[derive(Debug, Default)]
struct Outcome {
    caught: Vec<Mutant>,
    timeout: Vec<Mutant>,
    missed: Vec<Mutant>,
    unviable: Vec<Mutant>,
}

impl Outcome {
    /// How many were caught, and of how many that build.
    fn share(&self) -> (usize, usize) {
        let caught = self.caught.len() + self.timeout.len();
        (caught, caught + self.missed.len())
    }

    fn suffices(&self, unjudged: usize) -> bool {
        let (caught, all) = self.share();
        caught * 100 >= all * LEAST_CAUGHT || unjudged == 0
    }
}

/// Tests the sample, and fails when too few are caught.
pub(crate) fn verify(sample: Sample) -> Result<()> {
    let target = built_to()?.parent().context("a profile lies in the target folder")?.to_owned();
    let tool = packages::ensure_tool(&target.join("tools"), "cargo-mutants", VERSION)?;
    let all = list(&tool)?;
    let (count, chosen) = (all.len(), sample.choose(all));
    ensure!(!chosen.is_empty(), "this part of the sample is empty");
    eprintln!("Testing {} of {count} mutants of the core.", chosen.len());
    let folder = target.join("mutants");
    let outcome = test(&tool, &target, &folder, chosen)?;
    // Each run's copy of the sources has a place of its own, whose builds nothing uses again.
    run(&[
        "clean",
        "--quiet",
        "--profile",
        "mutants",
        "-p",
        "presence-core",
        "-p",
        "presence-simulation",
    ])?;
    report(sample, count, &outcome, &folder)
}

fn mutants(tool: &Path) -> Result<Command> {
    let mut command = Command::new(tool);
    command
        .current_dir(root()?)
        .args(["mutants", "--package", "presence-core"])
        .stdin(Stdio::null());
    forget_our_package(&mut command);
    Ok(command)
}

fn list(tool: &Path) -> Result<Vec<Mutant>> {
    let output = mutants(tool)?.args(["--list", "--json"]).stderr(Stdio::inherit()).output()?;
    ensure!(output.status.success(), "cargo mutants --list ended with {}", output.status);
    let listed: Vec<Value> = from_slice(&output.stdout)?;
    let names = listed.iter().map(|mutant| mutant["name"].as_str().unwrap_or_default());
    numbered(names)
}

/// Tells apart by number what is replaced alike in one function.
fn numbered<'a>(names: impl Iterator<Item = &'a str>) -> Result<Vec<Mutant>> {
    let mut times: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut mutants = Vec::new();
    for name in names {
        let (place, what) = name.split_once(": ").with_context(|| format!("what is {name}?"))?;
        let path = place.split(':').next().unwrap_or_default();
        let file = path.strip_prefix(SOURCES).unwrap_or(path).to_owned();
        let times = times.entry((file.clone(), what.to_owned())).or_default();
        *times += 1;
        let what = if *times == 1 { what.to_owned() } else { format!("{what} ({times})") };
        mutants.push(Mutant { name: name.to_owned(), file, what });
    }
    Ok(mutants)
}

fn test(tool: &Path, target: &Path, folder: &Path, chosen: Vec<Mutant>) -> Result<Outcome> {
    // The children inherit it.
    setrlimit(Resource::As, Rlimit { current: Some(MEMORY), maximum: Some(MEMORY) })?;
    fs::create_dir_all(folder)?;
    let mut command = mutants(tool)?;
    command.args(["--caught", "--unviable", "--no-shuffle", "--output"]).arg(folder);
    for mutant in &chosen {
        command.arg("--re").arg(format!("^{}$", escaped(&mutant.name)));
    }
    // The dependencies are built once for all runs.
    let status = command.env("CARGO_TARGET_DIR", target).status()?;
    match status.code() {
        // All caught, some missed, some timed out.
        Some(0 | 2 | 3) => {}
        Some(4) => bail!("the tests fail without any mutation: see {}", folder.display()),
        Some(_) | None => bail!("cargo mutants ended with {status}"),
    }
    let outcomes: Value = from_reader(File::open(folder.join("mutants.out/outcomes.json"))?)?;
    sort(&outcomes, chosen)
}

/// A regular expression for nothing but `name`.
fn escaped(name: &str) -> String {
    let mut text = String::new();
    for letter in name.chars() {
        if r"\.+*?()|[]{}^$".contains(letter) {
            text.push('\\');
        }
        text.push(letter);
    }
    text
}

/// Reads what cargo-mutants wrote down of each of the `chosen`.
fn sort(outcomes: &Value, chosen: Vec<Mutant>) -> Result<Outcome> {
    let told = outcomes["outcomes"].as_array().context("no outcomes")?;
    let summary = |one: &Value| {
        let name = one["scenario"]["Mutant"]["name"].as_str()?;
        Some((name.to_owned(), one["summary"].as_str()?.to_owned()))
    };
    let summaries: BTreeMap<String, String> = told.iter().filter_map(summary).collect();
    let mut outcome = Outcome::default();
    for mutant in chosen {
        let list = match summaries.get(&mutant.name).map(String::as_str) {
            Some("CaughtMutant") => &mut outcome.caught,
            Some("Timeout") => &mut outcome.timeout,
            Some("MissedMutant") => &mut outcome.missed,
            Some("Unviable") => &mut outcome.unviable,
            other => bail!("{} ended with {other:?}", mutant.name),
        };
        list.push(mutant);
    }
    Ok(outcome)
}

fn report(sample: Sample, count: usize, outcome: &Outcome, folder: &Path) -> Result<()> {
    let judged = judged(&fs::read_to_string(root()?.join(JUDGED))?);
    let (caught, all) = outcome.share();
    let percent = caught as f64 * 100.0 / all.max(1) as f64;
    let file = write(sample, count, outcome, folder)?;
    println!("\nMissed, with what {JUDGED} says:");
    let mut unjudged = 0;
    for mutant in &outcome.missed {
        let judgement = judged.get(&mutant.row());
        unjudged += usize::from(judgement.is_none());
        println!("{} {} |", mutant.row(), judgement.map_or("not judged", String::as_str));
        println!("  at {}", mutant.name);
    }
    println!(
        "\n{percent:.1} % of the {all} that build: {} caught, {} timed out, {} missed, {unjudged} of them not \
         judged; {} do not build.\nAll of it: {}",
        outcome.caught.len(),
        outcome.timeout.len(),
        outcome.missed.len(),
        outcome.unviable.len(),
        file.display()
    );
    ensure!(outcome.suffices(unjudged), "less than {LEAST_CAUGHT} % of the mutants are caught");
    Ok(())
}

/// The judgements by the beginnings of their rows.
fn judged(document: &str) -> BTreeMap<String, String> {
    let rows = document.lines().filter_map(|line| {
        let cells = line.strip_prefix("| `")?.strip_suffix('|')?;
        let (file, rest) = cells.split_once("` | `")?;
        let (what, judgement) = rest.split_once("` |")?;
        Some((format!("| `{file}` | `{what}` |"), judgement.trim().to_owned()))
    });
    rows.filter(|(_, judgement)| !judgement.is_empty()).collect()
}

/// Writes the outcome down for programs, and returns the file.
fn write(sample: Sample, count: usize, outcome: &Outcome, folder: &Path) -> Result<PathBuf> {
    let names = |mutants: &[Mutant]| -> Vec<String> {
        mutants.iter().map(|mutant| mutant.name.clone()).collect()
    };
    let Sample { size, seed, part, parts } = sample;
    let told = json!({
        "commit": commit(),
        "seed": seed,
        "size": size,
        "part": part,
        "parts": parts,
        "mutants_of_the_core": count,
        "caught": names(&outcome.caught),
        "timeout": names(&outcome.timeout),
        "missed": names(&outcome.missed),
        "unviable": names(&outcome.unviable),
    });
    let file = folder.join(format!("outcome-{size}-seed-{seed}-shard-{part}-of-{parts}.json"));
    fs::write(&file, format!("{told:#}\n"))?;
    Ok(file)
}

/// The commit that was tested, and whether anything was changed since.
fn commit() -> Option<String> {
    let describe = ["describe", "--always", "--abbrev=12", "--exclude=*", "--dirty"];
    let output = Command::new("git").current_dir(root().ok()?).args(describe).output().ok()?;
    let said = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| said.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 4] = [
        "src-tauri/core/src/rate_limit.rs:40:9: replace || with && in RateLimit::called",
        "src-tauri/core/src/rate_limit.rs:41:9: replace || with && in RateLimit::called",
        "src-tauri/core/src/rate_limit.rs:41:9: replace RateLimit::called -> Option<(Time, bool)> with None",
        "src-tauri/core/src/time.rs:9:3: replace + with - in <impl Add<Duration> for Time>::add",
    ];

    fn all() -> Vec<Mutant> {
        numbered(NAMES.into_iter()).unwrap()
    }

    #[test]
    fn the_parts_of_a_sample_are_the_sample() {
        let chosen = |arguments: &[&str]| Sample::parse(arguments).unwrap().choose(all());
        let whole = chosen(&["3", "--seed", "7"]);
        assert_eq!(whole.len(), 3);
        let mut parts = chosen(&["3", "--seed", "7", "--shard", "1/2"]);
        parts.insert(1, chosen(&["3", "--seed", "7", "--shard", "2/2"]).remove(0));
        assert_eq!(parts, whole);
        assert!((8..20).any(|seed| chosen(&["3", "--seed", &seed.to_string()]) != whole));
        assert_eq!(Sample::parse(&["--shard", "3/2"]), None);
        assert_eq!(Sample::parse(&["many"]), None);
    }

    #[test]
    fn a_sample_stays_when_lines_move() {
        let moved = NAMES.map(|name| name.replace(".rs:4", ".rs:14"));
        let moved = numbered(moved.iter().map(String::as_str)).unwrap();
        let whats = |mutants: Vec<Mutant>| -> Vec<String> {
            mutants.into_iter().map(|mutant| mutant.what).collect()
        };
        let sample = Sample::parse(&["2"]).unwrap();
        assert_eq!(whats(sample.choose(moved)), whats(sample.choose(all())));
    }

    #[test]
    fn a_row_judges_one_mutant() {
        let document = "| File | Mutation | Judgement |\n|---|---|---|\n\
                        | `rate_limit.rs` | `replace \\|\\| with && in RateLimit::called (2)` | Harmless: `x`. |\n\
                        | `rate_limit.rs` | `replace \\|\\| with && in RateLimit::called` |  |\n";
        let judged = judged(document);
        let judgements: Vec<_> =
            all().iter().map(|mutant| judged.contains_key(&mutant.row())).collect();
        assert_eq!(judgements, [false, true, false, false]);
    }

    #[test]
    fn a_timeout_counts_as_caught_and_what_does_not_build_does_not_count() {
        let told = |(name, summary): (&str, &str)| json!({"scenario": {"Mutant": {"name": name}}, "summary": summary});
        let summaries = ["Timeout", "MissedMutant", "Unviable", "CaughtMutant"];
        let mut outcomes: Vec<Value> = NAMES.into_iter().zip(summaries).map(told).collect();
        outcomes.push(json!({"scenario": "Baseline", "summary": "Success"}));
        let outcome = sort(&json!({ "outcomes": outcomes }), all()).unwrap();
        assert_eq!(outcome.share(), (2, 3));
        assert!(!outcome.suffices(1) && outcome.suffices(0));
        assert!(sort(&json!({ "outcomes": [] }), all()).is_err());
    }

    #[test]
    fn a_name_is_taken_by_the_letter() {
        assert_eq!(escaped(r"a.rs: replace || with <T>()"), r"a\.rs: replace \|\| with <T>\(\)");
    }
}
