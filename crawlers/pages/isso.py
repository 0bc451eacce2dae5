"""Comments of an isso server by its JSON: the whole thread of a page, or the newest comments of all pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlencode, urljoin

from pydantic import Field

from crawlers.json_page import JsonPage, count_at, objects_at, text_at
from crawlers.page import Deleted, Follow, Parsed, context_of
from crawlers.weburl import WebUrl
from monitor.config.schema import Name, Source
from monitor.mention import RawMention, Rejection

if TYPE_CHECKING:
    from scrapy.http import TextResponse

#: Comments asked for where no page is named.
LATEST = 200
#: The server's mark of a comment that was deleted and still has replies.
DELETED = 4


class IssoSource(Source):
    """``url`` is the comment server. ``uris`` are the pages' addresses as the server knows them (``/posts/x5/``); with
    none, the newest comments of all pages are read, which the server gives only where its owner set
    ``latest-enabled``. ``site`` is where the pages are, if not on the server's own host.
    """

    kind: Literal["isso"] = "isso"
    url: WebUrl
    uris: tuple[Name, ...] = Field(default=(), max_length=1000)
    site: WebUrl | None = None


class IssoPage(JsonPage[IssoSource]):
    """A thread comes whole, so that edits and deletions are seen."""

    def start(self) -> Iterable[Follow]:
        server = self.source.url.rstrip("/") + "/"
        if not self.source.uris:
            yield Follow(f"{server}latest?{urlencode({'limit': LATEST})}")
        for uri in self.source.uris:
            yield Follow(f"{server}?{urlencode({'uri': uri})}", context={"uri": uri})

    def read(self, data: Any, response: TextResponse) -> Iterator[Parsed]:
        """A thread, or (a list) the newest comments of all."""
        uri = text_at(context_of(response), "uri") or "/"
        found = {"replies": data} if isinstance(data, list) else data
        if objects_at(found, "replies") is None:
            yield Rejection("bad json", "no replies", response.url)
            return
        # Replies of replies are of the server's making as deep as it likes: no recursion.
        threads = [found]
        while threads:
            for comment in objects_at(threads.pop(), "replies") or ():
                yield self.comment(comment, uri, response.url)
                threads.append(comment)

    def comment(self, comment: Mapping[str, Any], uri: str, url: str) -> Parsed:
        number, text = text_at(comment, "id"), text_at(comment, "text")
        if number is None:
            return Rejection("bad json", "comment without id", url)
        if count_at(comment, "mode") == DELETED:
            return Deleted(number)
        if text is None:
            return Rejection("no text", "", url)
        return RawMention(
            text=text,
            external_id=number,
            url=address(self.source.site or self.source.url, text_at(comment, "uri") or uri, number) or url,
            kind="comment",
            author=text_at(comment, "author"),
            published=text_at(comment, "created"),
            parent_id=text_at(comment, "parent"),
            markup="html",
            likes=count_at(comment, "likes"),
            replies=count_at(comment, "total_replies"),
        )


def address(site: str, uri: str, number: str) -> str | None:
    """Where readers see the comment: isso's script marks each with its number."""
    try:
        return urljoin(site, f"{uri.split('#')[0]}#isso-{number}")
    except ValueError:
        return None
