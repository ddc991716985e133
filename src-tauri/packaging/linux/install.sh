#!/bin/sh
# Installs Presence Tray for this user into ~/.local, or elsewhere with PREFIX=/usr/local. With --remove, takes away
# what it installed, and leaves the configuration.
set -eu
prefix=${PREFIX:-$HOME/.local}
cd "$(dirname "$0")/usr"
find . -type f | while read -r file; do
    there=$prefix/${file#./}
    if [ "${1-}" = --remove ]; then
        rm -f "$there"
        rmdir -p --ignore-fail-on-non-empty "$(dirname "$there")" 2>/dev/null || true
    else
        mode=644
        case $file in ./bin/*) mode=755 ;; esac
        install -D -m "$mode" "$file" "$there"
    fi
done
if [ "${1-}" != --remove ]; then
    # A desktop may have been started without this folder in its PATH.
    sed -i "s|^Exec=.*|Exec=\"$prefix/bin/presence-tray\"|" \
        "$prefix/share/applications/app.presence-tray.desktop"
    echo "Installed into $prefix. To start it: $prefix/bin/presence-tray"
fi
