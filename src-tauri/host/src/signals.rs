//! Owns the system's wish that the program end: SIGTERM, SIGINT, log-out; refuses to end it.

/// Returns when the system, or a person at a terminal, asks the program to end.
#[cfg(unix)]
pub(crate) async fn end() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
        _ = hang_up.recv() => {}
    }
    Ok(())
}

/// Returns when the system, or a person at a terminal, asks the program to end.
#[cfg(windows)]
pub(crate) async fn end() -> std::io::Result<()> {
    use tokio::signal::windows;
    let mut interrupt = windows::ctrl_c()?;
    let mut close = windows::ctrl_close()?;
    let mut shutdown = windows::ctrl_shutdown()?;
    let mut logoff = windows::ctrl_logoff()?;
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = close.recv() => {}
        _ = shutdown.recv() => {}
        _ = logoff.recv() => {}
    }
    Ok(())
}
