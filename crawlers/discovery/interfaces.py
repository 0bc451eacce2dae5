"""Servers whose front page is an app or an error: what they say of themselves at addresses made for machines. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from crawlers.discovery.look import Look, joined
from crawlers.discovery.proposal import Proposal
from crawlers.json_page import objects_at, text_at

#: NodeInfo (nodeinfo.diaspora.software), which servers of the fediverse and many forums answer; and isso's own.
ADDRESSES = ("/.well-known/nodeinfo", "/info")
#: Software that answers as Mastodon does, by its name in NodeInfo.
LIKE_MASTODON = frozenset(
    {"mastodon", "pleroma", "akkoma", "gotosocial", "hometown", "glitch", "fedibird", "friendica"}
)
FRONT_PAGES = frozenset({"lemmy", "discourse", "nodebb", "flarum", "wordpress"})


def nodeinfo_address(looks: Sequence[Look]) -> str | None:
    """Where the document stands that a server's NodeInfo names, on the server's own host."""
    for look in looks:
        links = objects_at(data_of(look), "links") or []
        for href in (text_at(link, "href") for link in reversed(links)):
            found = joined(look.url, href)
            if found and urlsplit(found).hostname == look.host:
                return found
    return None


def interface_proposals(looks: Sequence[Look], known: Mapping[str, Any]) -> Iterator[Proposal]:
    """An entry for the software that answered; of a Mastodon-compatible server what its own members post."""
    for look in looks:
        data = data_of(look)
        name = (text_at(data, "software", "name") or "").lower()
        front = f"{urlsplit(look.url).scheme}://{urlsplit(look.url).netloc}"
        grounds = (f"the server says by NodeInfo that it is {name}",)
        if name in LIKE_MASTODON and "mastodon" in known:
            yield Proposal(name.capitalize(), 0.9, {"kind": "mastodon", "url": front, "local": True}, grounds)
        elif name in FRONT_PAGES and name in known:
            yield Proposal(name.capitalize(), 0.9, {"kind": name, "url": f"{front}/"}, grounds)
        elif "isso" in known and {"version", "origin", "moderation"} <= set(data if isinstance(data, dict) else ()):
            warning = f"all comments are told only where the owner allows; else give a page, as {front}/?uri=/page/"
            grounds = ("the server answers as isso does",)
            yield Proposal("isso", 0.9, {"kind": "isso", "url": front}, grounds, (warning,))


def data_of(look: Look) -> Any:
    try:
        return json.loads(look.text)
    except (ValueError, RecursionError):
        return None
