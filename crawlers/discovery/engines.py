"""Recognises engines by the marks that they leave in every page, whatever it looks like. Pure."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote, urljoin, urlsplit

from crawlers.discovery.look import Look, joined
from crawlers.discovery.proposal import Proposal

Narrow = Callable[[str], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Engine:
    """``marks``: regular expressions over a page's source and how far each alone makes sure. ``cut``: where in an
    address the engine's own part begins, so that what stands before it is the front page. ``narrow``: what the address
    says about the part of the site that is meant. ``headers``: name → what it holds."""

    kind: str
    name: str
    marks: tuple[tuple[str, float], ...]
    cut: str
    base: str | None = None
    headers: Mapping[str, str] | None = None
    narrow: Narrow | None = None
    listing: str | None = None


def generator(name: str) -> str:
    """The tag by which an engine says its own name."""
    return (
        rf"<meta[^>]+name=[\"']?generator[\"']?[^>]+content=[\"']?\s*{name}|content=[\"']{name}[^>]+name=[\"']generator"
    )


def number_after(pattern: str, key: str, kind: Callable[[str], Any] = int) -> Narrow:
    def narrow(path: str) -> Mapping[str, Any]:
        found = re.search(pattern, path)
        return {key: kind(found[1])} if found else {}

    return narrow


ENGINES = (
    Engine(
        "discourse", "Discourse",
        ((generator("Discourse"), 0.98), (r"id=[\"']data-discourse-setup", 0.95),
         (r"discourse-(?:assets|presence)", 0.5), (r"/assets/discourse[-/]", 0.6)),
        r"/(?:t|c|tag|tags|u|latest|categories|top|new|g|search)(?:/|$)",
        base=r"data-base-uri=[\"']([^\"']*)", headers={"x-discourse-route": "."},
        narrow=number_after(r"/c/((?:[^/]+/)*?\d+)(?=/|$)", "category", unquote),
    ),
    Engine(
        "nodebb", "NodeBB",
        ((r"nodebb\.min\.js|/assets/nodebb|nodebb-plugin|nodebb-theme", 0.8),
         (r"component=[\"'](?:topic|post|categories)", 0.6),
         (r"[Pp]owered by (?:<[^>]+>)?NodeBB", 0.7), (r"\"relative_path\"\s*:", 0.5)),
        r"/(?:topic|category|categories|recent|popular|top|tags|user|users|groups|unread)(?:/|$)",
        base=r"\\?\"relative_path\\?\"\s*:\s*\\?\"([^\"\\]*)", headers={"x-powered-by": "NodeBB"},
        narrow=number_after(r"/category/(\d+)", "category"),
    ),
    Engine(
        "misago", "Misago",
        ((r"id=[\"']misago-(?:container|mount|root)", 0.9), (r"/static/misago/|misago\.init|misago_context", 0.85),
         (r"[Pp]owered by (?:<[^>]+>)?Misago", 0.8)),
        r"/(?:t|c|threads|categories|u|users|search)(?:/|$)", narrow=number_after(r"/c/[^/]+/(\d+)", "category"),
    ),
    Engine(
        "flarum", "Flarum",
        ((r"flarum\.core\.app|id=[\"']flarum-(?:loading|content|json-payload)", 0.95), (r"FlarumLoader|flarum-", 0.5)),
        r"/(?:d|t|u|tags|all)(?:/|$)", base=r"\"baseUrl\"\s*:\s*\"([^\"]+)\"",
        narrow=number_after(r"/t/([\w%-]+)", "tag", unquote),
    ),
    Engine(
        "phpbb", "phpBB",
        ((r"<body[^>]+id=[\"']phpbb", 0.95), (r"[Pp]owered by (?:<[^>]+>)*phpBB", 0.9),
         (r"phpBB Group|phpBB Limited", 0.7),
         (r"styles/prosilver", 0.6)),
        r"/(?:viewforum|viewtopic|index|search|memberlist|ucp)\.php",
        listing=r"/viewforum\.php\?(?:.*&)?f=\d+|/viewforum\.php",
    ),
    Engine(
        "discuz", "Discuz!",
        ((generator("Discuz!"), 0.98), (r"[Pp]owered by (?:<[^>]+>)*Discuz!", 0.9), (r"discuz_uid\s*=", 0.9),
         (r"forum\.php\?mod=(?:viewthread|forumdisplay)", 0.7), (r"id=[\"']postmessage_\d+", 0.7)),
        r"/(?:forum|home|portal|group|index|member)\.php|/(?:thread|forum)-[\w-]+\.html",
        listing=r"/forum\.php\?(?:.*&)?mod=(?:forumdisplay|guide).*|/forum-[\w-]+\.html",
    ),
    Engine(
        "xenforo", "XenForo",
        ((r"<html[^>]+id=[\"']XF[\"']", 0.97), (r"data-app=[\"']public[\"']", 0.5),
         (r"[Cc]ommunity platform by XenForo", 0.9),
         (r"XF\.(?:config|extend|Element)|js/xf/", 0.7)),
        r"/(?:index\.php\?)?(?:threads|forums|members|whats-new|categories)(?:/|$)",
        listing=r"(?:/index\.php\?)?/?forums/[^/]+\.\d+/",
    ),
    Engine(
        "lemmy", "Lemmy",
        ((r"window\.lemmyConfig|window\.isoData\s*=|lemmy-site", 0.9), (generator("Lemmy"), 0.9)),
        r"/(?:c|post|comment|u|communities)(?:/|$)", narrow=number_after(r"/c/([\w.@:-]+)", "community", str),
    ),
    Engine(
        "wordpress", "WordPress",
        ((generator("WordPress"), 0.9), (r"/wp-(?:content|includes)/", 0.75), (r"rel=[\"']https://api\.w\.org/", 0.9)),
        r"/(?:\d{4}/\d{2}|category|tag|author|page|archives|wp-content|index\.php)(?:/|$)",
        base=r"rel=[\"']https://api\.w\.org/[\"'] href=[\"']([^\"']+?)/?(?:index\.php)?"
        r"(?:wp-json/?|\?rest_route=[^\"']*)[\"']",
        headers={"link": r"api\.w\.org"},
    ),
)  # fmt: skip


#: A shop of WooCommerce, the plug-in of WordPress.
WOOCOMMERCE = re.compile(r"\btype-product\b|woocommerce-(?:loop-product|Reviews|page)|\bsingle-product\b")


def engine_proposals(look: Look, known: Mapping[str, Any]) -> Iterator[Proposal]:
    """An entry for each engine that left its marks; only for kinds that are ``known``."""
    for engine in ENGINES:
        if engine.kind not in known:
            continue
        seen = [(pattern, weight) for pattern, weight in engine.marks if re.search(pattern, look.text, re.IGNORECASE)]
        told = [
            name for name, holds in (engine.headers or {}).items() if re.search(holds, look.headers.get(name, ""), re.I)
        ]
        if not seen and not told:
            continue
        doubt = 1.0
        for _, weight in seen:
            doubt *= 1 - weight
        doubt *= 0.1 ** len(told)
        if doubt <= 0.55:
            yield proposal_of(engine, look, round(1 - max(doubt, 0.01), 2), len(seen), told)


def proposal_of(engine: Engine, look: Look, confidence: float, marks: int, told: list[str]) -> Proposal:
    front = front_page(engine, look)
    entry: dict[str, Any] = {"kind": engine.kind, "url": front}
    if engine.narrow:
        entry |= engine.narrow(urlsplit(look.url).path)
    tries: list[Mapping[str, Any]] = []
    if engine.listing and re.search(engine.listing, local_part(look.url)):
        tries.append(entry)
        entry = {**entry, "url": look.url}
    elif look.url.rstrip("/") != front.rstrip("/"):
        tries.append({**entry, "url": look.url})
    if engine.kind == "wordpress":
        # A shop's reviews are no comments to WordPress's interface: what the page shows is tried first.
        confidence = min(confidence, 0.55) if WOOCOMMERCE.search(look.text) else confidence
        plain = bool(re.search(r"rest_route=", look.text + look.headers.get("link", "")))
        entry |= {"plain_links": True} if plain else {}
        tries.insert(0, {"kind": "wordpress", "url": front} | ({} if plain else {"plain_links": True}))
    parts = [f"{marks} marks of {engine.name} in the page"] if marks else []
    parts += [f"the header {', '.join(told)} of {engine.name}"] if told else []
    reason = " and ".join(parts)
    return Proposal(
        engine.name, confidence, entry, (reason,), pagination="by the engine's own interface", tries=tuple(tries)
    )


def local_part(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def front_page(engine: Engine, look: Look) -> str:
    """What the page says itself, else the part of its address before the engine's own, else its site."""
    if engine.base and (found := re.search(engine.base, look.text)):
        stated = html.unescape(found[1]).replace("\\/", "/") or "/"
        address = joined(look.url, stated)
        if address and urlsplit(address).hostname == look.host:
            return address.rstrip("/") + "/"
    path = urlsplit(look.url).path
    own = re.search(engine.cut, path)
    kept = path[: own.start()] if own else "/" if "." in path.rsplit("/", 1)[-1] else path
    if not own and engine.kind == "wordpress":
        kept = "/"
    return urljoin(look.url, (kept.rstrip("/") or "") + "/")


