//! A wire between a program and the service that notes when something passes, and how much; refuses to change it.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde::Serialize;

/// What asks for a status, in the first line of its request.
const WISH: &[u8] = b"setPresence";

/// A listener on loopback that hands everything on. It lasts as long as this process.
#[derive(Clone, Debug)]
pub struct Tap {
    address: String,
    wire: Arc<Wire>,
}

#[derive(Debug, Default)]
struct Wire {
    service: OnceLock<String>,
    noted: Mutex<Noted>,
    came: Condvar,
}

#[derive(Debug, Default)]
struct Noted {
    wishes: Vec<Instant>,
    passed: Passed,
}

/// What passed a wire.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Passed {
    /// Connections that were opened.
    pub connections: u64,
    /// Requests for a status.
    pub wishes: u64,
    /// Bytes to the service.
    pub sent: u64,
    /// Bytes from it.
    pub received: u64,
}

impl Passed {
    /// What passed since there was only `before`.
    #[must_use]
    pub fn since(self, before: Passed) -> Passed {
        Passed {
            connections: self.connections - before.connections,
            wishes: self.wishes - before.wishes,
            sent: self.sent - before.sent,
            received: self.received - before.received,
        }
    }
}

impl Tap {
    /// Listens, and hands nothing on until [`Tap::lead_to`].
    ///
    /// # Errors
    /// When the machine gives no loopback port.
    pub fn open() -> Result<Tap> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let tap = Tap { address: listener.local_addr()?.to_string(), wire: Arc::default() };
        let wire = tap.wire.clone();
        thread::spawn(move || {
            for program in listener.incoming().flatten() {
                // Where the service is gone, the program's connection ends.
                let _ = wire.join(program);
            }
        });
        Ok(tap)
    }

    /// Where it listens, as the root of the service's addresses.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Hands everything on to the service at `url`.
    pub fn lead_to(&self, url: &str) {
        let _ = self.wire.service.set(url.trim_start_matches("http://").to_owned());
    }

    /// When the first byte of a request for a status came that came after `start`.
    ///
    /// # Errors
    /// When none comes within `limit`.
    pub fn wish_after(&self, start: Instant, limit: Duration) -> Result<Instant> {
        let came = |noted: &Noted| noted.wishes.iter().copied().find(|wish| *wish > start);
        let (noted, _) = self
            .wire
            .came
            .wait_timeout_while(self.wire.noted(), limit, |noted| came(noted).is_none())
            .unwrap_or_else(PoisonError::into_inner);
        came(&noted).context("no request for a status came")
    }

    /// What passed so far.
    pub fn passed(&self) -> Passed {
        self.wire.noted().passed
    }
}

impl Wire {
    fn noted(&self) -> MutexGuard<'_, Noted> {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn join(self: &Arc<Self>, program: TcpStream) -> Result<()> {
        let service = TcpStream::connect(self.service.get().context("it leads nowhere")?)?;
        for end in [&program, &service] {
            end.set_nodelay(true)?;
        }
        self.noted().passed.connections += 1;
        let (there, back) = (self.clone(), self.clone());
        let (from_program, to_service) = (program.try_clone()?, service.try_clone()?);
        thread::spawn(move || pass(from_program, to_service, |bytes| there.note_sent(bytes)));
        thread::spawn(move || {
            pass(service, program, |bytes| back.noted().passed.received += bytes.len() as u64);
        });
        Ok(())
    }

    fn note_sent(&self, bytes: &[u8]) {
        let now = Instant::now();
        let mut noted = self.noted();
        noted.passed.sent += bytes.len() as u64;
        if bytes.windows(WISH.len()).any(|window| window == WISH) {
            noted.wishes.push(now);
            noted.passed.wishes += 1;
            self.came.notify_all();
        }
    }
}

fn pass(mut from: TcpStream, mut to: TcpStream, note: impl Fn(&[u8])) {
    let mut bytes = [0; 16 * 1024];
    while let Ok(count @ 1..) = from.read(&mut bytes) {
        note(&bytes[..count]);
        if to.write_all(&bytes[..count]).is_err() {
            break;
        }
    }
    // The other direction may still have something to say.
    let _ = to.shutdown(Shutdown::Write);
}
