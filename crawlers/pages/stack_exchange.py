"""Questions of a Stack Exchange site that hold some words or tags, and their answers, by the public API."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self
from urllib.parse import parse_qsl, urlencode, urlsplit

from pydantic import Field, StringConstraints, model_validator

from crawlers.error_answer import error_answer
from crawlers.json_page import JsonPage, Object, at, count_at, objects_at, text_at
from crawlers.page import Follow, Parsed
from crawlers.weburl import WebUrl
from monitor.config.schema import Source
from monitor.mention import RawMention, Rejection

if TYPE_CHECKING:
    from scrapy.http import TextResponse

PAGE_SIZE = 100
#: Pages kept for after a pause that the API asked for.
HELD = 50

Tag = Annotated[str, StringConstraints(pattern=r"^[^\s;]+$", max_length=50)]


class StackExchangeSource(Source):
    """``site`` as the API names it (``stackoverflow``, ``superuser``, ``android``). ``query`` are words, ``tags`` are
    tags of which a question has at least one; one of the two has to be given. ``answers: false`` reads questions only.
    ``base`` is the API's host.

    Without a key the API allows 300 requests a day and address: the default ``max_pages`` every 30 minutes stay below.
    What a crawl does not get to is where the next one goes on.
    """

    kind: Literal["stack-exchange"] = "stack-exchange"
    site: str = Field(pattern=r"^[a-z0-9.-]{2,60}$")
    query: str | None = Field(default=None, min_length=1, max_length=200)
    tags: tuple[Tag, ...] = Field(default=(), max_length=20)
    answers: bool = True
    base: WebUrl = "https://api.stackexchange.com"
    max_pages: int = Field(default=6, ge=1, le=10_000)

    @model_validator(mode="after")
    def asks_for_something(self) -> Self:
        if not self.query and not self.tags:
            raise ValueError("needs a query or tags: add query: 'words to find' or tags: [name]")
        return self


class StackExchangePage(JsonPage[StackExchangeSource]):
    """Questions and answers by their last activity, so that edits and new answers come up.

    Cursor: ``{"held": [address, …]}``, the pages whose further parts had to wait because the API asked for a pause
    (``backoff``) or the day's quota was used up. The next crawl begins with them.
    """

    def start(self) -> Iterable[Follow]:
        source = self.source
        asked = {"q": source.query, "tagged": ";".join(source.tags)}
        yield Follow(self.address("search/advanced", {key: value for key, value in asked.items() if value}))
        for url in self.held():
            yield Follow(url)

    def held(self) -> list[str]:
        return [url for url in self.cursor.get("held", ()) if isinstance(url, str)]

    def address(self, method: str, asked: dict[str, str]) -> str:
        fixed = {"site": self.source.site, "sort": "activity", "order": "desc", "filter": "withbody"}
        query = urlencode({**asked, **fixed, "pagesize": PAGE_SIZE, "page": 1})
        return f"{self.source.base.rstrip('/')}/2.3/{method}?{query}"

    def read(self, data: Any, response: TextResponse) -> Iterator[Parsed]:
        items = objects_at(data, "items")
        if at(data, "error_id") is not None or items is None:
            yield error_answer(text_at(data, "error_name") or text_at(data, "error_message"), response.url)
            return
        follows: list[Follow] = []
        for item in items:
            yield self.post(item, response.url)
            follows += self.answers_of(item)
        if at(data, "has_more") is True:
            follows.append(next_page(response.url))
        held = [url for url in self.held() if url != response.url]
        if pause := pause_of(data):
            yield Rejection("too many requests", pause, response.url)
            held += [response.url] if follows else []
        else:
            yield from follows
        self.cursor = {"held": held[-HELD:]} if held else {}

    def answers_of(self, item: Object) -> Iterator[Follow]:
        number = text_at(item, "question_id")
        if self.source.answers and "answer_id" not in item and number and count_at(item, "answer_count"):
            version = f"{text_at(item, 'last_activity_date')} {count_at(item, 'answer_count')}"
            if number.isdecimal():
                yield Follow(self.address(f"questions/{number}/answers", {}), version=version)

    def post(self, item: Object, url: str) -> RawMention | Rejection:
        answer, question = text_at(item, "answer_id"), text_at(item, "question_id")
        number = answer or question
        if number is None:
            return Rejection("bad json", "a post without an id", url)
        text, title = text_at(item, "body"), text_at(item, "title")
        if text is None and (answer or title is None):
            return Rejection("no text", "", url)
        author = text_at(item, "owner", "display_name")
        return RawMention(
            text=text or title or "",
            # Questions and answers are numbered in one row.
            external_id=number,
            url=text_at(item, "link") or self.place(f"a/{answer}" if answer else f"q/{question}"),
            kind="comment" if answer else "post",
            title=title if text and not answer else None,
            # Names come as HTML, like titles.
            author=html.unescape(author) if author else None,
            published=text_at(item, "creation_date"),
            parent_id=question if answer else None,
            markup="html",
            likes=count_at(item, "score"),
            replies=count_at(item, "answer_count"),
        )

    def place(self, path: str) -> str | None:
        """Where a post of this site stands; other sites than these have hosts that the API's name does not tell."""
        site = self.source.site
        if site in {"stackoverflow", "superuser", "serverfault", "askubuntu"}:
            return f"https://{site}.com/{path}"
        return f"https://{site.removesuffix('.stackexchange')}.stackexchange.com/{path}"


def pause_of(data: Any) -> str | None:
    """Why the API wants no further request now."""
    if seconds := count_at(data, "backoff"):
        return f"asks for a pause of {seconds} s"
    return "the day's quota is used up" if count_at(data, "quota_remaining") == 0 else None


def next_page(url: str) -> Follow:
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    page = query.get("page", "1")
    query["page"] = str(int(page) + 1 if page.isdecimal() and len(page) < 7 else 2)
    return Follow(parts._replace(query=urlencode(query)).geturl(), next=True)
