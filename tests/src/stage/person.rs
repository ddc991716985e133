//! Owns the person on the stage: the browser she signs in with, and what her keyring holds. Refuses to know
//! why she does what she does.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use presence_host::{APP_ID, ICON_NAME};
use serde_json::Value;

use super::{LIMIT, Stage, until};
use crate::cloud::{Pick, browser};
use crate::desktop::secrets::secrets;
use crate::desktop::{Item, wait_for};
use crate::workspace;

impl Stage {
    /// Plays the person in the browser that the program opens, once it does.
    ///
    /// # Errors
    /// When no browser is opened, or the sign-in page or the redirect fail.
    pub fn browse(&self, pick: Pick) -> Result<String> {
        let url = self.opened_url()?;
        wait_for(async move { browser::sign_in(&url, pick).await })
    }

    /// The address the program opened the browser with, once it does.
    ///
    /// # Errors
    /// When no browser is opened.
    pub fn opened_url(&self) -> Result<String> {
        let path = self.folder.join("opened");
        let mut url = String::new();
        until("the browser", || {
            let text = fs::read_to_string(&path).unwrap_or_default();
            url = text.trim().to_owned();
            text.ends_with('\n')
        })
        .with_context(|| format!("the program's log:\n{}", self.log()))?;
        self.look();
        fs::remove_file(path)?;
        Ok(url)
    }

