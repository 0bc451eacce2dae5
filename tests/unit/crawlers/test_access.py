"""What a credential turns into, and that it cannot be configured away from its API."""

from __future__ import annotations

import json
from base64 import b64decode, urlsafe_b64decode
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pydantic import SecretStr, ValidationError

from crawlers.access import Access, token_in
from crawlers.events import Blocked, Cursor, Failed, Found
from crawlers.job import CrawlJob, from_line, to_line
from crawlers.pages.google_play import GRANT, GooglePlayCredential, key_file, token_request
from crawlers.pages.reddit import RedditCredential, RedditPage, RedditSource
from crawlers.pages.youtube import YoutubeCredential, YoutubeSource
from crawlers.registry import SOURCES
from crawlers.secrecy import Secrets
from monitor.mention import RawMention

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
CHANNEL = "UC5xinghe0000000000000AA"


@pytest.mark.parametrize(
    ("url", "covered"),
    [
        ("https://api.example/v1/x?y", True),
        ("https://api.example:443/", True),
        ("https://API.example/", True),
        ("http://api.example/", False),
        ("https://api.example:8443/", False),
        ("https://api.example.evil.example/", False),
        ("https://api.example@evil.example/", False),
        ("https://sub.api.example/", False),
    ],
)
def test_a_secret_is_for_one_origin(url: str, covered: bool) -> None:
    assert Access("https://api.example").covers(url) == covered


@pytest.mark.parametrize(
    ("text", "token"),
    [
        ('{"access_token": "a.b-c", "expires_in": 3600}', "a.b-c"),
        ('{"access_token": "a\\r\\nX: y"}', None),
        ('{"access_token": ""}', None),
        ('{"access_token": 7}', None),
        ('{"error": "invalid_grant"}', None),
        ("[]", None),
        ("<html>", None),
        ("[" * 100_000, None),
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_token_is_one_line_of_an_answer(text: str, token: str | None) -> None:
    assert token_in(text) == token


def test_a_service_account_signs_for_an_hour() -> None:
    private = generate_private_key(65537, 2048)
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    key = {"client_email": "reader@x.example", "private_key": pem}
    asked = token_request(key, "https://oauth2.googleapis.com/token", NOW)
    signed, _, signature = asked.form["assertion"].rpartition(".")
    padded = urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
    private.public_key().verify(padded, signed.encode(), PKCS1v15(), SHA256())
    claims = json.loads(urlsafe_b64decode(signed.split(".")[1] + "=="))
    assert claims == {
        "iss": "reader@x.example",
        "scope": "https://www.googleapis.com/auth/androidpublisher",
        "aud": "https://oauth2.googleapis.com/token",
        "iat": int(NOW.timestamp()),
        "exp": int(NOW.timestamp()) + 3600,
    }
    assert asked.form["grant_type"] == GRANT
    assert asked.form["assertion"] not in repr(asked)
    with pytest.raises(ValueError, match=r"."):
        token_request(key | {"private_key": "no key"}, "https://oauth2.googleapis.com/token", NOW)


def test_a_key_file_is_checked_without_being_repeated() -> None:
    with pytest.raises(ValidationError) as caught:
        GooglePlayCredential(service_account=SecretStr('{"client_email": "hush"}'))
    assert "not the JSON key" in str(caught.value)
    assert "hush" not in str(caught.value)
    assert key_file(SecretStr("[1]")) == {}


def test_reddit_asks_with_its_app_and_reads_with_a_token() -> None:
    credential = RedditCredential(client_id="our-app", client_secret=SecretStr("hush-hush"))
    access = RedditPage(RedditSource(id="r", subreddits=("xinghe",)), {}, credential).access()
    assert access is not None
    assert access.token is not None
    asked = access.token(NOW)
    assert asked.url == "https://www.reddit.com/api/v1/access_token"
    basic = asked.headers["Authorization"].removeprefix("Basic ")
    assert b64decode(basic) == b"our-app:hush-hush"
    assert basic in access.secrets
    assert "hush" not in repr(access) + repr(asked) + repr(credential)


def test_a_job_takes_its_credential_through_the_pipe_only() -> None:
    source = YoutubeSource(id="yt", channels=(CHANNEL,))
    job = CrawlJob(source, credential=YoutubeCredential(key=SecretStr("hush-hush")))
    assert "hush" not in repr(job)
    assert from_line(to_line(job)) == job
    assert b"hush-hush" in to_line(job)


def test_no_source_says_where_a_credential_is_sent() -> None:
    for kind in SOURCES.values():
        if kind.credential:
            assert kind.legal == "B"
            assert not {"base", "url", "token_url"} & set(kind.model.model_fields)
            assert {"base", "kind"} <= set(kind.credential.model_fields)


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({}, "needs channels or videos"),
        ({"channels": [CHANNEL], "every": "1m"}, "may spend 72000 quota units a day"),
        ({"channels": [CHANNEL], "every": "7m", "max_pages": 25}, "may spend 5150 quota units a day"),
    ],
)
def test_youtube_refuses_to_spend_more_than_its_units(fields: dict[str, object], refusal: str) -> None:
    with pytest.raises(ValidationError, match=refusal):
        YoutubeSource.model_validate({"id": "yt", **fields})
    YoutubeSource.model_validate({"id": "yt", "channels": [CHANNEL], **fields, "units": 72_000})


def test_secrets_are_taken_out_of_events_in_every_form() -> None:
    secrets = Secrets(["a+b/c==", "short", 'line\n"quoted"'])
    for event in (
        Found(RawMention(text='said a+b/c== and line\n"quoted"', url="https://x.example/?k=a%2Bb%2Fc%3D%3D")),
        Failed("http 500", "https://x.example/a+b/c%3D%3D"),
        Blocked("too many requests (Retry-After: a+b/c==)", "https://x.example/"),
        Cursor({"frontier": {"waiting": [["https://x.example/?k=a%2bb%2Fc=%3d", {"a+b/c==": 1}]]}}),
    ):
        clean = secrets.without(event)
        assert type(clean) is type(event)
        assert "***" in repr(clean)
        assert not any(each in repr(clean) for each in ("a+b", "a%2Bb", "quoted"))
    untouched = Blocked("short words stay", "https://x.example/")
    assert secrets.without(untouched) is untouched
    secrets.add("had-later")
    assert secrets.scrubbed("token had-later.") == "token ***."
