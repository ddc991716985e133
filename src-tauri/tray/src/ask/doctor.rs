//! Owns what `doctor` prints; refuses to look by itself.

use std::process::ExitCode;

use presence_core::Problem;
use presence_host::{Diagnosis, Profile, printable};
use serde_json::json;

use super::executor;
use crate::{doctor, words};

pub(super) async fn examine_all(profile: &Profile, json: bool) -> Result<ExitCode, Problem> {
    let checks = doctor::examine(profile, &executor::look(profile).await).await;
    let text = printable(&words::doctor::in_words(&checks));
    let diagnosis = Diagnosis::from(checks);
    if json {
        println!("{}", json!(diagnosis));
    } else {
        print!("{text}");
    }
    Ok(if diagnosis.ok { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
