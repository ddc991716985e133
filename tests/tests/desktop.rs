//! Proves the private desktop itself: that its parts work, and that nothing is left of it.
#![cfg(target_os = "linux")]
#![allow(missing_docs, clippy::unwrap_used, reason = "a macro's public items; helpers of tests")]
#![allow(clippy::print_stdout, reason = "a failed test shows where its desktop was")]

use std::collections::HashMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use presence_tests::desktop::menu::find;
use presence_tests::desktop::secrets::{lock, secrets, unlock};
use presence_tests::desktop::{
    Bus, Desktop, KEYRING_PASSWORD, Keyring, Notifications, Panel, Pixmap, TrayHost, Window,
    wait_for,
};
use zbus::Connection;
use zbus::zvariant::{ObjectPath, OwnedValue, Value};

const LIMIT: Duration = Duration::from_secs(10);
/// Tells the test program that it is the one to be killed.
const TO_BE_KILLED: &str = "PRESENCE_TESTS_TO_BE_KILLED";

#[test]
fn nothing_is_left_of_a_desktop() {
    let desktop = Desktop::builder("gone").window_manager().start().unwrap();
    let folder = desktop.folder().to_owned();
    let mut forgotten = desktop.command("sleep").arg("1000").spawn().unwrap();
    assert!(folder.join("home").is_dir());

    drop(desktop);

    assert!(!folder.exists());
    forgotten.wait().unwrap();
    assert_eq!(processes_of(&folder), Vec::<PathBuf>::new());
}

#[test]
fn nothing_is_left_of_a_desktop_whose_test_was_killed() {
    if std::env::var_os(TO_BE_KILLED).is_some() {
        return wait_to_be_killed();
    }
    let this = "nothing_is_left_of_a_desktop_whose_test_was_killed";
    let mut test = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", this, "--nocapture"])
        .env(TO_BE_KILLED, "yes")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(test.stdout.take().unwrap()).lines().map_while(Result::ok);
    let folder = lines.filter_map(|line| Some(line.split_once("desktop: ")?.1.to_owned())).next();
    let folder = PathBuf::from(folder.expect("the test says where its desktop is"));

    test.kill().unwrap();
    test.wait().unwrap();

    eventually("a clean machine", || !folder.exists() && processes_of(&folder).is_empty());
}

/// What the test above starts once more, and kills.
fn wait_to_be_killed() {
    let desktop = Desktop::start("killed").unwrap();
    println!("desktop: {}", desktop.folder().display());
    loop {
        std::thread::park();
    }
}

#[test]
fn programs_see_only_the_private_session() {
    let desktop =
        Desktop::builder("env").without_display().keyring(Keyring::Absent).start().unwrap();

    let output = desktop.command("env").output().unwrap();

    let seen = String::from_utf8(output.stdout).unwrap();
    let home = desktop.folder().join("home").display().to_string();
    assert!(seen.contains(&format!("XDG_CONFIG_HOME={home}/.config\n")), "{seen}");
    assert!(!seen.contains("DISPLAY") && !seen.to_lowercase().contains("_proxy"), "{seen}");
    assert!(!desktop.bus().has_owner("org.freedesktop.secrets"));
}

#[test]
fn the_keyring_keeps_locks_and_opens() {
    let desktop = Desktop::builder("keyring").without_display().start().unwrap();
    let store = ["store", "--label=A label", "service", "a service"];
    let mut tool =
        desktop.command("secret-tool").args(store).stdin(Stdio::piped()).spawn().unwrap();
    std::io::Write::write_all(&mut tool.stdin.take().unwrap(), b"a secret").unwrap();
    assert!(tool.wait().unwrap().success());

    let [open] = <[_; 1]>::try_from(secrets(&desktop).unwrap()).unwrap();
    lock(&desktop).unwrap();
    let [locked] = <[_; 1]>::try_from(secrets(&desktop).unwrap()).unwrap();
    unlock(&desktop).unwrap();
    let [opened] = <[_; 1]>::try_from(secrets(&desktop).unwrap()).unwrap();

    assert_eq!(open.label, "A label");
    assert_eq!(open.attributes["service"], "a service");
    assert_eq!(open.value.as_deref(), Some(&b"a secret"[..]));
    assert_eq!(locked.value, None);
    assert_eq!(opened.value, open.value);
}

#[test]
fn a_locked_keyring_prompts_and_takes_the_password() {
    let desktop =
        Desktop::builder("prompt").window_manager().keyring(Keyring::Locked).start().unwrap();
    let mut command = desktop.command("secret-tool");
    command.args(["store", "--label=x", "a", "b"]).stdin(Stdio::null());
    let mut tool = desktop.spawn("secret-tool", command).unwrap();

    let find = ["search", "--sync", "--onlyvisible", "--name", "nlock"];
    let prompt = desktop.command("xdotool").args(find).output().unwrap();
    assert!(tool.ended().unwrap().is_none(), "it must wait for the person");
    let window = String::from_utf8(prompt.stdout).unwrap();
    let window = window.trim();
    desktop.command("xdotool").args(["windowfocus", "--sync", window]).status().unwrap();
    for input in [["type", KEYRING_PASSWORD], ["key", "Return"]] {
        desktop.command("xdotool").args(input).status().unwrap();
    }

    eventually("the stored secret", || {
        tool.ended().unwrap().is_some_and(|status| status.success())
    });
}

