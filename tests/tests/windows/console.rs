//! What a person types at a prompt of Windows.

use std::fs::{self, File};
use std::io::Write;
use std::process::Stdio;

use presence_tests::cloud::Options;
use presence_tests::stage::until;

use crate::stage::Stage;

/// Goes to where the program is.
const FOLDER: &str = r#"cd /d "C:\Program Files\Presence Tray""#;

#[test]
fn a_prompt_waits_for_the_end_of_a_command_and_gets_its_code() {
    let stage = Stage::bare("prompt").unwrap();
    stage.install_for_consoles().unwrap();

    let said = typed(
        &stage,
        &[
            "presence-tray config path",
            "echo after %ERRORLEVEL%",
            "presence-tray set nonsense",
            "echo then %ERRORLEVEL%",
        ],
    );

    let place = |words: &str| said.find(words).unwrap_or_else(|| panic!("{words}: {said}"));
    assert!(place(r"presence-tray\config.toml") < place("after 0"), "{said}");
    assert!(place("after 0") < place("then 2"), "{said}");
}

#[test]
fn a_prompt_waits_for_no_program_that_stays() {
    let stage = Stage::with_shell("stays", Options::default()).unwrap();
    stage.install_for_consoles().unwrap();

    let said = typed(&stage, &["presence-tray", "echo after %ERRORLEVEL%"]);

    assert!(said.contains("after 0"), "{said}");
    let quit = stage.run(&["quit"]).unwrap();
    let told = String::from_utf8_lossy(&[quit.stdout, quit.stderr].concat()).into_owned();
    assert!(quit.status.success() && !told.contains("not running"), "{told}");
}

/// What is shown of `lines` that are typed at a prompt in the program's folder, each once the prompt is back.
fn typed(stage: &Stage, lines: &[&str]) -> String {
    let path = stage.windows.drive().join("shown");
    let output = File::create(&path).unwrap();
    let mut prompt = stage.windows.command("cmd", &[]);
    let prompt = prompt.stdin(Stdio::piped()).stdout(output).stderr(Stdio::null());
    let mut prompt = prompt.spawn().unwrap();
    let mut keyboard = prompt.stdin.take().unwrap();
    let shown = || fs::read_to_string(&path).unwrap();
    for (number, line) in [FOLDER].iter().chain(lines).chain(&["exit"]).enumerate() {
        until("the prompt", || shown().matches('>').count() > number)
            .unwrap_or_else(|_| panic!("{}", shown()));
        keyboard.write_all(format!("{line}\r\n").as_bytes()).unwrap();
    }
    prompt.wait().unwrap();
    shown()
}
