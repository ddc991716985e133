//! Brings the window to the front whenever the resident asks for it; refuses to open another one.

use presence_host::Requests;
use tauri::{AppHandle, Manager, WebviewWindow};
use tokio::sync::{Notify, oneshot};

use crate::resident;

/// A resident answers that did not before.
pub(crate) static BACK: Notify = Notify::const_new();

/// Does what is asked until the window ends, by one resident after another.
pub(crate) async fn attend(app: AppHandle, mut requests: Option<Requests>) {
    loop {
        if let Some(requests) = requests {
            attend_one(&app, requests).await;
        }
        BACK.notified().await;
        requests = resident::stay_window().await;
    }
}

async fn attend_one(app: &AppHandle, mut requests: Requests) {
    while let Ok(Some(token)) = requests.next().await {
        let (done, is_done) = oneshot::channel();
        let handle = app.clone();
        let on_main_thread = app.run_on_main_thread(move || {
            let window = handle.get_webview_window("main");
            if window.is_some_and(|window| come(&window, token).is_ok()) {
                // Nobody listens when the program ends.
                let _ = done.send(());
            }
        });
        // A window that is being closed answers nothing, and the resident opens another.
        if on_main_thread.is_err() || is_done.await.is_err() || requests.done().await.is_err() {
            return;
        }
    }
}

fn come(window: &WebviewWindow, token: Option<String>) -> tauri::Result<()> {
    // One that is not drawn yet is about to be shown.
    if !window.is_visible()? {
        return Ok(());
    }
    window.unminimize()?;
    focus(window, token)
}

#[cfg(target_os = "linux")]
fn focus(window: &WebviewWindow, token: Option<String>) -> tauri::Result<()> {
    use gdkx11::X11Window;
    use gtk::prelude::{Cast, GtkWindowExt, WidgetExt};

    let window = window.gtk_window()?;
    if let Some(token) = token {
        window.set_startup_id(&token);
    }
    // Otherwise X11's window managers take what was asked for just now for as old as the last key in this window.
    let on_x11 = window.window().and_then(|window| window.downcast::<X11Window>().ok());
    let now = on_x11.as_ref().map_or(0, gdkx11::functions::x11_get_server_time);
    window.present_with_time(now);
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn focus(window: &WebviewWindow, _: Option<String>) -> tauri::Result<()> {
    window.set_focus()
}
