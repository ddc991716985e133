//! Writes the templates by which group policy sets keys of the configuration, from the program's own table of keys.
//! Refuses to name any by itself.

use std::fs;
use std::path::Path;

use anyhow::Result;
use presence_host::{APP_NAME, GROUP_POLICY, Key, Kind, Value};

use crate::release::escaped;

const NAMESPACE: &str = "http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions";
/// As long as a value may be; the program's own limit.
const LONGEST: usize = 500;

/// The names of both files, as they lie in the folder `PolicyDefinitions`.
pub const FILES: [&str; 2] = ["presence-tray.admx", "en-US/presence-tray.adml"];

/// Writes both files below `folder`.
pub(super) fn make(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder.join("en-US"))?;
    for (name, text) in FILES.iter().zip([admx(), adml()]) {
        fs::write(folder.join(name), text)?;
    }
    Ok(())
}

/// What can be set, and what that writes into the registry ("Group Policy ADMX Syntax Reference Guide").
pub fn admx() -> String {
    let policies: String = Key::all().map(policy).collect();
    format!(
        r#"<?xml version="1.0" encoding="utf-8"?>
<policyDefinitions xmlns="{NAMESPACE}" revision="1.0" schemaVersion="1.0">
  <policyNamespaces>
    <target prefix="presencetray" namespace="PresenceTray.Policies"/>
  </policyNamespaces>
  <resources minRequiredRevision="1.0"/>
  <supportedOn>
    <definitions>
      <definition name="SUPPORTED" displayName="$(string.SUPPORTED)"/>
    </definitions>
  </supportedOn>
  <categories>
    <category name="PresenceTray" displayName="$(string.PresenceTray)"/>
  </categories>
  <policies>
{policies}  </policies>
</policyDefinitions>
"#
    )
}

/// What is said of it, in English.
pub fn adml() -> String {
    let strings: String = Key::all().map(strings).collect();
    let presentations: String = Key::all().map(presentation).collect();
    format!(
        r#"<?xml version="1.0" encoding="utf-8"?>
<policyDefinitionResources xmlns="{NAMESPACE}" revision="1.0" schemaVersion="1.0">
  <displayName>{APP_NAME}</displayName>
  <description>The configuration of {APP_NAME}, set by the organisation</description>
  <resources>
    <stringTable>
      <string id="PresenceTray">{APP_NAME}</string>
      <string id="SUPPORTED">{APP_NAME} on Windows 10 or newer</string>
{strings}    </stringTable>
    <presentationTable>
{presentations}    </presentationTable>
  </resources>
</policyDefinitionResources>
"#
    )
}

fn policy(key: Key) -> String {
    let (id, name) = (id(key), key.name());
    let (more, values) = match (key.kind(), key.choices()) {
        (Kind::Bool, _) => (
            format!(" valueName=\"{name}\""),
            "      <enabledValue><decimal value=\"1\"/></enabledValue>\n      <disabledValue><decimal value=\"0\"/></disabledValue>\n".to_owned(),
        ),
        (_, Some(choices)) => {
            let item = |choice: &&str| {
                format!(
                    "          <item displayName=\"$(string.{})\"><value><string>{choice}</string></value></item>\n",
                    id_of(key, choice)
                )
            };
            let items: String = choices.iter().map(item).collect();
            (
                format!(" presentation=\"$(presentation.{id})\""),
                format!(
                    "      <elements>\n        <enum id=\"{id}\" valueName=\"{name}\" required=\"true\">\n{items}        </enum>\n      </elements>\n"
                ),
            )
        }
        (_, None) => (
            format!(" presentation=\"$(presentation.{id})\""),
            format!(
                "      <elements>\n        <text id=\"{id}\" valueName=\"{name}\" required=\"true\" maxLength=\"{LONGEST}\"/>\n      </elements>\n"
            ),
        ),
    };
    format!(
        r#"    <policy name="{id}" class="Machine" displayName="$(string.{id})" explainText="$(string.{id}_meaning)" key="{GROUP_POLICY}"{more}>
      <parentCategory ref="PresenceTray"/>
      <supportedOn ref="SUPPORTED"/>
{values}    </policy>
"#
    )
}

