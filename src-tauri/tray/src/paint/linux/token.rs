//! Owns the activation token that a panel gives with a click, until the window takes it or it is let go. Refuses to
//! keep one for a later click.

use std::time::Duration;

use tokio::sync::{oneshot, watch};
use tokio::time::timeout;

/// How long after a click its window may take the token: it may have waited for a menu that does not open.
const PATIENCE: Duration = Duration::from_millis(500);
/// How much later than its click a token may come.
const LATE: Duration = Duration::from_millis(30);

/// The token of the last click.
#[derive(Clone, Default)]
pub(super) struct Token(watch::Sender<Option<Offer>>);

struct Offer {
    token: String,
    taken: oneshot::Sender<()>,
}

impl Token {
    /// Offers the token of a click in place of that of the click before. Whether the window takes it is known soon.
    pub(super) fn offer(&self, token: String) -> impl Future<Output = bool> + Send + 'static {
        let (taken, answer) = oneshot::channel();
        self.0.send_replace(Some(Offer { token, taken }));
        async { matches!(timeout(PATIENCE, answer).await, Ok(Ok(()))) }
    }

    /// Takes the token for the window, once there is one.
    pub(super) async fn take(&self) -> Option<String> {
        let mut offers = self.0.subscribe();
        let stands =
            |offer: &Option<Offer>| offer.as_ref().is_some_and(|offer| !offer.taken.is_closed());
        timeout(LATE, offers.wait_for(stands)).await.ok()?.ok()?;
        let offer = self.0.send_replace(None)?;
        offer.taken.send(()).is_ok().then_some(offer.token)
    }

    /// Lets the token of a click go that opens no window.
    pub(super) fn let_go(&self) {
        self.0.send_replace(None);
    }
}
