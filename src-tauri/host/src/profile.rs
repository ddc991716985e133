//! Owns where the files of one resident are; refuses to read or write them.

use std::path::{Path, PathBuf};

use presence_core::t;
use thiserror::Error;

use crate::policy;

/// The folders of one resident. Two residents with different folders never meet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Where `config.toml` is.
    pub config: PathBuf,
    /// Where the wish and the lock are kept.
    pub state: PathBuf,
    /// Where the door is.
    pub runtime: PathBuf,
    /// The service name of the entries in the OS keyring.
    pub vault: String,
    /// The folder that `PRESENCE_TRAY_CONFIG_DIR` named, if it did.
    pub named: Option<PathBuf>,
}

/// No profile could be found.
#[derive(Debug, Error)]
pub enum ProfileError {
    /// The OS names no home folder.
    #[error("{}", t!(
        "this user has no home folder; set PRESENCE_TRAY_CONFIG_DIR to a folder to use"
    ))]
    NoHome,
    /// `PRESENCE_TRAY_CONFIG_DIR` is not an absolute path.
    #[error("{}", t!(
        "PRESENCE_TRAY_CONFIG_DIR must be an absolute path, not \"{path}\"",
        path = .0.display()
    ))]
    Relative(PathBuf),
}

impl Profile {
    /// The profile of this user, or of `PRESENCE_TRAY_CONFIG_DIR`.
    ///
    /// # Errors
    /// When the OS names no home folder, or the variable is not an absolute path.
    pub fn find() -> Result<Profile, ProfileError> {
        match std::env::var_os("PRESENCE_TRAY_CONFIG_DIR").filter(|dir| !dir.is_empty()) {
            Some(dir) => Profile::under(Path::new(&dir)),
            None => Profile::of_user(),
        }
    }

    /// Everything under one folder.
    ///
    /// # Errors
    /// When `dir` is not absolute.
    pub fn under(dir: &Path) -> Result<Profile, ProfileError> {
        if !dir.is_absolute() {
            return Err(ProfileError::Relative(dir.to_owned()));
        }
        Ok(Profile {
            config: dir.to_owned(),
            state: dir.join("state"),
            runtime: dir.join("run"),
            vault: format!("presence-tray {}", dir.display()),
            named: Some(dir.to_owned()),
        })
    }

    fn of_user() -> Result<Profile, ProfileError> {
        let dirs = directories::BaseDirs::new().ok_or(ProfileError::NoHome)?;
        let name = "presence-tray";
        let state = dirs.state_dir().unwrap_or(dirs.data_local_dir()).join(name);
        Ok(Profile {
            config: dirs.config_dir().join(name),
            runtime: dirs.runtime_dir().map_or_else(|| state.join("run"), |dir| dir.join(name)),
            state,
            vault: name.to_owned(),
            named: None,
        })
    }

    /// The configuration file.
    pub fn config_file(&self) -> PathBuf {
        self.config.join("config.toml")
    }

    /// Where an organisation may set keys; those win.
    pub fn policy_file(&self) -> PathBuf {
        policy::file()
    }

    /// Where the organisation sets keys, if it sets any.
    pub fn managed_at(&self) -> Option<PathBuf> {
        let of_system = policy::of_system().map(|managed| managed.place);
        of_system.or_else(|| self.policy().filter(|path| path.exists()))
    }

    /// The file, if what is there may be read: nobody but an administrator can have written it.
    pub fn policy(&self) -> Option<PathBuf> {
        Some(self.policy_file()).filter(|path| policy::is_trusted(path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_folders_never_share_door_or_keyring() {
        let one = Profile::under(Path::new(if cfg!(windows) { "C:\\a" } else { "/a" })).unwrap();
        let two = Profile::under(Path::new(if cfg!(windows) { "C:\\b" } else { "/b" })).unwrap();
        assert_ne!(one.runtime, two.runtime);
        assert_ne!(one.vault, two.vault);
    }

    #[test]
    fn a_relative_folder_is_refused() {
        assert!(matches!(Profile::under(Path::new("a")), Err(ProfileError::Relative(_))));
    }
}
