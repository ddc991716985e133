//! Owns telling a person why the window does not open; refuses to keep it to itself where nobody reads stderr.

use thiserror::Error;

use crate::words;

/// Why the window does not open, in words for a person.
#[derive(Debug, Error)]
pub(crate) enum Trouble {
    /// This Windows has no browser engine that a program may use.
    #[cfg(windows)]
    #[error("{}", words::no_engine(DOWNLOAD))]
    NoEngine,
    /// Tauri does not start.
    #[error("{}", words::cannot_open(.0))]
    Tauri(#[from] tauri::Error),
}

/// Microsoft's page "Microsoft Edge WebView2", with the installers for everybody.
#[cfg(windows)]
const DOWNLOAD: &str = "https://developer.microsoft.com/microsoft-edge/webview2";

/// Looks for what the window cannot do without.
///
/// # Errors
/// When it is missing.
pub(crate) fn look() -> Result<(), Trouble> {
    #[cfg(windows)]
    if tauri::webview_version().is_err() {
        return Err(Trouble::NoEngine);
    }
    Ok(())
}

impl Trouble {
    /// Says it where this program was started from.
    #[cfg(not(windows))]
    #[expect(clippy::print_stderr, reason = "nothing else can show it")]
    pub(crate) fn tell(&self) {
        eprintln!("presence-tray-window: {self}");
    }

    /// Says it in a box of its own, and waits until it was read.
    #[cfg(windows)]
    pub(crate) fn tell(&self) {
        match self {
            Trouble::NoEngine => {
                if message::ask(&self.to_string()) {
                    // Whoever has no browser either has read the address.
                    let _ = open::that_detached(DOWNLOAD);
                }
            }
            Trouble::Tauri(_) => message::show(&self.to_string()),
        }
    }
}

/// Lets a panic be seen: Tauri ends so when a window cannot be made.
#[cfg(windows)]
pub(crate) fn show_panics() {
    std::panic::set_hook(Box::new(|panic| {
        message::show(&words::has_to_close(panic));
    }));
}

#[cfg(windows)]
mod message {
    //! Owns message boxes; refuses to know what they say.

    use std::ptr;

    use presence_host::APP_NAME;
    use windows_sys::Win32::UI::WindowsAndMessaging::{
        IDYES, MB_ICONWARNING, MB_OK, MB_SETFOREGROUND, MB_YESNO, MESSAGEBOX_RESULT,
        MESSAGEBOX_STYLE, MessageBoxW,
    };

    pub(super) fn show(words: &str) {
        message_box(words, MB_OK);
    }

    /// Whether the person says yes.
    pub(super) fn ask(words: &str) -> bool {
        message_box(words, MB_YESNO) == IDYES
    }

    #[expect(unsafe_code, reason = "no crate of ours wraps this call")]
    fn message_box(words: &str, buttons: MESSAGEBOX_STYLE) -> MESSAGEBOX_RESULT {
        let wide = |text: &str| text.encode_utf16().chain([0]).collect::<Vec<u16>>();
        let (words, title) = (wide(words), wide(APP_NAME));
        let style = buttons | MB_ICONWARNING | MB_SETFOREGROUND;
        // SAFETY: both texts end with zero and live until the box is closed; no window owns it.
        unsafe { MessageBoxW(ptr::null_mut(), words.as_ptr(), title.as_ptr(), style) }
    }
}
