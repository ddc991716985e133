//! Owns what is promised about changes of a file.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use presence_core::ProblemKind;

use super::*;
use crate::{Bound, Config, Origin};

const CLIENT: &str = "22553876-f5ab-4529-bffb-cfe50aa89f87";
/// For each key a value that is not its default.
const VALUES: [(&str, &str); 14] = [
    ("client_id", CLIENT),
    ("tenant", "contoso.com"),
    ("custom_cloud.authority", "http://127.0.0.1:1"),
    ("custom_cloud.graph", "https://graph.example/root"),
    ("cloud", "custom"),
    ("expiration", "PT4H"),
    ("on_quit", "keep"),
    ("on_start", "in-a-conference-call"),
    ("on_end", "clear"),
    ("autostart", "true"),
    ("notifications", "none"),
    ("pin_away", "true"),
    ("device_code", "false"),
    ("language", "de"),
];

/// A folder of this test's own, gone with it.
struct Ground(Profile);

impl Ground {
    fn new() -> Ground {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name =
            format!("change-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let folder = std::env::temp_dir().join(name);
        fs::create_dir(&folder).unwrap();
        Ground(Profile::under(&folder).unwrap())
    }

    fn with(text: &str) -> Ground {
        let ground = Ground::new();
        fs::write(ground.path(), text).unwrap();
        ground
    }

    fn path(&self) -> PathBuf {
        self.0.config_file()
    }

    fn text(&self) -> String {
        fs::read_to_string(self.path()).unwrap()
    }

    fn files(&self) -> BTreeSet<String> {
        let files = fs::read_dir(&self.0.config).unwrap().flatten();
        files.map(|file| file.file_name().into_string().unwrap()).collect()
    }

    fn set(&self, key: &str, value: &str) -> Result<ConfigReport, Problem> {
        Change::Set { key: key.to_owned(), value: value.to_owned() }.make(&self.0)
    }

    fn unset(&self, key: &str) -> Result<ConfigReport, Problem> {
        Change::Unset { key: key.to_owned() }.make(&self.0)
    }
}

impl Drop for Ground {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0.config);
    }
}

fn told(config: &ConfigReport, key: &str) -> (Option<Value>, Origin) {
    let found = config.keys.iter().find(|told| told.key == key).unwrap();
    (found.value.clone(), found.origin)
}

#[test]
fn every_key_can_be_set_and_unset_in_any_state() {
    let ground = Ground::new();
    let shortcuts = Bound::ALL.map(|bound| (Key::Shortcut(bound).name(), "Ctrl+Alt+Shift+P"));
    let values: Vec<_> = VALUES.into_iter().chain(shortcuts).collect();
    assert_eq!(values.len(), Key::all().count());
    for (key, value) in &values {
        let config = ground.set(key, value).unwrap();

        assert_eq!(config.mistake, None);
        let expected = match *value {
            "true" => Value::Flag(true),
            "false" => Value::Flag(false),
            text => Value::Text(text.to_owned()),
        };
        assert_eq!(told(&config, key), (Some(expected), Origin::File));
    }
    assert_eq!(Config::read(&ground.0).unwrap().shortcuts.len(), 7);
    let unset = |key: &str| {
        let config = ground.unset(key).unwrap();
        let default = Key::find(key).unwrap().default();
        assert_eq!(told(&config, key), (default, Origin::Default));
    };
    // The addresses are needed as long as the cloud is custom.
    unset("cloud");
    values.iter().for_each(|(key, _)| unset(key));
    assert_eq!(ground.text(), format!("{}\n[custom_cloud]\n\n[shortcuts]\n", words::first_line()));
}