#[test]
fn an_item_appears_when_a_tray_comes_and_is_clicked_by_label() {
    let desktop =
        Desktop::builder("tray").without_display().keyring(Keyring::Absent).start().unwrap();
    let program = TestItem::start(desktop.bus_address());
    let tray = TrayHost::start(desktop.bus_address()).unwrap();
    program.register();

    let item = tray.wait_for_item(LIMIT).unwrap();
    let before = item.menu().unwrap();
    item.click(&["For", "1 hour"]).unwrap();
    let after = item.wait_until(|menu| menu[0].label == "Set", LIMIT).unwrap();

    assert_eq!(item.tooltip().unwrap(), "A tooltip");
    assert_eq!(item.icon_pixmaps().unwrap(), [magenta()]);
    assert!(item.click(&["Idle"]).is_err(), "a disabled row cannot be clicked");
    assert_eq!(find(&before, &["For", "1 hour"]).unwrap().checked, Some(false));
    assert_eq!(find(&after, &["For", "1 hour"]).unwrap().checked, Some(true));
    drop(program);
    tray.wait_until_empty(LIMIT).unwrap();
}

#[test]
fn a_tray_leaves_when_dropped() {
    let desktop =
        Desktop::builder("leave").without_display().keyring(Keyring::Absent).start().unwrap();

    let tray = TrayHost::start(desktop.bus_address()).unwrap();
    assert!(TrayHost::start(desktop.bus_address()).is_err(), "one tray at a time");
    drop(tray);

    assert!(!desktop.bus().has_owner("org.kde.StatusNotifierWatcher"));
    TrayHost::start(desktop.bus_address()).unwrap();
}

#[test]
fn a_real_panel_shows_an_item() {
    let desktop = Desktop::builder("panel").panel(Panel::Dark).start().unwrap();
    let program = TestItem::start(desktop.bus_address());
    program.register();

    let picture = desktop.folder().join("panel.png");
    eventually("the item's colour on the screen", || {
        desktop.screenshot(&picture).unwrap();
        let mut histogram = desktop.command("convert");
        histogram.arg(&picture).args(["-unique-colors", "txt:-"]);
        String::from_utf8(histogram.output().unwrap().stdout).unwrap().contains("#FF00FF")
    });
    if let Some(copy) = std::env::var_os("PRESENCE_TESTS_PANEL_PNG") {
        fs::copy(&picture, copy).unwrap();
    }
}

#[test]
fn notifications_are_kept() {
    let desktop =
        Desktop::builder("notes").without_display().keyring(Keyring::Absent).start().unwrap();
    let notifications = Notifications::start(desktop.bus_address()).unwrap();

    let id = notify(&desktop);

    let kept = notifications.wait_for(|note| note.summary == "A summary", LIMIT).unwrap();
    assert_eq!((kept.id, kept.body.as_str()), (id, "A body"));
    notifications.click(id, "default").unwrap();
}

#[test]
fn a_real_program_shows_notifications_beside_a_light_panel() {
    let desktop = Desktop::builder("dunst").notifications().panel(Panel::Light).start().unwrap();

    notify(&desktop);

    let picture = desktop.folder().join("notification.png");
    desktop.screenshot_of("Dunst", &picture, LIMIT).unwrap();
    if let Some(copy) = std::env::var_os("PRESENCE_TESTS_PANEL_PNG") {
        desktop.screenshot(Path::new(&copy)).unwrap();
    }
}

#[test]
fn a_window_is_found_clicked_and_read() {
    let Some(browser) = mini_browser() else {
        return;
    };
    let desktop = Desktop::builder("window").window_manager().start().unwrap();
    let window = Window::open(&desktop, &browser, &["--automation"]).unwrap();

    window
        .run(
            "document.title = 'Megan'; document.body.innerHTML = '<input><button>Go</button><p></p>'; \
             document.querySelector('button').onclick = () => { document.querySelector('p').textContent = \
             'Hello ' + document.querySelector('input').value }",
        )
        .unwrap();
    window.find("input", LIMIT).unwrap().write("Megan").unwrap();
    window.find("button", LIMIT).unwrap().click().unwrap();

    let text = window.wait_for_text("p", |text| !text.is_empty(), LIMIT).unwrap();
    assert_eq!(text, "Hello Megan");
    let picture = desktop.folder().join("window.png");
    desktop.screenshot_of("Megan", &picture, LIMIT).unwrap();
    assert!(fs::metadata(&picture).unwrap().len() > 100);
}

