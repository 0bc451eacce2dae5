"""Player reviews of one game on Steam, by the store's own list: the last written or edited first, 100 a page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import parse_qs, urlencode, urlsplit

from pydantic import Field

from crawlers.error_answer import error_answer
from crawlers.json_page import JsonPage, Object, at, count_at, objects_at, text_at
from crawlers.page import Follow, Parsed
from crawlers.weburl import WebUrl
from monitor.config.schema import Source
from monitor.mention import RawMention, Rejection

if TYPE_CHECKING:
    from scrapy.http import TextResponse

FIRST_CURSOR = "*"
#: Steam's names of languages, as language tags (Steamworks, "Supported Languages"); others are told from the text.
LANGUAGES = {
    "schinese": "zh-CN", "tchinese": "zh-TW", "english": "en", "japanese": "ja", "koreana": "ko", "german": "de",
    "french": "fr", "spanish": "es", "latam": "es", "italian": "it", "portuguese": "pt", "brazilian": "pt-BR",
    "russian": "ru", "polish": "pl", "turkish": "tr", "thai": "th", "vietnamese": "vi", "indonesian": "id",
    "ukrainian": "uk", "czech": "cs", "dutch": "nl", "swedish": "sv", "danish": "da", "finnish": "fi",
    "norwegian": "no", "hungarian": "hu", "romanian": "ro", "bulgarian": "bg", "greek": "el", "arabic": "ar",
}  # fmt: skip
#: Reviews are written in Steam's own markup, which no later step knows.
MARKUP = re.compile(
    r"\[/?(?:h[1-3]|b|u|i|strike|spoiler|noparse|hr|list|olist|\*|quote|code|table|tr|th|td|url)(?:=[^\]\n]{0,300})?\]"
)


class SteamSource(Source):
    """``app`` is the number in the game's store address; ``language`` one of Steam's names (``schinese``, ``english``)
    or ``all``. ``base`` is the store's host."""

    kind: Literal["steam"] = "steam"
    app: int = Field(ge=1, le=10**12)
    language: str = Field(default="all", pattern=r"^[a-z]{3,20}$")
    base: WebUrl = "https://store.steampowered.com"


class SteamPage(JsonPage[SteamSource]):
    """``filter=updated`` is chosen over ``recent`` so that edited reviews come up again. ``purchase_type=all`` and
    ``filter_offtopic_activity=0`` keep what the store hides: gifts, keys and review bombs.

    A page with few reviews is not the last one; one that answers the cursor that it was asked with is.
    """

    def start(self) -> Iterable[Follow]:
        yield self.follow(FIRST_CURSOR)

    def follow(self, cursor: str) -> Follow:
        query = urlencode(
            {
                "json": 1,
                "filter": "updated",
                "language": self.source.language,
                "review_type": "all",
                "purchase_type": "all",
                "num_per_page": 100,
                "filter_offtopic_activity": 0,
                "cursor": cursor,
            }
        )
        url = f"{self.source.base.rstrip('/')}/appreviews/{self.source.app}?{query}"
        return Follow(url, next=cursor != FIRST_CURSOR)

    def read(self, data: Any, response: TextResponse) -> Iterator[Parsed]:
        reviews = objects_at(data, "reviews")
        if text_at(data, "success") != "1" or reviews is None:
            yield error_answer(text_at(data, "error") or f"success: {at(data, 'success')}", response.url)
            return
        for review in reviews:
            yield self.review(review, response.url)
        asked = parse_qs(urlsplit(response.url).query).get("cursor", [FIRST_CURSOR])[0]
        cursor = text_at(data, "cursor")
        # An empty page is the end too, whatever its cursor.
        if reviews and cursor is not None and cursor != asked:
            yield self.follow(cursor)

    def review(self, review: Object, url: str) -> RawMention | Rejection:
        text = MARKUP.sub("", text_at(review, "review") or "")
        if not text.strip():
            return Rejection("no text", "", url)
        author = text_at(review, "author", "steamid")
        voted_up = at(review, "voted_up")
        profile = f"https://steamcommunity.com/profiles/{author}/recommended/{self.source.app}/"
        return RawMention(
            text=text,
            external_id=text_at(review, "recommendationid"),
            url=profile
            if author and author.isdecimal()
            else f"https://steamcommunity.com/app/{self.source.app}/reviews/",
            kind="review",
            author=author,
            published=text_at(review, "timestamp_created"),
            # A verdict of two values stays one: stars would claim a finer scale than anybody was asked for.
            rating=str(int(voted_up)) if isinstance(voted_up, bool) else None,
            rating_best="1",
            rating_worst="0",
            lang=LANGUAGES.get(text_at(review, "language") or ""),
            likes=count_at(review, "votes_up"),
            replies=count_at(review, "comment_count"),
        )