#[test]
fn a_wrong_value_is_refused_and_nothing_is_written() {
    let text = format!("client_id = \"{CLIENT}\"\n");
    let ground = Ground::with(&text);
    let long = "a".repeat(501);
    for (key, value, says) in [
        ("client_id", "1234", "application (client) ID"),
        ("client_id", "", "application (client) ID"),
        ("tenant", "consumers", "personal accounts"),
        ("tenant", "my tenant", "a tenant ID or a domain"),
        ("tenant", "", "a tenant ID or a domain"),
        ("tenant", long.as_str(), "must not be longer than 500 characters"),
        ("cloud", "china", "\"us-gov-dod\" or \"custom\", not \"china\""),
        ("cloud", "custom", "needs a [custom_cloud] table"),
        ("custom_cloud.authority", "http://example.com", "only for this machine"),
        ("custom_cloud.graph", "ftp://127.0.0.1", "must begin with https"),
        ("custom_cloud.graph", "graph", "is not a URL"),
        ("custom_cloud.graph", "https://me@graph", "without user"),
        ("expiration", "1h", "ISO 8601"),
        ("expiration", "PT4H1S", "from PT5M to PT4H"),
        ("on_quit", "Clear", "\"clear\" or \"keep\", not \"Clear\""),
        ("on_start", "busy", "\"resume\", \"nothing\" or a status"),
        ("on_end", "", "\"resume\" or \"clear\", not \"\""),
        ("autostart", "yes", "true or false, not \"yes\""),
        ("autostart", "True", "true or false, not \"True\""),
        ("notifications", "some", "\"problems\", \"all\" or \"none\""),
        ("pin_away", "1", "true or false, not \"1\""),
        ("shortcuts.away", long.as_str(), "must not be longer than 500 characters"),
        ("shortcuts.busy", "F1", "is not a key of the configuration"),
        ("shortcuts", "F1", "is not a key of the configuration"),
        ("custom_cloud", "x", "is not a key of the configuration"),
        ("", "", "is not a key of the configuration"),
    ] {
        let problem = ground.set(key, value).unwrap_err();

        assert_eq!(problem.kind, ProblemKind::WrongUsage, "{key}");
        assert!(problem.detail.contains(says), "{key} = {value}: {}", problem.detail);
        assert!(problem.detail.ends_with("Nothing was changed."), "{}", problem.detail);
    }
    assert_eq!(ground.unset("tenat").unwrap_err().kind, ProblemKind::WrongUsage);
    assert_eq!(ground.text(), text);
    assert_eq!(ground.files(), BTreeSet::from(["config.toml".to_owned()]));
}

#[test]
fn a_key_that_another_one_needs_stays() {
    let ground = Ground::new();
    for (key, value) in &VALUES[..5] {
        ground.set(key, value).unwrap();
    }
    let before = ground.text();

    let problem = ground.unset("custom_cloud.graph").unwrap_err();

    assert!(problem.detail.contains("needs a [custom_cloud] table"), "{}", problem.detail);
    assert_eq!(ground.text(), before);
}

#[test]
fn keys_that_do_not_fit_together_can_be_mended_one_after_the_other() {
    let ground = Ground::with(&format!("client_id = \"{CLIENT}\"\ncloud = \"custom\"\n"));
    let mistake = ground.set("custom_cloud.graph", "https://g").unwrap().mistake.unwrap();
    assert_eq!((mistake.line, mistake.column), (2, 9));
    assert_eq!(ground.set("custom_cloud.authority", "https://a").unwrap().mistake, None);
}

#[test]
fn before_the_client_is_known_the_other_keys_can_be_set() {
    let ground = Ground::new();
    ground.unset("on_quit").unwrap();
    assert!(!ground.path().exists(), "nothing to take away");

    assert_eq!(ground.set("on_quit", "keep").unwrap().mistake, None);

    assert!(matches!(Config::read(&ground.0), Err(ConfigError::Incomplete(_))));
    ground.set("client_id", CLIENT).unwrap();
    Config::read(&ground.0).unwrap();
    assert!(ground.text().starts_with("# The configuration of Presence Tray"));
}

#[test]
fn a_file_with_a_mistake_is_named_and_left_as_it_is() {
    for text in ["tenannt = 1\n", "client_id = \n", "on_quit = \"stay\"\n"] {
        let ground = Ground::with(text);
        for made in [ground.set("client_id", CLIENT), ground.unset("on_quit")] {
            let problem = made.unwrap_err();
            assert_eq!(problem.kind, ProblemKind::NotConfigured);
            assert!(problem.detail.contains("line 1, column"), "{}", problem.detail);
        }
        assert_eq!(ground.text(), text);
        assert_eq!(ground.files().len(), 1);
    }
}

#[test]
fn only_a_broken_file_is_set_aside_and_under_a_name_that_is_free() {
    let ground = Ground::new();
    assert_eq!(Change::SetAside.make(&ground.0).unwrap_err().kind, ProblemKind::NotConfigured);
    for (number, broken) in [(1, &b"tenannt = 1"[..]), (2, b"= 5"), (3, b"\xff\xfe")] {
        fs::write(ground.path(), broken).unwrap();

        let config = Change::SetAside.make(&ground.0).unwrap();

        let aside = ground.0.config.join(format!("config.toml.broken-{number}"));
        assert_eq!(config.set_aside, Some(aside.display().to_string()));
        assert_eq!((config.mistake, fs::read(aside).unwrap().as_slice()), (None, broken));
        assert!(!ground.path().exists());
    }
    fs::write(ground.path(), "cloud = \"custom\"").unwrap();
    Change::SetAside.make(&ground.0).unwrap();
    ground.set("client_id", CLIENT).unwrap();
    let sound = ground.text();
    assert_eq!(Change::SetAside.make(&ground.0).unwrap_err().kind, ProblemKind::WrongUsage);
    assert_eq!(ground.text(), sound);
}