fn strings(key: Key) -> String {
    let string =
        |id: &str, text: &str| format!("      <string id=\"{id}\">{}</string>\n", escaped(text));
    let mut meaning = key.meaning().to_owned();
    if key.kind() == Kind::Bool {
        meaning += "\n\nEnabled: true. Disabled: false.";
    }
    meaning += "\n\nNot configured: everybody chooses.";
    if let Some(default) = key.default() {
        let default = match default {
            Value::Flag(flag) => flag.to_string(),
            Value::Text(text) => text,
        };
        meaning += &format!(" The default is {default}.");
    }
    let id = id(key);
    let mut strings = string(&id, key.name()) + &string(&format!("{id}_meaning"), &meaning);
    if key.kind() == Kind::Choice {
        for choice in key.choices().unwrap_or_default() {
            strings += &string(&id_of(key, choice), choice);
        }
    }
    strings
}

fn presentation(key: Key) -> String {
    let (id, name) = (id(key), key.name());
    let control = match key.kind() {
        Kind::Bool => return String::new(),
        Kind::Choice => {
            format!("<dropdownList refId=\"{id}\" noSort=\"true\">{name}</dropdownList>")
        }
        Kind::Text | Kind::Span | Kind::Shortcut => {
            format!("<textBox refId=\"{id}\"><label>{name}</label></textBox>")
        }
    };
    format!("      <presentation id=\"{id}\">{control}</presentation>\n")
}

/// The key's name, of letters, digits and underscores alone.
fn id(key: Key) -> String {
    key.name().replace(['.', '-'], "_")
}

fn id_of(key: Key, choice: &str) -> String {
    format!("{}_is_{}", id(key), choice.replace('-', "_"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use roxmltree::{Document, Node};

    use super::*;

    #[test]
    fn the_templates_offer_every_key_as_the_program_reads_it() {
        let admx = admx();
        let admx = Document::parse(&admx).unwrap();

        let policies: Vec<Node> = all(&admx, "policy").collect();
        assert_eq!(policies.len(), Key::all().count());
        for (policy, key) in policies.into_iter().zip(Key::all()) {
            let of = |tag: &'static str| {
                policy.descendants().filter(move |it| it.has_tag_name((NAMESPACE, tag)))
            };
            assert_eq!(policy.attribute("key"), Some(GROUP_POLICY));
            assert_eq!(policy.attribute("class"), Some("Machine"));
            let named = policy.descendants().find_map(|it| it.attribute("valueName"));
            assert_eq!(named, Some(key.name()));
            let numbers: Vec<_> = of("decimal").filter_map(|it| it.attribute("value")).collect();
            let texts: Vec<_> = of("string").filter_map(|it| it.text()).collect();
            match key.kind() {
                Kind::Bool => assert_eq!(numbers, ["1", "0"]),
                Kind::Choice => assert_eq!(Some(texts), key.choices()),
                Kind::Text | Kind::Span | Kind::Shortcut => assert_eq!(of("text").count(), 1),
            }
        }
    }

    #[test]
    fn what_the_templates_refer_to_is_there_once_and_nothing_else() {
        let (admx, adml) = (admx(), adml());
        let (admx, adml) = (Document::parse(&admx).unwrap(), Document::parse(&adml).unwrap());
        for kind in ["string", "presentation"] {
            let prefix = format!("$({kind}.");
            let attributes = admx.descendants().flat_map(|node| node.attributes());
            let wanted: Vec<&str> = attributes
                .filter_map(|it| it.value().strip_prefix(&prefix)?.strip_suffix(')'))
                .collect();
            let there: Vec<&str> = all(&adml, kind).filter_map(|it| it.attribute("id")).collect();
            let set = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<BTreeSet<_>>();
            assert_eq!(set(&wanted), set(&there));
            assert_eq!(there.len(), set(&there).len(), "{there:?}");
        }
        let ids = |document: &Document, name: &str| -> Vec<String> {
            let nodes = document.descendants().filter(|it| {
                matches!(it.tag_name().name(), "text" | "enum" | "textBox" | "dropdownList")
            });
            nodes.filter_map(|it| it.attribute(name).map(str::to_owned)).collect()
        };
        assert_eq!(ids(&admx, "id"), ids(&adml, "refId"));
    }

    fn all<'a, 'b: 'a>(
        document: &'a Document<'b>,
        tag: &'a str,
    ) -> impl Iterator<Item = Node<'a, 'b>> {
        document
            .descendants()
            .filter(move |it| it.has_tag_name((NAMESPACE, tag)) && it.attributes().len() > 0)
    }
}
