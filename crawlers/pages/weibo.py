"""Posts and comments that name one's own Weibo account, and comments on own posts, by Weibo's open platform."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import parse_qsl, urlencode, urlsplit

from pydantic import Field, SecretStr, StringConstraints

from crawlers.access import Access
from crawlers.error_answer import error_answer
from crawlers.json_page import JsonPage, Object, count_at, objects_at, text_at
from crawlers.page import Deleted, Follow, Parsed
from crawlers.weburl import WebUrl
from monitor.config.schema import Credential, Source
from monitor.mention import RawMention, Rejection

if TYPE_CHECKING:
    from scrapy.http import TextResponse

BASE = "https://api.weibo.com"
FEEDS = {
    "mentions": "statuses/mentions",
    "comments": "comments/to_me",
    "comment-mentions": "comments/mentions",
}
#: Most items of a page, as the platform allows.
POSTS, COMMENTS = 200, 50
#: Codes of the platform's errors: an hour's share is used up; the token is no longer good, or was never for this.
PAUSES = {"10022", "10023", "10024"}
REFUSED = {"10005", "10014", "21314", "21315", "21316", "21317", "21319", "21327", "21332"}

Feed = Literal["mentions", "comments", "comment-mentions"]
Number = Annotated[str, StringConstraints(pattern=r"^\d{1,20}$")]


class WeiboCredential(Credential):
    """``token``: the access token that the brand's account gave to an application of one's own. ``base`` is the
    platform's host."""

    kind: Literal["weibo"] = "weibo"
    token: SecretStr
    base: WebUrl = BASE


class WeiboSource(Source):
    """``feeds`` of the account whose token it is: ``mentions`` (posts that name it), ``comments`` (on its posts),
    ``comment-mentions`` (comments that name it). ``posts`` are ids of single posts whose comments are read."""

    kind: Literal["weibo"] = "weibo"
    feeds: tuple[Feed, ...] = ("mentions", "comments", "comment-mentions")
    posts: tuple[Number, ...] = Field(default=(), max_length=100)


class WeiboPage(JsonPage[WeiboSource]):
    """Endpoints of the open platform only: the site's own pages want a visitor's session, which is not made."""

    @property
    def base(self) -> str:
        return self.credential.base if self.credential else BASE

    def access(self) -> Access | None:
        return Access(self.base, scheme="OAuth2 ", secret=self.credential.token.get_secret_value())

    def refusal(self, response: TextResponse) -> str | None:
        try:
            code = text_at(json.loads(response.text), "error_code")
        except (ValueError, RecursionError):
            return None
        return f"too many requests ({code})" if code in PAUSES else "credential refused" if code in REFUSED else None

    def start(self) -> Iterable[Follow]:
        for feed in self.source.feeds:
            count = POSTS if feed == "mentions" else COMMENTS
            yield Follow(self.address(FEEDS[feed], {"count": count}))
        for post in self.source.posts:
            yield Follow(self.address("comments/show", {"id": post, "count": COMMENTS}))

    def address(self, method: str, asked: dict[str, Any]) -> str:
        return f"{self.base.rstrip('/')}/2/{method}.json?{urlencode({**asked, 'page': 1})}"

    def read(self, data: Any, response: TextResponse) -> Iterator[Parsed]:
        if (code := text_at(data, "error_code")) is not None:
            said = f"rate limit ({code})" if code in PAUSES else f"access token ({code})" if code in REFUSED else code
            yield error_answer(said, response.url)
            return
        posts, comments = objects_at(data, "statuses"), objects_at(data, "comments")
        if posts is None and comments is None:
            yield error_answer("no statuses or comments", response.url)
            return
        for item in posts or ():
            yield self.post(item, response.url)
        for item in comments or ():
            yield self.comment(item, response.url)
        yield from further(response.url, len(posts or comments or ()), count_at(data, "total_number"))

    def post(self, item: Object, url: str) -> Parsed:
        number, text = text_at(item, "idstr") or text_at(item, "id"), text_at(item, "text")
        if number is None:
            return Rejection("bad json", "a post without an id", url)
        if text_at(item, "deleted") == "1":
            return Deleted(number)
        if text is None:
            return Rejection("no text", "", url)
        return RawMention(
            text=text,
            external_id=number,
            url=address_of(text_at(item, "user", "id"), number),
            kind="post",
            author=text_at(item, "user", "screen_name"),
            published=text_at(item, "created_at"),
            likes=count_at(item, "attitudes_count"),
            replies=count_at(item, "comments_count"),
            reposts=count_at(item, "reposts_count"),
        )

    def comment(self, item: Object, url: str) -> Parsed:
        """Comments and posts are numbered apart, so that a comment's id gets a mark."""
        number, text = text_at(item, "idstr") or text_at(item, "id"), text_at(item, "text")
        if number is None:
            return Rejection("bad json", "a comment without an id", url)
        if text is None:
            return Rejection("no text", "", url)
        post = text_at(item, "status", "idstr") or text_at(item, "status", "id")
        answered = text_at(item, "reply_comment", "idstr") or text_at(item, "reply_comment", "id")
        return RawMention(
            text=text,
            external_id=f"c{number}",
            url=address_of(text_at(item, "status", "user", "id"), post),
            kind="comment",
            author=text_at(item, "user", "screen_name"),
            published=text_at(item, "created_at"),
            parent_id=f"c{answered}" if answered else post,
        )


def address_of(user: str | None, post: str | None) -> str | None:
    return f"https://weibo.com/{user}/{post}" if user and post and user.isdecimal() and post.isdecimal() else None


def further(url: str, found: int, total: int | None) -> Iterator[Follow]:
    """The next page. A page may be short of what was asked for: hidden posts are left out of it, not made up for."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    page, count = query.get("page", "1"), query.get("count", "")
    if not (page.isdecimal() and count.isdecimal() and len(page) < 7 and len(count) < 5):
        return
    if found and int(page) * int(count) < (total or 0):
        query["page"] = str(int(page) + 1)
        yield Follow(parts._replace(query=urlencode(query)).geturl(), next=True)
