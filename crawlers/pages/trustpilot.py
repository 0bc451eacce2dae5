"""Reviews of a business on Trustpilot, by its Business Units API."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Literal, Self
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from pydantic import Field, SecretStr, model_validator

from crawlers.access import Access
from crawlers.error_answer import error_answer
from crawlers.json_page import JsonPage, Object, at, count_at, objects_at, text_at
from crawlers.page import Follow, Parsed
from crawlers.weburl import WebUrl
from monitor.config.schema import Credential, Source
from monitor.mention import RawMention, Rejection

if TYPE_CHECKING:
    from scrapy.http import TextResponse

BASE = "https://api.trustpilot.com"
PAGE_SIZE = 100


class TrustpilotCredential(Credential):
    """``key``: the API key of an application of one's own business account. ``base`` is the API's host."""

    kind: Literal["trustpilot"] = "trustpilot"
    key: SecretStr
    base: WebUrl = BASE


class TrustpilotSource(Source):
    """The business by its ``domain`` (``shop.example``), or by its ``business_unit`` (the id that the API gives it),
    which saves a request."""

    kind: Literal["trustpilot"] = "trustpilot"
    domain: str | None = Field(default=None, pattern=r"^[\w-]+(\.[\w-]+)+$", max_length=200)
    business_unit: str | None = Field(default=None, pattern=r"^[0-9a-f]{24}$")

    @model_validator(mode="after")
    def names_a_business(self) -> Self:
        if not self.domain and not self.business_unit:
            raise ValueError("needs a domain or a business_unit: add domain: shop.example")
        return self


class TrustpilotPage(JsonPage[TrustpilotSource]):
    @property
    def base(self) -> str:
        return self.credential.base if self.credential else BASE

    def access(self) -> Access | None:
        return Access(self.base, header="apikey", scheme="", secret=self.credential.key.get_secret_value())

    def start(self) -> Iterable[Follow]:
        if self.source.business_unit:
            yield Follow(self.reviews_of(self.source.business_unit))
        else:
            yield Follow(self.address("find", {"name": self.source.domain or ""}))

    def address(self, path: str, asked: dict[str, Any]) -> str:
        return f"{self.base.rstrip('/')}/v1/business-units/{path}?{urlencode(asked)}"

    def reviews_of(self, unit: str) -> str:
        asked = {"perPage": PAGE_SIZE, "orderBy": "createdat.desc", "page": 1}
        return self.address(f"{quote(unit, safe='')}/reviews", asked)

    def read(self, data: Any, response: TextResponse) -> Iterator[Parsed]:
        reviews = objects_at(data, "reviews")
        if reviews is not None:
            for review in reviews:
                yield self.review(review, response.url)
            if any(text_at(link, "rel") == "next-page" for link in objects_at(data, "links") or ()):
                yield next_page(response.url)
        elif text_at(data, "name", "identifying") and (unit := text_at(data, "id")):
            yield Follow(self.reviews_of(unit))
        else:
            said = text_at(data, "message") or text_at(data, "fault", "faultstring")
            yield error_answer(said or "no reviews", response.url)

    def review(self, item: Object, url: str) -> RawMention | Rejection:
        number, title, text = text_at(item, "id"), text_at(item, "title"), text_at(item, "text")
        if number is None:
            return Rejection("bad json", "a review without an id", url)
        if text is None and title is None:
            return Rejection("no text", "", url)
        return RawMention(
            text=text or title or "",
            external_id=number,
            url=f"https://www.trustpilot.com/reviews/{quote(number, safe='')}",
            title=title if text else None,
            author=text_at(item, "consumer", "displayName"),
            published=text_at(item, "createdAt"),
            rating=text_at(item, "stars"),
            rating_best="5",
            lang=text_at(item, "language"),
            likes=count_at(item, "numberOfLikes"),
            replies=int(bool(at(item, "companyReply"))),
        )


def next_page(url: str) -> Follow:
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    page = query.get("page", "1")
    query["page"] = str(int(page) + 1 if page.isdecimal() and len(page) < 7 else 2)
    return Follow(parts._replace(query=urlencode(query)).geturl(), next=True)
