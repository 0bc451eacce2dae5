"""Reviews of one's own app on Google Play, by the Google Play Developer API (androidpublisher v3)."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote, urlencode

from pydantic import Field, SecretStr, field_validator

from crawlers.access import Access, TokenRequest
from crawlers.error_answer import error_answer
from crawlers.google_error import google_refusal
from crawlers.json_page import JsonPage, Object, at, count_at, objects_at, text_at
from crawlers.page import Follow, Parsed
from crawlers.weburl import WebUrl
from monitor.config.schema import Credential, Source
from monitor.mention import RawMention, Rejection

if TYPE_CHECKING:
    from scrapy.http import TextResponse

BASE = "https://androidpublisher.googleapis.com"
SCOPE = "https://www.googleapis.com/auth/androidpublisher"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
PAGE_SIZE = 100
#: Seconds for which a token is asked; a crawl takes less.
LIFE = 3600


class GooglePlayCredential(Credential):
    """``service_account``: the JSON key file of a service account, as it was downloaded, that may read the app's
    reviews. ``base`` is the API's host and ``token_url`` where the key is changed for a token."""

    kind: Literal["google-play"] = "google-play"
    service_account: SecretStr
    base: WebUrl = BASE
    token_url: WebUrl = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address

    @field_validator("service_account")
    @classmethod
    def is_a_key_file(cls, value: SecretStr) -> SecretStr:
        if not all(key_file(value).get(name) for name in ("client_email", "private_key")):
            raise ValueError("not the JSON key of a service account: put the whole downloaded file into the variable")
        return value


class GooglePlaySource(Source):
    """``app`` is the package name (``cn.xinghe.app``) of an app of one's own. The API shows reviews of the last week
    that have a text, and allows 200 requests an hour."""

    kind: Literal["google-play"] = "google-play"
    app: str = Field(pattern=r"^[A-Za-z]\w*(\.[A-Za-z]\w*)+$", max_length=150)


class GooglePlayPage(JsonPage[GooglePlaySource]):
    """The order of reviews is not promised, so that all pages of the week are read at each crawl."""

    @property
    def base(self) -> str:
        return self.credential.base if self.credential else BASE

    def access(self) -> Access | None:
        credential = self.credential
        key = key_file(credential.service_account)
        return Access(
            self.base,
            token=lambda now: token_request(key, credential.token_url, now),
            secrets=(key["private_key"],),
        )

    def refusal(self, response: TextResponse) -> str | None:
        return google_refusal(response)

    def start(self) -> Iterable[Follow]:
        yield Follow(self.address())

    def address(self, token: str | None = None) -> str:
        query = urlencode({"maxResults": PAGE_SIZE} | ({"token": token} if token else {}))
        path = f"/androidpublisher/v3/applications/{quote(self.source.app)}/reviews"
        return f"{self.base.rstrip('/')}{path}?{query}"

    def read(self, data: Any, response: TextResponse) -> Iterator[Parsed]:
        if not isinstance(data, Mapping) or "error" in data:
            yield error_answer(text_at(data, "error", "message") or "no reviews", response.url)
            return
        # An app without reviews in the last week answers an empty object.
        for review in objects_at(data, "reviews") or ():
            yield self.review(review, response.url)
        if token := text_at(data, "tokenPagination", "nextPageToken"):
            yield Follow(self.address(token))

    def review(self, item: Object, url: str) -> RawMention | Rejection:
        number, comments = text_at(item, "reviewId"), objects_at(item, "comments") or []
        said = next((each for each in comments if at(each, "userComment") is not None), None)
        if number is None:
            return Rejection("bad json", "a review without an id", url)
        stated = text_at(said, "userComment", "text")
        if stated is None:
            return Rejection("no text", "", url)
        # A title, where one was written, stands before a tab.
        title, _, text = stated.strip().rpartition("\t")
        return RawMention(
            text=text,
            external_id=number,
            url=f"https://play.google.com/store/apps/details?{urlencode({'id': self.source.app, 'reviewId': number})}",
            title=title.strip() or None,
            author=text_at(item, "authorName"),
            published=text_at(said, "userComment", "lastModified", "seconds"),
            rating=text_at(said, "userComment", "starRating"),
            rating_best="5",
            lang=text_at(said, "userComment", "reviewerLanguage"),
            likes=count_at(said, "userComment", "thumbsUpCount"),
            replies=sum(at(each, "developerComment") is not None for each in comments),
        )


def key_file(secret: SecretStr) -> Mapping[str, str]:
    """The texts of a key file; empty where it is none."""
    try:
        data = json.loads(secret.get_secret_value())
    except (ValueError, RecursionError):
        return {}
    return {name: each for name, each in data.items() if isinstance(each, str)} if isinstance(data, dict) else {}


def token_request(key: Mapping[str, str], url: str, now: datetime) -> TokenRequest:
    """A signed assertion for a token (RFC 7523, section 2.1). Raises ``ValueError`` for a key that cannot sign."""
    issued = int(now.timestamp())
    claims = {"iss": key["client_email"], "scope": SCOPE, "aud": url, "iat": issued, "exp": issued + LIFE}
    signed = f"{encoded({'alg': 'RS256', 'typ': 'JWT'})}.{encoded(claims)}"
    assertion = f"{signed}.{base64(signature(key['private_key'], signed.encode('ascii')))}"
    return TokenRequest(url, {"grant_type": GRANT, "assertion": assertion}, secrets=(assertion,))


def signature(private_key: str, message: bytes) -> bytes:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(private_key.encode(), password=None)
    except (TypeError, UnsupportedAlgorithm) as error:  # with a password, or of a kind that is not known
        raise ValueError("not a plain RSA key") from error
    if not isinstance(key, RSAPrivateKey):
        raise ValueError("not an RSA key")
    return key.sign(message, PKCS1v15(), SHA256())


def encoded(part: Mapping[str, Any]) -> str:
    return base64(json.dumps(part, separators=(",", ":")).encode("ascii"))


def base64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")
