//! Owns opening a URL with the programs that a desktop has for it; refuses to wait for a browser to end.

use std::process::Stdio;
use std::time::Duration;

use presence_core::words;
use tokio::process::Command;

/// An opener that runs longer than this has become the browser.
const OPENS_WITHIN: Duration = Duration::from_secs(4);

/// Opens `url`; `Err` with a few words when the desktop has nothing that does.
pub(crate) async fn open(url: &str) -> Result<(), String> {
    let mut last = words::opener_missing();
    for command in open::commands(url) {
        let mut command = Command::from(command);
        // That was said to this program alone.
        command.env_remove(crate::memory::WORKERS);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let name = command.as_std().get_program().to_string_lossy().into_owned();
        let mut child = match command.spawn() {
            Ok(child) => child,
            Err(error) => {
                tracing::debug!(name, %error, "this opener is not there");
                continue;
            }
        };
        match tokio::time::timeout(OPENS_WITHIN, child.wait()).await {
            Err(_) => return Ok(()),
            Ok(Ok(status)) if status.success() => return Ok(()),
            Ok(Ok(status)) => last = words::opener_failed(&name, &status.to_string()),
            Ok(Err(error)) => last = words::opener_failed(&name, &error.to_string()),
        }
    }
    Err(last)
}
