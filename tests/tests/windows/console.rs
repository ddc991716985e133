//! What a person types at a prompt of Windows.

use std::fs::{self, File};
use std::io::Write;
use std::process::Stdio;

use presence_tests::cloud::Options;
use presence_tests::stage::until;

use crate::stage::Stage;

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
    stage.succeed(&["status"]).unwrap();
    stage.succeed(&["quit"]).unwrap();
    let ends = || stage.run(&["quit"]).is_ok_and(|quit| !quit.status.success());
    until("the end of the program", ends).unwrap();
}

/// What a prompt in the program's folder shows of `lines` that are typed into it, one after the other.
fn typed(stage: &Stage, lines: &[&str]) -> String {
    let shown = stage.windows.drive().join("shown");
    let mut prompt = stage.windows.command("cmd", &[]);
    let output = File::create(&shown).unwrap();
    let mut prompt =
        prompt.stdin(Stdio::piped()).stdout(output).stderr(Stdio::null()).spawn().unwrap();
    let mut keyboard = prompt.stdin.take().unwrap();
    let lines = [&[r#"cd "C:\Program Files\Presence Tray""#], lines, &["exit"]].concat();
    keyboard.write_all(format!("{}\r\n", lines.join("\r\n")).as_bytes()).unwrap();
    assert!(prompt.wait().is_ok());
    fs::read_to_string(shown).unwrap()
}
