//! `cargo simulate`: lives hundreds of months with the real core, then with each mutant of it. Refuses to pass
//! when a promise is broken, or a mutant lives.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it speaks on the terminal")]

use std::panic;
use std::process::ExitCode;
use std::time::Instant;

use presence_core::Rules;
use presence_simulation::lives::{
    self, LIVES, Mutant, Tenant, first_broken, first_broken_by, large_tenants, mutants, tenants,
};
use presence_simulation::processors::each;

// It takes the place of the system's `malloc`: as a `#[global_allocator]` it would take its slower way for alignments.
use mimalloc as _;

const USAGE: &str = "Usage: cargo simulate [SEEDS]     live this many months (200), and every mutant\n       \
                     cargo simulate from SEED SEEDS   the same, from this seed on\n       \
                     cargo simulate lives SEEDS   live this many months, and no mutant\n       \
                     cargo simulate seed SEED   tell one month\n       \
                     cargo simulate digest [SEEDS]   what the core does in these months, as one number\n       \
                     cargo simulate fleet       live a morning of a tenant\n       \
                     cargo simulate fleet large   and of those that are too large";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let numbers = |text: &str| text.parse::<u64>().ok();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => prove(0, LIVES),
        ["seed", seed] if numbers(seed).is_some() => tell(numbers(seed).unwrap_or_default()),
        ["digest"] => digest(LIVES),
        ["digest", seeds] if numbers(seeds).is_some() => digest(numbers(seeds).unwrap_or_default()),
        ["fleet"] => prove_fleets(&tenants()),
        ["fleet", "large"] => prove_fleets(&large_tenants()),
        [seeds] if numbers(seeds).is_some() => prove(0, numbers(seeds).unwrap_or_default()),
        ["lives", seeds] if numbers(seeds).is_some() => {
            code(live(0, numbers(seeds).unwrap_or_default()))
        }
        ["from", first, seeds] if numbers(first).is_some() && numbers(seeds).is_some() => {
            prove(numbers(first).unwrap_or_default(), numbers(seeds).unwrap_or_default())
        }
        _ => {
            eprintln!("{USAGE}");
            ExitCode::from(2)
        }
    }
}

fn digest(seeds: u64) -> ExitCode {
    println!("{}", lives::digest(seeds));
    ExitCode::SUCCESS
}

fn tell(seed: u64) -> ExitCode {
    let verdict = lives::tell(seed, &Rules::default(), |line| println!("{line}"));
    for violation in &verdict.violations {
        println!("BROKEN {violation}");
    }
    code(verdict.violations.is_empty())
}

fn prove(first: u64, seeds: u64) -> ExitCode {
    let is_kept = live(first, seeds);
    code(catch_mutants() && is_kept)
}

/// Whether these months break no promise.
fn live(first: u64, seeds: u64) -> bool {
    // What a life breaks is told in a line of its own.
    panic::set_hook(Box::new(|_| {}));
    let start = Instant::now();
    let broken = each(seeds, |seed| first_broken(first + seed, &Rules::default()));
    for (nth, what) in &broken {
        let seed = first + nth;
        println!("seed {seed}: {what}\n  cargo simulate seed {seed}");
    }
    let seconds = start.elapsed().as_secs_f32();
    println!("{seeds} lives of 28 days in {seconds:.1} s, {} broken", broken.len());
    broken.is_empty()
}

/// Whether every mutant is caught.
fn catch_mutants() -> bool {
    let start = Instant::now();
    let mutants = mutants();
    let survivors = each(mutants.len() as u64, |index| survives(&mutants[index as usize]));
    for (_, name) in &survivors {
        println!("a mutant survives {LIVES} lives: it {name}");
    }
    let (all, seconds) = (mutants.len(), start.elapsed().as_secs_f32());
    println!("{} of {all} mutants caught in {seconds:.1} s", all - survivors.len());
    survivors.is_empty()
}

fn code(is_good: bool) -> ExitCode {
    if is_good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
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
    code(failed.is_empty())
}

fn survives(mutant: &Mutant) -> Option<String> {
    let caught = (0..LIVES).find_map(|seed| Some((seed, first_broken_by(seed, mutant)?)));
    match caught {
        Some((seed, what)) => {
            println!("  {}: seed {seed}, {what}", mutant.name);
            None
        }
        None => Some(mutant.name.to_owned()),
    }
}
