"""What one crawl is asked to do, and its JSON form for the crawl process."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from pydantic import SecretStr

from crawlers.backfill import Backfill
from crawlers.registry import SOURCES
from monitor.config.schema import Credential, Source

USER_AGENT = "Tingfeng/0.1 (+self-hosted review monitor)"


@dataclass(frozen=True, slots=True)
class CrawlLimits:
    """``seconds`` counts while the parent waits for the crawl, not while it works on what came;
    ``megabytes`` is the memory of the crawl process, browser excluded; ``items`` are mentions;
    ``robots_seconds`` is the wait for a robots.txt, without which nothing of the site is fetched."""

    seconds: float = 300
    megabytes: int = 600
    items: int = 10_000
    bytes_per_response: int = 16 * 1024 * 1024
    robots_seconds: float = 15


@dataclass(frozen=True, slots=True)
class CrawlJob:
    """``local`` and ``robots_exceptions`` are hosts of operator.yaml; ``browser`` is a path (``crawlers.browser``).

    ``look``: addresses to fetch in place of the source's own, by all its rules, and to hand on as they came
    (:class:`crawlers.events.Answered`) without reading any items or links.

    ``hosts``: folder in which all crawls of an installation keep each host's next free moment
    (:mod:`crawlers.host_gate`).

    ``backfill``: read the past by date instead of what is new; every page is then asked for, known or not.

    ``usual``: the fields that nearly all items of each kind have had so far; a page whose items lack one is reported
    (:class:`crawlers.events.Suspect`).
    """

    source: Source
    cursor: Mapping[str, Any] = field(default_factory=dict)
    limits: CrawlLimits = CrawlLimits()
    local: tuple[str, ...] = ()
    robots_exceptions: tuple[str, ...] = ()
    browser: str | None = None
    user_agent: str = USER_AGENT
    credential: Credential | None = field(default=None, repr=False)
    look: tuple[str, ...] = ()
    hosts: str | None = None
    backfill: Backfill | None = None
    usual: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def plain(value: object) -> object:
    """Times in ISO 8601; durations as the configuration writes them, in whole seconds, the smallest unit it knows."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return f"{int(value.total_seconds())}s"
    raise TypeError(f"no JSON form for {type(value).__name__}")


def revealed(credential: Credential | None) -> dict[str, Any] | None:
    """A credential with its secrets: for the pipe to the crawl process, and for nothing else."""
    if credential is None:
        return None
    return {name: each.get_secret_value() if isinstance(each, SecretStr) else each for name, each in credential}


def backfill_of(fields: Mapping[str, Any] | None) -> Backfill | None:
    if not fields:
        return None
    until = datetime.fromisoformat(fields["until"]) if fields["until"] else None
    return Backfill(datetime.fromisoformat(fields["since"]), until, fields["zone"], fields.get("order"))


def to_line(job: CrawlJob) -> bytes:
    fields = {
        "source": job.source.model_dump(),
        "cursor": dict(job.cursor),
        "limits": asdict(job.limits),
        "local": job.local,
        "robots_exceptions": job.robots_exceptions,
        "browser": job.browser,
        "user_agent": job.user_agent,
        "credential": revealed(job.credential),
        "look": job.look,
        "hosts": job.hosts,
        "backfill": asdict(job.backfill) if job.backfill else None,
        "usual": dict(job.usual),
    }
    return json.dumps(fields, default=plain).encode("ascii") + b"\n"


def from_line(line: bytes) -> CrawlJob:
    """The job of one line. Raises ``ValueError`` or ``KeyError`` where it is none."""
    fields = json.loads(line)
    source = fields["source"]
    kind = SOURCES[source["kind"]]
    stated = fields.get("credential")
    return CrawlJob(
        source=kind.model.model_validate(source),
        cursor=fields["cursor"],
        limits=CrawlLimits(**fields["limits"]),
        local=tuple(fields["local"]),
        robots_exceptions=tuple(fields["robots_exceptions"]),
        browser=fields["browser"],
        user_agent=fields["user_agent"],
        credential=kind.credential.model_validate(stated) if kind.credential and stated else None,
        look=tuple(fields.get("look", ())),
        hosts=fields.get("hosts"),
        backfill=backfill_of(fields.get("backfill")),
        usual={each: tuple(names) for each, names in fields.get("usual", {}).items()},
    )
