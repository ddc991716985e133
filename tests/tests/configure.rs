//! Proves the configuration by command and at the door: what is set holds at once, what is refused changes nothing, and
//! nothing that a person or an organisation wrote is lost.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, Output, Stdio};

use presence_tests::cloud::{CLIENT_ID, Kind};
use presence_tests::desktop::Desktop;
use presence_tests::stage::{Stage, end_of, until};
use serde_json::{Value, json};

const KEYS: [&str; 21] = [
    "client_id",
    "tenant",
    "cloud",
    "custom_cloud.authority",
    "custom_cloud.graph",
    "expiration",
    "on_quit",
    "on_start",
    "on_end",
    "autostart",
    "notifications",
    "pin_away",
    "language",
    "device_code",
    "shortcuts.available",
    "shortcuts.in-a-call",
    "shortcuts.in-a-conference-call",
    "shortcuts.away",
    "shortcuts.presenting",
    "shortcuts.clear",
    "shortcuts.open",
];
/// A policy that no other program of this machine sees.
const POLICY: &str = r#"
    mount -t tmpfs none /mnt && mkdir /mnt/upper /mnt/work
    mount -t overlay none -o lowerdir=/etc,upperdir=/mnt/upper,workdir=/mnt/work /etc
    mkdir -p /etc/presence-tray
    printf 'on_quit = "keep"\n[shortcuts]\naway = "Ctrl+Alt+F9"\n' >/etc/presence-tray/policy.toml
"#;

#[test]
fn from_nothing_to_a_held_status_by_commands_alone() {
    let mut stage = stage("nothing");
    let root = stage.cloud.base_url().to_owned();
    fs::remove_file(stage.config_file()).unwrap();
    stage.start().unwrap();
    assert_eq!(stage.status().unwrap()["problem"]["title"], "Not set up yet");

    for (key, value) in [
        ("on_quit", "keep"),
        ("client_id", CLIENT_ID),
        ("custom_cloud.authority", &root),
        ("custom_cloud.graph", &root),
        ("cloud", "custom"),
    ] {
        assert_eq!(stage.succeed(&["config", "set", key, value]).unwrap(), "", "{key}");
        assert_eq!(told(&stage, key), (json!(value), json!("file")));
    }
    stage.sign_in_by_command().unwrap();
    stage.succeed(&["set", "away"]).unwrap();
    stage.agree().unwrap();
    stage.succeed(&["quit"]).unwrap();

    assert_eq!(stage.bodies(Kind::ClearPresence).len(), 0, "on_quit holds");
    assert!(text(&stage).starts_with("# The configuration of Presence Tray"));
}

#[test]
fn what_is_set_holds_at_once_and_so_does_what_is_unset() {
    let mut stage = stage("at once");
    stage.start().unwrap();
    stage.sign_in_by_command().unwrap();
    stage.succeed(&["set", "away"]).unwrap();
    let before = text(&stage);

    stage.succeed(&["config", "set", "expiration", "PT2H"]).unwrap();
    stage.succeed(&["set", "presenting"]).unwrap();
    stage.succeed(&["config", "unset", "expiration"]).unwrap();
    stage.succeed(&["set", "away"]).unwrap();

    let spans = stage.bodies(Kind::SetPresence);
    for (body, span) in spans.iter().zip(["PT1H", "PT2H", "PT1H"]) {
        assert!(body.contains(span), "{body} has no {span}");
    }
    assert_eq!(text(&stage), before);
}

#[test]
fn the_list_has_every_key_with_value_default_and_origin() {
    let stage = stage("list");
    assert_eq!(
        stage.succeed(&["config", "path"]).unwrap().trim_end(),
        stage.config_file().to_str().unwrap()
    );
    let config: Value =
        serde_json::from_str(&stage.succeed(&["config", "--json"]).unwrap()).unwrap();
    let keys: Vec<_> = config["keys"].as_array().unwrap().iter().map(|key| &key["key"]).collect();
    assert_eq!(keys, KEYS);
    assert_eq!(config["mistake"], Value::Null);
    assert_eq!(
        config["keys"][6],
        json!({
            "key": "on_quit", "value": "clear", "default": "clear", "origin": "default",
            "kind": "choice", "choices": ["clear", "keep"],
            "meaning": "At quit, sleep and shutdown: end the presence session, or let it expire.",
        })
    );
    let table = stage.succeed(&["config"]).unwrap();
    let row = |key: &str| -> Vec<String> {
        let line = table.lines().find(|line| line.split_whitespace().next() == Some(key)).unwrap();
        line.split_whitespace().map(str::to_owned).collect()
    };
    assert_eq!(row("client_id"), ["client_id", CLIENT_ID, "-", "file"]);
    assert_eq!(row("on_end"), ["on_end", "resume", "resume", "default"]);
    assert_eq!(table.lines().count(), KEYS.len() + 1);
}

