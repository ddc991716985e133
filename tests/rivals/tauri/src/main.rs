//! A tray program for a Teams presence, as one would write it with Tauri: no window until one is needed.

use std::env::var;
use std::time::Duration;

use serde_json::json;
use tauri::menu::{CheckMenuItem, Menu, MenuItem};
use tauri::tray::TrayIconBuilder;
use tauri::{App, AppHandle, Manager, Wry, async_runtime};
use tauri_plugin_global_shortcut::{GlobalShortcutExt, ShortcutState};
use tauri_plugin_notification::NotificationExt;
use tauri_plugin_store::StoreExt;
use tokio::sync::mpsc;
use tokio::time::timeout;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// How often the chosen status is sent again: Available fades after five minutes.
const REPEAT: Duration = Duration::from_secs(210);
const STORE: &str = "status.json";

/// Label, availability, activity and expiration; setPresence has no combination for "Be right back".
const STATUSES: [(&str, &str, &str, &str); 5] = [
    ("Available", "Available", "Available", "PT5M"),
    ("Busy", "Busy", "InACall", "PT1H"),
    ("Do not disturb", "DoNotDisturb", "Presenting", "PT1H"),
    ("Be right back", "Away", "Away", "PT1H"),
    ("Away", "Away", "Away", "PT1H"),
];

struct Chooser {
    checks: Vec<CheckMenuItem<Wry>>,
    wishes: mpsc::UnboundedSender<usize>,
}

impl Chooser {
    fn choose(&self, app: &AppHandle, chosen: usize) -> Outcome<()> {
        for (index, check) in self.checks.iter().enumerate() {
            check.set_checked(index == chosen)?;
        }
        app.store(STORE)?.set("chosen", chosen);
        Ok(self.wishes.send(chosen)?)
    }
}

fn main() -> tauri::Result<()> {
    tauri::Builder::default()
        .plugin(tauri_plugin_single_instance::init(|_, _, _| {}))
        .plugin(tauri_plugin_autostart::Builder::new().build())
        .plugin(tauri_plugin_global_shortcut::Builder::new().build())
        .plugin(tauri_plugin_notification::init())
        .plugin(tauri_plugin_store::Builder::new().build())
        .setup(set_up)
        .run(tauri::generate_context!())
}

fn set_up(app: &mut App) -> Outcome<()> {
    let menu = Menu::new(app)?;
    let mut checks = Vec::new();
    for (index, (label, ..)) in STATUSES.iter().enumerate() {
        let check =
            CheckMenuItem::with_id(app, index.to_string(), label, true, false, None::<&str>)?;
        menu.append(&check)?;
        checks.push(check);
        let keys = format!("ctrl+alt+shift+{}", index + 1);
        let bound = app.global_shortcut().on_shortcut(&*keys, move |app, _, event| {
            if event.state() == ShortcutState::Pressed {
                choose(app, index);
            }
        });
        if let Err(error) = bound {
            eprintln!("{keys}: {error}");
        }
    }
    menu.append(&MenuItem::with_id(app, "quit", "Quit", true, None::<&str>)?)?;
    let icon = app.default_window_icon().cloned().ok_or("no icon")?;
    TrayIconBuilder::new()
        .icon(icon)
        .menu(&menu)
        .on_menu_event(|app, event| match event.id().as_ref().parse() {
            Ok(index) => choose(app, index),
            Err(_) => app.exit(0),
        })
        .build(app)?;

    let (wishes, wished) = mpsc::unbounded_channel();
    app.manage(Chooser { checks, wishes });
    async_runtime::spawn(keep(app.handle().clone(), wished));
    let before = app.store(STORE)?.get("chosen").and_then(|chosen| chosen.as_u64());
    if let Some(before) = before.and_then(|before| usize::try_from(before).ok()) {
        choose(app.handle(), before);
    }
    Ok(())
}

fn choose(app: &AppHandle, index: usize) {
    if let Err(error) = app.state::<Chooser>().choose(app, index) {
        eprintln!("{error}");
    }
}

/// Sends what is wished, and repeats it.
async fn keep(app: AppHandle, mut wished: mpsc::UnboundedReceiver<usize>) {
    let client = reqwest::Client::new();
    let mut chosen = wished.recv().await;
    while let Some(status) = chosen.and_then(|chosen| STATUSES.get(chosen)) {
        if let Err(error) = set(&client, status).await {
            eprintln!("{error}");
            let title = format!("{} could not be set", status.0);
            let _ = app.notification().builder().title(title).body(error.to_string()).show();
        }
        chosen = timeout(REPEAT, wished.recv()).await.unwrap_or(chosen);
    }
}

async fn set(client: &reqwest::Client, status: &(&str, &str, &str, &str)) -> Outcome<()> {
    let &(_, availability, activity, expiration) = status;
    let body = json!({
        "sessionId": var("CLIENT_ID")?,
        "availability": availability,
        "activity": activity,
        "expirationDuration": expiration,
    });
    let request = client.post(format!("{}/presence/setPresence", var("GRAPH")?));
    request.bearer_auth(var("ACCESS_TOKEN")?).json(&body).send().await?.error_for_status()?;
    Ok(())
}
