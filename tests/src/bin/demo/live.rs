//! Shows the program on this desktop, with its own tray, keyring and browser, against the fake cloud, until
//! the person has enough. Refuses to touch the person's own configuration.

use std::fs;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use presence_tests::cloud::{CLIENT_ID, CloudServer, Kind, MEGAN, Options};
use presence_tests::stage::built;
use tokio::process::{Child, Command};
use tokio::signal::unix::{SignalKind, signal};

pub(crate) fn show() -> Result<()> {
    let cloud = CloudServer::start(Options::default(), 1.0);
    let folder = Folder::create(cloud.base_url())?;
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(run(&cloud, &folder.0))
}

/// A configuration folder that goes away with the demo.
struct Folder(PathBuf);

impl Folder {
    fn create(root: &str) -> Result<Folder> {
        let path = std::env::temp_dir().join(format!("presence-tray-demo-{}", std::process::id()));
        fs::DirBuilder::new().mode(0o700).create(&path)?;
        let config = format!(
            "client_id = \"{CLIENT_ID}\"\ncloud = \"custom\"\n\n[custom_cloud]\nauthority = \"{root}\"\ngraph = \"{root}\"\n"
        );
        fs::write(path.join("config.toml"), config)?;
        Ok(Folder(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn program(folder: &Path, arguments: &[&str]) -> Result<Command> {
    let mut command = Command::new(built("presence-tray")?);
    command
        .args(arguments)
        .env("PRESENCE_TRAY_CONFIG_DIR", folder)
        .stdin(Stdio::null())
        .kill_on_drop(true);
    Ok(command)
}

async fn run(cloud: &CloudServer, folder: &Path) -> Result<()> {
    // A group of its own: Ctrl+C reaches this program alone, which then ends that one in order.
    let mut resident = program(folder, &["run", "--hidden"])?.process_group(0).spawn()?;
    println!("Presence Tray is in your tray, joined to a fake cloud at {}.", cloud.base_url());
    println!(
        "Choose “Sign in…” there, pick Megan Bowen, then choose a status. Quit it, or press Ctrl+C, to end."
    );
    let mut told = 0;
    let mut asked = std::pin::pin!(asked_to_end());
    loop {
        tokio::select! {
            ended = resident.wait() => {
                ensure!(ended?.success(), "the program ended with an error");
                break;
            }
            asked = &mut asked => {
                asked?;
                end(folder, &mut resident).await?;
                break;
            }
            () = tokio::time::sleep(std::time::Duration::from_millis(300)) => told = tell(cloud, told),
        }
    }
    forget(folder).await
}

/// Returns on Ctrl+C, and when the session or whoever started this ends it.
async fn asked_to_end() -> Result<()> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
        _ = hang_up.recv() => {}
    }
    Ok(())
}

/// Prints what the cloud received since `told`.
fn tell(cloud: &CloudServer, told: usize) -> usize {
    cloud.with(|cloud, now| {
        for seen in &cloud.seen()[told..] {
            if matches!(seen.kind, Kind::SetPresence | Kind::ClearPresence) {
                let body = String::from_utf8_lossy(&seen.request.body).into_owned();
                let seen = cloud.aggregate(MEGAN, now);
                println!(
                    "received {body}; colleagues see {} / {}",
                    seen.availability, seen.activity
                );
            }
        }
        cloud.seen().len()
    })
}

async fn end(folder: &Path, resident: &mut Child) -> Result<()> {
    program(folder, &["quit"])?.status().await?;
    resident.wait().await.context("the program's end")?;
    Ok(())
}

/// Leaves nothing of the demo in this desktop's keyring.
async fn forget(folder: &Path) -> Result<()> {
    let mut resident =
        program(folder, &["run", "--hidden"])?.process_group(0).stderr(Stdio::null()).spawn()?;
    for _ in 0..50 {
        if program(folder, &["sign-out"])?.stderr(Stdio::null()).status().await?.success() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    end(folder, &mut resident).await
}
