//! Writes down what was measured, for people and for programs; refuses to explain it: what stands below the mark in
//! the document is written by hand and stays.

use std::fmt::Write as _;
use std::fs;
use std::process::Command;

use anyhow::{Context, Result};
use presence_tests::bench::{Programs, Spread};
use presence_tests::workspace::{built_to, root};

use crate::plot::bars;
use crate::run::{Length, Measured, OfProgram};
use crate::targets::{median, targets};

/// Above it the document is made, below it written.
const MARK: &str = "<!-- Above: made by cargo bench-tray. Below: written by hand. -->";

pub(crate) fn write(measured: &Measured, length: Length) -> Result<()> {
    let docs = match length {
        Length::Whole => root()?.join("docs"),
        Length::Quick => built_to()?.join("performance"),
    };
    let plots = docs.join("performance");
    fs::create_dir_all(&plots)?;
    let document = docs.join("performance.md");
    let before = fs::read_to_string(&document).unwrap_or_default();
    let by_hand = before.split_once(MARK).map_or("\n", |(_, by_hand)| by_hand);
    let text = format!("{}\n{MARK}{by_hand}", document_of(measured)?);
    if length == Length::Whole {
        let readme = root()?.join("README.md");
        let lines = fs::read_to_string(&readme)?.replace(&list(&before), &list(&text));
        fs::write(&readme, lines)?;
    }
    fs::write(&document, text)?;
    fs::write(plots.join("measured.json"), serde_json::to_string_pretty(measured)? + "\n")?;
    let of_each = |value: fn(&OfProgram) -> f64| -> Vec<(&str, f64)> {
        Programs::ALL
            .map(|program| (program.name(), value(&measured.programs[program.key()])))
            .to_vec()
    };
    let pictures = [
        ("memory", "Memory", "PSS in MB", of_each(|of| of.used.map_or(0.0, |used| used.pss))),
        ("rest", "Wake-ups at rest", "a minute", of_each(|of| of.rest.0)),
        ("start", "Start to tray item", "ms", of_each(|of| median(&of.item))),
        ("click", "Click to request", "ms", of_each(|of| median(&of.click))),
    ];
    for (file, title, unit, rows) in pictures {
        fs::write(plots.join(file).with_extension("svg"), bars(title, unit, &rows))?;
    }
    println!("{}", fs::read_to_string(&document)?);
    Ok(())
}

fn document_of(measured: &Measured) -> Result<String> {
    let mut text = String::new();
    let ours = &measured.programs[Programs::Ours.key()];
    writeln!(text, "# Performance\n\n{}\n", origin()?)?;
    for line in three_lines(measured) {
        writeln!(text, "{line}")?;
    }
    writeln!(text, "\n![Memory](performance/memory.svg)\n![Wake-ups](performance/rest.svg)")?;
    writeln!(text, "![Start](performance/start.svg)\n![Click](performance/click.svg)\n")?;
    writeln!(text, "## Beside others\n\nMedian (lowest to highest).\n")?;
    let names = Programs::ALL.map(Programs::name).join(" | ");
    writeln!(text, "| | {names} |\n|---|{}", "---|".repeat(Programs::ALL.len()))?;
    for (what, cell) in rows() {
        let cells = Programs::ALL.map(|program| cell(&measured.programs[program.key()]));
        writeln!(text, "| {what} | {} |", cells.join(" | "))?;
    }
    writeln!(text, "\nA bare POST on a kept connection: {} ms.", spread(&measured.post, 2))?;
    writeln!(
        text,
        "From start to the request that resumes the status: {} ms.",
        spread(&ours.resumed, 1)
    )?;
    writeln!(
        text,
        "`presence-tray set` as a process: {} ms; `presence-tray --version`: {} ms; `curl` with the same request: {} ms.",
        spread(&measured.set, 1),
        spread(&measured.version, 1),
        spread(&measured.curl, 1)
    )?;
    let [program, window] = measured.sizes.map(|size| size as f64 / 1e6);
    writeln!(text, "Size: the program {program:.1} MB, its window {window:.1} MB.\n")?;
    let (day, opening) = (&measured.day, &measured.opening);
    writeln!(
        text,
        "## A day\n\nSimulated, at 720 times its speed: PSS {:.2} MB in the morning, {:.2} MB in the evening, {} lapses.\n",
        day.morning.pss, day.evening.pss, day.lapses
    )?;
    writeln!(
        text,
        "| held | requests an hour | KB sent an hour | KB received an hour |\n|---|---|---|---|"
    )?;
    for held in &day.held {
        let hourly = |count: f64| count / held.hours;
        let (sent, received) = (held.passed.sent as f64 / 1e3, held.passed.received as f64 / 1e3);
        writeln!(
            text,
            "| {} | {:.1} | {:.1} | {:.1} |",
            held.status,
            hourly(held.calls as f64),
            hourly(sent),
            hourly(received)
        )?;
    }
    writeln!(
        text,
        "\n## The window\n\nFrom its start until it can be used: {} ms; an empty window of Tauri's: {} ms.",
        spread(&opening.ours, 0),
        spread(&opening.empty, 0)
    )?;
    writeln!(
        text,
        "While it is open: {:.0} MB. Processes left when it is closed: {}.\n",
        opening.memory, opening.left
    )?;
    writeln!(text, "## The core\n\nA step while a status is held, median: {}.", steps(measured))?;
    writeln!(
        text,
        "The simulation lives {:.0} days a second and processor.\n",
        measured.core.days
    )?;
    writeln!(text, "## Targets\n\n| | at most | measured | |\n|---|---|---|---|")?;
    for target in targets(measured) {
        let met = if target.is_met() { "met" } else { "**missed**" };
        let unit = target.unit;
        writeln!(
            text,
            "| {} | {:.2} {unit} | {:.2} {unit} | {met} |",
            target.what, target.at_most, target.measured
        )?;
    }
    Ok(text)
}

