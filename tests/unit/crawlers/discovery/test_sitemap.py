"""Sites that name their pages in a sitemap alone."""

from __future__ import annotations

from collections.abc import Sequence

from scrapy.http import XmlResponse

from crawlers.discovery import sitemap
from crawlers.discovery.dates import DateReader
from crawlers.discovery.layout import explore, proposal_of
from crawlers.discovery.look import Look
from crawlers.page import Follow
from crawlers.pages.selectors import SelectorsPage, SelectorsSource
from tests.unit.crawlers.discovery.layouts import NOW, SHANGHAI, shop

HOST = "http://site.example"


def named(addresses: Sequence[str], root: str = "urlset") -> Look:
    inner = "".join(f"<url><loc>{address}</loc><lastmod>2026-11-07</lastmod></url>" for address in addresses)
    text = f'<?xml version="1.0"?><{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{inner}</{root}>'
    return Look(f"{HOST}/sitemap.xml", text, {}, "")


def test_pages_of_a_sitemap_are_read_and_the_entry_follows_them() -> None:
    site = shop()
    products = [HOST + path for path in site.pages if path.startswith("/p/")]
    others = [f"{HOST}/pages/about-us", f"{HOST}/blog/how-to-{1}", "http://elsewhere.example/p/1.html"]
    start = named([*others, *products])

    def fetch(urls: Sequence[str]) -> list[Look]:
        return [Look(url, site.pages[path], {}, url) for url in urls if (path := url.removeprefix(HOST)) in site.pages]

    reader = DateReader(SHANGHAI, NOW)
    layout = explore(start, fetch, reader).layout
    assert layout is not None
    fields = proposal_of(layout, start.url, reader).source
    page = SelectorsPage(SelectorsSource.model_validate({"id": "s", **fields}))
    response = XmlResponse(start.url, body=start.text.encode())
    assert [each.url for each in page.parse(response) if isinstance(each, Follow)] == products


def test_index_and_robots_name_sitemaps() -> None:
    index = named([f"{HOST}/sitemap_pages_1.xml", f"{HOST}/sitemap_products_1.xml?a=1&amp;b=2"], "sitemapindex")
    assert sitemap.kind_of(index) == "sitemapindex"
    assert sitemap.parts(index)[0] == f"{HOST}/sitemap_products_1.xml?a=1&b=2"
    robots = Look(f"{HOST}/robots.txt", "User-agent: *\nSitemap: /map.xml\nsitemap:http://evil.example/x.xml", {}, "")
    assert sitemap.named_in_robots(robots) == [f"{HOST}/map.xml"]
    assert sitemap.kind_of(robots) is None
