//! Writes the configuration profile by which a management sets keys of the configuration on macOS, from the program's own
//! table of keys. Refuses to name any by itself, and to make the application, which takes a Mac.

use std::fs;
use std::path::Path;

use anyhow::Result;
use presence_host::{APP_ID, APP_NAME, Key, Kind, Value};

use super::{escaped, sample};

/// The name of its file.
const FILE: &str = "presence-tray.mobileconfig";

/// Writes it into `folder`.
pub(super) fn make(folder: &Path) -> Result<()> {
    Ok(fs::write(folder.join(FILE), profile())?)
}

/// Every key, to be thinned out by whoever uses it ("Configuration Profile Reference"). The type of its payload is the
/// domain whose values macOS then forces. The UUIDs stay the same, so that a newer one replaces an older one.
pub fn profile() -> String {
    let keys: String = Key::all().map(row).collect();
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<!-- What is set here, nobody changes on that computer. Delete the keys that everybody is to choose, each with its value. -->
<plist version="1.0">
<dict>
  <key>PayloadType</key>
  <string>Configuration</string>
  <key>PayloadVersion</key>
  <integer>1</integer>
  <key>PayloadIdentifier</key>
  <string>{APP_ID}.profile</string>
  <key>PayloadUUID</key>
  <string>3EAB4811-7432-4066-8A49-53EA532867B6</string>
  <key>PayloadDisplayName</key>
  <string>{APP_NAME}</string>
  <key>PayloadDescription</key>
  <string>The configuration of {APP_NAME}, set by the organisation</string>
  <key>PayloadScope</key>
  <string>System</string>
  <key>PayloadContent</key>
  <array>
    <dict>
      <key>PayloadType</key>
      <string>{APP_ID}</string>
      <key>PayloadVersion</key>
      <integer>1</integer>
      <key>PayloadIdentifier</key>
      <string>{APP_ID}.profile.keys</string>
      <key>PayloadUUID</key>
      <string>AFABE4D9-C4AE-484A-A756-DB873A9409E2</string>
      <key>PayloadDisplayName</key>
      <string>{APP_NAME}</string>

{keys}    </dict>
  </array>
</dict>
</plist>
"#
    )
}

fn row(key: Key) -> String {
    let mut meaning = key.meaning().to_owned();
    if let (Kind::Choice, Some(choices)) = (key.kind(), key.choices()) {
        meaning += &format!(" One of: {}.", choices.join(", "));
    }
    let value = match sample(key) {
        Value::Flag(flag) => format!("<{flag}/>"),
        Value::Text(text) => format!("<string>{}</string>", escaped(&text)),
    };
    format!(
        "      <!-- {} -->\n      <key>{}</key>\n      {value}\n",
        escaped(&meaning),
        key.name()
    )
}
