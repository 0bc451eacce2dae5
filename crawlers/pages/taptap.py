"""Player reviews of one game on TapTap, by the list that its own pages load: the newest first, 10 a page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

from pydantic import Field

from crawlers.error_answer import error_answer
from crawlers.json_page import JsonPage, Object, at, count_at, objects_at, text_at
from crawlers.page import Follow, Parsed
from crawlers.weburl import WebUrl
from monitor.config.schema import Source
from monitor.mention import RawMention, Rejection

if TYPE_CHECKING:
    from scrapy.http import TextResponse

LIST = "/webapiv2/review/v2/list-by-app"
PAGE_SIZE = 10
#: The client that the list is written for. It names no visitor: a visitor id would have to be made up.
CLIENT = "V=1&PN=WebApp&LANG=zh_CN&VN_CODE=102&LOC=CN&PLT=PC&DS=Android&DT=PC"


class TapTapSource(Source):
    """``app`` is the number in the game's address (``/app/165287``). ``base`` is the site."""

    kind: Literal["taptap"] = "taptap"
    app: int = Field(ge=1, le=10**12)
    base: WebUrl = "https://www.taptap.cn"


class TapTapPage(JsonPage[TapTapSource]):
    """The list is not documented by its owner: a changed shape shows as rejections, not as silence."""

    def start(self) -> Iterable[Follow]:
        yield Follow(self.address(0))

    def address(self, skipped: int) -> str:
        query = {"app_id": self.source.app, "limit": PAGE_SIZE, "sort": "new", "from": skipped, "X-UA": CLIENT}
        return urljoin(self.source.base, f"{LIST}?{urlencode(query)}")

    def read(self, data: Any, response: TextResponse) -> Iterator[Parsed]:
        entries = objects_at(data, "data", "list")
        if at(data, "success") is False or entries is None:
            said = text_at(data, "data", "msg") or text_at(data, "data", "error_description") or "no list of reviews"
            yield error_answer(said, response.url)
            return
        for entry in entries:
            yield self.review(entry, response.url)
        if further := self.further(data, len(entries), response.url):
            yield Follow(further, next=True)

    def further(self, data: Any, shown: int, url: str) -> str | None:
        """The next part as the list names it, else where it must begin after a full page."""
        path, _, named = (text_at(data, "data", "next_page") or "").partition("?")
        if path == LIST:
            query = {key: values[0] for key, values in parse_qs(named).items()}
            return urljoin(self.source.base, f"{LIST}?{urlencode(query | {'X-UA': CLIENT})}")
        skipped = parse_qs(urlsplit(url).query).get("from", ["0"])[0]
        if shown < PAGE_SIZE or not skipped.isdecimal() or len(skipped) > 9:
            return None
        return self.address(int(skipped) + shown)

    def review(self, entry: Object, url: str) -> RawMention | Rejection:
        review, moment = at(entry, "moment", "review"), at(entry, "moment")
        number = text_at(review, "id")
        if number is None:
            return Rejection("bad json", "an entry without a review", url)
        rendered = text_at(review, "contents", "text")
        text = rendered or text_at(review, "contents", "raw_text")
        if text is None:
            return Rejection("no text", "", url)
        return RawMention(
            text=text,
            external_id=number,
            url=urljoin(self.source.base, f"/review/{number}" if number.isdecimal() else f"/app/{self.source.app}"),
            kind="review",
            author=text_at(moment, "author", "user", "name"),
            published=text_at(moment, "publish_time") or text_at(moment, "created_time"),
            rating=text_at(review, "score"),
            rating_best="5",
            markup="html" if rendered else "text",
            likes=count_at(moment, "stat", "ups"),
            replies=count_at(moment, "stat", "comments"),
        )
