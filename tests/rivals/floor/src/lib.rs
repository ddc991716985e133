//! What the floors share: the statuses, the POST, the item in the tray and the loop that repeats. Refuses errors with
//! grace: what goes wrong is printed.

use std::env::{VarError, var};
use std::error::Error;
use std::time::Duration;

use ksni::menu::{CheckmarkItem, MenuItem, StandardItem};
use ksni::{Icon, Tray, TrayMethods};
use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, StatusCode};
use serde_json::json;
use tokio::sync::mpsc;
use tokio::time::timeout;

/// How often the chosen status is sent again: Available fades after five minutes.
const REPEAT: Duration = Duration::from_secs(210);
/// The side of the icon, pixels.
const SIDE: i32 = 22;

/// What the menu offers, and a combination that setPresence supports. It has none for "Be right back".
pub struct Status {
    pub label: &'static str,
    availability: &'static str,
    activity: &'static str,
    expiration: &'static str,
}

#[rustfmt::skip]
pub const STATUSES: [Status; 5] = [
    Status { label: "Available", availability: "Available", activity: "Available", expiration: "PT5M" },
    Status { label: "Busy", availability: "Busy", activity: "InACall", expiration: "PT1H" },
    Status { label: "Do not disturb", availability: "DoNotDisturb", activity: "Presenting", expiration: "PT1H" },
    Status { label: "Be right back", availability: "Away", activity: "Away", expiration: "PT1H" },
    Status { label: "Away", availability: "Away", activity: "Away", expiration: "PT1H" },
];

/// Graph, for one person with one token.
pub struct Graph {
    client: Client,
    url: String,
    token: String,
    session: String,
}

impl Graph {
    /// By `GRAPH`, `ACCESS_TOKEN` and `CLIENT_ID`.
    pub fn from_environment(client: Client) -> Result<Graph, VarError> {
        let url = format!("{}/presence/setPresence", var("GRAPH")?);
        Ok(Graph { client, url, token: var("ACCESS_TOKEN")?, session: var("CLIENT_ID")? })
    }

    pub async fn set(&self, status: &Status) -> reqwest::Result<StatusCode> {
        let body = json!({
            "sessionId": self.session,
            "availability": status.availability,
            "activity": status.activity,
            "expirationDuration": status.expiration,
        });
        let request = self.client.post(&self.url).bearer_auth(&self.token);
        let request = request.header(CONTENT_TYPE, "application/json").body(body.to_string());
        Ok(request.send().await?.error_for_status()?.status())
    }
}

/// A client whose TLS is ring's, as the program's.
pub fn client(idle: Duration) -> reqwest::Result<Client> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().pool_idle_timeout(idle).build()
}

/// Shows the item, sends what is chosen and repeats it, until a click on "Quit".
pub async fn run() -> Result<(), Box<dyn Error>> {
    let graph = Graph::from_environment(client(Duration::from_secs(20))?)?;
    let (clicks, mut clicked) = mpsc::unbounded_channel();
    let item = Item { chosen: None, clicks }.assume_sni_available(true).spawn().await?;
    let mut chosen = clicked.recv().await.flatten();
    while let Some(status) = chosen {
        if let Err(error) = graph.set(&STATUSES[status]).await {
            eprintln!("{error}");
        }
        chosen = timeout(REPEAT, clicked.recv()).await.map_or(chosen, Option::flatten);
    }
    item.shutdown().await;
    Ok(())
}

struct Item {
    chosen: Option<usize>,
    /// What is clicked; nothing is "Quit".
    clicks: mpsc::UnboundedSender<Option<usize>>,
}

impl Tray for Item {
    const MENU_ON_ACTIVATE: bool = true;

    fn id(&self) -> String {
        "presence-floor".to_owned()
    }

    fn title(&self) -> String {
        "Presence floor".to_owned()
    }

    fn icon_pixmap(&self) -> Vec<Icon> {
        let disc = |x: i32, y: i32| (2 * x + 1 - SIDE).pow(2) + (2 * y + 1 - SIDE).pow(2);
        let alpha = |x, y| if disc(x, y) < SIDE.pow(2) { 255 } else { 0 };
        let pixels = (0..SIDE).flat_map(|y| (0..SIDE).map(move |x| [alpha(x, y), 98, 100, 167]));
        vec![Icon { width: SIDE, height: SIDE, data: pixels.flatten().collect() }]
    }

    fn menu(&self) -> Vec<MenuItem<Item>> {
        let row = |(index, status): (usize, &Status)| -> MenuItem<Item> {
            let (label, checked) = (status.label.to_owned(), self.chosen == Some(index));
            let activate = Box::new(move |item: &mut Item| {
                item.chosen = Some(index);
                let _ = item.clicks.send(Some(index));
            });
            CheckmarkItem { label, checked, activate, ..CheckmarkItem::default() }.into()
        };
        let (label, activate) = ("Quit".to_owned(), Box::new(quit));
        let quit = StandardItem { label, activate, ..StandardItem::default() }.into();
        STATUSES.iter().enumerate().map(row).chain([quit]).collect()
    }
}

fn quit(item: &mut Item) {
    let _ = item.clicks.send(None);
}