fn notify(desktop: &Desktop) -> u32 {
    let hints = HashMap::<String, OwnedValue>::new();
    let (app, replaces, limit) = ("an app", 0u32, -1i32);
    let said = (app, replaces, "", "A summary", "A body", Vec::<String>::new(), hints, limit);
    let name = "org.freedesktop.Notifications";
    desktop.bus().call(name, "/org/freedesktop/Notifications", name, "Notify", said).unwrap()
}

fn mini_browser() -> Option<PathBuf> {
    let machine = format!("{}-linux-gnu", std::env::consts::ARCH);
    let path = Path::new("/usr/lib").join(machine).join("webkit2gtk-4.1/MiniBrowser");
    path.exists().then_some(path)
}

fn processes_of(folder: &Path) -> Vec<PathBuf> {
    let home = format!("HOME={}/home", folder.display()).into_bytes();
    let every = fs::read_dir("/proc").unwrap().filter_map(|entry| Some(entry.ok()?.path()));
    every
        .filter(|process| {
            let environment = fs::read(process.join("environ")).unwrap_or_default();
            environment.split(|byte| *byte == 0).any(|variable| variable == home)
        })
        .collect()
}

fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let end = Instant::now() + LIMIT;
    while !holds() {
        assert!(Instant::now() < end, "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn magenta() -> Pixmap {
    (22, 22, [0xff, 0xff, 0x00, 0xff].repeat(22 * 22))
}

/// The smallest program with a tray item.
struct TestItem {
    connection: Connection,
}

impl TestItem {
    fn start(address: &str) -> TestItem {
        let connection = Bus::connect(address).unwrap().connection();
        let clicked = Arc::new(Mutex::new(false));
        let ours = connection.clone();
        wait_for(async move {
            ours.object_server().at("/StatusNotifierItem", Item).await.unwrap();
            ours.object_server().at("/Menu", Menu { clicked }).await.unwrap();
        });
        TestItem { connection }
    }

    fn register(&self) {
        let connection = self.connection.clone();
        let service = connection.unique_name().unwrap().to_string();
        let watcher = "org.kde.StatusNotifierWatcher";
        wait_for(async move {
            let (to, method) = (Some(watcher), "RegisterStatusNotifierItem");
            connection
                .call_method(to, "/StatusNotifierWatcher", to, method, &service)
                .await
                .unwrap();
        });
    }
}

struct Item;

#[zbus::interface(name = "org.kde.StatusNotifierItem")]
impl Item {
    #[zbus(property)]
    fn id(&self) -> &str {
        "test"
    }

    #[zbus(property)]
    fn category(&self) -> &str {
        "ApplicationStatus"
    }

    #[zbus(property)]
    fn title(&self) -> &str {
        "A title"
    }

    #[zbus(property)]
    fn status(&self) -> &str {
        "Active"
    }

    #[zbus(property)]
    fn icon_pixmap(&self) -> Vec<Pixmap> {
        vec![magenta()]
    }

    #[zbus(property)]
    fn tool_tip(&self) -> (String, Vec<Pixmap>, String, String) {
        (String::new(), Vec::new(), "A tooltip".to_owned(), String::new())
    }

    #[zbus(property)]
    fn menu(&self) -> ObjectPath<'_> {
        ObjectPath::from_static_str_unchecked("/Menu")
    }
}

struct Menu {
    clicked: Arc<Mutex<bool>>,
}

type Layout<'a> = (i32, HashMap<&'a str, Value<'a>>, Vec<Value<'a>>);

#[zbus::interface(name = "com.canonical.dbusmenu")]
impl Menu {
    fn get_layout(&self, _parent: i32, _depth: i32, _names: Vec<String>) -> (u32, Layout<'_>) {
        let clicked = *self.clicked.lock().unwrap();
        let first =
            HashMap::from([("label", Value::from(if clicked { "Set" } else { "Not set" }))]);
        let idle =
            HashMap::from([("label", Value::from("_Idle")), ("enabled", Value::from(false))]);
        let hour = HashMap::from([
            ("label", Value::from("1 hour")),
            ("toggle-type", Value::from("checkmark")),
            ("toggle-state", Value::from(i32::from(clicked))),
        ]);
        let hour: Layout<'_> = (4, hour, vec![]);
        let four: Layout<'_> =
            (3, HashMap::from([("label", Value::from("For"))]), vec![Value::from(hour)]);
        let rows: [Layout<'_>; 3] = [(1, first, vec![]), (2, idle, vec![]), four];
        (1, (0, HashMap::new(), rows.map(Value::from).into()))
    }

    async fn event(
        &self,
        id: i32,
        _event: String,
        _data: OwnedValue,
        _time: u32,
        #[zbus(signal_emitter)] emitter: zbus::object_server::SignalEmitter<'_>,
    ) {
        *self.clicked.lock().unwrap() |= id == 4;
        emitter.layout_updated(2, 0).await.unwrap();
    }

    /// Rows came, went or moved.
    #[zbus(signal)]
    async fn layout_updated(
        emitter: &zbus::object_server::SignalEmitter<'_>,
        revision: u32,
        parent: i32,
    ) -> zbus::Result<()>;
}
