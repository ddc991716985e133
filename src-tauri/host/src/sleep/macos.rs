//! Owns the news of sleep and log-out from the workspace ("NSWorkspaceWillSleepNotification"), which come on the
//! main thread. Refuses to hold macOS up longer than it allows.

use std::ptr::NonNull;
use std::sync::Arc;
use std::time::Duration;

use block2::RcBlock;
use objc2_app_kit::{
    NSWorkspace, NSWorkspaceDidWakeNotification, NSWorkspaceWillPowerOffNotification,
    NSWorkspaceWillSleepNotification,
};
use objc2_foundation::{NSNotification, NSNotificationName};

use super::SleepNews;
use super::hold::Hold;

/// macOS waits 30 seconds before a sleep, but a person who closes the lid does not.
const WAITS: Duration = Duration::from_secs(3);

/// A delay of the next sleep.
#[derive(Default)]
pub(crate) struct Delay(Option<Arc<Hold>>);

impl Delay {
    /// Lets the machine sleep.
    pub(crate) fn end(&self) {
        if let Some(hold) = &self.0 {
            hold.end();
        }
    }
}

/// Calls `tell` for ever; a delay is held from each news of a sleep or a log-out on.
#[expect(unsafe_code, reason = "the names of notifications are the framework's statics")]
pub(crate) fn watch(tell: impl Fn(SleepNews) + Send + Sync + 'static) -> Delay {
    let tell = Arc::new(tell);
    let hold = Arc::new(Hold::default());
    let (waits, told) = (hold.clone(), tell.clone());
    let before = move || waits.until_end(WAITS, || told(SleepNews::Sleeping));
    let (first, last) = (before.clone(), tell.clone());
    // SAFETY: the framework never changes them.
    let (sleeps, wakes, ends) = unsafe {
        (
            NSWorkspaceWillSleepNotification,
            NSWorkspaceDidWakeNotification,
            NSWorkspaceWillPowerOffNotification,
        )
    };
    on(sleeps, before);
    on(ends, move || {
        first();
        last(SleepNews::ShuttingDown);
    });
    on(wakes, move || tell(SleepNews::Woke));
    Delay(Some(hold))
}

/// Has `act` called at each notification of this name, for ever.
#[expect(unsafe_code, reason = "the notification centre is Objective-C")]
fn on(name: &NSNotificationName, act: impl Fn() + Send + Sync + 'static) {
    let block = RcBlock::new(move |_: NonNull<NSNotification>| act());
    let center = NSWorkspace::sharedWorkspace().notificationCenter();
    // SAFETY: the name is a notification's, there is no queue, and the block may be called on any thread. The centre
    // keeps the registration until it is removed, which nobody does.
    unsafe { center.addObserverForName_object_queue_usingBlock(Some(name), None, None, &block) };
}