def store_proposals(url: str, known: Mapping[str, Any]) -> Iterator[Proposal]:
    """Apps and communities that are known by their address alone; their pages say nothing that could be read."""
    parts = urlsplit(url)
    host, path, query = parts.hostname or "", parts.path, parse_qs(parts.query)
    entry: dict[str, Any] = {}
    if host.endswith("apps.apple.com") and (found := re.search(r"/id(\d+)", path)):
        country = re.match(r"/([a-z]{2})/", path)
        entry = {"kind": "appstore", "app": int(found[1]), "country": country[1] if country else "us"}
    elif host == "store.steampowered.com" and (found := re.match(r"/app/(\d+)", path)):
        entry = {"kind": "steam", "app": int(found[1])}
    elif re.search(r"(^|\.)taptap\.(cn|com|io)$", host) and (found := re.search(r"/app/(\d+)", path)):
        entry = {"kind": "taptap", "app": int(found[1])}
    elif re.search(r"(^|\.)v2ex\.com$", host):
        found = re.match(r"/go/([\w-]+)", path)
        entry = {"kind": "v2ex"} | ({"node": found[1]} if found else {})
    elif host in {"hn.algolia.com", "news.ycombinator.com"} and query.get("q"):
        entry = {"kind": "hacker-news", "query": query["q"][0]}
    elif found := re.fullmatch(r"/tags?/([\w%-]+)/?", path):
        yield from tagged(parts.scheme, parts.netloc, unquote(found[1]), known)
        return
    else:
        return
    if entry["kind"] in known:
        yield Proposal(str(entry["kind"]), 0.9, entry, ("the address is one of this site's",))


def tagged(scheme: str, netloc: str, tag: str, known: Mapping[str, Any]) -> Iterator[Proposal]:
    """A hashtag's page of a server that speaks Mastodon's interface: only a try can tell."""
    if "mastodon" in known:
        entry = {"kind": "mastodon", "url": f"{scheme}://{netloc}", "tags": [tag]}
        yield Proposal("Mastodon", 0.4, entry, ("the address is that of a hashtag",))
