//! A bare Debian to install packages into, with the programs in it used from a private desktop; refuses to change
//! the system, and leaves nothing mounted: every mount ends with the process that holds it.

#![allow(clippy::print_stderr, reason = "the first root takes a while, and says so")]

use std::collections::BTreeSet;
use std::fs::{self, DirBuilder, File};
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::release;
use crate::stage::Stage;

const SUITE: &str = "bookworm";
/// Where a Debian says what it installs from.
const SOURCES: [&str; 2] = ["etc/apt/sources.list", "etc/apt/sources.list.d"];
/// Mounts the root of `$1` over the bare Debian in `$2` where nobody else sees it, until nobody listens any more.
const MOUNT: &str = r#"
set -e
mount -t overlay presence-tests -o "lowerdir=$2,upperdir=$1/upper,workdir=$1/work" "$1/root"
mount --rbind /dev "$1/root/dev"
mount --rbind /proc "$1/root/proc"
mount --bind /tmp "$1/root/tmp"
mount --bind "$3" "$1/root/var/cache/apt/archives"
echo mounted
exec cat
"#;
/// What a package manager notes for itself.
const NOTES: [&str; 5] =
    ["/var/cache/", "/var/lib/apt/", "/var/lib/dpkg/", "/var/lib/rpm", "/var/log/"];

/// A root that nothing was installed into yet but a bare Debian, gone when dropped.
#[derive(Debug)]
pub struct Root {
    folder: PathBuf,
    holder: Child,
}

impl Root {
    /// A new root. The bare Debian under it is fetched once.
    ///
    /// # Errors
    /// Without the right to mount, or when Debian cannot be fetched.
    pub fn new(name: &str) -> Result<Root> {
        let roots = release::folder()?.join("roots");
        fs::create_dir_all(roots.join("archives/partial"))?;
        let bare = bare(&roots)?;
        let folder = roots.join(format!("{name}-{}", std::process::id()));
        for part in ["upper", "work", "root"] {
            DirBuilder::new().recursive(true).mode(0o755).create(folder.join(part))?;
        }
        let mut holder = Command::new("unshare");
        holder.args(["--mount", "--propagation", "private", "sh", "-c", MOUNT, "mount"]);
        holder.arg(&folder).arg(bare).arg(roots.join("archives"));
        holder.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut root = Root { folder, holder: holder.spawn()? };
        let output = root.holder.stdout.take().context("stdout is piped")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        ensure!(line == "mounted\n", "Mounting takes root, and a kernel that knows overlayfs.");
        Ok(root)
    }

    /// Runs a program of this root to its end.
    ///
    /// # Errors
    /// When it fails; with what it said.
    pub fn run(&self, words: &[&str]) -> Result<String> {
        let mut command = self.around(&["chroot"]);
        command.arg(self.root()).args(words).env("DEBIAN_FRONTEND", "noninteractive");
        finish(command)
    }

    /// Runs a program of this system on the root, whose path follows `words`, and then `more`.
    ///
    /// # Errors
    /// When it fails; with what it said.
    pub fn run_on(&self, words: &[&str], more: &[&str]) -> Result<String> {
        let mut command = self.around(words);
        command.arg(self.root()).args(more);
        finish(command)
    }

    /// Copies files to where the root's own programs find them.
    ///
    /// # Errors
    /// When one cannot be copied.
    pub fn bring(&self, files: &[PathBuf]) -> Result<Vec<String>> {
        let bring = |file: &PathBuf| {
            let path = file.to_str().context("its name is text")?;
            let name = file.file_name().and_then(|name| name.to_str()).context("a file")?;
            let there = self.root().join("root").join(name);
            let mut copy = self.around(&["cp", path]);
            copy.arg(there);
            finish(copy)?;
            Ok(format!("/root/{name}"))
        };
        files.iter().map(bring).collect()
    }

    /// The files in it but for the notes of package managers.
    ///
    /// # Errors
    /// When they cannot be listed.
    pub fn files(&self) -> Result<BTreeSet<String>> {
        let found = self.run(&["find", "/", "-xdev", "!", "-path", "/root/*"])?;
        let is_note = |file: &&str| NOTES.iter().any(|notes| file.starts_with(notes));
        Ok(found.lines().filter(|line| !is_note(line)).map(str::to_owned).collect())
    }

    /// Lets `stage` play with the programs that are installed in the `folder` of this root.
    ///
    /// # Errors
    /// When its scripts cannot be written.
    pub fn play_on(&self, stage: &Stage, folder: &str) -> Result<()> {
        let programs = stage.copy().with_file_name("");
        fs::create_dir_all(&programs)?;
        for name in ["presence-tray", "presence-tray-window"] {
            let script = format!(
                "#!/bin/sh\nexec nsenter --mount=/proc/{}/ns/mnt chroot '{}' '{folder}/{name}' \"$@\"\n",
                self.holder.id(),
                self.root().display()
            );
            let path = programs.join(name);
            fs::write(&path, script)?;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755))?;
        }
        Ok(())
    }

    /// A command where the root is mounted.
    fn around(&self, words: &[&str]) -> Command {
        let mut command = Command::new("nsenter");
        command.arg(format!("--mount=/proc/{}/ns/mnt", self.holder.id())).args(words);
        command
    }

    fn root(&self) -> PathBuf {
        self.folder.join("root")
    }
}

impl Drop for Root {
    fn drop(&mut self) {
        drop(self.holder.stdin.take());
        // It ends, for it has nothing more to read; what does not go away is in the target folder.
        let _ = self.holder.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Debian's least, and the certificates that the packages depend on.
fn bare(roots: &Path) -> Result<PathBuf> {
    let bare = roots.join(SUITE);
    let lock = File::create(bare.with_extension("lock"))?;
    lock.lock()?;
    let stamp = bare.join("var/lib/presence-tests");
    if stamp.is_file() {
        return Ok(bare);
    }
    if bare.exists() {
        fs::remove_dir_all(&bare)?;
    }
    eprintln!("Fetching a bare Debian into {}.", bare.display());
    let mut fetch = Command::new("debootstrap");
    fetch.args(["--variant=minbase", "--include=ca-certificates", SUITE]).arg(&bare);
    finish(fetch)?;
    // This system's: the driver of the window is from there, and wants the same WebKit.
    for sources in SOURCES {
        let (here, there) = (Path::new("/").join(sources), bare.join(sources));
        let mut replace = Command::new("rm");
        replace.arg("-rf").arg(&there);
        finish(replace)?;
        if here.exists() {
            let mut copy = Command::new("cp");
            copy.arg("-r").args([here, there]);
            finish(copy)?;
        }
    }
    let mut update = Command::new("chroot");
    update.arg(&bare).args(["apt-get", "--quiet", "update"]);
    finish(update)?;
    fs::write(stamp, "")?;
    Ok(bare)
}

fn finish(mut command: Command) -> Result<String> {
    let output = command.stdin(Stdio::null()).output();
    let output =
        output.with_context(|| format!("{:?} cannot be started", command.get_program()))?;
    let said = [&output.stdout[..], &output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    ensure!(output.status.success(), "{command:?} ended with {}: {said}", output.status);
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
