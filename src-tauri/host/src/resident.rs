//! Owns the loop: what happens goes into the core, what the core asks for is done. Refuses to decide.

use std::collections::BTreeMap;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use presence_core::{
    Answer, AttemptId, CallId, Command, Core, Effect, Event, GrantId, Language, NoAnswer, Outcome,
    Private, Redirect, ReplyTo, Saved, Setup, VaultEvent, View, Woke, language,
};
use presence_wire::redirect::Callback;
use presence_wire::{TokenStore, opening, refusal};
use tokio::sync::{RwLock, mpsc, oneshot, watch};
use tokio::task::AbortHandle;
use tokio::time::Instant;

use crate::clock::Alarm;
use crate::door::{Door, ServerContext, WindowPlace};
use crate::history::Recorder;
use crate::http::Http;
use crate::lock::Lock;
use crate::one_shot::Purpose;
use crate::redirect::Listener;
use crate::sleep::{Delay, SleepNews};
use crate::vault::Vaults;
use crate::watch::Watcher;
use crate::{
    Clock, Config, DoorError, Profile, Snapshot, memory, network, opener, saved, signals, sleep,
};

mod configuration;
mod effects;
mod face;
mod inbox;
mod notes;
mod start;

use configuration::{Read, Reading, What};
pub use face::Face;
pub use inbox::Commands;
use inbox::Input;
pub use start::StartError;

/// How long an end waits for its last answers to be written, and then for the desktop.
const LAST_WORDS: Duration = Duration::from_millis(300);

/// How long a request may take to be with a new connection before a disk, which may be slow, is written to.
const HEAD_START: Duration = Duration::from_millis(100);

/// The program that stays: a core, and the means to do what it asks for.
pub struct Resident {
    profile: Profile,
    clock: Clock,
    config: Option<Config>,
    core: Core,
    // Before the lock: nobody else opens a door while this one is open.
    door: Option<Arc<Door>>,
    _lock: Lock,
    one_shot: Option<Purpose>,
    _watcher: Option<Watcher>,
    alarm: Alarm,
    inbox: mpsc::UnboundedReceiver<Input>,
    outbox: mpsc::UnboundedSender<Input>,
    http: Http,
    tokens: TokenStore,
    vaults: Vaults,
    /// Counts the identities, so that what an older one's keyring brings is told apart.
    identity: u64,
    /// Whether there was no configuration at the start.
    is_new: bool,
    /// The reading of the configuration that has not ended yet.
    reading: Option<Reading>,
    /// Counts these.
    readings: u64,
    /// Counts the readings of the keyring.
    loads: u64,
    delay: Delay,
    call: Option<(CallId, AbortHandle)>,
    /// Until when what is to be written waits for the answer to that call.
    head_start: Option<Instant>,
    listener: Option<(AttemptId, AbortHandle)>,
    replies: BTreeMap<ReplyTo, oneshot::Sender<Outcome>>,
    asked: u64,
    /// What is to be written down of the newest wish.
    unwritten: Option<Saved>,
    /// Whether the newest wish could not be written down.
    is_unsaved: bool,
    asleep: i64,
    /// Held, for reading, by whoever is owed an answer.
    owed: Arc<RwLock<()>>,
    window: WindowPlace,
    snapshots: watch::Sender<Option<Snapshot>>,
    shown: Option<View>,
    /// In which language.
    shown_in: Language,
    /// Absent where only a look is taken.
    history: Option<Recorder>,
}

impl Resident {
    pub(crate) fn snapshots(&self) -> watch::Receiver<Option<Snapshot>> {
        self.snapshots.subscribe()
    }

    /// Where a face of this process sends its commands.
    pub fn commands(&self) -> Commands {
        Commands(self.outbox.clone())
    }

    /// Whether nobody has configured anything yet.
    pub fn is_new(&self) -> bool {
        self.is_new
    }

