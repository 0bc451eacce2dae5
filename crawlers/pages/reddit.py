"""Posts and comments of subreddits, or posts that a search finds with their comments, by Reddit's Data API."""

from __future__ import annotations

import html
from base64 import b64encode
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from pydantic import Field, SecretStr, StringConstraints, model_validator

from crawlers.access import Access, TokenRequest
from crawlers.error_answer import error_answer
from crawlers.json_page import JsonPage, Object, at, count_at, objects_at, text_at
from crawlers.page import Deleted, Follow, Parsed
from crawlers.weburl import WebUrl
from monitor.config.schema import Credential, Source
from monitor.mention import RawMention, Rejection

if TYPE_CHECKING:
    from scrapy.http import TextResponse

BASE = "https://oauth.reddit.com"
SITE = "https://www.reddit.com"
PAGE_SIZE = 100
#: Comments of one post that are asked for.
MOST_COMMENTS = 500
TAKEN_AWAY = {"[deleted]", "[removed]", "[deleted by user]"}

Subreddit = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_]{2,24}$")]


class RedditCredential(Credential):
    """``client_id`` and ``client_secret`` of an app that Reddit has approved for its Data API. ``base`` is the API's
    host and ``token_url`` where the two are changed for a token."""

    kind: Literal["reddit"] = "reddit"
    client_id: str = Field(pattern=r"^[\w-]{5,60}$")
    client_secret: SecretStr
    base: WebUrl = BASE
    token_url: WebUrl = f"{SITE}/api/v1/access_token"


class RedditSource(Source):
    """``subreddits`` (names) are read from their newest posts and comments; with a ``query`` only the posts that it
    finds there (without subreddits: anywhere), with their comments. ``comments: false`` reads posts only.

    The API allows 100 requests a minute and client, and shows the newest 1,000 of a listing.
    """

    kind: Literal["reddit"] = "reddit"
    subreddits: tuple[Subreddit, ...] = Field(default=(), max_length=50)
    query: str | None = Field(default=None, min_length=1, max_length=500)
    comments: bool = True

    @model_validator(mode="after")
    def asks_for_something(self) -> Self:
        if not self.subreddits and not self.query:
            raise ValueError("needs subreddits or a query: add subreddits: [name] or query: 'words to find'")
        return self


class RedditPage(JsonPage[RedditSource]):
    """Whatever lost its author or its words is deleted here, too, as Reddit's terms demand."""

    @property
    def base(self) -> str:
        return self.credential.base if self.credential else BASE

    def access(self) -> Access | None:
        credential = self.credential
        pair = f"{credential.client_id}:{credential.client_secret.get_secret_value()}"
        basic = b64encode(pair.encode()).decode("ascii")

        def token(_now: datetime) -> TokenRequest:
            headers = {"Authorization": f"Basic {basic}"}
            return TokenRequest(credential.token_url, {"grant_type": "client_credentials"}, headers)

        return Access(self.base, token=token, secrets=(basic,))

    def start(self) -> Iterable[Follow]:
        source, place = self.source, f"r/{'+'.join(self.source.subreddits)}/" if self.source.subreddits else ""
        if source.query:
            within = {"restrict_sr": "1"} if place else {}
            yield Follow(self.address(f"{place}search", {"q": source.query, "sort": "new", "type": "link", **within}))
            return
        yield Follow(self.address(f"{place}new", {}))
        if source.comments:
            yield Follow(self.address(f"{place}comments", {}))

    def address(self, path: str, asked: dict[str, str], limit: int = PAGE_SIZE) -> str:
        # raw_json: without it, three characters come as HTML entities.
        return f"{self.base.rstrip('/')}/{path}?{urlencode({**asked, 'limit': limit, 'raw_json': '1'})}"

    def read(self, data: Any, response: TextResponse) -> Iterator[Parsed]:
        # The comments of a post come as two listings, the first of which holds the post.
        listings = data if isinstance(data, list) else [data]
        waiting = [child for each in listings for child in objects_at(each, "data", "children") or ()]
        if not any(objects_at(each, "data", "children") is not None for each in listings):
            yield error_answer(text_at(data, "message") or "no listing", response.url)
            return
        waiting.reverse()
        while waiting:
            child = waiting.pop()
            thing, kind = at(child, "data"), text_at(child, "kind")
            if kind in ("t1", "t3"):
                yield self.thing(thing, comment=kind == "t1", url=response.url)
                waiting += reversed(objects_at(thing, "replies", "data", "children") or [])
            if kind == "t3" and isinstance(data, dict):
                yield from self.comments_of(thing)
        if after := text_at(data, "data", "after"):
            parts = urlsplit(response.url)
            query = urlencode({**dict(parse_qsl(parts.query)), "after": after})
            yield Follow(parts._replace(query=query).geturl(), next=True)

    def comments_of(self, post: Any) -> Iterator[Follow]:
        """Only of what a search found: a subreddit's comments have a listing of their own."""
        number, replies = text_at(post, "id"), count_at(post, "num_comments")
        if self.source.query and self.source.comments and replies and number and number.isalnum():
            yield Follow(self.address(f"comments/{number}", {"sort": "new"}, MOST_COMMENTS), version=str(replies))

    def thing(self, item: Object | None, *, comment: bool, url: str) -> Parsed:
        name = text_at(item, "name")
        if name is None:
            return Rejection("bad json", "a thing without a name", url)
        field = "body" if comment else "selftext"
        stated, title = text_at(item, field), None if comment else text_at(item, "title")
        gone = {text_at(item, "author"), stated, title} & TAKEN_AWAY
        if gone or text_at(item, "removed_by_category"):
            return Deleted(name)
        title = html.escape(title, quote=False) if title else None
        marked_up = text_at(item, f"{field}_html")
        text = (marked_up or html.escape(stated, quote=False)) if stated else title
        if text is None:
            return Rejection("no text", "", url)
        place = text_at(item, "permalink")
        return RawMention(
            text=text,
            external_id=name,
            url=address_of(place) if place else None,
            kind="comment" if comment else "post",
            title=title if stated else None,
            author=text_at(item, "author"),
            published=text_at(item, "created_utc"),
            parent_id=text_at(item, "parent_id"),
            markup="html",
            likes=count_at(item, "score"),
            replies=count_at(item, "num_comments"),
        )


def address_of(permalink: str) -> str | None:
    try:
        found = urljoin(SITE, permalink)
    except ValueError:
        return None
    return found if found.startswith(f"{SITE}/") else None
