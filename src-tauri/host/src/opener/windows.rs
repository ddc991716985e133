//! Owns opening a URL as Windows itself does ("ShellExecuteExW"); refuses PowerShell, which is slow, and barred by
//! many organisations.

/// Opens `url`; `Err` with a few words when Windows has nothing that does.
pub(crate) async fn open(url: &str) -> Result<(), String> {
    let url = url.to_owned();
    // Starting a browser takes its time.
    let opened = tokio::task::spawn_blocking(move || open::that_detached(url)).await;
    match opened {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(format!("Windows opens no web pages ({error})")),
        Err(_) => Err("Windows did not answer".to_owned()),
    }
}
