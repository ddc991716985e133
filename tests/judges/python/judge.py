"""Microsoft's own libraries at the fake cloud, unchanged but for its addresses and its certificate authority.

What they refuse, the fake does otherwise than Microsoft. A line `ask …` on standard output asks whoever runs this for
something that only the cloud can do; a line on standard input answers. It refuses to look into the libraries.
"""

import asyncio
import base64
import re
import ssl
import sys
from datetime import datetime, timedelta, timezone
from urllib.parse import parse_qsl, quote, urljoin, urlsplit

import httpx
import msal
import requests
from kiota_abstractions.api_error import APIError
from kiota_abstractions.authentication import (
    AccessTokenProvider,
    AllowedHostsValidator,
    BaseBearerTokenAuthenticationProvider,
)
from msgraph import GraphRequestAdapter, GraphServiceClient
from msgraph.generated.models.body_type import BodyType
from msgraph.generated.models.date_time_time_zone import DateTimeTimeZone
from msgraph.generated.models.item_body import ItemBody
from msgraph.generated.models.presence_status_message import PresenceStatusMessage
from msgraph.generated.users.item.presence.clear_presence.clear_presence_post_request_body import (
    ClearPresencePostRequestBody,
)
from msgraph.generated.users.item.presence.set_presence.set_presence_post_request_body import (
    SetPresencePostRequestBody,
)
from msgraph.generated.users.item.presence.set_status_message.set_status_message_post_request_body import (
    SetStatusMessagePostRequestBody,
)
from msgraph.generated.users.item.presence.set_user_preferred_presence.set_user_preferred_presence_post_request_body import (
    SetUserPreferredPresencePostRequestBody,
)
from msgraph.graph_request_adapter import options
from msgraph_core import GraphClientFactory

CLOUD, AUTHORITIES, CLIENT, TENANT, MEGAN, TRANSCRIPT = sys.argv[1:]
SCOPES = [f"{CLOUD}/Presence.ReadWrite"]


NOTES = []


def masked(text):
    secret = r"(code|code_verifier|code_challenge|refresh_token|access_token|id_token|device_code|user_code|state|nonce|session_state|client_info)"
    text = re.sub(secret + r'(=|": ?")[^&"]+', r"\1\2…", text).replace(CLOUD, "https://cloud")
    text = re.sub(quote(CLOUD, safe=""), "https%3A%2F%2Fcloud", text)
    text = re.sub(r"the code \w+", "the code …", text)
    text = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "…", text)
    text = re.sub(r'(dateTime": ?")[^"]+', r"\1…", text)
    return re.sub(r'("(?:ext_)?expires_in": ?)\d+', r"\1…", text)


def note(method, url, sent, status, answer):
    sent = sent.decode() if isinstance(sent, bytes) else sent or ""
    lines = [f"{method} {urlsplit(url).path}", sent, f"→ {status}", answer if answer[:1] == "{" else ""]
    NOTES.extend(masked(line) for line in lines if line)


def note_of_requests(response, **_):
    asked = response.request
    note(asked.method, asked.url, asked.body, response.status_code, response.text)


async def note_of_httpx(response):
    await response.aread()
    asked = response.request
    note(asked.method, str(asked.url), asked.content, response.status_code, response.text)


def session():
    session = requests.Session()
    session.verify, session.trust_env = AUTHORITIES, False
    session.hooks["response"].append(note_of_requests)
    return session


def ask(what):
    print(f"ask {what}", flush=True)
    assert sys.stdin.readline().strip() == "done", what


def good(answer):
    assert "access_token" in answer, answer
    return answer


def application():
    return msal.PublicClientApplication(
        CLIENT,
        authority=f"{CLOUD}/{TENANT}",
        instance_discovery=False,
        http_client=session(),
        client_capabilities=["cp1"],
    )


def sign_in_by_browser(app):
    flow = app.initiate_auth_code_flow(SCOPES, redirect_uri="http://localhost:50123")
    page = session().get(flow["auth_uri"], timeout=10)
    page.raise_for_status()
    action = re.search(r'action="([^"]+)"', page.text)[1].replace("&amp;", "&")
    picked = session().post(
        urljoin(flow["auth_uri"], action),
        data={"pick": MEGAN},
        allow_redirects=False,
        timeout=10,
    )
    redirect = dict(parse_qsl(urlsplit(picked.headers["Location"]).query))
    return good(app.acquire_token_by_auth_code_flow(flow, redirect))


