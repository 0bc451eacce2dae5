"""The rival of the crawl benchmark: a spider as Scrapy's tutorial writes it, which drops its items.

``python -m dashboard.bench.bare SHAPE URL`` prints how many items it saw. It has no delay, no robots.txt, no limits and
no store; what it parses is what a mention needs.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import quote

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response, TextResponse


class BareSpider(Spider):
    name = "bare"
    seen = 0

    def __init__(self, shape: str, url: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.shape, self.url = shape, url

    async def start(self) -> AsyncIterator[Any]:
        yield Request(self.url)

    def parse(self, response: Response, **_: Any) -> Iterator[Any]:
        assert isinstance(response, TextResponse)  # noqa: S101 - the site says so
        read = {"json": self.json, "feed": self.feed, "html": self.html}[self.shape]
        for item in read(response):
            self.seen += not isinstance(item, Request)
            if isinstance(item, Request):
                yield item

    def json(self, response: TextResponse) -> Iterator[Any]:
        data = response.json()
        for each in data["reviews"]:
            yield {
                "id": each["recommendationid"],
                "text": each["review"],
                "rating": each["voted_up"],
                "author": each["author"]["steamid"],
                "published": each["timestamp_created"],
            }
        if data["cursor"] != "end":
            yield Request(f"{self.url}?cursor={quote(data['cursor'])}")

    def feed(self, response: TextResponse) -> Iterator[Any]:
        data = response.json()
        for each in data["items"]:
            yield {"id": each["id"], "text": each["content_text"], "published": each["date_published"]}
        if "next_url" in data:
            yield Request(response.urljoin(data["next_url"]))

    def html(self, response: TextResponse) -> Iterator[Any]:
        for each in response.css("article.review"):
            yield {
                "id": each.attrib["id"],
                "text": each.css("p::text").get(),
                "author": each.css(".name::text").get(),
                "published": each.css("time::attr(datetime)").get(),
                "rating": each.css(".stars::attr(data-stars)").get(),
            }
        if more := response.css("a[rel=next]::attr(href)").get():
            yield Request(response.urljoin(more))


def main(shape: str, url: str) -> None:
    process = AsyncCrawlerProcess({"LOG_LEVEL": "WARNING", "ROBOTSTXT_OBEY": False, "TELNETCONSOLE_ENABLED": False})
    crawler = process.create_crawler(BareSpider)
    process.crawl(crawler, shape=shape, url=url)
    process.start()
    print(crawler.spider.seen if isinstance(crawler.spider, BareSpider) else 0)  # noqa: T201 - read by the benchmark


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
