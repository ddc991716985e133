//! What is in the way on a person's Windows: the program says so in words that help, and goes on where it can.

use std::fs;
use std::process::{Output, Stdio};

use presence_tests::cloud::Options;
use presence_tests::stage::{end_of, until};

use crate::stage::Stage;

#[test]
fn a_folder_with_spaces_umlauts_and_emoji_is_a_folder() {
    let mut stage = Stage::bare("umlauts").unwrap();
    let name = "Zoë Müller 😀";
    let folder = stage.windows.drive().join(name);
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("config.toml"), stage.configuration("")).unwrap();
    stage.named = Some(format!(r"C:\{name}"));
    let early = stage.run(&["set", "away"]).unwrap();
    assert_eq!(early.status.code(), Some(3), "sign-in needed: {}", words(&early));

    stage.start().unwrap();
    stage.sign_in().unwrap();
    stage.succeed(&["set", "away"]).unwrap();
    stage.wait_until_shown("away").unwrap();
    stage.succeed(&["quit"]).unwrap();

    stage.wait_for_end().unwrap();
    assert!(folder.join("state/lock").is_file(), "{}", stage.log());
    let credentials = stage.windows.succeed(r"C:\person.exe", &["credentials"]).unwrap();
    assert!(credentials.contains("megan@contoso.com"), "{credentials}");
}

#[test]
fn a_person_whose_name_is_not_ascii_is_a_person() {
    let mut stage = Stage::bare("name").unwrap();
    fs::remove_dir_all(stage.configuration_folder()).unwrap();
    let folders = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Explorer\User Shell Folders";
    for (name, folder) in [("AppData", "Roaming"), ("Local AppData", "Local")] {
        let path = format!(r"C:\users\Jürgen Žižek 李\AppData\{folder}");
        stage.windows.set_value(folders, name, &path).unwrap();
    }
    let home = stage.windows.drive().join("users/Jürgen Žižek 李/AppData");
    fs::create_dir_all(home.join("Roaming/presence-tray")).unwrap();
    let configuration = home.join("Roaming/presence-tray/config.toml");
    fs::write(configuration, stage.configuration("")).unwrap();

    stage.start().unwrap();
    stage.sign_in().unwrap();
    stage.succeed(&["set", "away"]).unwrap();

    stage.wait_until_shown("away").unwrap();
    assert!(home.join("Local/presence-tray/lock").is_file(), "{}", stage.log());
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let mut stage = Stage::bare("readonly").unwrap();
    stage.named = Some(r"Z:\proc\fs".to_owned());

    let output = stage.run(&["run", "--hidden"]).unwrap();

    assert_eq!(output.status.code(), Some(1), "{}", words(&output));
    assert!(words(&output).contains(r"Z:\proc\fs\state"), "{}", words(&output));
}

#[test]
fn a_start_that_fails_is_told_in_a_box_where_nobody_reads_what_is_printed() {
    let mut stage = Stage::bare("box").unwrap();
    stage.named = Some(r"Z:\proc\fs".to_owned());
    let mut command = stage.command(&["run", "--hidden"]);
    let mut failed = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();

    let said = stage.read_box("Presence Tray", "OK").unwrap();
    stage.keep_picture("5-cannot-start").unwrap();
    assert!(said.contains("Presence Tray cannot start"), "{said}");
    assert!(said.contains(r"cannot use Z:\proc\fs\state"), "{said}");
    stage.press("Presence Tray", "OK").unwrap();
    assert_eq!(failed.wait().unwrap().code(), Some(1));

    stage.named = None;
    stage.start().unwrap();
    let mut second = stage.command(&["run", "--hidden"]);
    let second = end_of(second.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
    assert_eq!(second.unwrap().status.code(), Some(1), "no box for one that runs already");
}

#[test]
fn a_policy_of_somebody_who_is_no_administrator_is_ignored_and_told_of() {
    let stage = Stage::bare("policy").unwrap();
    let folder = stage.windows.drive().join("ProgramData/presence-tray");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("policy.toml"), "on_quit = \"keep\"\n").unwrap();

    let told = words(&stage.run(&["doctor"]).unwrap());
    let config = words(&stage.run(&["config"]).unwrap());

    assert!(told.contains("The organisation's settings are ignored"), "{told}");
    assert!(told.contains(r"C:\ProgramData\presence-tray\policy.toml"), "{told}");
    assert!(!config.contains("policy"), "{config}");
}

#[test]
fn the_door_lets_its_user_in_and_nobody_else() {
    let mut stage = Stage::bare("alone").unwrap();
    stage.start().unwrap();

    let descriptor =
        stage.windows.succeed(r"C:\person.exe", &["descriptor", &door(&stage)]).unwrap();

    let (owner, rights) = descriptor.trim().split_once("D:P").unwrap();
    let owner = owner.strip_prefix("O:").unwrap();
    assert!(owner.starts_with("S-1-5-21-"), "a user, and no group: {descriptor}");
    assert_eq!(rights.matches('(').count(), 1, "{descriptor}");
    assert!(
        rights.starts_with("(A;;") && rights.ends_with(&format!(";;;{owner})")),
        "{descriptor}"
    );
}

