//! Drives a page through WebDriver as a person would, in a program's WebKitGTK window or in Chromium; refuses to know
//! what the page is for.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use reqwest::Method;
use serde_json::{Value, json};

use super::bus::{poll, wait_for};
use super::{Desktop, Process};

const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";
const START_LIMIT: Duration = Duration::from_secs(20);

/// A program's window, or a browser's, under automation. The program ends when this is dropped.
#[derive(Debug)]
pub struct Window {
    wire: Wire,
    session: String,
    driver: Process,
}

/// A place in a window's page.
#[derive(Clone, Debug)]
pub struct Element<'a> {
    window: &'a Window,
    id: String,
}

impl Window {
    /// Starts `program` in `desktop` and waits for its window.
    ///
    /// # Errors
    /// The driver or the program does not start, or it shows no page that can be automated.
    pub fn open(desktop: &Desktop, program: &Path, arguments: &[&str]) -> Result<Window> {
        let mut command = desktop.command("WebKitWebDriver");
        command.arg("--host=127.0.0.1").env("TAURI_WEBVIEW_AUTOMATION", "true");
        let options = json!({ "binary": program, "args": arguments });
        Window::drive(desktop, command, json!({ "webkitgtk:browserOptions": options }))
    }

    /// Starts Chromium without a screen, with a profile of its own, and opens `url`. It ends when this is dropped.
    ///
    /// # Errors
    /// The driver or Chromium does not start, or it does not open the page.
    pub fn browse(desktop: &Desktop, url: &str) -> Result<Window> {
        let profile = desktop.folder().join("chromium");
        let options = json!({ "binary": "/usr/bin/chromium", "args": [
            "--headless=new",
            // Root, which tests may be, has no sandbox there.
            "--no-sandbox",
            "--no-first-run",
            "--disable-background-networking",
            format!("--user-data-dir={}", profile.display()),
        ] });
        let command = desktop.command("chromedriver");
        let window = Window::drive(desktop, command, json!({ "goog:chromeOptions": options }))?;
        window.post("/url", json!({ "url": url }))?;
        Ok(window)
    }

    fn drive(desktop: &Desktop, mut command: Command, capabilities: Value) -> Result<Window> {
        // A port that was free a moment ago: WebKit's driver cannot choose one itself.
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        command.arg(format!("--port={port}")).stdin(Stdio::null()).stdout(Stdio::null());
        let name = command.get_program().to_string_lossy().into_owned();
        let mut driver = desktop.spawn(&name, command)?;
        let wire = Wire::new(port)?;
        poll(&name, START_LIMIT, || {
            driver.expect_running()?;
            Ok(wire.call(Method::GET, "/status", Value::Null).ok())
        })?;
        let wanted = json!({ "capabilities": { "alwaysMatch": capabilities } });
        let session = wire
            .call(Method::POST, "/session", wanted)
            .with_context(|| format!("{name} shows no window: {}", driver.log()))?;
        let session = session["sessionId"].as_str().context("the session has no id")?.to_owned();
        Ok(Window { wire, session, driver })
    }