#[test]
fn each_line_at_the_door_has_its_answer() {
    let mut stage = stage("door");
    stage.start().unwrap();
    let mut door = Door::open(&stage);

    let read = door.ask(r#"{"read": "config"}"#)["config"].clone();
    assert_eq!(read["path"], stage.config_file().to_str().unwrap());
    assert_eq!((&read["policy"], &read["mistake"]), (&Value::Null, &Value::Null));
    let set = door.ask(r#"{"configure": {"set": {"key": "pin_away", "value": "true"}}}"#);
    assert_eq!(set["config"]["keys"][11]["value"], true);
    assert!(text(&stage).contains("\npin_away = true\n"));
    let unset = door.ask(r#"{"configure": {"unset": {"key": "pin_away"}}}"#);
    assert_eq!(unset["config"], read);

    stage.configure("on_quit = \"stay\"\n").unwrap();
    let broken = door.ask(r#"{"read": "config"}"#)["config"]["mistake"].clone();
    assert_eq!((&broken["line"], &broken["column"]), (&json!(1), &json!(11)));
    let refused = door.ask(r#"{"configure": {"unset": {"key": "on_quit"}}}"#)["problem"].clone();
    assert_eq!(refused["kind"], "not-configured");
    let aside = door.ask(r#"{"configure": "set-aside"}"#)["config"].clone();
    assert_eq!(aside["mistake"], Value::Null);
    let kept = fs::read_to_string(aside["set_aside"].as_str().unwrap()).unwrap();
    assert_eq!(kept, "on_quit = \"stay\"\n");
    assert!(!stage.config_file().exists());
}

#[test]
fn lines_that_make_no_sense_are_refused_and_the_door_stays_open() {
    let mut stage = stage("senseless");
    stage.start().unwrap();
    let before = text(&stage);
    let long = "a".repeat(60_000);
    let longest = "a".repeat(65_500);
    for (line, answer, says) in [
        ("{}", "misunderstood", "expected"),
        (r#"{"read": "tokens"}"#, "misunderstood", "unknown variant `tokens`"),
        (r#"{"read": 1}"#, "misunderstood", "expected value"),
        (r#"{"configure": "all"}"#, "misunderstood", "unknown variant `all`"),
        (r#"{"configure": {"set": {"key": "tenant"}}}"#, "misunderstood", "missing field `value`"),
        (
            r#"{"configure": {"set": {"key": "pin_away", "value": true}}}"#,
            "misunderstood",
            "expected a string",
        ),
        (
            r#"{"configure": {"unset": {"key": "tenant", "value": ""}}}"#,
            "misunderstood",
            "unknown field `value`",
        ),
        (r#"{"configure": {"unset": {"key": "tenannt"}}}"#, "problem", "is not a key"),
        (
            r#"{"configure": {"set": {"key": "tenant", "value": "a\nb = 1"}}}"#,
            "problem",
            "a tenant ID or a domain",
        ),
        (
            &format!(r#"{{"configure": {{"set": {{"key": "tenant", "value": "{long}"}}}}}}"#),
            "problem",
            "longer than 500 characters",
        ),
        (&format!(r#"{{"configure": {{"unset": {{"key": "{long}"}}}}}}"#), "problem", "not a key"),
        (&format!(r#"{{"{longest}":1}}"#), "misunderstood", "unknown variant `aaa"),
        (r#"{"\u001b]0;x\u0007\u202e": 1}"#, "misunderstood", "unknown variant `]0;x`"),
    ] {
        let mut door = Door::open(&stage);
        let said = door.ask(line)[answer].to_string();
        assert!(said.contains(says), "{line:.80}: {said}");
        assert!(door.ask(r#"{"read": "config"}"#)["config"].is_object(), "{line:.80}");
    }
    let mut door = Door::open(&stage);
    let said = door.ask(&format!("{long}{long}"));
    assert!(said["misunderstood"].as_str().unwrap().contains("too long"), "{said}");
    assert_eq!(text(&stage), before);
}

#[test]
fn a_key_of_the_organisation_is_shown_and_locked() {
    let stage = stage("policy");
    for arguments in [
        &["config", "set", "on_quit", "clear"][..],
        &["config", "unset", "on_quit"],
        &["config", "set", "shortcuts.away", "Ctrl+Alt+F8"],
    ] {
        let before = text(&stage);
        let output = within(&stage, POLICY, arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {}", said(&output));
        assert!(said(&output).contains("Set by your organisation"), "{}", said(&output));
        assert_eq!(text(&stage), before);
    }
    let other = within(&stage, POLICY, &["config", "set", "shortcuts.clear", "Ctrl+Alt+F7"]);
    assert!(status(other).success(), "a key beside it is the person's own");

    let resident = within(&stage, POLICY, &["run", "--hidden"]);
    let _resident = stage.desktop.spawn("resident", resident).unwrap();
    until("the door", || UnixStream::connect(stage.folder().join("run/door")).is_ok()).unwrap();
    let mut door = Door::open(&stage);
    let config = door.ask(r#"{"read": "config"}"#)["config"].clone();
    assert_eq!(config["policy"], "/etc/presence-tray/policy.toml");
    assert_eq!(
        [origin(&config, "on_quit"), origin(&config, "shortcuts.away")],
        [(json!("keep"), json!("policy")), (json!("Ctrl+Alt+F9"), json!("policy"))]
    );
    assert_eq!(origin(&config, "shortcuts.clear"), (json!("Ctrl+Alt+F7"), json!("file")));
    let refused = door.ask(r#"{"configure": {"set": {"key": "on_quit", "value": "clear"}}}"#);
    assert_eq!(refused["problem"]["kind"], "not-saved");
    stage.succeed(&["quit"]).unwrap();
}

#[test]
fn a_policy_that_anybody_could_have_written_is_ignored_and_told_of() {
    let stage = stage("no-policy");
    let theirs = ["chmod o+w /etc/presence-tray/policy.toml", "chmod g+w /etc/presence-tray"];
    for open in theirs {
        // Nor is this said in its language.
        let german = "sed -i '1i language = \"de\"' /etc/presence-tray/policy.toml";
        let mounts = format!("{POLICY}\n{german}\n{open}");
        let config = within(&stage, &mounts, &["config", "--json"]).output().unwrap();
        let config: Value = serde_json::from_slice(&config.stdout).unwrap();
        assert_eq!(origin(&config, "on_quit"), (json!("clear"), json!("default")), "{open}");
        assert_eq!(config["policy"], Value::Null);
        let looked = within(&stage, &mounts, &["doctor", "--json"]).output().unwrap();
        let looked: Value = serde_json::from_slice(&looked.stdout).unwrap();
        assert_eq!(looked["checks"][0]["text"], "The organisation's settings are ignored");
    }

    let resident = within(&stage, &format!("{POLICY}\n{}", theirs[0]), &["run", "--hidden"]);
    let _resident = stage.desktop.spawn("resident", resident).unwrap();
    let told =
        || stage.snapshot().is_ok_and(|shown| shown["desktop"].to_string().contains("are ignored"));
    until("the problem", told).unwrap();
    // For the window, "not-configured" is nobody's but the set-up's.
    assert_eq!(stage.status().unwrap()["problem"]["kind"], "policy-ignored");
    stage.succeed(&["quit"]).unwrap();
}

#[test]
fn a_folder_that_cannot_be_written_and_a_disk_that_is_full_lose_nothing() {
    let stage = stage("full");
    let before = text(&stage);
    let folder = stage.folder().display();
    let read_only = format!("mount --bind {folder} {folder}; mount -o remount,ro,bind {folder}");
    // One page is left: enough to create a file, too little to fill it.
    let full = format!(
        "cp {folder}/config.toml /mnt/; mount -t tmpfs -o size=16k none {folder}
         cp /mnt/config.toml {folder}; head -c 1M /dev/zero >{folder}/filler 2>/dev/null"
    );
    let full = format!("mount -t tmpfs none /mnt; {full}");
    for (mounts, why) in [(read_only, "Read-only file system"), (full, "No space left on device")] {
        // What is there afterwards is seen only where it was mounted.
        let look = format!(
            "{mounts}\n\"$@\"; code=$?; cat {folder}/config.toml; ls {folder} >&2; exit $code"
        );
        let output = within(&stage, &look, &["config", "set", "on_end", "clear"]).output().unwrap();
        let said = said(&output);
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains("The configuration cannot be saved") && said.contains(why), "{said}");
        assert!(!said.contains("config.toml.new\n"), "{said}");
        assert_eq!(String::from_utf8_lossy(&output.stdout), before);
    }
    assert_eq!(text(&stage), before);
}

#[test]
fn comments_order_and_a_link_survive_the_running_program() {
    let mut stage = stage("kept");
    let elsewhere = stage.desktop.folder().join("dotfiles.toml");
    let mine = format!(
        "# mine\non_quit = 'keep'   # at night\n\n# the cloud\n{}# the end\n",
        stage.configuration()
    );
    fs::write(&elsewhere, &mine).unwrap();
    fs::remove_file(stage.config_file()).unwrap();
    symlink(&elsewhere, stage.config_file()).unwrap();
    stage.start().unwrap();

    stage.succeed(&["config", "set", "on_quit", "clear"]).unwrap();
    stage.succeed(&["config", "set", "shortcuts.open", "Ctrl+Alt+F6"]).unwrap();

    assert_eq!(fs::read_link(stage.config_file()).unwrap(), elsewhere);
    let expected = mine
        .replace("'keep'", "\"clear\"")
        .replace("# the end\n", "\n[shortcuts]\nopen = \"Ctrl+Alt+F6\"\n# the end\n");
    assert_eq!(fs::read_to_string(&elsewhere).unwrap(), expected);
}

#[test]
fn what_comes_where_a_link_leads_and_a_folder_made_anew_are_noticed() {
    let mut stage = stage("anew");
    let elsewhere = stage.desktop.folder().join("dotfiles.toml");
    let mine = stage.configuration().to_owned();
    fs::write(&elsewhere, &mine).unwrap();
    fs::remove_file(stage.config_file()).unwrap();
    symlink(&elsewhere, stage.config_file()).unwrap();
    stage.start().unwrap();
    let is_told = |of: bool| {
        until("the mistake, or its end", || {
            stage.snapshot().unwrap()["desktop"].to_string().contains("line 1") == of
        })
        .unwrap();
    };

    is_told(false);
    fs::write(&elsewhere, "nonsense").unwrap();
    is_told(true);
    fs::write(&elsewhere, &mine).unwrap();
    is_told(false);

    let folder = stage.config_file().parent().unwrap().to_owned();
    let away = folder.with_extension("away");
    fs::rename(&folder, &away).unwrap();
    fs::create_dir(&folder).unwrap();
    for part in ["state", "run"] {
        fs::rename(away.join(part), folder.join(part)).unwrap();
    }
    fs::write(stage.config_file(), "nonsense").unwrap();
    is_told(true);
    fs::write(stage.config_file(), &mine).unwrap();
    is_told(false);
}

#[test]
fn a_policy_that_comes_while_the_program_runs_is_noticed() {
    let stage = stage("late-policy");
    let (mounts, _) = POLICY.split_once("mkdir -p").unwrap();
    let late =
        "(sleep 1; mkdir /etc/presence-tray; echo nonsense >/etc/presence-tray/policy.toml) &";
    let resident = within(&stage, &format!("{mounts}\n{late}"), &["run", "--hidden"]);
    let _resident = stage.desktop.spawn("resident", resident).unwrap();
    let is_told = || {
        stage
            .snapshot()
            .is_ok_and(|shown| shown["desktop"].to_string().contains("policy.toml, line 1"))
    };
    until("the mistake in the policy", is_told).unwrap();
    stage.succeed(&["quit"]).unwrap();
}

#[test]
fn nobody_waits_for_a_configuration_on_a_disk_that_does_not_answer() {
    const SILENT: &str = "the disk does not answer";
    let mut stage = stage("silent-disk");
    stage.start().unwrap();
    stage.sign_in_by_command().unwrap();
    let disk = Silent::start(&stage);
    let mut reload = stage.command(&["reload"]).unwrap();
    let reload = reload.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();

    stage.succeed(&["set", "away"]).unwrap();
    stage.agree().unwrap();
    let reload = end_of(reload).unwrap();
    assert_eq!(reload.status.code(), Some(4), "{}", said(&reload));
    assert!(said(&reload).contains(SILENT), "{}", said(&reload));
    assert!(said(&reload).contains("keeps the previous configuration"), "{}", said(&reload));
    let config = stage.succeed(&["config", "--json"]).unwrap();
    assert!(config.contains(SILENT), "{config}");
    let desktop = || stage.snapshot().unwrap()["desktop"].to_string();
    assert!(desktop().contains(SILENT), "{}", desktop());
    drop(disk);
    until("the end of the problem", || !desktop().contains(SILENT)).unwrap();

    stage.succeed(&["quit"]).unwrap();
    stage.wait_for_end().unwrap();
    let disk = Silent::start(&stage);
    let alone = stage.run(&["set", "presenting"]).unwrap();
    assert_eq!(alone.status.code(), Some(4), "{}", said(&alone));
    assert!(said(&alone).contains(SILENT), "{}", said(&alone));
    stage.start().unwrap();
    let shown = stage.snapshot().unwrap();
    assert!(shown["problem"].to_string().contains(SILENT), "{shown}");
    drop(disk);
    until("the sign-in", || stage.snapshot().unwrap()["sign_in"]["is"] == "signed-in").unwrap();
}

#[test]
fn many_changes_at_once_are_all_made_with_a_resident_and_without() {
    let mut stage = stage("many");
    for round in ["without", "with"] {
        let values = [
            ("expiration", "PT3H"),
            ("on_quit", "keep"),
            ("on_start", "away"),
            ("on_end", "clear"),
            ("notifications", "all"),
            ("pin_away", "true"),
        ];
        let mut children = Vec::new();
        for (key, value) in values {
            let mut command = stage.command(&["config", "set", key, value]).unwrap();
            children.push(command.spawn().unwrap());
        }
        for mut child in children {
            assert!(child.wait().unwrap().success(), "{round}");
        }
        for (key, value) in values {
            assert!(text(&stage).contains(&format!("{key} = ")), "{round}: {key} = {value}");
        }
        stage.configure(&stage.configuration()).unwrap();
        if round == "without" {
            stage.start().unwrap();
        }
    }
}

/// A face that speaks the door's lines by hand.
struct Door {
    stream: UnixStream,
    lines: BufReader<UnixStream>,
}

impl Door {
    fn open(stage: &Stage) -> Door {
        let stream = UnixStream::connect(stage.folder().join("run/door")).unwrap();
        Door { lines: BufReader::new(stream.try_clone().unwrap()), stream }
    }

    fn ask(&mut self, line: &str) -> Value {
        // A door that has read enough does not take the rest.
        let _ = self.stream.write_all(format!("{line}\n").as_bytes());
        let mut answer = String::new();
        self.lines.read_line(&mut answer).unwrap();
        serde_json::from_str(&answer).unwrap_or_else(|error| panic!("{error}: {answer}"))
    }
}

/// A command of the program after `mounts`, which nobody else sees and which end with it.
fn within(stage: &Stage, mounts: &str, arguments: &[&str]) -> Command {
    let program = stage.command(arguments).unwrap();
    let mut command = stage.desktop.command("unshare");
    stage.dress(&mut command);
    command.args([
        "--map-root-user",
        "--mount",
        "sh",
        "-c",
        &format!("{mounts}\nexec \"$@\""),
        "sh",
    ]);
    command.arg(program.get_program()).args(program.get_args());
    command
}

/// A disk that has the configuration and does not answer whoever opens it, until this is dropped: another program holds
/// a lease on the file, which the system waits for (fcntl(2), `F_SETLEASE`).
struct Silent(Child);

impl Silent {
    fn start(stage: &Stage) -> Silent {
        const HOLD: &str = "import fcntl, os, signal, sys
signal.signal(signal.SIGIO, signal.SIG_IGN)
fcntl.fcntl(os.open(sys.argv[1], os.O_RDWR), fcntl.F_SETLEASE, fcntl.F_WRLCK)
print(flush=True)
sys.stdin.read()";
        let mut holder = Command::new("/usr/bin/python3");
        holder.args(["-c", HOLD]).arg(stage.config_file());
        let mut holder = holder.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(holder.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line, "\n", "the lease");
        Silent(holder)
    }
}

impl Drop for Silent {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}

fn status(mut command: Command) -> std::process::ExitStatus {
    command.status().unwrap()
}

/// Value and origin of a key, as the command tells them.
fn told(stage: &Stage, key: &str) -> (Value, Value) {
    let config = serde_json::from_str(&stage.succeed(&["config", "--json"]).unwrap()).unwrap();
    origin(&config, key)
}

fn origin(config: &Value, key: &str) -> (Value, Value) {
    let found = config["keys"].as_array().unwrap().iter().find(|told| told["key"] == key).unwrap();
    (found["value"].clone(), found["origin"].clone())
}

fn text(stage: &Stage) -> String {
    fs::read_to_string(stage.config_file()).unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn stage(name: &str) -> Stage {
    Stage::new(Desktop::builder(&name.replace(' ', "-")).without_display()).unwrap()
}
