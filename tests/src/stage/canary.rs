//! Searches what a test leaves behind for what nobody may see there; refuses to guess what that is, the cloud knows.

use std::collections::BTreeSet;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use aho_corasick::AhoCorasick;
use anyhow::Result;

use super::Stage;
use crate::cloud::{Secret, SecretKind};

/// How much of a long secret counts as it: what is cut short is told, too.
const ENOUGH: usize = 24;
/// What is shorter stands everywhere by chance.
const LEAST: usize = 8;
/// How much of a file is read, bytes: some tests have one without an end.
const MOST: u64 = 64 << 20;

/// Where something was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// In a file of the test's home, the log among them.
    File,
    /// In the arguments of a process.
    Arguments,
    /// In the environment of a process.
    Environment,
    /// On the session bus.
    Bus,
    /// In what a command printed.
    Output,
}

/// A secret where nobody may see it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Leak {
    /// What it is.
    pub kind: SecretKind,
    /// Where it was seen.
    pub place: Place,
    /// Which file, process or message that is.
    pub whose: String,
}

impl fmt::Display for Leak {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{:?} in {:?} {}", self.kind, self.place, self.whose)
    }
}

/// What may be seen somewhere.
struct Exception {
    place: Place,
    /// How its file, process or message begins.
    whose: &'static str,
    kinds: &'static [SecretKind],
}

const ADDRESS: &[SecretKind] = &[SecretKind::State, SecretKind::Claims];
const BROWSED: &[SecretKind] = &[SecretKind::State, SecretKind::Claims, SecretKind::Code];
const SHOWN: &[SecretKind] = &[SecretKind::Mailbox, SecretKind::Name];

/// Everything that may be seen, and why. The keyring's own file and what the program says to the keyring are not among
/// it: both are encrypted.
const EXCEPTIONS: &[Exception] = &[
    // A browser gets the address of the sign-in page from its command line, after those who open it for the desktop,
    // of whom one tells the bus. Its state is of no use to whoever cannot answer at the redirect as this user.
    Exception { place: Place::Arguments, whose: "browser", kinds: ADDRESS },
    Exception { place: Place::Arguments, whose: "exo-open", kinds: ADDRESS },
    Exception { place: Place::Arguments, whose: "gio", kinds: ADDRESS },
    Exception { place: Place::Arguments, whose: "xdg-open", kinds: ADDRESS },
    Exception { place: Place::Bus, whose: "org.gtk.gio.DesktopAppInfo.Launched", kinds: ADDRESS },
    // The browser of the stage writes it down for the test.
    Exception { place: Place::File, whose: "pt/opened", kinds: ADDRESS },
    // A real browser keeps its history; the code in it is spent, and takes the verifier.
    Exception { place: Place::File, whose: "chromium/", kinds: BROWSED },
    // Who is signed in is shown in the menu and by the command line, which also quotes a word that it does not know.
    Exception { place: Place::Bus, whose: "com.canonical.dbusmenu.", kinds: SHOWN },
    Exception { place: Place::Output, whose: "presence-tray [\"doctor\"", kinds: SHOWN },
    Exception { place: Place::Output, whose: "presence-tray [\"sign-in\"", kinds: SHOWN },
    Exception { place: Place::Output, whose: "presence-tray [\"status\"", kinds: SHOWN },
    // Whose session and pin were left, so that they are not taken for somebody else's after a restart.
    Exception { place: Place::File, whose: "pt/state/wish.json", kinds: &[SecretKind::ObjectId] },
];

/// What is sought, each also as two bytes a letter and as an address has it.
pub struct Needles {
    kinds: Vec<SecretKind>,
    finder: AhoCorasick,
}

impl Needles {
    /// All of `secrets` that are long enough to be told from chance.
    ///
    /// # Errors
    /// When there are too many.
    pub fn of(secrets: impl IntoIterator<Item = Secret>) -> Result<Needles> {
        let (mut kinds, mut patterns) = (Vec::new(), BTreeSet::new());
        for Secret { kind, text } in secrets {
            let text: String = text.chars().take(ENOUGH).collect();
            if text.len() < LEAST {
                continue;
            }
            let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let address: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
            let spaced = address.replace('+', "%20");
            for pattern in [text.into_bytes(), wide, address.into_bytes(), spaced.into_bytes()] {
                patterns.insert((pattern, kind));
            }
        }
        kinds.extend(patterns.iter().map(|(_, kind)| *kind));
        let finder = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .build(patterns.into_iter().map(|(pattern, _)| pattern))?;
        Ok(Needles { kinds, finder })
    }

    /// The kinds of secrets in `bytes`.
    pub fn found_in(&self, bytes: &[u8]) -> BTreeSet<SecretKind> {
        let found = self.finder.find_iter(bytes);
        found.map(|found| self.kinds[found.pattern().as_usize()]).collect()
    }

