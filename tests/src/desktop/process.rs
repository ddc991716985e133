//! Starts and ends the desktop's own processes, each by its id; refuses to touch any process of another desktop.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};

const GRACE: Duration = Duration::from_secs(2);

/// A child process that is ended, and waited for, when this is dropped.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Child,
    log: PathBuf,
}

/// How often the threads of a process went to sleep so far (`voluntary_ctxt_switches` of proc(5)); 0 once it is gone.
pub fn switches(id: u32) -> u64 {
    let tasks = std::fs::read_dir(format!("/proc/{id}/task")).into_iter().flatten().flatten();
    tasks
        .filter_map(|task| std::fs::read_to_string(task.path().join("status")).ok())
        .filter_map(|status| {
            let line = status.lines().find(|line| line.starts_with("voluntary_ctxt_switches"))?;
            line.split_whitespace().last()?.parse::<u64>().ok()
        })
        .sum()
}

impl Process {
    /// Starts `command` in a process group of its own, with stderr in `<name>.log` in the folder `logs`.
    ///
    /// # Errors
    /// The program cannot be started.
    pub(super) fn start(name: &str, mut command: Command, logs: &Path) -> Result<Process> {
        let log = logs.join(format!("{name}.log"));
        let file = File::options()
            .create(true)
            .append(true)
            .open(&log)
            .context("the log cannot be written")?;
        let child = command
            .stderr(file)
            .process_group(0)
            .spawn()
            .with_context(|| format!("{:?} cannot be started", command.get_program()))?;
        Ok(Process { name: name.to_owned(), child, log })
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// What the process wrote to its log so far.
    pub fn log(&self) -> String {
        let bytes = std::fs::read(&self.log).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// How it ended, or nothing while it runs.
    ///
    /// # Errors
    /// The operating system cannot say.
    pub fn ended(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.child.try_wait()?)
    }

    /// Fails with the log's text if the process has ended.
    pub(super) fn expect_running(&mut self) -> Result<()> {
        if let Some(status) = self.ended()? {
            bail!("{} ended early ({status}): {}", self.name, self.log());
        }
        Ok(())
    }

    /// Writes `text` to the process's stdin and closes it.
    pub(super) fn tell(&mut self, text: &str) -> Result<()> {
        let mut stdin = self.child.stdin.take().context("stdin is not a pipe")?;
        Ok(stdin.write_all(text.as_bytes())?)
    }

    /// Waits for the first line on stdout, and keeps the pipe open for later ones.
    pub(super) fn first_line(&mut self, limit: Duration) -> Result<String> {
        let stdout = self.child.stdout.take().context("stdout is not a pipe")?;
        let (sender, receiver) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                // After the first line nobody listens, but a closed pipe would end the writer.
                let _ = sender.send(line);
            }
        });
        receiver
            .recv_timeout(limit)
            .with_context(|| format!("{} did not start: {}", self.name, self.log()))
    }

    /// Asks the process to end, insists after two seconds, and waits for it.
    pub fn end(&mut self) {
        let end = Instant::now() + GRACE;
        if let Ok(None) = self.child.try_wait() {
            // It may end by itself in between; then there is nobody to ask.
            let _ = kill_process(Pid::from_child(&self.child), Signal::TERM);
        }
        while let Ok(None) = self.child.try_wait() {
            if Instant::now() >= end {
                let _ = self.child.kill();
                let _ = self.child.wait();
                return;
            }
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end();
    }
}

/// A shell that cleans up when this is dropped or when the whole test process dies, however it dies: it ends
/// what still runs with this desktop's `HOME`, then removes the folder.
#[derive(Debug)]
pub(super) struct Janitor {
    shell: Child,
    pipe: Option<ChildStdin>,
}

const JANITOR: &str = r#"
trap '' HUP INT TERM
cat >/dev/null
ours() { grep -lszxF "HOME=$1/home" /proc/[0-9]*/environ | cut -d/ -f3; }
left=$(ours "$1") && [ -n "$left" ] && kill -TERM $left
for _ in 1 2 3 4 5 6 7 8 9 10; do
    left=$(ours "$1"); [ -z "$left" ] && break; sleep 0.1
done
[ -n "$left" ] && kill -KILL $left
rm -rf "$1"
"#;

impl Janitor {
    /// Watches over `folder`, which must be this desktop's own.
    pub(super) fn watch(folder: &Path) -> Result<Janitor> {
        let mut shell = Command::new("/bin/sh")
            .args(["-c", JANITOR, "janitor"])
            .arg(folder)
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .current_dir("/")
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("/bin/sh cannot be started")?;
        let pipe = shell.stdin.take();
        Ok(Janitor { shell, pipe })
    }
}

impl Drop for Janitor {
    fn drop(&mut self) {
        drop(self.pipe.take());
        // Nothing useful can be done here if the shell is gone.
        let _ = self.shell.wait();
    }
}

/// Sends a signal to the process with this id.
///
/// # Errors
/// When there is none, or it is another user's.
pub(crate) fn kill(id: u32, signal: Signal) -> Result<()> {
    let id = Pid::from_raw(i32::try_from(id)?).context("a process id")?;
    Ok(kill_process(id, signal)?)
}
