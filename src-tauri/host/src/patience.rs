//! Owns waiting for a disk, which a mount that does not answer may let wait for ever; refuses to give up what was begun.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// How long is waited for a disk where something else can be done first, or without it.
pub(crate) const AT_HAND: Duration = Duration::from_millis(200);

/// What `job`, on a thread of its own, returns within `limit`. `late` gets what comes after that.
pub(crate) fn within<T: Send + 'static>(
    limit: Duration,
    job: impl FnOnce() -> T + Send + 'static,
    late: impl FnOnce(T) + Send + 'static,
) -> Option<T> {
    // Without room in between, what nobody takes any more comes back.
    let (sender, receiver) = mpsc::sync_channel(0);
    thread::spawn(move || {
        if let Err(mpsc::SendError(done)) = sender.send(job()) {
            late(done);
        }
    });
    receiver.recv_timeout(limit).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_is_either_in_time_or_late() {
        let (late, came_late) = mpsc::channel();
        let tell = late.clone();
        assert_eq!(within(Duration::MAX, || 1, move |done| tell.send(done).unwrap()), Some(1));
        let (go, begin) = mpsc::channel();
        let waits = move || begin.recv().map_or(0, |()| 2);
        assert_eq!(within(Duration::ZERO, waits, move |done| late.send(done).unwrap()), None);
        go.send(()).unwrap();
        assert_eq!(came_late.iter().collect::<Vec<_>>(), [2]);
    }
}
