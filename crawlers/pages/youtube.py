"""Comments below the videos of a YouTube channel, or below single videos, by the YouTube Data API v3."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from math import ceil
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self
from urllib.parse import parse_qsl, urlencode, urlsplit

from pydantic import Field, SecretStr, StringConstraints, model_validator

from crawlers.access import Access
from crawlers.error_answer import error_answer
from crawlers.google_error import google_refusal
from crawlers.json_page import JsonPage, Object, at, count_at, objects_at, text_at
from crawlers.page import Follow, Parsed, context_of
from crawlers.weburl import WebUrl
from monitor.config.schema import Credential, Source
from monitor.mention import RawMention, Rejection

if TYPE_CHECKING:
    from scrapy.http import TextResponse

BASE = "https://www.googleapis.com"
PAGE_SIZE = 100
DAY = timedelta(days=1)

Channel = Annotated[str, StringConstraints(pattern=r"^UC[\w-]{22}$")]
Video = Annotated[str, StringConstraints(pattern=r"^[\w-]{11}$")]


class YoutubeCredential(Credential):
    """``key``: an API key with the YouTube Data API switched on. ``base`` is the API's host."""

    kind: Literal["youtube"] = "youtube"
    key: SecretStr
    base: WebUrl = BASE


class YoutubeSource(Source):
    """``channels`` (ids, ``UC…``: the comments below all of their videos) and ``videos`` (ids); one of the two has to
    be given. ``terms`` narrows to threads that hold these words. ``replies: false`` leaves out what the threads do not
    show of their replies.

    Each request costs one unit of the key's 10,000 a day. ``units`` is what this source may spend of them: more
    pages, or more crawls, than these units pay for are refused.
    """

    kind: Literal["youtube"] = "youtube"
    channels: tuple[Channel, ...] = Field(default=(), max_length=50)
    videos: tuple[Video, ...] = Field(default=(), max_length=200)
    terms: str | None = Field(default=None, min_length=1, max_length=200)
    replies: bool = True
    units: int = Field(default=5_000, ge=1, le=10_000_000)

    @model_validator(mode="after")
    def stays_within_its_units(self) -> Self:
        if not self.channels and not self.videos:
            raise ValueError("needs channels or videos: add channels: [UC…] or videos: [id]")
        a_day = ceil(DAY / self.every) * self.max_pages
        if a_day > self.units:
            raise ValueError(
                f"may spend {a_day} quota units a day: lower max_pages, lengthen every, or set units: {a_day}"
            )
        return self


class YoutubePage(JsonPage[YoutubeSource]):
    """Threads begin with the newest. A thread shows some of its replies; the rest is read when their number changes."""

    @property
    def base(self) -> str:
        return self.credential.base if self.credential else BASE

    def access(self) -> Access | None:
        key = self.credential.key.get_secret_value()
        return Access(self.base, header="X-Goog-Api-Key", scheme="", secret=key)

    def refusal(self, response: TextResponse) -> str | None:
        return google_refusal(response)

    def start(self) -> Iterable[Follow]:
        fixed = {"part": "snippet,replies", "order": "time"}
        terms = {"searchTerms": self.source.terms} if self.source.terms else {}
        for channel in self.source.channels:
            yield Follow(self.address("commentThreads", {"allThreadsRelatedToChannelId": channel, **fixed, **terms}))
        for video in self.source.videos:
            yield Follow(self.address("commentThreads", {"videoId": video, **fixed, **terms}))

    def address(self, method: str, asked: dict[str, str]) -> str:
        query = urlencode({**asked, "maxResults": PAGE_SIZE, "textFormat": "plainText"})
        return f"{self.base.rstrip('/')}/youtube/v3/{method}?{query}"

    def read(self, data: Any, response: TextResponse) -> Iterator[Parsed]:
        items = objects_at(data, "items")
        if items is None:
            yield error_answer(text_at(data, "error", "message") or "no items", response.url)
            return
        context = context_of(response)
        for item in items:
            if at(item, "snippet", "topLevelComment") is not None:
                yield from self.thread(item, response.url)
            else:
                yield self.comment(item, context.get("video"), response.url)
        if token := text_at(data, "nextPageToken"):
            # Replies come in no order that is promised: all of their pages are read.
            yield Follow(with_token(response.url, token), context=context, next="video" not in context)

    def thread(self, item: Object, url: str) -> Iterator[Parsed]:
        snippet = item["snippet"]
        video, total = text_at(snippet, "videoId"), count_at(snippet, "totalReplyCount")
        top = at(snippet, "topLevelComment")
        yield self.comment(top, video, url, replies=total)
        shown = objects_at(item, "replies", "comments") or []
        for reply in shown:
            yield self.comment(reply, video, url)
        number = text_at(top, "id")
        if self.source.replies and number and total and total > len(shown):
            address = self.address("comments", {"parentId": number, "part": "snippet"})
            yield Follow(address, version=str(total), context={"video": video})

    def comment(self, item: Any, video: str | None, url: str, replies: int | None = None) -> RawMention | Rejection:
        number, text = text_at(item, "id"), text_at(item, "snippet", "textDisplay")
        if number is None:
            return Rejection("bad json", "a comment without an id", url)
        if text is None:
            return Rejection("no text", "", url)
        video = text_at(item, "snippet", "videoId") or video
        return RawMention(
            text=text,
            external_id=number,
            url=f"https://www.youtube.com/watch?{urlencode({'v': video, 'lc': number})}" if video else None,
            kind="comment",
            author=text_at(item, "snippet", "authorDisplayName"),
            published=text_at(item, "snippet", "publishedAt"),
            parent_id=text_at(item, "snippet", "parentId"),
            likes=count_at(item, "snippet", "likeCount"),
            replies=replies,
        )


def with_token(url: str, token: str) -> str:
    parts = urlsplit(url)
    return parts._replace(query=urlencode({**dict(parse_qsl(parts.query)), "pageToken": token})).geturl()
