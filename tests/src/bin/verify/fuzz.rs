//! Owns making up inputs for the targets of `tests/fuzz`, guided by what of the code they reach; refuses to judge them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use presence_fuzz::{TARGETS, Target};
use presence_tests::packages::{self, Consent, Group};
use presence_tests::workspace::{built_to, cargo, run_command};

/// What libFuzzer is guided by: counters and comparisons, by flags of the stable compiler.
const COUNTERS: [&str; 5] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
];
/// A minute for each target, ten seconds and half a gigabyte for each input.
const LIMITS: [&str; 3] = ["-max_total_time=60", "-timeout=10", "-rss_limit_mb=512"];
/// Where files need no disk.
const MEMORY: &str = "/dev/shm";

/// Runs the targets of these names, or all. What breaks a promise goes into its corpus, where it fails until it is mended.
pub(crate) fn verify(names: &[String], consent: Consent) -> Result<()> {
    packages::ensure(&[Group::BuildWindow], consent)?;
    let folder = built_to()?.parent().context("a profile lies in a folder")?.join("fuzz");
    let program = build(&folder)?;
    let mut targets = match names {
        [] => TARGETS.to_vec(),
        names => names.iter().map(|name| find(name)).collect::<Result<_>>()?,
    };
    targets.iter_mut().try_for_each(|target| fuzz(target, &program, &folder))
}

fn find(name: &str) -> Result<Target> {
    let names = TARGETS.map(|target| target.name).join(", ");
    Target::find(name).with_context(|| format!("{name} is no target; the targets are {names}"))
}

fn build(folder: &Path) -> Result<PathBuf> {
    // With a target of their own, build scripts and macros go without the counters.
    let host = host()?;
    let mut build = cargo(&["build", "--locked", "--profile", "fuzz", "--target", &host])?;
    build.args(["-p", "presence-fuzz", "--features", "engine", "--bin", "fuzz"]);
    build.env("CARGO_TARGET_DIR", folder).env("RUSTFLAGS", COUNTERS.join(" "));
    run_command(build)?;
    Ok(folder.join(host).join("fuzz/fuzz"))
}

fn host() -> Result<String> {
    let told = Command::new("rustc").arg("-vV").output().context("rustc")?;
    let told = String::from_utf8(told.stdout)?;
    let host = told.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc tells its host")?.to_owned())
}

fn fuzz(target: &Target, program: &Path, folder: &Path) -> Result<()> {
    // What reaches more than the corpus does is the start of the next run.
    let found = folder.join("found").join(target.name);
    fs::create_dir_all(&found)?;
    let mut command = Command::new(program);
    command.env("FUZZ_TARGET", target.name).arg(found).arg(target.corpus()).args(LIMITS);
    command.arg(format!("-max_len={}", target.longest));
    command.arg(format!("-artifact_prefix={}/", target.corpus().display()));
    command.args(["-verbosity=0", "-print_funcs=0", "-print_final_stats=1"]);
    if Path::new(MEMORY).is_dir() {
        command.env("TMPDIR", MEMORY);
    }
    run_command(command)
}
