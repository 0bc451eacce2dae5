"""Headlines of the world's news sites that match a query, by the GDELT DOC 2.0 API: the last three months."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import parse_qs, urlencode, urlsplit

from pydantic import Field

from crawlers.error_answer import error_answer
from crawlers.json_page import JsonPage, Object, objects_at, text_at
from crawlers.page import Follow, Parsed
from crawlers.weburl import WebUrl
from monitor.config.schema import Source
from monitor.mention import RawMention, Rejection

if TYPE_CHECKING:
    from scrapy.http import TextResponse

PAGE_SIZE = 250
SEEN = re.compile(r"(\d{8})T(\d{6})Z")
#: Titles come with raw control characters and with backslashes that escape nothing in JSON.
ESCAPE = re.compile(r'\\(["\\/bfnrt]|u[0-9a-fA-F]{4})?')
CONTROL = re.compile(r"[\x00-\x1f]")
#: GDELT names languages in English. The most frequent ones; others are told from the text.
LANGUAGES = {
    "Chinese": "zh", "English": "en", "Japanese": "ja", "Korean": "ko", "German": "de", "French": "fr",
    "Spanish": "es", "Portuguese": "pt", "Italian": "it", "Russian": "ru", "Arabic": "ar", "Turkish": "tr",
    "Vietnamese": "vi", "Thai": "th", "Indonesian": "id", "Malay": "ms", "Polish": "pl", "Dutch": "nl",
}  # fmt: skip


class GdeltSource(Source):
    """``query`` in GDELT's own language, such as ``"Xinghe X5" sourcelang:chinese``. ``base`` is the API's host.

    One request in 5 seconds is allowed. The default ``delay`` is twice that because the time between two requests
    varies between half the delay and one and a half.
    """

    kind: Literal["gdelt"] = "gdelt"
    query: str = Field(min_length=3, max_length=500)
    base: WebUrl = "https://api.gdeltproject.org"
    delay: float = Field(default=10.0, ge=0, le=60)
    max_pages: int = Field(default=20, ge=1, le=10_000)


class GdeltPage(JsonPage[GdeltSource]):
    """A list of at most 250 articles, the newest first; a full one is followed by what is as old as its last or older.

    The time of an article is when GDELT saw it, within 15 minutes of its appearance as a rule.
    """

    def start(self) -> Iterable[Follow]:
        yield Follow(self.address())

    def address(self, until: str | None = None) -> str:
        query = {
            "query": self.source.query,
            "mode": "artlist",
            "format": "json",
            "sort": "datedesc",
            "maxrecords": str(PAGE_SIZE),
        }
        if until:
            query["enddatetime"] = until
        return f"{self.source.base.rstrip('/')}/api/v2/doc/doc?{urlencode(query)}"

    def parse(self, response: TextResponse) -> Iterator[Parsed]:
        """Refusals come with status 200 as a sentence in plain text."""
        text = response.text.strip("\ufeff \t\r\n")
        if text and not text.startswith(("{", "[", "<")):
            yield error_answer(text, response.url)
            return
        mended = ESCAPE.sub(lambda found: found[0] if found[1] else r"\\", CONTROL.sub(" ", text))
        yield from super().parse(response.replace(body=mended.encode(response.encoding, "replace")))

    def read(self, data: Any, response: TextResponse) -> Iterator[Parsed]:
        articles = objects_at(data, "articles")
        if articles is None:
            # Nothing found is an empty object.
            if data != {}:
                yield error_answer(text_at(data, "error") or "no list of articles", response.url)
            return
        for article in articles:
            yield article_of(article, response.url)
        stated = (SEEN.fullmatch(text_at(article, "seendate") or "") for article in articles)
        times = [found[1] + found[2] for found in stated if found]
        asked = parse_qs(urlsplit(response.url).query).get("enddatetime", [""])[0]
        # A whole page within one moment would lead to itself.
        if len(articles) >= PAGE_SIZE and times and min(times) != asked:
            yield Follow(self.address(min(times)), next=True)


def article_of(article: Object, url: str) -> RawMention | Rejection:
    title, link = text_at(article, "title"), text_at(article, "url")
    if title is None:
        return Rejection("no text", "", link or url)
    if link is None:
        return Rejection("bad json", "an article without an address", url)
    return RawMention(
        text=title,
        external_id=link,
        url=link,
        kind="article",
        published=text_at(article, "seendate"),
        lang=LANGUAGES.get(text_at(article, "language") or ""),
    )