fn steps(measured: &Measured) -> String {
    let steps = measured.core.steps.iter();
    steps.map(|(what, cost)| format!("{what} {cost:.2} µs")).collect::<Vec<_>>().join(", ")
}

/// The list of a document, which the README has, too.
fn list(document: &str) -> String {
    document.lines().filter(|line| line.starts_with("- ")).take(3).collect::<Vec<_>>().join("\n")
}

/// What the README says, too.
fn three_lines(measured: &Measured) -> [String; 3] {
    let of = |program: Programs| &measured.programs[program.key()];
    let pss = |program| of(program).used.map_or(f64::NAN, |used| used.pss);
    let [ours, tauri, python] = [Programs::Ours, Programs::Tauri, Programs::Python];
    [
        format!(
            "- Memory: {:.1} MB, all day; a tray with Tauri 2 {:.0} MB, one in Python {:.0} MB.",
            pss(ours),
            pss(tauri),
            pss(python)
        ),
        format!(
            "- Wake-ups a minute at rest: {:.0}; Tauri {:.0}, Python {:.0}.",
            of(ours).rest.0,
            of(tauri).rest.0,
            of(python).rest.0
        ),
        format!(
            "- From a click to the request: {:.1} ms; Tauri {:.1} ms, Python {:.1} ms. From start to the icon: {:.0} ms; {:.0} ms, {:.0} ms.",
            median(&of(ours).click),
            median(&of(tauri).click),
            median(&of(python).click),
            median(&of(ours).item),
            median(&of(tauri).item),
            median(&of(python).item)
        ),
    ]
}

type Cell = fn(&OfProgram) -> String;

fn rows() -> [(&'static str, Cell); 11] {
    [
        ("PSS after start, MB", |of| {
            of.started.map_or_else(String::new, |at| format!("{:.1}", at.pss))
        }),
        ("PSS after use, MB", |of| of.used.map_or_else(String::new, |at| format!("{:.1}", at.pss))),
        ("private, MB", |of| of.used.map_or_else(String::new, |at| format!("{:.1}", at.private))),
        ("threads", |of| of.used.map_or_else(String::new, |at| at.threads.to_string())),
        ("open files", |of| of.used.map_or_else(String::new, |at| at.files.to_string())),
        ("wake-ups a minute at rest", |of| format!("{:.1}", of.rest.0)),
        ("CPU at rest, ms in all", |of| (of.rest.1 * 10).to_string()),
        ("wake-ups in the minute after use", |of| format!("{:.0}", of.after_use)),
        ("start to item, ms", |of| spread(&of.item, 1)),
        ("click to request, ms", |of| spread(&of.click, 2)),
        ("first click after two minutes, ms", |of| spread(&of.first_click, 2)),
    ]
}

/// The median, and in brackets the lowest and the highest.
pub(crate) fn spread(values: &[f64], digits: usize) -> String {
    Spread::of(values).map_or_else(|| "-".to_owned(), |spread| format!("{spread:.digits$}"))
}

/// Where, when and from what it was measured.
fn origin() -> Result<String> {
    let said = |program: &str, arguments: &[&str]| -> Result<String> {
        let output = Command::new(program).current_dir(root()?).args(arguments).output()?;
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    };
    let processors = fs::read_to_string("/proc/cpuinfo")?;
    let model =
        processors.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let (_, model) = model.unwrap_or(("", "an unnamed processor"));
    let cores = std::thread::available_parallelism()?;
    let system = fs::read_to_string("/etc/os-release")?;
    let system = system.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="));
    let system = system.context("the system's name")?.trim_matches('"');
    Ok(format!(
        "Measured on {}, commit {}, {system}, {cores} cores of {model}, release builds, each program on a private desktop, in turns. Again: `cargo bench-tray`.",
        said("date", &["-u", "+%Y-%m-%d"])?,
        said("git", &["rev-parse", "--short", "HEAD"])?
    ))
}
