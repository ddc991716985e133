//! Owns the numbers of the promises, so that a test can bend them; refuses to act on them.

use std::time::Duration;

use crate::Call;

/// Every number the core decides by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// A session that says Available shows AvailableInactive after this ("Manage presence state").
    pub fade: Duration,
    /// Available is renewed this long after it was set.
    pub renew_available: Duration,
    /// While the service throttles, Available is renewed later by this, at most.
    pub throttled_stretch: Duration,
    /// A throttled renewal is tried again at least this long before its session ends.
    pub renewal_margin: Duration,
    /// Over how long those spread who are throttled again and again.
    pub throttled_spread: Duration,
    /// The longest of these, for those who are throttled even so.
    pub throttled_spread_cap: Duration,
    /// How long after a throttled call the renewals are back at their usual intervals.
    pub throttling_passes: Duration,
    /// The renewals of many machines are spread: later by up to this share of the interval, in percent.
    pub spread_percent: u32,
    /// The same for Available, whose fade leaves less room.
    pub spread_available_percent: u32,
    /// The shortest `expirationDuration` that Graph takes.
    pub shortest_expiration: Duration,
    /// The longest `expirationDuration` that Graph takes.
    pub longest_expiration: Duration,
    /// How long a new wish waits for a presence call on its way.
    pub patience: Duration,
    /// When the host gives up a call to Graph.
    pub call_limit: Duration,
    /// When the host gives up a call to Entra.
    pub sign_in_call_limit: Duration,
    /// What the core waits beyond a limit before it stops believing in an answer.
    pub answer_margin: Duration,
    /// The first pause of a backoff.
    pub backoff_first: Duration,
    /// The longest pause of a young backoff.
    pub backoff_cap: Duration,
    /// The longest pause once the trouble is older than `trouble_old`.
    pub backoff_cap_old: Duration,
    /// When a trouble counts as old.
    pub trouble_old: Duration,
    /// The calls that a minute may see beyond one for each wish, whatever wakes and networks do.
    pub busiest_minute: usize,
    /// The calls that any minute may see, whoever asks.
    pub ceiling: usize,
    /// So many of them are left for the last things before an end or a sleep.
    pub ceiling_reserve: usize,
    /// The pause after an answer that only a person or an administrator can change.
    pub slow_retry: Duration,
    /// How long the sign-in of a registration that is not configured any more stays in the keyring: a file may be read
    /// while it is being written.
    pub orphan_grace: Duration,
    /// An access token that ends within this is renewed before the next call.
    pub refresh_ahead: Duration,
    /// An access token that ends within this is not used any more.
    pub access_margin: Duration,
    /// How long a browser sign-in may take.
    pub sign_in_limit: Duration,
    /// How long a device code is waited for, at most.
    pub device_limit: Duration,
    /// How long a sign-in that did not work is shown beside a good one.
    pub ended_stands: Duration,
    /// How long clearing may delay a quit or a log-out.
    pub shutdown_limit: Duration,
    /// How long a quit or a sign-out may take until it is answered.
    pub shutdown_reply: Duration,
    /// How long any other command may take until it is answered; a sign-in takes as long as its person.
    pub reply_limit: Duration,
    /// How long an abandoned call may delay a quit.
    pub shutdown_patience: Duration,
    /// A machine that still runs this long after it was let asleep has stayed awake.
    pub sleep_comes_within: Duration,
    /// How long a passing trouble stays unannounced while nothing has lapsed.
    pub grace: Duration,
    /// How long before a lapse that is coming it is announced.
    pub forewarning: Duration,
    /// Who was told of a problem is reminded of it by a shortcut that fails after this.
    pub reminded_after: Duration,
    /// How long what colleagues see counts as just read.
    pub look_fresh: Duration,
    /// After this, what colleagues saw is no longer shown.
    pub look_stale: Duration,
    /// How long a status message outlives the machine, where its status has no end.
    pub message_lasts: Duration,
    /// So long before that it is set once more.
    pub message_ahead: Duration,
    /// How long a timed status must last at least.
    pub shortest_timed: Duration,
    /// How long a timed status may last at most.
    pub longest_timed: Duration,
}

impl Rules {
    /// When the host gives `call` up.
    pub fn limit(&self, call: &Call) -> Duration {
        match call {
            Call::Graph { .. } => self.call_limit,
            Call::Entra(_) => self.sign_in_call_limit,
        }
    }
}

impl Default for Rules {
    fn default() -> Rules {
        let seconds = Duration::from_secs;
        Rules {
            fade: seconds(300),
            renew_available: seconds(200),
            throttled_stretch: seconds(30),
            renewal_margin: seconds(10),
            throttled_spread: seconds(300),
            throttled_spread_cap: seconds(600),
            throttling_passes: seconds(2 * 3600),
            spread_percent: 40,
            spread_available_percent: 20,
            shortest_expiration: seconds(300),
            longest_expiration: seconds(4 * 3600),
            patience: seconds(2),
            call_limit: seconds(10),
            sign_in_call_limit: seconds(30),
            answer_margin: seconds(2),
            backoff_first: seconds(1),
            backoff_cap: seconds(60),
            backoff_cap_old: seconds(300),
            trouble_old: seconds(15 * 60),
            busiest_minute: 8,
            ceiling: 20,
            ceiling_reserve: 4,
            slow_retry: seconds(30 * 60),
            orphan_grace: seconds(60),
            refresh_ahead: seconds(300),
            access_margin: seconds(15),
            sign_in_limit: seconds(300),
            device_limit: seconds(900),
            ended_stands: seconds(300),
            shutdown_limit: Duration::from_millis(2_800),
            shutdown_reply: Duration::from_millis(3_500),
            reply_limit: seconds(60),
            shutdown_patience: seconds(1),
            sleep_comes_within: seconds(30),
            grace: seconds(20),
            forewarning: seconds(60),
            reminded_after: seconds(3),
            look_fresh: seconds(5),
            look_stale: seconds(15 * 60),
            message_lasts: seconds(12 * 3600),
            message_ahead: seconds(3 * 3600),
            shortest_timed: seconds(300),
            longest_timed: seconds(24 * 3600),
        }
    }
}
