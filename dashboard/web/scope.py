"""What a page is about: brand, source, period and comparison. All of it lives in the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Request

from dashboard.web.access import services_of
from dashboard.web.shell import config_of, zone_of
from dashboard.web.window import Window
from monitor.config.schema import Config
from monitor.mention import UNATTRIBUTED

PERIODS: Mapping[str, timedelta] = {
    "1h": timedelta(hours=1),
    "6h": timedelta(hours=6),
    "24h": timedelta(hours=24),
    "7d": timedelta(days=7),
    "30d": timedelta(days=30),
    "90d": timedelta(days=90),
}
ALL = "*"
PREVIOUS = "previous"
#: Bucket lengths in seconds that a chart may use, so that its points fall on round times.
BUCKETS = (10, 30, 60, 120, 300, 600, 1800, 3600, 10800, 21600, 43200, 86400, 172800)
#: A chart of this many points is detailed enough, and each point still holds mentions.
POINTS = 72
#: Steps of a period that are over, at the least: the one that is still filling says nothing by itself.
CLOSED = 2


def bucket_seconds(period: timedelta, step: int) -> int:
    """The shortest round bucket that cuts ``period`` into at most :data:`POINTS` parts; a multiple of ``step``."""
    wanted = period.total_seconds() / POINTS
    chosen = next((size for size in BUCKETS if size >= wanted), BUCKETS[-1])
    return step * -(-chosen // step)


@dataclass(frozen=True, slots=True)
class Scope:
    """``brand`` and ``source`` are ``None`` for all. ``since`` (inclusive) and ``until`` (exclusive) fall on bucket
    borders; the newest bucket holds now."""

    brand: str | None
    source: str | None
    period: str
    compare: str
    since: datetime
    until: datetime
    bucket: int
    step: int
    offset: int

    @property
    def step_length(self) -> timedelta:
        return timedelta(seconds=self.step)

    @property
    def widened(self) -> timedelta | None:
        """How long it is, where steps are too long for the period that was asked for."""
        length = self.until - self.since
        return length if length > PERIODS[self.period] else None

    @property
    def before(self) -> tuple[datetime, datetime]:
        """The period of the same length that ends where this one begins."""
        return self.since - (self.until - self.since), self.since

    def query(self, **changed: str | None) -> str:
        """The scope as the query part of an address, with some values changed or (by ``None``) left out."""
        values: dict[str, str | None] = {
            "brand": self.brand or ALL,
            "source": self.source,
            "period": self.period,
            "compare": None if self.compare == PREVIOUS else self.compare,
        }
        return urlencode({name: value for name, value in (values | changed).items() if value})

    def rows(self, **changed: str | None) -> str:
        """The query of the mentions page for exactly what the figures count: this period frozen, and without undated
        mentions, which stand in no trend."""
        frozen = Window(self.since, self.until, dated=True).values()
        return self.query(**{"compare": None, **frozen, **changed})

    def alerts(self, state: str) -> str:
        """The query of the alerts page for the alerts that the figures count."""
        return urlencode({"state": state} | {k: v for k, v in (("brand", self.brand), ("source", self.source)) if v})


def brand_options(config: Config) -> list[str]:
    """Own brands first, then competitors, then what belongs to none."""
    ordered = sorted(config.brands, key=lambda brand: brand.role != "own")
    return [*(brand.id for brand in ordered), UNATTRIBUTED]


def make_scope(
    config: Config, now: datetime, *, brand: str, source: str, period: str, compare: str, default_period: str
) -> Scope:
    """Reads the values leniently: what is unknown falls back to the default, so that an old link still opens."""
    brands = brand_options(config)
    chosen = None if brand == ALL else (brand if brand in brands else brands[0])
    length = period if period in PERIODS else default_period
    step = int(config.settings.step.total_seconds())
    bucket = bucket_seconds(PERIODS[length], step)
    # With the zone's offset, buckets of a day begin at local midnight, or at the last step before it: no border may
    # cut a step, or the figures would count mentions outside the period.
    offset = int((now.astimezone(zone_of(config)).utcoffset() or timedelta()).total_seconds()) // step * step
    until = ((int(now.timestamp()) + offset) // bucket + 1) * bucket - offset
    since = until - max(-(-int(PERIODS[length].total_seconds()) // bucket), CLOSED + 1) * bucket
    return Scope(
        brand=chosen,
        source=source or None,
        period=length,
        compare=compare if compare in brands and compare != chosen else PREVIOUS,
        since=datetime.fromtimestamp(since, UTC),
        until=datetime.fromtimestamp(until, UTC),
        bucket=bucket,
        step=step,
        offset=offset,
    )


def scope_of(request: Request, brand: str = "", source: str = "", period: str = "", compare: str = "") -> Scope:
    services = services_of(request)
    # A demo's whole story happens within minutes: a day-long chart would hide it in one point.
    default = "1h" if services.demo else "24h"
    return make_scope(
        config_of(request),
        services.clock(),
        brand=brand,
        source=source,
        period=period,
        compare=compare,
        default_period=default,
    )


ScopeOf = Annotated[Scope, Depends(scope_of)]
