//! Owns the packages of one real desktop, installed over the running system into a layer of its own; refuses to
//! change the system itself, and leaves nothing mounted: every mount ends with the last process that sees it.

#![allow(clippy::print_stderr, reason = "the first installation takes a while, and says so")]

use std::fs::{self, DirBuilder, File};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use sha2::{Digest, Sha256};

use crate::desktop::{Desktop, Process};
use crate::workspace;

/// What is installed, as dpkg keeps it.
const STATUS: &str = "/var/lib/dpkg/status";
/// Mounts the layer in `$1` where nobody else sees it, then becomes the rest of the arguments.
const MOUNT: &str = r#"
set -e
layer=$1; shift
mount -t overlay presence-tests -o "lowerdir=/,upperdir=$layer/upper,workdir=$layer/work" "$layer/root"
mount --rbind /dev "$layer/root/dev"
mount --rbind /proc "$layer/root/proc"
mount --bind /tmp "$layer/root/tmp"
exec "$@"
"#;

/// Installs the arguments; no service of theirs may start, and what was downloaded is not kept.
const INSTALL: &str = r#"
set -e
printf '#!/bin/sh\nexit 101\n' > /usr/sbin/policy-rc.d
chmod 755 /usr/sbin/policy-rc.d
export DEBIAN_FRONTEND=noninteractive
apt-get -qq update
apt-get -qq install --yes --no-install-recommends "$@"
apt-get clean
"#;

/// The packages of one desktop over the running system.
#[derive(Debug)]
pub(super) struct Layer {
    folder: PathBuf,
    /// What overlayfs does with a layer that is mounted twice is undefined.
    _lock: File,
}

impl Layer {
    /// The layer `name` with `packages`, installed first if it is not there, or if the system under it has changed.
    ///
    /// # Errors
    /// Without the right to mount, or when a package cannot be installed; says which.
    pub(super) fn with(name: &str, packages: &[&str]) -> Result<Layer> {
        let folder = folder()?.join(name);
        fs::create_dir_all(&folder)?;
        let lock = File::create(folder.with_extension("lock"))?;
        lock.lock()?;
        let layer = Layer { folder, _lock: lock };
        let stamp = stamp(packages)?;
        if fs::read_to_string(layer.stamp()).is_ok_and(|installed| installed == stamp) {
            return Ok(layer);
        }
        layer.clear()?;
        layer.try_to_mount()?;
        eprintln!("Installing {name} into {}: {}", layer.folder.display(), packages.join(" "));
        let mut install = layer.mounted(&["chroot"]);
        install.arg(layer.root()).args(["/bin/sh", "-c", INSTALL, "install"]).args(packages);
        let output = install.stdin(Stdio::null()).output()?;
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        ensure!(
            output.status.success(),
            "{name} could not be installed ({}): {said}",
            output.status
        );
        fs::write(layer.stamp(), stamp)?;
        Ok(layer)
    }

    /// Mounts the layer for the programs of `desktop`, until the answer is dropped.
    ///
    /// # Errors
    /// When it cannot be mounted.
    pub(super) fn enter(&self, desktop: &Desktop) -> Result<Inside> {
        let mut holder = desktop.command("unshare");
        holder.args(self.mounted(&["sh"]).get_args());
        holder.args(["-c", "echo mounted; exec sleep infinity"]).stdin(Stdio::null());
        let (holder, _) = desktop.spawn_until_first_line("layer", holder)?;
        let door = desktop.folder().join("inside");
        // A script, so that the bus can start a program in the layer as well.
        let script = format!(
            "#!/bin/sh\nexec nsenter --mount=/proc/{}/ns/mnt chroot '{}' \"$@\"\n",
            holder.id(),
            self.root().display()
        );
        fs::write(&door, script)?;
        fs::set_permissions(&door, fs::Permissions::from_mode(0o755))?;
        Ok(Inside { _holder: holder, door })
    }

