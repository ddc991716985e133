//! Owns the talk with systemd-logind (org.freedesktop.login1, "Inhibitor Locks"): a delay lock for sleep and
//! shutdown, and the signals before them. Refuses to wait for a system without it.

use futures_util::StreamExt;
use presence_core::words;
use tokio::sync::mpsc;
use zbus::zvariant::OwnedFd;

use super::SleepNews;
use crate::APP_NAME;

#[zbus::proxy(
    interface = "org.freedesktop.login1.Manager",
    default_service = "org.freedesktop.login1",
    default_path = "/org/freedesktop/login1",
    gen_blocking = false
)]
trait Manager {
    fn inhibit(&self, what: &str, who: &str, why: &str, mode: &str) -> zbus::Result<OwnedFd>;
    #[zbus(signal)]
    fn prepare_for_sleep(&self, start: bool) -> zbus::Result<()>;
    #[zbus(signal)]
    fn prepare_for_shutdown(&self, start: bool) -> zbus::Result<()>;
}

/// A delay of the next sleep.
#[derive(Default)]
pub(crate) struct Delay(Option<mpsc::UnboundedSender<()>>);

impl Delay {
    /// Lets the machine sleep.
    pub(crate) fn end(&self) {
        if let Some(ended) = &self.0 {
            let _ = ended.send(());
        }
    }
}

/// Calls `tell` for ever; a delay is held whenever the machine is awake.
pub(crate) fn watch(tell: impl Fn(SleepNews) + Send + Sync + 'static) -> Delay {
    let (ended, ends) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        if let Err(error) = listen(tell, ends).await {
            tracing::info!(%error, "no word of sleep from logind; it is noticed when it is over");
        }
    });
    Delay(Some(ended))
}

async fn listen(
    tell: impl Fn(SleepNews),
    mut ends: mpsc::UnboundedReceiver<()>,
) -> zbus::Result<()> {
    let connection = zbus::Connection::system().await?;
    let logind = ManagerProxy::new(&connection).await?;
    let mut sleeps = logind.receive_prepare_for_sleep().await?;
    let mut shutdowns = logind.receive_prepare_for_shutdown().await?;
    let mut delay = Some(inhibit(&logind).await?);
    loop {
        tokio::select! {
            signal = sleeps.next() => {
                let Some(signal) = signal else { return Ok(()) };
                if signal.args()?.start {
                    tell(SleepNews::Sleeping);
                } else {
                    tell(SleepNews::Woke);
                    delay = Some(inhibit(&logind).await?);
                }
            }
            signal = shutdowns.next() => {
                let Some(signal) = signal else { return Ok(()) };
                if signal.args()?.start {
                    tell(SleepNews::ShuttingDown);
                }
            }
            // The file descriptor is the lock.
            Some(()) = ends.recv() => drop(delay.take()),
        }
    }
}

async fn inhibit(logind: &ManagerProxy<'_>) -> zbus::Result<OwnedFd> {
    logind.inhibit("sleep:shutdown", APP_NAME, words::clears_first(), "delay").await
}
