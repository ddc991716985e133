cask "presence-tray" do
  version "${VERSION}"
  sha256 "${SHA256}"

  url "https://github.com/${REPOSITORY}/releases/download/v#{version}/presence-tray-#{version}-macos-universal.zip"
  name "Presence Tray"
  desc "Keeps a Microsoft Teams presence where its person wants it"
  homepage "https://github.com/${REPOSITORY}"

  depends_on macos: ">= :big_sur"

  app "Presence Tray.app"
  binary "#{appdir}/Presence Tray.app/Contents/MacOS/presence-tray"
  # The first looks for it beside itself.
  binary "#{appdir}/Presence Tray.app/Contents/MacOS/presence-tray-window"
  manpage "#{appdir}/Presence Tray.app/Contents/Resources/man/man1/presence-tray.1"
  bash_completion "#{appdir}/Presence Tray.app/Contents/Resources/completions/presence-tray.bash"
  fish_completion "#{appdir}/Presence Tray.app/Contents/Resources/completions/presence-tray.fish"
  zsh_completion "#{appdir}/Presence Tray.app/Contents/Resources/completions/_presence-tray"

  uninstall launchctl: "app.presence-tray",
            quit:      "app.presence-tray"

  zap trash: "~/Library/Application Support/presence-tray"
end
