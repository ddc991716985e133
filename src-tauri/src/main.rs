//! Opens the window and carries lines between its page and the resident; refuses to hold state of theirs, to decide,
//! and to talk to Microsoft.

#![cfg_attr(all(windows, not(test)), windows_subsystem = "windows")]

mod front;
mod remembered;
mod resident;
mod snapshots;
mod trouble;
#[path = "../tray/src/words/window_process.rs"]
mod words;

use std::process::ExitCode;

use presence_host::{DoorError, Profile, Request, Response, Snapshot};
use tauri::ipc::Channel;
use tauri::webview::{PageLoadEvent, PageLoadPayload};
use tauri::{App, Webview, WebviewWindow, WebviewWindowBuilder, WindowEvent};

use remembered::Remembered;
use resident::Unreachable;
use trouble::Trouble;

fn main() -> ExitCode {
    #[cfg(target_os = "linux")]
    draw_without_gl();
    #[cfg(windows)]
    {
        presence_host::claim_app_id();
        trouble::show_panics();
    }
    presence_host::choose_language(Profile::find().ok().as_ref());
    match trouble::look().and_then(|()| open()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            trouble.tell();
            ExitCode::FAILURE
        }
    }
}

fn open() -> Result<(), Trouble> {
    let requests = match tauri::async_runtime::block_on(resident::be_window()) {
        Ok(Some(requests)) => Some(requests),
        // Another one is in front.
        Ok(None) => return Ok(()),
        // The page meets the same and says so.
        Err(_) => None,
    };
    tauri::Builder::default()
        .setup(|app| {
            show(app)?;
            tauri::async_runtime::spawn(front::attend(app.handle().clone(), requests));
            Ok(())
        })
        .invoke_handler(tauri::generate_handler![watch, ask])
        .on_page_load(show_when_drawn)
        .run(tauri::generate_context!())?;
    Ok(())
}

/// Makes the window of `tauri.conf.json`, as the last one ended.
fn show(app: &App) -> tauri::Result<()> {
    let Some(config) = app.config().app.windows.first() else { return Ok(()) };
    let mut config = config.clone();
    Remembered::bend(&mut config);
    let window = WebviewWindowBuilder::from_config(app, &config)?.build()?;
    let closing = window.clone();
    window.on_window_event(move |event| {
        if let WindowEvent::CloseRequested { .. } = event {
            Remembered::keep(&closing, &config);
        }
    });
    Ok(())
}

/// Streams what faces show to the page. The window closes when the resident ends by itself.
#[tauri::command]
async fn watch(window: WebviewWindow, snapshots: Channel<Snapshot>) -> Result<(), String> {
    snapshots::stream(&snapshots).await.map_err(in_words)?;
    // One that cannot be closed has been.
    let _ = window.close();
    Ok(())
}

/// Hands `request` to the resident and waits for its response.
#[tauri::command]
async fn ask(request: Request) -> Result<Response, String> {
    match resident::request(&request).await.map_err(in_words)? {
        Response::Misunderstood(why) => Err(in_words(DoorError::Language(why).into())),
        response => Ok(response),
    }
}

fn in_words(error: Unreachable) -> String {
    error.to_string()
}

/// The window starts hidden, so that nobody sees it white before the page is drawn.
fn show_when_drawn(page: &Webview, load: &PageLoadPayload<'_>) {
    if load.event() == PageLoadEvent::Finished {
        // A window that cannot be shown is one that was closed meanwhile.
        let _ = page.window().show();
    }
}

/// Where GL is software, GTK's use of it costs 25 MB and this page gains nothing by it. GTK reads the variable
/// when it starts, so the program begins again with it.
#[cfg(target_os = "linux")]
fn draw_without_gl() {
    use std::os::unix::process::CommandExt;

    if std::env::var_os("GDK_GL").is_some() {
        return;
    }
    let Ok(program) = std::env::current_exe() else { return };
    // `exec` only comes back when it failed; then the window opens with GL.
    let _ = std::process::Command::new(program)
        .args(std::env::args_os().skip(1))
        .env("GDK_GL", "disable")
        .exec();
}