    /// The leaks in `bytes`.
    pub fn leaks(&self, place: Place, whose: &str, bytes: &[u8]) -> Vec<Leak> {
        let leak = |kind| Leak { kind, place, whose: whose.to_owned() };
        self.found_in(bytes).into_iter().map(leak).filter(|leak| !leak.is_allowed()).collect()
    }

    /// The leaks in every file below `folder`, but in programs.
    ///
    /// # Errors
    /// When one that is still there cannot be read.
    pub fn leaks_below(&self, folder: &Path) -> io::Result<Vec<Leak>> {
        let mut leaks = Vec::new();
        let mut folders = vec![folder.to_owned()];
        while let Some(inner) = folders.pop() {
            // What still runs may take its files away meanwhile.
            for entry in fs::read_dir(inner).into_iter().flatten().flatten() {
                let (path, kind) = (entry.path(), entry.file_type()?);
                if kind.is_dir() {
                    folders.push(path);
                } else if kind.is_file() {
                    let bytes = read(&path).unwrap_or_default();
                    let name = path.strip_prefix(folder).unwrap_or(&path);
                    leaks.extend(self.leaks(Place::File, &name.to_string_lossy(), &bytes));
                }
            }
        }
        Ok(leaks)
    }
}

impl Leak {
    fn is_allowed(&self) -> bool {
        let is_it = |it: &Exception| {
            it.place == self.place
                && self.whose.starts_with(it.whose)
                && it.kinds.contains(&self.kind)
        };
        EXCEPTIONS.iter().any(is_it)
    }
}

/// Everything but a program, which has no secret and takes long to read.
fn read(file: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut file = File::open(file)?.take(MOST);
    (&mut file).take(4).read_to_end(&mut bytes)?;
    if bytes != b"\x7fELF" {
        file.read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

impl Stage {
    /// Every secret that somebody may see who may not, after the end of the program: it may write until then.
    ///
    /// # Errors
    /// When it cannot be looked for everywhere.
    pub fn leaks(&mut self) -> Result<BTreeSet<Leak>> {
        let Some(monitor) = &self.monitor else { return Ok(BTreeSet::new()) };
        self.look();
        if let Some(program) = &mut self.program {
            program.end();
        }
        let needles = Needles::of(self.cloud.with(|cloud, _| cloud.secrets()))?;
        let mut leaks = self.sightings.leaks(&needles);
        leaks.extend(needles.leaks_below(self.desktop.folder())?);
        let us = self.desktop.bus().name();
        for heard in monitor.all(self.desktop.bus())? {
            // What a test itself takes out of the keyring it takes openly.
            if heard.from != us && heard.to != us {
                leaks.extend(needles.leaks(Place::Bus, &heard.what, &heard.bytes));
            }
        }
        Ok(leaks.into_iter().collect())
    }

    /// Does not search this stage for secrets, nor hear its bus: it is there to measure, or to leak.
    pub fn search_nothing(&mut self) {
        self.monitor = None;
    }

    /// Looks at every process of this stage.
    pub(super) fn look(&self) {
        self.sightings.look(&self.desktop.folder().join("home"));
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        let leaks = self.leaks().expect("the stage can be searched");
        let lines: Vec<String> = leaks.iter().map(Leak::to_string).collect();
        assert!(lines.is_empty(), "secrets where nobody may see them:\n{}", lines.join("\n"));
    }
}

/// What was seen of processes that may have ended since.
#[derive(Debug, Default)]
pub(super) struct Sightings(Mutex<BTreeSet<(Place, String, Vec<u8>)>>);

impl Sightings {
    /// Notes what a program printed.
    pub(super) fn note(&self, place: Place, whose: &str, bytes: &[u8]) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert((place, whose.to_owned(), bytes.to_owned()));
    }

    /// Looks at every process whose home is `home`.
    pub(super) fn look(&self, home: &Path) {
        let home = format!("HOME={}", home.display()).into_bytes();
        for process in fs::read_dir("/proc").into_iter().flatten().flatten() {
            let read = |name| fs::read(process.path().join(name)).unwrap_or_default();
            let environment = read("environ");
            if environment.split(|&byte| byte == 0).any(|variable| variable == home) {
                let name = String::from_utf8_lossy(&read("comm")).trim().to_owned();
                self.note(Place::Arguments, &name, &read("cmdline"));
                self.note(Place::Environment, &name, &environment);
            }
        }
    }

    /// The leaks in what was seen.
    pub(super) fn leaks(&self, needles: &Needles) -> Vec<Leak> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let leaks = all.iter().map(|(place, whose, bytes)| needles.leaks(*place, whose, bytes));
        leaks.flatten().collect()
    }
}
