//! `cargo simulate`: lives hundreds of months with the real core, then with each mutant of it. Refuses to pass
//! when a promise is broken, or a mutant lives.

use std::panic::{self, UnwindSafe};
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use presence_core::Rules;
use presence_tests::simulation::{self, Mutant, Tenant, Verdict, large_tenants, mutants, tenants};

const USAGE: &str = "Usage: cargo simulate [SEEDS]     live this many months (200), and every mutant\n       \
                     cargo simulate seed SEED   tell one month\n       \
                     cargo simulate fleet       live a morning of a tenant\n       \
                     cargo simulate fleet large   and of those that are too large";
/// Lives that `cargo verify` lives.
const SEEDS: u64 = 200;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let numbers = |text: &str| text.parse::<u64>().ok();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => prove(SEEDS),
        ["seed", seed] if numbers(seed).is_some() => tell(numbers(seed).unwrap_or_default()),
        ["fleet"] => prove_fleets(&tenants()),
        ["fleet", "large"] => prove_fleets(&large_tenants()),
        [seeds] if numbers(seeds).is_some() => prove(numbers(seeds).unwrap_or_default()),
        _ => {
            eprintln!("{USAGE}");
            ExitCode::from(2)
        }
    }
}

fn tell(seed: u64) -> ExitCode {
    let verdict = simulation::tell(seed, &Rules::default(), |line| println!("{line}"));
    for violation in &verdict.violations {
        println!("BROKEN {violation}");
    }
    if verdict.violations.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn prove(seeds: u64) -> ExitCode {
    // What a life breaks is told in a line of its own.
    panic::set_hook(Box::new(|_| {}));
    let start = Instant::now();
    let broken = each(seeds, |seed| broken(|| simulation::judge(seed, &Rules::default())));
    for (seed, what) in &broken {
        println!("seed {seed}: {what}\n  cargo simulate seed {seed}");
    }
    let seconds = start.elapsed().as_secs_f32();
    println!("{seeds} lives of 28 days in {seconds:.1} s, {} broken", broken.len());

    let start = Instant::now();
    let mutants = mutants();
    let survivors = each(mutants.len() as u64, |index| survives(&mutants[index as usize]));
    for (_, name) in &survivors {
        println!("a mutant survives {SEEDS} lives: it {name}");
    }
    let (all, seconds) = (mutants.len(), start.elapsed().as_secs_f32());
    println!("{} of {all} mutants caught in {seconds:.1} s", all - survivors.len());
    if broken.is_empty() && survivors.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn prove_fleets(tenants: &[Tenant]) -> ExitCode {
    let start = Instant::now();
    let failed = each(tenants.len() as u64, |index| {
        let tenant = &tenants[index as usize];
        let report = tenant.live();
        println!("{}:\n  {report}", tenant.name);
        let least = tenant.least;
        let wanted = if tenant.is_mutant { "less" } else { "no less" };
        (!tenant.holds(&report))
            .then(|| format!("{}: {wanted} than {least} % is wanted", tenant.name))
    });
    for (_, what) in &failed {
        println!("FAILED: {what}");
    }
    println!(
        "{} fleets in {:.1} s, {} failed",
        tenants.len(),
        start.elapsed().as_secs_f32(),
        failed.len()
    );
    if failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What is broken in a life, if anything.
fn broken(life: impl FnOnce() -> Verdict + UnwindSafe) -> Option<String> {
    match panic::catch_unwind(life) {
        Ok(verdict) => verdict.violations.first().map(ToString::to_string),
        Err(panicked) => {
            let text = panicked.downcast_ref::<String>().cloned();
            Some(text.unwrap_or_else(|| "the world refuses what the core did".to_owned()))
        }
    }
}

fn survives(mutant: &Mutant) -> Option<String> {
    let caught = (0..SEEDS)
        .find_map(|seed| Some((seed, broken(|| simulation::judge_mutant(seed, mutant))?)));
    match caught {
        Some((seed, what)) => {
            println!("  {}: seed {seed}, {what}", mutant.name);
            None
        }
        None => Some(mutant.name.to_owned()),
    }
}

/// Does each number's work on all processors, and returns what was found, in order.
fn each(end: u64, work: impl Fn(u64) -> Option<String> + Sync) -> Vec<(u64, String)> {
    let (next, found) = (AtomicU64::new(0), Mutex::new(Vec::new()));
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= end {
                        return;
                    }
                    if let Some(what) = work(number) {
                        found.lock().unwrap_or_else(PoisonError::into_inner).push((number, what));
                    }
                }
            });
        }
    });
    let mut found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    found.sort();
    found
}
