//! Stands between the resident and whoever comes to its door, and bends what passes; refuses to know who comes.

use std::fs;
use std::io::{self, BufRead, BufReader, Write};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::Stage;

/// What becomes of what passes the door.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bend {
    /// It passes.
    Straight,
    /// Nobody is answered.
    Stalls,
    /// In place of a snapshot comes this, and nothing after it.
    Says(Vec<u8>),
    /// After a snapshot come a thousand a second, each unlike the one before, and then the snapshot again.
    Floods,
}

/// The door of a resident, with somebody in it. Its threads end with the process.
#[derive(Debug)]
pub struct BentDoor {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    bend: Mutex<Bend>,
    last_look: Mutex<Option<Instant>>,
}

impl Stage {
    /// Stands in the door of the running resident.
    ///
    /// # Errors
    /// When it is not open.
    pub fn bend_door(&self, bend: Bend) -> io::Result<BentDoor> {
        let door = self.folder.join("run/door");
        let behind = door.with_file_name("behind");
        fs::rename(&door, &behind)?;
        let listener = UnixListener::bind(door)?;
        let shared = Arc::new(Shared { bend: Mutex::new(bend), last_look: Mutex::default() });
        let door = BentDoor { shared: shared.clone() };
        std::thread::spawn(move || {
            for visitor in listener.incoming().flatten() {
                let (behind, shared) = (behind.clone(), shared.clone());
                // Who leaves ends the talk.
                std::thread::spawn(move || drop(talk(&visitor, &behind, &shared)));
            }
        });
        Ok(door)
    }
}

impl BentDoor {
    /// Bends what passes like this from now on.
    pub fn bend(&self, bend: Bend) {
        *self.shared.bend.lock().unwrap_or_else(PoisonError::into_inner) = bend;
    }

    /// When somebody last asked what colleagues see, as the window does once it shows something.
    pub fn last_look(&self) -> Option<Instant> {
        *self.shared.last_look.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shared {
    fn bend(&self) -> Bend {
        self.bend.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn talk(visitor: &UnixStream, behind: &Path, shared: &Arc<Shared>) -> io::Result<()> {
    let resident = UnixStream::connect(behind)?;
    let (asks, mut takes, asked) = (visitor.try_clone()?, resident.try_clone()?, shared.clone());
    std::thread::spawn(move || {
        for line in lines(&asks) {
            if line == b"{\"do\":\"look\"}\n" {
                let mut last = asked.last_look.lock().unwrap_or_else(PoisonError::into_inner);
                *last = Some(Instant::now());
            }
            if asked.bend() != Bend::Stalls && takes.write_all(&line).is_err() {
                break;
            }
        }
        takes.shutdown(Shutdown::Both)
    });
    let mut visitor = visitor;
    for line in lines(&resident) {
        let is_snapshot = line.windows(9).any(|part| part == b"\"sign_in\"");
        match shared.bend() {
            Bend::Says(instead) if is_snapshot => {
                visitor.write_all(&instead)?;
                break;
            }
            Bend::Floods if is_snapshot => flood(visitor, &line, shared)?,
            Bend::Straight | Bend::Says(_) | Bend::Floods => visitor.write_all(&line)?,
            Bend::Stalls => {}
        }
    }
    resident.shutdown(Shutdown::Both)?;
    visitor.shutdown(Shutdown::Both)
}

/// Pours out variants of `snapshot` until the bend is another.
fn flood(mut visitor: &UnixStream, snapshot: &[u8], shared: &Shared) -> io::Result<()> {
    let snapshot = String::from_utf8_lossy(snapshot);
    let mut count = 0_u32;
    while shared.bend() == Bend::Floods {
        for _ in 0..10 {
            count += 1;
            let other = format!("\"config_file\":\"{count}");
            visitor.write_all(snapshot.replace("\"config_file\":\"", &other).as_bytes())?;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    visitor.write_all(snapshot.as_bytes())
}

fn lines(stream: &UnixStream) -> impl Iterator<Item = Vec<u8>> {
    let mut lines = BufReader::new(stream);
    std::iter::from_fn(move || {
        let mut line = Vec::new();
        let count = lines.read_until(b'\n', &mut line).ok()?;
        (count > 0).then_some(line)
    })
}
