//! Remembers how large the window was and which section was open; refuses to remember where it stood, as screens come
//! and go.

use std::fs;
use std::path::PathBuf;

use presence_host::Profile;
use serde::{Deserialize, Serialize};
use tauri::utils::config::WindowConfig;
use tauri::{WebviewUrl, WebviewWindow};

/// What the next window begins with, in a file of the state folder. Lengths are logical pixels, which are the same on
/// every screen.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Remembered {
    width: f64,
    height: f64,
    is_maximized: bool,
    /// As the page's address names it.
    section: String,
}

impl Remembered {
    /// Has the window that `config` describes begin as the last one ended; a file that makes no sense is none.
    pub(crate) fn bend(config: &mut WindowConfig) {
        let text = file().and_then(|file| fs::read_to_string(file).ok());
        let kept = text.and_then(|text| serde_json::from_str::<Remembered>(&text).ok());
        let Some(Remembered { width, height, is_maximized, section }) = kept else { return };
        (config.width, config.height, config.maximized) = (width, height, is_maximized);
        if !section.is_empty() && section.bytes().all(|byte| byte.is_ascii_lowercase()) {
            config.url = WebviewUrl::App(format!("index.html#{section}").into());
        }
    }

    /// Remembers `window`, which began as `begun` says and is about to be closed.
    pub(crate) fn keep(window: &WebviewWindow, begun: &WindowConfig) {
        // What cannot be remembered is not worth a word.
        if let (Ok(now), Some(file)) = (Remembered::of(window, begun), file()) {
            let _ = serde_json::to_vec(&now).map(|text| fs::write(file, text));
        }
    }

    fn of(window: &WebviewWindow, begun: &WindowConfig) -> tauri::Result<Remembered> {
        let size = window.inner_size()?.to_logical::<f64>(window.scale_factor()?);
        let section = window.url()?.fragment().unwrap_or_default().to_owned();
        let is_maximized = window.is_maximized()?;
        // The size that it would go back to is not to be had.
        let has_another_size = is_maximized || window.is_minimized()?;
        let (width, height) =
            if has_another_size { (begun.width, begun.height) } else { (size.width, size.height) };
        Ok(Remembered { width, height, is_maximized, section })
    }
}

fn file() -> Option<PathBuf> {
    Profile::find().ok().map(|profile| profile.state.join("window.json"))
}
