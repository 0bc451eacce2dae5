"""Reviews in Apple's App Store, by the public feed of one storefront: 10 pages of 50, the newest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from crawlers.json_page import JsonPage, Object, at, count_at, objects_at, text_at
from crawlers.page import Follow, Parsed, context_of
from crawlers.weburl import WebUrl
from monitor.config.schema import Source
from monitor.mention import RawMention, Rejection

if TYPE_CHECKING:
    from scrapy.http import TextResponse

#: The feed ends here, however many reviews there are.
LAST_PAGE = 10
#: Two spellings of one address. Now and then one of them answers an empty feed where the other has reviews.
SPELLINGS = ("sortby=mostrecent", "sortBy=mostRecent")


class AppStoreSource(Source):
    """``app`` is the number in the app's address (``id414478124``), ``country`` the storefront: ``cn``, ``us`` …

    ``base`` is the feed's host.
    """

    kind: Literal["appstore"] = "appstore"
    app: int = Field(ge=1, le=10**12)
    country: str = Field(default="cn", pattern=r"^[a-z]{2}$")
    base: WebUrl = "https://itunes.apple.com"


class AppStorePage(JsonPage[AppStoreSource]):
    """Each page names the next one; an empty first page is asked for in the other spelling too."""

    def start(self) -> Iterable[Follow]:
        yield self.follow(1, 0)

    def follow(self, page: int, spelling: int) -> Follow:
        source = self.source
        path = f"{source.country}/rss/customerreviews/page={page}/id={source.app}/{SPELLINGS[spelling]}/json"
        return Follow(f"{source.base.rstrip('/')}/{path}", context={"page": page, "spelling": spelling}, next=page > 1)

    def read(self, data: Any, response: TextResponse) -> Iterator[Parsed]:
        if not isinstance(at(data, "feed"), Mapping):
            yield Rejection("bad json", "no feed", response.url)
            return
        context = context_of(response)
        page, spelling = context.get("page", 1), context.get("spelling", 0)
        # The only entry of a page is an object and no list; an empty page has no entry at all. The first entry of
        # some pages is the app itself.
        entry = at(data, "feed", "entry")
        entries = objects_at([entry] if isinstance(entry, Mapping) else entry)
        if entries is None and entry is not None:
            yield Rejection("bad json", "entries that are no list", response.url)
            return
        reviews = [each for each in entries or [] if "im:rating" in each or "content" in each]
        for review in reviews:
            yield self.review(review, response.url)
        if reviews and page < LAST_PAGE:
            yield self.follow(page + 1, spelling)
        elif not reviews and page == 1 and spelling == 0:
            yield self.follow(1, 1)

    def review(self, entry: Object, url: str) -> RawMention | Rejection:
        text, title = text_at(entry, "content", "label"), text_at(entry, "title", "label")
        if text is None and title is None:
            return Rejection("no text", "", url)
        link = text_at(entry, "link", "attributes", "href")
        return RawMention(
            text=text or title or "",
            external_id=text_at(entry, "id", "label"),
            url=link or f"https://apps.apple.com/{self.source.country}/app/id{self.source.app}",
            kind="review",
            title=title if text else None,
            author=text_at(entry, "author", "name", "label"),
            published=text_at(entry, "updated", "label"),
            rating=text_at(entry, "im:rating", "label"),
            rating_best="5",
            markup="html" if text_at(entry, "content", "attributes", "type") == "html" else "text",
            likes=count_at(entry, "im:voteSum", "label"),
        )