#[test]
fn changes_at_once_are_all_made() {
    let ground = Ground::with("# mine\n");
    thread::scope(|scope| {
        for (key, value) in VALUES.into_iter().filter(|(key, _)| *key != "cloud") {
            let ground = &ground;
            scope.spawn(move || ground.set(key, value).unwrap());
        }
    });
    let config = ConfigReport::read(&ground.0);
    let set = config.keys.iter().filter(|key| key.origin == Origin::File).count();
    assert_eq!(set, VALUES.len() - 1);
    assert!(ground.text().starts_with("# mine\n"));
}

#[test]
fn what_somebody_else_wrote_meanwhile_is_not_written_over() {
    let ground = Ground::with("# read\n");
    fs::write(ground.path(), "# by hand\n").unwrap();

    let replaced = replace(&ground.path(), Some(b"# read\n"), b"# edited\n").unwrap();
    let created = replace(&ground.path(), None, b"# edited\n").unwrap();

    assert_eq!([replaced, created], [Replaced::Changed; 2]);
    assert_eq!(ground.text(), "# by hand\n");
    assert_eq!(ground.files(), BTreeSet::from(["config.toml".to_owned()]));
}

#[test]
fn what_cannot_be_written_is_said_and_the_file_stays() {
    let ground = Ground::with("# mine\n");
    fs::create_dir(ground.0.config.join("config.toml.new")).unwrap();

    let problem = ground.set("on_quit", "keep").unwrap_err();

    assert_eq!(problem.kind, ProblemKind::NotSaved);
    assert!(problem.detail.contains("Cannot write"), "{}", problem.detail);
    assert_eq!(ground.text(), "# mine\n");
}

#[test]
fn a_file_that_is_read_only_stays_as_it_is() {
    let ground = Ground::with("# mine\n");
    let writable = fs::metadata(ground.path()).unwrap().permissions();
    let mut locked = writable.clone();
    locked.set_readonly(true);
    fs::set_permissions(ground.path(), locked).unwrap();

    let problem = ground.set("on_quit", "keep").unwrap_err();

    fs::set_permissions(ground.path(), writable).unwrap();
    assert!(problem.detail.contains("the file is read-only"), "{}", problem.detail);
    assert_eq!(ground.text(), "# mine\n");
}

#[cfg(unix)]
#[test]
fn a_link_stays_one_and_the_file_keeps_its_mode() {
    use std::os::unix::fs::{PermissionsExt, symlink};

    let (ground, elsewhere) = (Ground::new(), Ground::with("# mine\n"));
    let target = elsewhere.path();
    fs::set_permissions(&target, fs::Permissions::from_mode(0o640)).unwrap();
    symlink(&target, ground.path()).unwrap();

    ground.set("on_quit", "keep").unwrap();

    assert_eq!(fs::read_link(ground.path()).unwrap(), target);
    assert_eq!(fs::read_to_string(&target).unwrap(), "# mine\non_quit = \"keep\"\n");
    assert_eq!(fs::metadata(&target).unwrap().permissions().mode() & 0o777, 0o640);

    fs::remove_file(&target).unwrap();
    ground.set("on_quit", "keep").unwrap();
    assert_eq!(fs::read_link(ground.path()).unwrap(), target, "also one that led nowhere");
    assert_eq!(fs::metadata(&target).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn the_longest_answer_fits_into_a_line() {
    let odd = "\\u0001".repeat(500);
    let tenant = "a.".repeat(126) + "a";
    let mut text = format!("client_id = \"{CLIENT}\"\ntenant = \"{tenant}\"\n[shortcuts]\n");
    for bound in Bound::ALL {
        text += &format!("{} = \"{odd}\"\n", bound.name());
    }
    let url = format!("https://a/{}", "é".repeat(490));
    text += &format!("[custom_cloud]\nauthority = \"{url}\"\ngraph = \"{url}\"\n");
    let ground = Ground::with(&text);

    let config = ConfigReport::read(&ground.0);

    assert_eq!(config.mistake, None);
    assert!(serde_json::to_string(&config).unwrap().len() < 60_000);
}