#[test]
fn a_name_that_another_program_takes_after_a_crash_leads_nowhere_and_is_not_taken_again() {
    let mut stage = Stage::bare("squatted").unwrap();
    stage.start().unwrap();
    let name = door(&stage);
    // Nobody takes the sign down.
    stage.kill();
    let squatter = stage.windows.command(r"C:\person.exe", &["hold", &name]);
    let squatter = stage.windows.spawn("squatter", squatter).unwrap();
    until("the squatter", || {
        let free = stage.windows.run(r"C:\person.exe", &["free", &name]);
        free.is_ok_and(|free| !free.status.success())
    })
    .unwrap();

    for (arguments, says) in [
        (&["set", "away"][..], "You are not signed in"),
        (&["quit"][..], "Presence Tray is not running"),
    ] {
        let said = words(&stage.run(arguments).unwrap());
        assert!(said.contains(says), "{arguments:?}: {said}");
    }
    stage.start().unwrap();
    until("a name of its own", || door(&stage) != name).unwrap();
    stage.succeed(&["status"]).unwrap();
    stage.succeed(&["quit"]).unwrap();
    stage.wait_for_end().unwrap();
    drop(squatter);
}

#[test]
fn a_credential_of_another_program_under_our_name_signs_nobody_in_and_gives_way() {
    let mut stage = Stage::bare("foreign").unwrap();
    stage.start().unwrap();
    stage.sign_in().unwrap();
    stage.succeed(&["sign-out"]).unwrap();
    stage.sign_in().unwrap();
    stage.succeed(&["quit"]).unwrap();
    stage.wait_for_end().unwrap();
    let all = stage.windows.succeed(r"C:\person.exe", &["credentials"]).unwrap();
    let ours: Vec<&str> = all.lines().filter(|line| line.contains("presence-tray")).collect();
    let [ours] = ours[..] else { panic!("one credential:\n{all}") };
    let (target, _) = ours.split_once('\t').unwrap();
    stage.windows.succeed(r"C:\person.exe", &["keep", target, "somebody"]).unwrap();

    stage.start().unwrap();
    let told = stage.run(&["set", "away"]).unwrap();
    assert!(!told.status.success(), "{}", words(&told));
    assert!(words(&told).to_lowercase().contains("sign"), "{}", words(&told));

    stage.sign_in().unwrap();
    stage.succeed(&["set", "away"]).unwrap();
    stage.wait_until_shown("away").unwrap();
}

#[test]
fn without_a_window_program_open_says_so_and_the_tray_goes_on() {
    let mut stage = Stage::bare("nowindow").unwrap();
    stage.start().unwrap();

    stage.run(&["open"]).unwrap();

    until("the warning", || stage.log().contains("the window cannot be started")).unwrap();
    let whose = r"HKCU\Software\Classes\AppUserModelId\app.presence-tray";
    until("the notification's sender", || {
        stage.windows.values(whose).is_ok_and(|values| values.contains("Presence Tray"))
    })
    .unwrap();
    stage.succeed(&["status"]).unwrap();
    stage.succeed(&["quit"]).unwrap();
    stage.wait_for_end().unwrap();
    let alone = stage.run(&["open"]).unwrap();
    assert_eq!(alone.status.code(), Some(1), "{}", words(&alone));
    assert!(words(&alone).contains("presence-tray-window.exe"), "{}", words(&alone));
}

#[test]
fn without_webview2_the_window_says_what_to_install_and_the_tray_goes_on() {
    let mut stage = Stage::with_shell("webview2", Options::default()).unwrap();
    stage.install_window().unwrap();
    stage.start().unwrap();
    stage.sign_in().unwrap();

    stage.succeed(&["open"]).unwrap();
    let said = stage.read_box("Presence Tray", "&Yes").unwrap();
    stage.keep_picture("4-no-webview2").unwrap();
    assert_eq!(stage.told("app"), ["app.presence-tray"; 2], "the resident and the window");
    assert!(said.contains("needs the Microsoft Edge WebView2 Runtime"), "{said}");
    assert!(said.contains("https://developer.microsoft.com/microsoft-edge/webview2"), "{said}");
    stage.succeed(&["set", "away"]).unwrap();
    stage.wait_until_shown("away").unwrap();

    stage.press("Presence Tray", "&Yes").unwrap();
    let page = stage.opened().unwrap();
    assert_eq!(page, "https://developer.microsoft.com/microsoft-edge/webview2");
    until("the end of the window", || stage.log().contains("the window did not end well")).unwrap();
    stage.succeed(&["set", "presenting"]).unwrap();
    stage.wait_until_shown("presenting").unwrap();
    stage.succeed(&["quit"]).unwrap();
    stage.wait_for_end().unwrap();
}

/// The name of the resident's pipe.
fn door(stage: &Stage) -> String {
    let sign = stage.user().join("AppData/Local/presence-tray/door");
    fs::read_to_string(sign).unwrap()
}

fn words(output: &Output) -> String {
    let said = [&output.stdout[..], &output.stderr[..]].concat();
    String::from_utf8_lossy(&said).into_owned()
}
