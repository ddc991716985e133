#!/bin/sh
# The floor of effort: sets one status, Available unless another one is named, and repeats it until it is stopped.
# setPresence has no combination for "Be right back".
set -eu

status=${1:-Available} expiration=PT1H
case $status in
Available) availability=Available activity=Available expiration=PT5M ;;
Busy) availability=Busy activity=InACall ;;
"Do not disturb") availability=DoNotDisturb activity=Presenting ;;
Away | "Be right back") availability=Away activity=Away ;;
*) echo "usage: $0 [Available | Busy | 'Do not disturb' | 'Be right back' | Away]" >&2 && exit 2 ;;
esac

body="{\"sessionId\":\"$CLIENT_ID\",\"availability\":\"$availability\",\"activity\":\"$activity\",\
\"expirationDuration\":\"$expiration\"}"

while :; do
    # The token comes by the standard input: arguments can be read by everybody on the computer.
    printf 'header = "Authorization: Bearer %s"\n' "$ACCESS_TOKEN" |
        curl --silent --show-error --fail --max-time 30 --config - \
            --header 'Content-Type: application/json' --data "$body" \
            "$GRAPH/presence/setPresence" || echo "not set" >&2
    sleep 210
done
