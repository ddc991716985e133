//! Owns opening a URL as Windows itself does ("ShellExecuteExW"); refuses PowerShell, which is slow, and barred by
//! many organisations.

use presence_core::words;

/// Opens `url`; `Err` with a few words when Windows has nothing that does.
pub(crate) async fn open(url: &str) -> Result<(), String> {
    let url = url.to_owned();
    // Starting a browser takes its time.
    let opened = tokio::task::spawn_blocking(move || open::that_detached(url)).await;
    match opened {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(words::opener_failed("Windows", &error.to_string())),
        Err(_) => Err(words::opener_silent("Windows")),
    }
}
