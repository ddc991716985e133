#!/bin/sh
# Makes the application for macOS of the programs in the folder PROGRAMS, and an archive of it:
#   bundle.sh PROGRAMS VERSION ARCHIVE.zip
# On macOS it also signs them: as PRESENCE_TRAY_SIGNING_IDENTITY, or for nobody; with the access group
# PRESENCE_TRAY_KEYCHAIN_ACCESS_GROUP among the entitlements, if the programs were built with one.
set -eu
programs=$1 version=$2 archive=$3
here=$(cd "$(dirname "$0")" && pwd)
root=$here/../../..
parts=${archive%.zip}
app="$parts/Presence Tray.app"
resources="$app/Contents/Resources"
rm -rf "$parts" "$archive"
mkdir -p "$app/Contents/MacOS" "$resources/completions" "$resources/man/man1"

for program in presence-tray presence-tray-window; do
    cp "$programs/$program" "$app/Contents/MacOS/"
    chmod 755 "$app/Contents/MacOS/$program"
done
sed "s/\${VERSION}/$version/" "$here/Info.plist" > "$app/Contents/Info.plist"
made=$root/src-tauri/gen
cp "$made/icons/icon.icns" "$made/licences.json" "$root/LICENSE-APACHE" "$root/LICENSE-MIT" "$resources/"
cp "$made/completions/"* "$resources/completions/"
cp "$made/man/presence-tray.1" "$resources/man/man1/"

if [ "$(uname)" = Darwin ]; then
    set -- --force --timestamp=none --options runtime --sign "${PRESENCE_TRAY_SIGNING_IDENTITY:--}"
    if [ -n "${PRESENCE_TRAY_KEYCHAIN_ACCESS_GROUP-}" ]; then
        sed "s/\${GROUP}/$PRESENCE_TRAY_KEYCHAIN_ACCESS_GROUP/" "$here/entitlements.plist" > "$parts/entitlements.plist"
        set -- "$@" --entitlements "$parts/entitlements.plist"
    fi
    # What is inside is signed first.
    codesign "$@" "$app/Contents/MacOS/presence-tray-window"
    codesign "$@" "$app"
    codesign --verify --strict "$app"
    ditto -c -k --keepParent "$app" "$archive"
else
    archive=$(cd "$(dirname "$archive")" && pwd)/$(basename "$archive")
    (cd "$parts" && zip -q -X -r "$archive" "Presence Tray.app")
fi
rm -rf "$parts"