    /// Runs until the person, or the system, ends the program.
    ///
    /// # Errors
    /// When the system's timer fails.
    pub async fn run(mut self, face: &mut impl Face) -> io::Result<()> {
        let context = ServerContext {
            profile: self.profile.clone(),
            commands: self.commands(),
            snapshots: self.snapshots.subscribe(),
            window: self.window.clone(),
            owed: self.owed.clone(),
        };
        let door = self.door.clone();
        let mut visits = pin!(async {
            match door {
                Some(door) => door.receive(context).await,
                None => std::future::pending().await,
            }
        });
        self.attend();
        let outbox = self.outbox.clone();
        let mut network =
            pin!(network::watch(move |woke| drop(outbox.send(Input::Event(Event::Woke(woke))))));
        let mut watching = true;
        let mut end = pin!(signals::end());
        let mut ending = false;
        if let Some(config) = &self.config {
            face.configured(config);
        }
        self.happen(Event::Tick, face);
        loop {
            let deadline = self.core.deadline();
            let input = tokio::select! {
                biased;
                input = self.inbox.recv() => input.unwrap_or(Input::Exit),
                asked = &mut end, if !ending => {
                    asked?;
                    ending = true;
                    tracing::info!("asked to end");
                    Input::Command(Command::Quit, None)
                }
                rung = self.alarm.ring(self.clock, deadline) => {
                    rung?;
                    Input::Event(Event::Tick)
                }
                () = &mut visits => Input::Exit,
                () = &mut network, if watching => {
                    watching = false;
                    continue;
                }
                () = head_start(self.head_start), if self.has_something_to_write() => {
                    self.head_start = None;
                    self.write_wish();
                    self.note(Recorder::write);
                    // Now, when it costs nobody time: what a start, a sign-in or a change took for a moment.
                    memory::give_back();
                    continue;
                }
            };
            if let Input::Exit = input {
                break;
            }
            self.notice_sleep(face);
            self.take(input, face);
        }
        self.write_wish();
        // Nobody waits any more for what will not come; what was said is still heard.
        self.replies.clear();
        let moment = self.clock.moment();
        self.note(|history| history.end(&moment));
        if self.door.is_some() {
            // Whoever watches is told that this is no crash.
            self.snapshots.send_replace(None);
            tokio::task::yield_now().await;
        }
        let _ = tokio::time::timeout(LAST_WORDS, self.owed.write()).await;
        if tokio::time::timeout(LAST_WORDS, face.leave()).await.is_err() {
            tracing::warn!("the desktop does not take back what it gave");
        }
        Ok(())
    }

    /// Begins to listen to the machine; a one-shot is over before it sleeps.
    fn attend(&mut self) {
        if self.one_shot.is_some() {
            return;
        }
        let outbox = self.outbox.clone();
        self.delay = sleep::watch(move |news| {
            let input = match news {
                SleepNews::Sleeping => Input::Event(Event::Sleeping),
                SleepNews::Woke => Input::Event(Event::Woke(Woke::Machine)),
                SleepNews::ShuttingDown => Input::Command(Command::Quit, None),
            };
            drop(outbox.send(input));
        });
    }

