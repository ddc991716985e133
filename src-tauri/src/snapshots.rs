//! Brings snapshots from the resident to the page, no more of them than it can show; refuses to know what they say.

use std::time::Duration;

use presence_host::{DoorError, Snapshot, Watch};
use tauri::ipc::Channel;
use tokio::sync::watch;
use tokio::time::sleep;

use crate::front;
use crate::resident::{self, Unreachable, at_hand};

/// A page draws no more often. Whatever it has not taken yet stays in memory, so that it is given only the newest.
const FRAME: Duration = Duration::from_millis(16);

/// Streams to `page` until the resident ends by itself, or nobody listens any more.
pub(crate) async fn stream(page: &Channel<Snapshot>) -> Result<(), Unreachable> {
    let mut watch = resident::connect_or_start().await?.watch().await?;
    let Some(first) = at_hand(watch.next()).await? else { return Ok(()) };
    front::BACK.notify_one();
    let (newest, mut told) = watch::channel(first);
    told.mark_changed();
    let showing = async {
        while told.changed().await.is_ok() {
            let snapshot = told.borrow_and_update().clone();
            // A page that no longer listens belongs to a window that is closing.
            if page.send(snapshot).is_err() {
                break;
            }
            sleep(FRAME).await;
        }
    };
    tokio::select! {
        end = follow(&mut watch, &newest) => end,
        () = showing => Ok(()),
    }
}

async fn follow(watch: &mut Watch, newest: &watch::Sender<Snapshot>) -> Result<(), Unreachable> {
    loop {
        match watch.next().await {
            Ok(Some(snapshot)) => drop(newest.send_replace(snapshot)),
            Ok(None) => return Ok(()),
            Err(DoorError::Broken(_)) => return Err(Unreachable::Ended),
            Err(error) => return Err(error.into()),
        }
    }
}
