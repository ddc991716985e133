//! Writes the manifests of winget, Microsoft's package manager, for the packages that were made; refuses to send them
//! anywhere.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::Package;
use crate::release::{VERSION, files, hash_of, name_of};
use crate::workspace;

/// Writes the manifests for the packages in `folder` beside them. The packages are to be downloaded from the release of
/// the repository that GitHub runs this for.
pub(super) fn make(folder: &Path) -> Result<()> {
    let repository = std::env::var("GITHUB_REPOSITORY");
    let repository = repository.unwrap_or_else(|_| "OWNER/REPOSITORY".to_owned());
    let [setup, msi] = [Package::Setup, Package::Msi].map(Package::file);
    let values = [
        ("FROM", format!("https://github.com/{repository}/releases/download/v{VERSION}")),
        ("VERSION", VERSION.to_owned()),
        ("SETUP_SHA256", hash_of(&folder.join(&setup))?),
        ("SETUP", setup),
        ("MSI_SHA256", hash_of(&folder.join(&msi))?),
        ("MSI", msi),
    ];
    for template in files(&templates()?)? {
        let mut manifest = fs::read_to_string(&template)?;
        for (name, value) in &values {
            manifest = manifest.replace(&format!("${{{name}}}"), value);
        }
        fs::write(folder.join(name_of(&template)), manifest)?;
    }
    Ok(())
}

fn templates() -> Result<PathBuf> {
    Ok(workspace::root()?.join("src-tauri/packaging/windows/winget"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each field in its place, by "winget-manifest…1.6.0.schema.json".
    const VERSION_FIELDS: [&str; 5] =
        ["PackageIdentifier", "PackageVersion", "DefaultLocale", "ManifestType", "ManifestVersion"];
    const INSTALLER_FIELDS: [&str; 20] = [
        "PackageIdentifier",
        "PackageVersion",
        "MinimumOSVersion",
        "UpgradeBehavior",
        "Installers",
        "- Architecture",
        "  InstallerType",
        "  Scope",
        "  InstallerUrl",
        "  InstallerSha256",
        "  ProductCode",
        "- Architecture",
        "  InstallerType",
        "  Scope",
        "  InstallerUrl",
        "  InstallerSha256",
        "  AppsAndFeaturesEntries",
        "  - UpgradeCode",
        "ManifestType",
        "ManifestVersion",
    ];
    const LOCALE_FIELDS: [&str; 15] = [
        "PackageIdentifier",
        "PackageVersion",
        "PackageLocale",
        "Publisher",
        "PackageName",
        "License",
        "ShortDescription",
        "Moniker",
        "Tags",
        "- presence",
        "- status",
        "- teams",
        "- tray",
        "ManifestType",
        "ManifestVersion",
    ];

    #[test]
    fn the_manifests_name_the_packages_as_they_are() {
        let folder = std::env::temp_dir().join(format!("pt-winget-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        for package in Package::ALL {
            fs::write(folder.join(package.file()), package.file()).unwrap();
        }

        make(&folder).unwrap();

        let read = |end: &str| {
            let path = folder.join(format!("PresenceTray.PresenceTray{end}.yaml"));
            fs::read_to_string(path).unwrap()
        };
        let [version, installer, locale] = ["", ".installer", ".locale.en-US"].map(read);
        let hashes = [Package::Setup, Package::Msi]
            .map(|package| hash_of(&folder.join(package.file())).unwrap());
        fs::remove_dir_all(&folder).unwrap();
        for (manifest, fields, kind) in [
            (&version, &VERSION_FIELDS[..], "version"),
            (&installer, &INSTALLER_FIELDS[..], "installer"),
            (&locale, &LOCALE_FIELDS[..], "defaultLocale"),
        ] {
            let found: Vec<&str> = lines(manifest).map(|(field, _)| field).collect();
            assert_eq!(found, fields);
            assert!(!manifest.contains("${"), "{manifest}");
            assert_eq!(values(manifest, "PackageIdentifier"), ["PresenceTray.PresenceTray"]);
            assert_eq!(values(manifest, "PackageVersion"), [VERSION]);
            assert_eq!(values(manifest, "ManifestType"), [kind]);
            assert_eq!(values(manifest, "ManifestVersion"), ["1.6.0"]);
        }
        assert_eq!(values(&version, "DefaultLocale"), values(&locale, "PackageLocale"));
        assert_eq!(values(&installer, "- Architecture"), ["x64", "x64"]);
        assert_eq!(values(&installer, "  InstallerType"), ["nullsoft", "msi"]);
        assert_eq!(values(&installer, "  Scope"), ["user", "machine"]);
        assert_eq!(values(&installer, "  InstallerSha256"), hashes);
        for (url, package) in values(&installer, "  InstallerUrl").iter().zip(Package::ALL) {
            assert!(url.starts_with("https://github.com/"), "{url}");
            assert!(url.ends_with(&format!("/v{VERSION}/{}", package.file())), "{url}");
        }
    }

    #[test]
    fn windows_lists_what_was_installed_by_the_names_of_the_manifest() {
        let read = |name: &str| fs::read_to_string(templates().unwrap().join(name)).unwrap();
        let manifest = read("PresenceTray.PresenceTray.installer.yaml");
        let locale = read("PresenceTray.PresenceTray.locale.en-US.yaml");
        let (nsi, wxs) = (read("../installer.nsi"), read("../machine.wxs"));

        let id = values(&manifest, "  ProductCode")[0];
        assert!(nsi.contains(&format!("!define APP_ID \"{id}\"\n")));
        let code = values(&manifest, "  - UpgradeCode")[0].trim_matches(['\'', '{', '}']);
        assert!(wxs.contains(&format!("UpgradeCode=\"{code}\"")));
        let (name, publisher) =
            (values(&locale, "PackageName")[0], values(&locale, "Publisher")[0]);
        assert!(nsi.contains(&format!("!define NAME \"{name}\"\n")));
        assert!(nsi.contains(&format!("Publisher \"{publisher}\"\n")));
        assert!(wxs.contains(&format!("Name=\"{name}\"")));
        assert!(wxs.contains(&format!("Manufacturer=\"{publisher}\"")));
    }

    /// The fields of a manifest with their values, in order, each with its indentation; of a mere word no value.
    fn lines(manifest: &str) -> impl Iterator<Item = (&str, &str)> {
        let lines = manifest.lines().filter(|line| !line.starts_with('#'));
        lines.map(|line| line.split_once(": ").unwrap_or_else(|| (line.trim_end_matches(':'), "")))
    }

    fn values<'a>(manifest: &'a str, field: &str) -> Vec<&'a str> {
        lines(manifest).filter(|(name, _)| *name == field).map(|(_, value)| value).collect()
    }
}