    /// The version of an installed package, without the distribution's part of it.
    pub(super) fn version(&self, package: &str) -> String {
        // Where the system has everything, nothing is installed over it.
        let status = fs::read_to_string(self.folder.join("upper").join(&STATUS[1..]))
            .or_else(|_| fs::read_to_string(STATUS))
            .unwrap_or_default();
        let mut entries = status.split("\n\n");
        let ours = entries.find(|entry| entry.starts_with(&format!("Package: {package}\n")));
        let mut lines = ours.unwrap_or_default().lines();
        let version = lines.find_map(|line| line.strip_prefix("Version: ")).unwrap_or_default();
        let version = version.split_once(':').map_or(version, |(_epoch, version)| version);
        version.split(['-', '+']).next().unwrap_or_default().to_owned()
    }

    fn clear(&self) -> Result<()> {
        if self.folder.exists() {
            fs::remove_dir_all(&self.folder)?;
        }
        for part in ["upper", "work", "root"] {
            DirBuilder::new().recursive(true).mode(0o755).create(self.folder.join(part))?;
        }
        Ok(())
    }

    fn try_to_mount(&self) -> Result<()> {
        let output = self.mounted(&["true"]).stdin(Stdio::null()).output();
        let output = output.context("unshare, of the package util-linux, cannot be started")?;
        ensure!(
            output.status.success(),
            "The desktops are installed into overlays over this system, which takes root's right to mount, and a kernel \
             and a file system that know overlayfs; here it is not possible: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        );
        Ok(())
    }

    /// A command that runs `program` where the layer is mounted.
    fn mounted(&self, program: &[&str]) -> Command {
        let mut command = Command::new("unshare");
        command.args(["--mount", "--propagation", "private", "sh", "-c", MOUNT, "mount"]);
        command.arg(&self.folder).args(program);
        command
    }

    fn root(&self) -> PathBuf {
        self.folder.join("root")
    }

    fn stamp(&self) -> PathBuf {
        self.folder.join("installed")
    }
}

/// A layer that is mounted for one desktop session.
#[derive(Debug)]
pub(super) struct Inside {
    _holder: Process,
    door: PathBuf,
}

impl Inside {
    /// A command in the layer with the session's environment. `line` is the shell's, and is replaced by its last program.
    pub(super) fn command(&self, desktop: &Desktop, line: &str) -> Command {
        let mut command = desktop.command(&self.door);
        let home = "cd \"$HOME\"; ";
        command.args(["/bin/sh", "-c"]).arg(format!("{home}{line}"));
        command.stdin(Stdio::null()).stdout(Stdio::null());
        command
    }

    /// The names and texts of the files by which the bus starts what the layer's packages bring for it.
    ///
    /// # Errors
    /// When a file of the layer cannot be read.
    pub(super) fn services(&self, layer: &Layer) -> Result<Vec<(String, String)>> {
        let folder = layer.folder.join("upper/usr/share/dbus-1/services");
        let Ok(files) = fs::read_dir(folder) else { return Ok(Vec::new()) };
        let mut services = Vec::new();
        for file in files {
            let file = file?;
            let text = fs::read_to_string(file.path())?;
            let value = |key: &str| text.lines().find_map(|line| line.strip_prefix(key));
            if let (Some(name), Some(line)) = (value("Name="), value("Exec=")) {
                let door = self.door.display();
                let text = format!("[D-BUS Service]\nName={name}\nExec={door} {line}\n");
                services.push((file.file_name().to_string_lossy().into_owned(), text));
            }
        }
        Ok(services)
    }
}

/// Where the layers and the pictures are kept.
///
/// # Errors
/// When the system does not say where this program is.
pub(super) fn folder() -> Result<PathBuf> {
    let this = std::env::current_exe()?;
    let target = workspace::root()?.join("target");
    // A target folder elsewhere is known by the mark that cargo leaves in it.
    let marked = this.ancestors().find(|folder| folder.join("CACHEDIR.TAG").is_file());
    Ok(marked.unwrap_or(&target).join("desktops"))
}

/// Tells one installation from another: what is installed, over which system.
fn stamp(packages: &[&str]) -> Result<String> {
    let system = fs::read(STATUS).context("the desktops need a Debian or Ubuntu")?;
    let hash = Sha256::digest(&system);
    let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(format!("{}\n{hash}\n", packages.join(" ")))
}
