//! Owns `config`: lists the configuration and has it changed by the resident, or by this process where there is none.
//! Refuses to write by itself.

use std::process::ExitCode;

use presence_core::Problem;
use presence_host::{Change, ConfigReport, DoorError, Key, Profile, printable};
use serde_json::json;

use super::executor::{self, Again};
use crate::cli::ConfigVerb;
use crate::{shortcuts, words};

pub(super) async fn list(profile: &Profile, json: bool) -> Result<ExitCode, Problem> {
    let config = match executor::resident(profile).await? {
        Some(mut client) => match client.config().await {
            Err(DoorError::Broken(_)) => ConfigReport::read(profile),
            told => told.map_err(|error| executor::cannot_act(&error))?,
        },
        None => ConfigReport::read(profile),
    };
    if json {
        println!("{}", json!(config));
    } else {
        print!("{}", printable(&words::config::in_words(&config)));
        if let Some(mistake) = &config.mistake {
            eprintln!("presence-tray: {}", printable(&words::config::not_in_force(mistake)));
        }
    }
    Ok(ExitCode::SUCCESS)
}

pub(super) async fn change(profile: &Profile, verb: ConfigVerb) -> Result<ExitCode, Problem> {
    let change = match verb {
        ConfigVerb::Path => {
            println!("{}", profile.config_file().display());
            return Ok(ExitCode::SUCCESS);
        }
        ConfigVerb::Set { key, value } => {
            if let Key::Shortcut(bound) = key {
                shortcuts::judge(bound, &value)?;
            }
            Change::Set { key: key.name().to_owned(), value }
        }
        ConfigVerb::Unset { key } => Change::Unset { key: key.name().to_owned() },
        ConfigVerb::SetAside => Change::SetAside,
    };
    let config = made(profile, change).await?;
    if let Some(path) = &config.set_aside {
        println!("{}", printable(path));
    }
    Ok(ExitCode::SUCCESS)
}

async fn made(profile: &Profile, change: Change) -> Result<ConfigReport, Problem> {
    let mut again = Again::default();
    loop {
        let Some(mut client) = executor::resident(profile).await? else {
            return change.make(profile);
        };
        match client.configure(change.clone()).await {
            Ok(made) => return made,
            // It was ending; a key that is set once more is set.
            Err(DoorError::Broken(_)) if change != Change::SetAside => again.pause().await?,
            Err(error) => return Err(executor::cannot_act(&error)),
        }
    }
}