    fn take(&mut self, input: Input, face: &mut impl Face) {
        match input {
            Input::Command(command, reply) => self.obey(command, reply, face),
            Input::Press(command) => {
                self.configure_if_missing(face);
                self.happen(Event::Pressed(command), face);
            }
            Input::Event(event) => self.happen(event, face),
            Input::Response(id, pending, response) => {
                // Nobody is told what became of a wish that is not on the disk.
                self.write_wish();
                self.head_start = None;
                if let Err(NoAnswer::Certificate(_)) = response {
                    // The help desk may give the system a certificate to trust.
                    self.http = Http::default();
                }
                let answer = match response {
                    Ok(response) => pending.answer(id, &response, &mut self.tokens),
                    Err(cause) => Answer::Offline { cause },
                };
                self.happen(Event::Answered { id, answer }, face);
            }
            Input::Begun(attempt, at, how) => self.tokens.begin(attempt, at, how),
            Input::FileChanged => self.read_configuration(What::Changes, face),
            Input::Reload => self.read_configuration(What::Everything, face),
            Input::Read(read) => self.read_late(read, face),
            Input::ReadingIsLate(number) => self.miss_configuration(number, face),
            Input::Examine(reply) => {
                let Some(snapshot) = self.snapshots.borrow().clone() else { return };
                let looking = face.examine(snapshot);
                tokio::spawn(async move { reply.send(looking.await) });
            }
            Input::Code(attempt, code) => {
                // Nothing is listened to any more: its browser gets a page, whatever becomes of the code.
                self.listener.take_if(|(current, _)| *current == attempt);
                self.tokens.code_came(attempt, code);
                self.happen(Event::Redirected { attempt, redirect: Redirect::Code }, face);
            }
            Input::Vault(event) => self.happen(Event::Vault(event), face),
            Input::Loaded(identity, grant, at, kept) if identity == self.identity => {
                let account = kept.account.clone();
                self.tokens.put_kept(grant, at, kept);
                self.happen(Event::Vault(VaultEvent::Present { grant, account }), face);
            }
            Input::NotLoaded(identity, event) if identity == self.identity => {
                self.happen(Event::Vault(event), face);
            }
            Input::Loaded(..) | Input::NotLoaded(..) => {
                tracing::debug!("an answer about another sign-in came too late");
            }
            Input::Exit => {}
        }
    }

    fn obey(
        &mut self,
        command: Command,
        reply: Option<oneshot::Sender<Outcome>>,
        face: &mut impl Face,
    ) {
        self.configure_if_missing(face);
        let reply = reply.map(|sender| {
            self.asked += 1;
            let to = ReplyTo(self.asked);
            self.replies.insert(to, sender);
            to
        });
        tracing::debug!(?command, "asked");
        self.happen(Event::Command { command, reply }, face);
    }

    fn happen(&mut self, event: Event, face: &mut impl Face) {
        tracing::debug!(?event, "event");
        let has_woken = matches!(event, Event::Woke(Woke::Machine));
        let effects = self.core.handle(self.clock.now(), event);
        // A request is with its connection before anything is painted.
        let (calls, others): (Vec<_>, Vec<_>) = effects
            .into_iter()
            .partition(|effect| matches!(effect, Effect::Call { .. } | Effect::Abandon(_)));
        self.do_effects(calls, face);
        let moment = self.clock.moment();
        let view = self.core.view(moment.time);
        self.note(|history| history.awake(has_woken, &moment));
        // Compared with what faces show, not with the moment before: a session also ends by time alone.
        // They see the wish before anything slower is done for it.
        let language = language::current();
        if self.shown.as_ref() != Some(&view) || self.shown_in != language {
            self.note_change(&view, &moment);
            let config_file = self.profile.config_file().display().to_string();
            self.snapshots.send_replace(Some(Snapshot::new(&view, &moment, config_file)));
            face.show(&view, &moment);
            self.shown = Some(view);
            self.shown_in = language;
        }
        self.do_effects(others, face);
    }

    fn do_effects(&mut self, effects: Vec<Effect>, face: &mut impl Face) {
        for effect in effects {
            tracing::debug!(?effect, "effect");
            self.do_effect(effect, face);
        }
    }
}

/// Returns at `until`, or else when whatever else can go on has: requests and answers are on their way.
async fn head_start(until: Option<Instant>) {
    match until {
        Some(until) => tokio::time::sleep_until(until).await,
        None => tokio::task::yield_now().await,
    }
}

/// Bytes that nobody can guess.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], rustls::Error> {
    let mut bytes = [0; N];
    // The system's, as for the connections.
    rustls::crypto::ring::default_provider().secure_random.fill(&mut bytes)?;
    Ok(bytes)
}
