"""Recognises what pages say about themselves: feeds, schema.org reviews, and comment servers that they embed. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from crawlers.discovery.contents import contents_of
from crawlers.discovery.dates import DateReader
from crawlers.discovery.expressions import Expression
from crawlers.discovery.look import Look, joined
from crawlers.discovery.paging import next_of
from crawlers.discovery.proposal import Proposal

FEED = re.compile(
    r"^\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--.*?-->\s*|<\?xml-stylesheet[^>]*\?>\s*)*<(?:rss|feed|rdf:RDF)\b", re.DOTALL
)
JSON_FEED = re.compile(r"^\s*\{.{0,400}?https?:\\?/\\?/jsonfeed\.org\\?/version", re.DOTALL)
FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml")
COMMENTS = re.compile(r"comment|repl(?:y|ies)|评论|回复|留言", re.IGNORECASE)
REVIEWS = re.compile(r"review|rating|评价|点评", re.IGNORECASE)
#: One review, as JSON-LD and as elements write it.
JSON_REVIEW = re.compile(r"\"@type\"\s*:\s*\[?\s*\"(?:https?://schema\.org/)?(?:User|Critic)?Review\"")
ELEMENT_REVIEW = re.compile(
    r"(?:itemtype\s*=\s*[\"']?https?://schema\.org/|typeof\s*=\s*[\"'](?:schema:)?)(?:User|Critic)?Review\b"
)
#: Pages with markup that are held against what they show.
PAGES = 2
SCHEMA_REVIEW = re.compile(
    r"\"@type\"\s*:\s*\[?\s*\"(?:https?://schema\.org/)?(?:User|Critic)?Review\""
    r"|itemtype\s*=\s*[\"']?https?://schema\.org/(?:User|Critic)?Review\b|typeof\s*=\s*[\"'](?:schema:)?Review\b"
    r"|\"reviewBody\"\s*:|itemprop\s*=\s*[\"']?reviewBody"
)


def is_feed(look: Look) -> bool:
    return bool(FEED.match(look.text.lstrip("\ufeff")) or JSON_FEED.match(look.text.lstrip("\ufeff")))


def feed_proposal(look: Look) -> Proposal:
    """For a page that is a feed itself."""
    kind = item_kind(f"{look.url} {look.text[:600]}")
    return Proposal("feed", 0.95, {"kind": "feed", "url": look.url, "item_kind": kind}, ("the address is a feed",))


def item_kind(said: str) -> str:
    return "comment" if COMMENTS.search(said) else "review" if REVIEWS.search(said) else "article"


def feed_links(look: Look) -> Iterator[Proposal]:
    """The feeds that a page names, those of comments first."""
    named: dict[str, tuple[str, float]] = {}
    for link in look.found("//link[@href][@type]"):
        named_type = (link.get("type") or "").lower().strip()
        address = look.address(link.get("href"))
        if address and "alternate" in (link.get("rel") or "") and named_type in FEED_TYPES:
            named.setdefault(address, (f"{address} {link.get('title') or ''}", 0.6))
    for link in look.found("//a[@href]"):
        address = look.address(link.get("href"))
        if address and re.search(r"(?:/|\.|=)(?:rss2?|atom|feed|index\.xml)(?:\.xml|/)?$", address, re.IGNORECASE):
            named.setdefault(address, (address, 0.5))
    for address, (said, confidence) in sorted(named.items(), key=lambda each: item_kind(each[1][0]) == "article")[:4]:
        entry = {"kind": "feed", "url": address, "item_kind": item_kind(said)}
        yield Proposal(
            "feed", confidence, entry, ("the page names this feed",), ("a feed holds only the newest entries",)
        )


def has_reviews(look: Look) -> bool:
    return bool(SCHEMA_REVIEW.search(look.text))


def review_proposal(
    start: Look, looks: Sequence[tuple[Look, Sequence[Expression]]], reader: DateReader
) -> Proposal | None:
    """For pages with reviews in schema.org markup: the first page itself, or those that its links lead to; ``None``
    where the markup repeats only some of the reviews that the page shows."""
    marked = [(look, follow) for look, follow in looks if has_reviews(look)]
    if not marked:
        return None
    own = any(look is start for look, _ in marked)
    entry: dict[str, Any] = {"kind": "schema-org", "url": start.url}
    steps = [] if own else [each.css for each in marked[0][1] if each.css]
    if (not own and not steps) or any(is_excerpt(look, reader) for look, _ in marked[:PAGES]):
        return None
    if steps:
        entry["follow"] = ", ".join(dict.fromkeys(steps))
    further = [each.css for looked in ([start], [look for look, _ in marked]) if (each := next_of(looked)) and each.css]
    if further:
        entry["next"] = ", ".join(dict.fromkeys(further))
    reasons = ["reviews in schema.org markup" + ("" if own else " on the pages that its links lead to")]
    return Proposal("schema.org", 0.95 if own else 0.9, entry, tuple(reasons), pagination=entry.get("next"))


def is_excerpt(look: Look, reader: DateReader) -> bool:
    """Whether the page shows more rated items than its markup has, as shops do that mark up the newest five."""
    stated = max(len(found.findall(look.text)) for found in (JSON_REVIEW, ELEMENT_REVIEW))
    shown = contents_of([look], reader)
    return shown is not None and shown.rated and len(shown.block.items) > 1 + stated


def embeds(look: Look, known: Mapping[str, Any]) -> Iterator[Proposal]:
    """Comment servers whose script the page loads."""
    site, path = f"{urlsplit(look.url).scheme}://{urlsplit(look.url).netloc}", urlsplit(look.url).path or "/"
    for script in look.found("//script[@data-isso]"):
        server = joined(look.url, script.get("data-isso"))
        if server and "isso" in known:
            stated = look.attribute("//*[@id='isso-thread']/@data-isso-id") or path
            entry = {"kind": "isso", "url": server.rstrip("/"), "uris": [stated], "site": site}
            latest = {key: value for key, value in entry.items() if key != "uris"}
            yield Proposal("isso", 0.95, entry, ("the page loads isso's script",), tries=(latest,))
    if "waline" in known and re.search(r"waline", look.text, re.IGNORECASE):
        found = re.search(r"serverURL[\"']?\s*[:=]\s*[\"'`]([^\"'`]+)", look.text)
        server = joined(look.url, found[1] if found else look.attribute("//@data-serverurl"))
        if server:
            written = re.search(r"\bpath\s*:\s*[\"'`](/[^\"'`]*)[\"'`]", look.text)
            paths = [written[1] if written else path]
            entry = {"kind": "waline", "url": server.rstrip("/"), "paths": paths, "site": site}
            latest = {key: value for key, value in entry.items() if key != "paths"}
            yield Proposal("Waline", 0.95, entry, ("the page starts Waline's script",), tries=(latest,))


def comment_server(look: Look, known: Mapping[str, Any]) -> Iterator[Proposal]:
    """An address of isso's or Waline's own interface: its server, for the page that the address names."""
    from urllib.parse import parse_qs, urldefrag

    parts = urlsplit(urldefrag(look.asked or look.url).url)
    query, text = parse_qs(parts.query), look.text.lstrip()
    base = f"{parts.scheme}://{parts.netloc}"
    if "isso" in known and text.startswith(("{", "[")) and re.search(r"\"(?:total_replies|hidden_replies)\"", text):
        path = re.sub(r"/(?:latest|feed)?$", "", parts.path)
        entry: dict[str, Any] = {"kind": "isso", "url": base + path}
        if query.get("uri"):
            entry["uris"] = query["uri"]
        yield Proposal("isso", 0.9, entry, ("the address answers as isso does",))
    if "waline" in known and parts.path.endswith("/api/comment") and text.startswith("{"):
        entry = {"kind": "waline", "url": base + parts.path.removesuffix("/api/comment")}
        if query.get("path"):
            entry["paths"] = query["path"]
        yield Proposal("Waline", 0.9, entry, ("the address answers as Waline does",))
