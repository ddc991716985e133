//! Keeps a Microsoft Teams presence from the tray. Owns the start of the program and its faces: tray,
//! notifications, command line. Refuses to decide what they show.

#![cfg_attr(all(windows, not(test)), windows_subsystem = "windows")]
#![warn(clippy::wildcard_enum_match_arm)]

use std::alloc::System;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Parser;
use presence_core::Command;
// The command line takes `Key` from here, and from elsewhere in the window's build script, which has no host.
use presence_host::{Client, DoorError, Key, Profile, Resident, StartError, printable};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use zeroizing_alloc::ZeroAlloc;

mod ask;
mod autostart;
#[cfg(windows)]
mod background;
mod cli;
#[cfg(windows)]
mod console;
mod doctor;
mod icons;
mod installed;
mod menu;
mod notify;
mod paint;
mod shortcuts;
mod tray;
mod window;
mod words;

use cli::{Cli, Verb};

/// Overwrites what is freed, whoever had it: tokens pass through buffers of libraries that do not.
#[global_allocator]
static HEAP: ZeroAlloc<System> = ZeroAlloc(System);

/// How long a start waits for a command that is at work without a resident.
const PATIENCE: Duration = Duration::from_secs(45);

fn main() -> ExitCode {
    presence_host::forbid_dumps();
    presence_host::share_heap();
    presence_host::share_worker();
    #[cfg(windows)]
    console::attach();
    let profile = Profile::find();
    // Before the first word, which may be of a mistake in the arguments.
    presence_host::choose_language(profile.as_ref().ok());
    words::time::choose_clock();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return refused(&error),
    };
    let profile = match profile {
        Ok(profile) => profile,
        Err(error) => return failed(&error),
    };
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error),
    };
    match cli.verb {
        None => stay(runtime, profile, Window::OnFirstRun, IfTaken::OpenWindow),
        Some(Verb::Run { hidden: false }) => {
            stay(runtime, profile, Window::OnFirstRun, IfTaken::Fail)
        }
        Some(Verb::Run { hidden: true }) => stay(runtime, profile, Window::Never, IfTaken::Fail),
        Some(verb) => runtime.block_on(ask::ask(&profile, verb)),
    }
}

/// Whether a start without a configuration opens the window.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Window {
    OnFirstRun,
    Never,
}

/// What a second start does.
#[derive(Clone, Copy, PartialEq, Eq)]
enum IfTaken {
    OpenWindow,
    Fail,
}

#[expect(clippy::print_stderr, reason = "the program does not start: whoever started it reads why")]
fn failed(error: &dyn std::fmt::Display) -> ExitCode {
    eprintln!("presence-tray: {}", printable(&error.to_string()));
    ExitCode::FAILURE
}

/// Shows the help that was asked for, or what is wrong with the arguments. That repeats them: without what a terminal
/// would obey, but then also without colours of its own.
#[expect(clippy::print_stderr, reason = "whoever typed them reads why")]
fn refused(error: &clap::Error) -> ExitCode {
    let words = error.render().to_string();
    let clean = printable(&words);
    if words == clean {
        error.exit();
    }
    eprint!("{clean}");
    ExitCode::from(2)
}

fn stay(
    runtime: tokio::runtime::Runtime,
    profile: Profile,
    first: Window,
    if_taken: IfTaken,
) -> ExitCode {
    start_log();
    let entered = runtime.enter();
    let resident = match start(&runtime, &profile) {
        Ok(resident) => resident,
        Err(StartError::Door(DoorError::Taken)) if if_taken == IfTaken::OpenWindow => {
            drop(entered);
            return runtime.block_on(ask::ask(&profile, Verb::Open));
        }
        Err(error) => return cannot_stay(&runtime, &error),
    };
    #[cfg(windows)]
    {
        background::settle();
        presence_host::claim_app_id();
        if if_taken == IfTaken::OpenWindow {
            console::leave();
        }
    }
    if first == Window::OnFirstRun && resident.is_new() {
        resident.commands().tell(Command::Open);
    }
    drop(entered);
    run(runtime, resident, profile)
}

/// Says why, also to a person who reads nothing of what is printed. One that runs already is no failure to them.
fn cannot_stay(runtime: &tokio::runtime::Runtime, error: &StartError) -> ExitCode {
    let code = failed(error);
    if !matches!(error, StartError::Door(DoorError::Taken)) {
        notify::show_last(runtime, &words::start::failed(&printable(&error.to_string())));
    }
    code
}

/// Starts the resident; while a command without one holds the lock, or a resident ends, waits for that.
fn start(runtime: &tokio::runtime::Runtime, profile: &Profile) -> Result<Resident, StartError> {
    let end = Instant::now() + PATIENCE;
    loop {
        match Resident::start(profile.clone()) {
            Err(StartError::Door(DoorError::Taken)) if Instant::now() < end => {}
            started => return started,
        }
        if runtime.block_on(Client::connect(profile)).is_ok() {
            return Err(StartError::Door(DoorError::Taken));
        }
        std::thread::sleep(Duration::from_millis(25));
    }
}

/// Logs to stderr; `PRESENCE_TRAY_LOG` takes levels such as `debug` or `presence_host=debug`.
fn start_log() {
    let wanted = std::env::var("PRESENCE_TRAY_LOG").ok().and_then(|text| text.parse().ok());
    let targets = wanted.unwrap_or_else(|| Targets::new().with_default(LevelFilter::INFO));
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(false);
    tracing_subscriber::registry().with(lines).with(targets).init();
}

#[cfg(target_os = "linux")]
fn run(runtime: tokio::runtime::Runtime, resident: Resident, profile: Profile) -> ExitCode {
    let ended = runtime.block_on(async {
        let mut painter = paint::Painter::start(profile, resident.commands());
        resident.run(&mut painter).await
    });
    // A keyring thread that waits for a person does not hold the program back.
    runtime.shutdown_background();
    ended.map_or_else(|error| failed(&error), |()| ExitCode::SUCCESS)
}

#[cfg(not(target_os = "linux"))]
fn run(runtime: tokio::runtime::Runtime, resident: Resident, profile: Profile) -> ExitCode {
    let main_thread = paint::MainThread::new();
    let commands = resident.commands();
    let mut painter = main_thread.painter(profile.clone(), commands.clone());
    std::thread::spawn(move || {
        if let Err(error) = runtime.block_on(resident.run(&mut painter)) {
            failed(&error);
            std::process::exit(1);
        }
        drop(painter);
        runtime.shutdown_background();
    });
    main_thread.run(profile, commands)
}
