//! Owns what the doctor says of the resident and the desktop, and the form of its lines; refuses to look, and what the
//! core's catalogue says already.

use presence_core::words::seen_as;
use presence_core::{Problem, ProblemKind, Sentence, sentence, t};
use presence_host::Check;

use crate::installed::Installed;

/// A resident runs.
pub(crate) const RUNNING: Sentence = sentence!("Presence Tray is running");

/// The start at log-in is set up.
pub(crate) const STARTS: Sentence = sentence!("Presence Tray starts at log-in");

/// The entry for the start at log-in is switched off by the desktop.
pub(crate) const START_SWITCHED_OFF: Sentence =
    sentence!("turned off in the desktop's settings, which take precedence");

/// The start at log-in is wanted and has no entry yet.
pub(crate) const START_ABSENT: Sentence = sentence!("will be set up when Presence Tray starts");

/// The start at log-in is not wanted.
pub(crate) const STARTS_NOT: Sentence =
    sentence!("Presence Tray does not start at log-in (autostart = false)");

/// The desktop shows a tray.
#[cfg(target_os = "linux")]
pub(crate) const TRAY: Sentence = sentence!("this desktop has a tray");

/// No desktop of this system is without a tray.
#[cfg(not(target_os = "linux"))]
pub(crate) const TRAY: Sentence = sentence!("this system always has a tray");

/// The desktop shows no tray.
#[cfg(target_os = "linux")]
pub(crate) fn no_tray() -> Problem {
    Problem::new(
        ProblemKind::NoTray,
        t!("This desktop shows no tray"),
        t!(
            "The icon appears as soon as the desktop has a tray; the window and the command line work without one."
        ),
        t!(
            "On GNOME, turn on the extension \"AppIndicator and KStatusNotifierItem Support\"; elsewhere, add a tray to the panel."
        ),
    )
}

/// The tray has lost the icon.
#[cfg(target_os = "linux")]
pub(crate) fn not_in_tray() -> Problem {
    Problem::new(
        ProblemKind::NoTray,
        t!("The tray does not show the icon"),
        t!("This desktop has a tray, but the icon of Presence Tray is not in it."),
        t!("Start Presence Tray again: presence-tray quit, then presence-tray."),
    )
}

/// Somebody is signed in, perhaps by a known name.
pub(crate) fn signed_in(name: Option<&str>) -> String {
    name.map_or_else(|| t!("signed in").to_owned(), |name| t!("signed in as {name}", name))
}

/// Nobody is signed in.
pub(crate) fn not_signed_in() -> Problem {
    Problem::new(
        ProblemKind::SignInNeeded,
        t!("Not signed in"),
        t!("No status can be set."),
        t!("Sign in with: presence-tray sign-in"),
    )
}

/// The service accepts the token; `seen` is the availability that it tells.
pub(crate) fn permission_granted(seen: &str) -> String {
    t!("Presence.ReadWrite is granted; colleagues see {seen}", seen = seen_as(seen))
}

/// So many shortcuts work.
pub(crate) fn shortcuts(count: usize) -> String {
    match count {
        0 => t!("none configured").to_owned(),
        count => t!("{count} configured", count),
    }
}

/// What brought this copy of the program, and how a newer one comes: the program does not update itself.
pub(crate) fn installed(by: Installed) -> String {
    match by {
        Installed::Deb => t!("from the .deb package; to update, install a newer one with apt"),
        Installed::Rpm => {
            t!("from the .rpm package; to update, install a newer one with dnf or zypper")
        }
        Installed::Archive => {
            t!("from the archive for Linux; to update, run install.sh of a newer one")
        }
        Installed::Setup => t!("by the installer, for you alone; to update, run a newer one"),
        Installed::Msi => t!(
            "by the MSI, for everybody on this computer; whoever manages it updates it with a newer one"
        ),
        Installed::Zip => t!(
            "unpacked from the .zip; to update, quit Presence Tray and unpack a newer one over it"
        ),
        Installed::ByHand => t!("by no package; to update, build or copy a newer program"),
    }
    .to_owned()
}

/// All checks as lines.
pub(crate) fn in_words(checks: &[Check]) -> String {
    let (well, ill) = (t!("ok"), t!("problem"));
    let line = |check: &Check| match &check.finding {
        Ok(text) => format!("{well:<8} {:<14} {text}\n", check.name),
        Err(problem) => {
            let text = problem.to_string().replace("\n  ", &format!("\n{:24}", ""));
            format!("{ill:<8} {:<14} {text}\n", check.name)
        }
    };
    checks.iter().map(line).collect()
}