def sign_in_by_code(app):
    flow = app.initiate_device_flow(SCOPES)
    assert "user_code" in flow, flow
    typed = {"user_code": flow["user_code"], "pick": MEGAN}
    session().post(flow["verification_uri"], data=typed, timeout=10).raise_for_status()
    return good(app.acquire_token_by_device_flow(flow))


def judge_msal():
    sign_in_by_code(application())
    app = application()
    answer = sign_in_by_browser(app)
    assert answer["id_token_claims"]["oid"] == MEGAN, answer["id_token_claims"]
    [account] = app.get_accounts()
    assert account["username"] == "megan@contoso.com", account
    assert account["home_account_id"] == f"{MEGAN}.{TENANT}", account
    refresh = {answer["refresh_token"]}
    for _ in range(2):
        good(app.acquire_token_silent_with_error(SCOPES, account, force_refresh=True))
        [kept] = app.token_cache.search(msal.TokenCache.CredentialType.REFRESH_TOKEN)
        refresh.add(kept["secret"])
    assert len(refresh) == 3, "each refresh brings a new token"

    ask("challenge")
    token = app.acquire_token_silent_with_error(SCOPES, account)["access_token"]
    refused = session().get(
        f"{CLOUD}/v1.0/me/presence",
        headers={"Authorization": f"Bearer {token}"},
        timeout=10,
    )
    assert refused.status_code == 401, refused.status_code
    claims = re.search(r'claims="([^"]+)"', refused.headers["WWW-Authenticate"])[1]
    claims = base64.b64decode(claims + "==").decode()
    return good(app.acquire_token_silent_with_error(SCOPES, account, claims_challenge=claims))["access_token"]


class Token(AccessTokenProvider):
    def __init__(self, token):
        self.token = token

    async def get_authorization_token(self, uri, additional_authentication_context={}):
        return self.token

    def get_allowed_hosts_validator(self):
        return AllowedHostsValidator([])


async def judge_graph(token):
    http = httpx.AsyncClient(
        verify=ssl.create_default_context(cafile=AUTHORITIES),
        trust_env=False,
        event_hooks={"response": [note_of_httpx]},
    )
    client = GraphClientFactory.create_with_default_middleware(client=http, options=options)
    adapter = GraphRequestAdapter(BaseBearerTokenAuthenticationProvider(Token(token)), client)
    adapter.base_url = f"{CLOUD}/v1.0"
    graph = GraphServiceClient(request_adapter=adapter)
    presence = graph.users.by_user_id(MEGAN).presence

    # The library writes a timedelta as 1:00:00, which is no ISO 8601.
    await presence.set_presence.post(
        SetPresencePostRequestBody(
            session_id=CLIENT,
            availability="Busy",
            activity="InACall",
            additional_data={"expirationDuration": "PT1H"},
        )
    )
    shown = await graph.me.presence.get()
    assert (shown.id, shown.availability, shown.activity) == (MEGAN, "Busy", "InACall"), shown

    until = datetime.now(timezone.utc) + timedelta(hours=1)
    await presence.set_status_message.post(
        SetStatusMessagePostRequestBody(
            status_message=PresenceStatusMessage(
                message=ItemBody(content="On the phone", content_type=BodyType.Text),
                expiry_date_time=DateTimeTimeZone(
                    date_time=until.strftime("%Y-%m-%dT%H:%M:%S"), time_zone="UTC"
                ),
            )
        )
    )
    shown = await graph.me.presence.get()
    message = shown.status_message
    assert message.message.content == "On the phone", message
    assert message.expiry_date_time.time_zone == "UTC", message

    await presence.set_user_preferred_presence.post(
        SetUserPreferredPresencePostRequestBody(
            availability="DoNotDisturb",
            activity="DoNotDisturb",
            additional_data={"expirationDuration": "PT8H"},
        )
    )
    assert (await graph.me.presence.get()).availability == "DoNotDisturb"
    await presence.clear_user_preferred_presence.post()
    await presence.clear_presence.post(ClearPresencePostRequestBody(session_id=CLIENT))
    assert (await graph.me.presence.get()).availability == "Offline"

    for wrong, status in [
        (SetPresencePostRequestBody(session_id=CLIENT, availability="Busy", activity="Busy"), 400),
        (SetPresencePostRequestBody(availability="Busy", activity="InACall"), 400),
    ]:
        try:
            await presence.set_presence.post(wrong)
        except APIError as error:
            assert error.response_status_code == status and error.error.code == "InvalidArgument", error
        else:
            raise AssertionError(f"{wrong} was accepted")


if __name__ == "__main__":
    asyncio.run(judge_graph(judge_msal()))
    with open(TRANSCRIPT, "w") as file:
        file.write("\n".join(NOTES) + "\n")
    print("content", flush=True)