    /// Signs in by the tray menu, as a person does.
    ///
    /// # Errors
    /// When any step of it fails.
    pub fn sign_in(&self, item: &Item) -> Result<()> {
        let rows = |label: &'static str| {
            move |menu: &[crate::desktop::menu::MenuRow]| {
                crate::desktop::menu::find(menu, &[label]).is_some()
            }
        };
        item.wait_until(rows("Sign in…"), LIMIT)?;
        item.click(&["Sign in…"])?;
        self.browse(Pick::Megan)?;
        item.wait_until(rows("Signed in as megan@contoso.com"), LIMIT)
            .with_context(|| format!("not signed in; the program's log:\n{}", self.log()))
            .map(drop)
    }

    /// Signs in by the command line.
    ///
    /// # Errors
    /// When any step of it fails.
    pub fn sign_in_by_command(&self) -> Result<()> {
        let mut child = self.command(&["sign-in"])?.stderr(Stdio::null()).spawn()?;
        self.browse(Pick::Megan)?;
        ensure!(child.wait()?.success(), "not signed in; the program's log:\n{}", self.log());
        Ok(())
    }

    /// Signs in where no browser can be opened, at the address that is offered to be copied.
    ///
    /// # Errors
    /// When any step of it fails.
    pub fn sign_in_by_address(&self) -> Result<()> {
        let mut command = self.command(&["sign-in"])?;
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        let mut url = None;
        until("the address", || {
            url = self.offered_url().ok();
            url.is_some()
        })?;
        let url = url.context("it came")?;
        wait_for(async move { browser::sign_in(&url, Pick::Megan).await })?;
        ensure!(child.wait()?.success(), "not signed in; the program's log:\n{}", self.log());
        Ok(())
    }

    /// The address that the program offers to copy, from its door.
    ///
    /// # Errors
    /// When it offers none.
    pub fn offered_url(&self) -> Result<String> {
        let snapshot = self.snapshot()?;
        let url = snapshot["sign_in"]["url"].as_str();
        Ok(url.with_context(|| format!("no address in {snapshot}"))?.to_owned())
    }

    /// What the resident shows now, from its door.
    ///
    /// # Errors
    /// When it does not say it.
    pub fn snapshot(&self) -> Result<Value> {
        let mut door = UnixStream::connect(self.folder().join("run/door"))?;
        door.write_all(b"{\"watch\":true}\n")?;
        let mut line = String::new();
        BufReader::new(door).read_line(&mut line)?;
        Ok(serde_json::from_str(&line)?)
    }

    /// The refresh token in the Secret Service, if there is one.
    ///
    /// # Errors
    /// When the keyring does not answer or holds something else.
    pub fn stored_token(&self) -> Result<Option<String>> {
        let ours = |service: &String| service.starts_with("presence-tray");
        let mut secrets = secrets(&self.desktop)?.into_iter();
        let secret = secrets.find(|secret| secret.attributes.get("service").is_some_and(ours));
        let Some(value) = secret.and_then(|secret| secret.value) else { return Ok(None) };
        let kept: Value = serde_json::from_slice(&value)?;
        ensure!(kept["account"]["name"] == "megan@contoso.com", "somebody else's sign-in is kept");
        Ok(Some(kept["refresh_token"].as_str().context("a refresh token")?.to_owned()))
    }

    /// The refresh token in the Secret Service, once it is there.
    ///
    /// # Errors
    /// When it does not come.
    pub fn remembered_token(&self) -> Result<String> {
        let mut token = None;
        until("the token in the keyring", || {
            token = self.stored_token().ok().flatten();
            token.is_some()
        })?;
        token.context("it came")
    }

    /// The default browser of this desktop: writes the address down for [`Stage::opened_url`].
    pub(super) fn install_browser(&self) -> Result<()> {
        let path = self.folder.join("browser");
        let opened = self.folder.join("opened");
        let script = format!(
            "#!/bin/sh\nprintf '%s\\n' \"$1\" > '{0}.new' && mv '{0}.new' '{0}'\n",
            opened.display()
        );
        fs::write(&path, script)?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755))?;
        let applications = self.home("XDG_DATA_HOME")?.join("applications");
        fs::create_dir_all(&applications)?;
        let entry = format!(
            "[Desktop Entry]\nType=Application\nName=Browser\nExec={} %u\nMimeType=x-scheme-handler/http;x-scheme-handler/https;\n",
            path.display()
        );
        fs::write(applications.join("browser.desktop"), entry)?;
        let defaults = "[Default Applications]\nx-scheme-handler/http=browser.desktop\nx-scheme-handler/https=browser.desktop\n";
        Ok(fs::write(self.home("XDG_CONFIG_HOME")?.join("mimeapps.list"), defaults)?)
    }

    /// Installs the program's entry and icons as its packages do.
    ///
    /// # Errors
    /// When the window, whose build draws the icons, was not built.
    pub fn install_entry(&self) -> Result<()> {
        let source = workspace::root()?.join("src-tauri");
        let data = self.home("XDG_DATA_HOME")?;
        let entry = format!("{APP_ID}.desktop");
        let ours = source.join("packaging/linux").join(&entry);
        fs::copy(ours, data.join("applications").join(entry))?;
        for size in ["32x32", "128x128"] {
            let folder = data.join("icons/hicolor").join(size).join("apps");
            fs::create_dir_all(&folder)?;
            let icon = source.join(format!("gen/icons/{size}.png"));
            fs::copy(icon, folder.join(format!("{ICON_NAME}.png")))?;
        }
        Ok(())
    }

    /// Takes the default browser away, and those of the system that would stand in for it.
    ///
    /// # Errors
    /// When there is none.
    pub fn uninstall_browser(&self) -> Result<()> {
        let handlers = fs::read_to_string("/usr/share/applications/mimeinfo.cache");
        let handlers = handlers.unwrap_or_default();
        let web = |line: &&str| line.starts_with("x-scheme-handler/http=");
        let others = handlers.lines().find(web).unwrap_or_default();
        let none = format!("[Removed Associations]\n{others}\n");
        fs::write(self.home("XDG_CONFIG_HOME")?.join("mimeapps.list"), none)?;
        Ok(fs::remove_file(self.home("XDG_DATA_HOME")?.join("applications/browser.desktop"))?)
    }

    fn home(&self, variable: &str) -> Result<PathBuf> {
        Ok(PathBuf::from(
            self.desktop.var(variable).with_context(|| format!("{variable} is not set"))?,
        ))
    }
}