    /// The element that a CSS selector finds first, as soon as there is one.
    ///
    /// # Errors
    /// There is none within `limit`.
    pub fn find(&self, css: &str, limit: Duration) -> Result<Element<'_>> {
        poll(css, limit, || Ok(self.find_all(css)?.into_iter().next()))
    }

    /// All elements that a CSS selector finds now.
    ///
    /// # Errors
    /// The window is gone or the selector is wrong.
    pub fn find_all(&self, css: &str) -> Result<Vec<Element<'_>>> {
        let found = self.post("/elements", json!({ "using": "css selector", "value": css }))?;
        let ids = found.as_array().context("a list of elements")?.iter();
        ids.map(|found| {
            let id = found[ELEMENT].as_str().context("an element's id")?.to_owned();
            Ok(Element { window: self, id })
        })
        .collect()
    }

    /// Waits until an element's text satisfies `wanted`, and gives the text.
    ///
    /// # Errors
    /// It does not within `limit`; the message shows the last text.
    pub fn wait_for_text(
        &self,
        css: &str,
        wanted: impl Fn(&str) -> bool,
        limit: Duration,
    ) -> Result<String> {
        let mut last = String::new();
        let found = poll(css, limit, || {
            // The page may draw the element anew while it is found, or between finding and reading it.
            let found = match self.find_all(css) {
                Err(error) if error.to_string().contains("stale element") => return Ok(None),
                found => found?,
            };
            if let Some(Ok(text)) = found.first().map(Element::text) {
                last = text;
                return Ok(wanted(&last).then(|| last.clone()));
            }
            Ok(None)
        });
        found.with_context(|| format!("the text was {last:?}"))
    }

    /// Runs a script's body in the page and gives what it returns.
    ///
    /// # Errors
    /// The script throws or the window is gone.
    pub fn run(&self, script: &str) -> Result<Value> {
        self.post("/execute/sync", json!({ "script": script, "args": [] }))
    }

    /// The window's title.
    ///
    /// # Errors
    /// The window is gone.
    pub fn title(&self) -> Result<String> {
        self.text_at("/title")
    }

    /// Presses keys where the focus is. WebDriver names special keys by code points: Tab is `\u{e004}`,
    /// Enter `\u{e007}`.
    ///
    /// # Errors
    /// The window is gone.
    pub fn press(&self, keys: &str) -> Result<()> {
        let steps = keys
            .chars()
            .flat_map(|key| ["keyDown", "keyUp"].map(|step| json!({ "type": step, "value": key })));
        let keyboard =
            json!({ "type": "key", "id": "keyboard", "actions": steps.collect::<Vec<_>>() });
        self.post("/actions", json!({ "actions": [keyboard] })).map(drop)
    }

    /// What the driver and the program said on stderr.
    pub fn log(&self) -> String {
        self.driver.log()
    }

    fn text_at(&self, path: &str) -> Result<String> {
        let value = self.wire.call(
            Method::GET,
            &format!("/session/{}{path}", self.session),
            Value::Null,
        )?;
        Ok(value.as_str().unwrap_or_default().to_owned())
    }

    fn post(&self, path: &str, body: Value) -> Result<Value> {
        self.wire.call(Method::POST, &format!("/session/{}{path}", self.session), body)
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        // The window may have closed by itself.
        let _ = self.wire.call(Method::DELETE, &format!("/session/{}", self.session), Value::Null);
    }
}

impl Element<'_> {
    /// Clicks it.
    ///
    /// # Errors
    /// It is gone, hidden or covered.
    pub fn click(&self) -> Result<()> {
        self.window.post(&self.path("click"), json!({})).map(drop)
    }

    /// Empties a field.
    ///
    /// # Errors
    /// It is gone or no field.
    pub fn clear(&self) -> Result<()> {
        self.window.post(&self.path("clear"), json!({})).map(drop)
    }

    /// Types into it.
    ///
    /// # Errors
    /// It is gone or takes no text.
    pub fn write(&self, text: &str) -> Result<()> {
        self.window.post(&self.path("value"), json!({ "text": text })).map(drop)
    }

    /// Its visible text.
    ///
    /// # Errors
    /// It is gone.
    pub fn text(&self) -> Result<String> {
        self.window.text_at(&self.path("text"))
    }

    /// A property of the DOM node, such as `value` or `checked`; null where there is none.
    ///
    /// # Errors
    /// It is gone.
    pub fn property(&self, name: &str) -> Result<Value> {
        let path =
            format!("/session/{}{}", self.window.session, self.path(&format!("property/{name}")));
        self.window.wire.call(Method::GET, &path, Value::Null)
    }

    fn path(&self, rest: &str) -> String {
        format!("/element/{}/{rest}", self.id)
    }
}

#[derive(Clone, Debug)]
struct Wire {
    client: reqwest::Client,
    base: String,
}

impl Wire {
    fn new(port: u16) -> Result<Wire> {
        // Another part of the test process may have chosen the provider already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().no_proxy().build()?;
        Ok(Wire { client, base: format!("http://127.0.0.1:{port}") })
    }

    fn call(&self, method: Method, path: &str, body: Value) -> Result<Value> {
        let mut request =
            self.client.request(method, format!("{}{path}", self.base)).timeout(START_LIMIT);
        if !body.is_null() {
            request = request.json(&body);
        }
        let answer = wait_for(async move { request.send().await?.json::<Value>().await });
        let value = answer.with_context(|| path.to_owned())?["value"].take();
        if let Some(error) = value.get("error").filter(|error| error.is_string()) {
            bail!("{path}: {error}: {}", value["message"]);
        }
        Ok(value)
    }
}
