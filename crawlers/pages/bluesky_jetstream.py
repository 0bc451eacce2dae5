"""New posts of the whole Bluesky network as they are written, by Jetstream (the firehose as JSON)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from pydantic import AfterValidator, Field, StringConstraints

from crawlers.json_page import at, objects_at, text_at
from crawlers.page import Deleted, Parsed
from crawlers.stream import Event, Stream
from crawlers.weburl import StreamUrl
from monitor.config.schema import Duration, Source, within_a_year
from monitor.mention import RawMention, Rejection

COLLECTION = "app.bsky.feed.post"
DID = re.compile(r"did:[a-z0-9]+:[A-Za-z0-9._:%-]{1,240}")
RECORD_KEY = re.compile(r"[A-Za-z0-9._:~-]{1,512}")
#: Larger events (a post has 300 characters) are not sent to us: bytes.
LARGEST_EVENT = 256 * 1024
#: Accounts that are gone for good. A paused or suspended one may be back tomorrow.
REMOVED = {"deleted", "takendown"}
#: Labels that an author may put on a post: not for people who are not signed in, and for nobody.
NOT_SHOWN = {"!no-unauthenticated", "!hide", "!takedown"}


def findable(text: str) -> str:
    """Everything that the network writes is held against it, so it has to name a word that each match holds."""
    from monitor.keywords import compile_query

    if compile_query(text).literals is None:
        raise ValueError('names no word that every match holds: such as "Xinghe X5" or 星河 AND 发烫')
    return text


Term = Annotated[str, StringConstraints(min_length=1, max_length=2000, strip_whitespace=True), AfterValidator(findable)]


class BlueskyJetstreamSource(Source):
    """``keywords``: plain words, or queries in the language of the keywords; a post that one of them finds is kept,
    and nothing else of the network is. With the source's ``lang`` only posts that state this language. ``base`` is a
    Jetstream server; ``seconds`` is how long one crawl listens. What was written between two crawls is caught up on.
    """

    kind: Literal["bluesky-jetstream"] = "bluesky-jetstream"
    keywords: tuple[Term, ...] = Field(min_length=1, max_length=500)
    base: StreamUrl = "wss://jetstream2.us-east.bsky.network"
    seconds: int = Field(default=50, ge=1, le=240)
    every: Annotated[Duration, AfterValidator(within_a_year)] = timedelta(minutes=1)


class BlueskyJetstream(Stream[BlueskyJetstreamSource]):
    """Deletions of the whole network come, too, and all are handed on: only the store knows which were ours. The stream
    names authors by DID only, and does not tell what they ask for in their profile."""

    def __init__(self, source: BlueskyJetstreamSource, *others: Any) -> None:
        super().__init__(source, *others)
        from crawlers.matching import Matcher

        self.matcher = Matcher(source.keywords)
        self.lang = primary(source.lang) if source.lang else None

    def address(self, position: int | None) -> str:
        asked = {"wantedCollections": COLLECTION, "maxMessageSizeBytes": LARGEST_EVENT}
        if position is not None:
            asked["cursor"] = position
        return f"{self.source.base.rstrip('/')}/subscribe?{urlencode(asked)}"

    def position(self, event: Event) -> int | None:
        time = event.get("time_us")
        return time if isinstance(time, int) and not isinstance(time, bool) else None

    def read(self, event: Event) -> Iterable[Parsed]:
        kind, did = event.get("kind"), text_at(event, "did") or ""
        if not DID.fullmatch(did):
            yield Rejection("bad json", "event without did")
        elif kind == "commit" and at(event, "commit", "collection") == COLLECTION:
            yield from self.commit(event, did)
        elif kind == "account" and removed(event):
            yield Deleted(f"at://{did}/", prefix=True)

    def commit(self, event: Event, did: str) -> Iterator[Parsed]:
        key, operation = text_at(event, "commit", "rkey") or "", text_at(event, "commit", "operation")
        if not RECORD_KEY.fullmatch(key):
            yield Rejection("bad json", "post without rkey")
            return
        uri, record = f"at://{did}/{COLLECTION}/{key}", at(event, "commit", "record")
        if operation == "delete":
            yield Deleted(uri)
        elif operation in {"create", "update"} and isinstance(record, Mapping):
            if self.wanted(record, did):
                yield self.post(event, record, uri, f"https://bsky.app/profile/{did}/post/{key}")
            elif operation == "update":
                # What it was changed into is not looked for any more, and what it was is not said any more.
                yield Deleted(uri)

    def wanted(self, record: Mapping[str, Any], did: str) -> bool:
        text = text_at(record, "text")
        if text is None or (self.lang and self.lang not in languages(record)):
            return False
        if {text_at(label, "val") for label in objects_at(record, "labels", "values") or ()} & NOT_SHOWN:
            return False
        lang = text_at(record, "langs", 0)
        return self.matcher.match(text, author=did, site="bsky.app", source=self.source.id, lang=lang)

    def post(self, event: Event, record: Mapping[str, Any], uri: str, url: str) -> RawMention:
        parent = text_at(record, "reply", "parent", "uri")
        return RawMention(
            text=text_at(record, "text") or "",
            external_id=uri,
            url=url,
            kind="comment" if parent else "post",
            author=text_at(event, "did"),
            published=text_at(record, "createdAt") or written(self.position(event)),
            lang=text_at(record, "langs", 0),
            parent_id=parent,
        )


def removed(event: Event) -> bool:
    return at(event, "account", "active") is False and text_at(event, "account", "status") in REMOVED


def languages(record: Mapping[str, Any]) -> set[str]:
    stated = at(record, "langs")
    return {primary(each) for each in stated if isinstance(each, str)} if isinstance(stated, list) else set()


def primary(tag: str) -> str:
    """``zh`` of ``zh-Hant-TW``."""
    return tag.split("-")[0].casefold()


def written(position: int | None) -> str | None:
    """When the network saw an event, for a post that does not say when it was written."""
    if position is None or not 0 < position < 4_102_444_800_000_000:  # the year 2100
        return None
    return datetime.fromtimestamp(position / 1_000_000, UTC).isoformat(timespec="seconds")
