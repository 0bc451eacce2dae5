"""The page that answers the morning question: how much, how bad, since when, where, and what people say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from sqlalchemy import Connection

from alerts.reading import Alert
from dashboard.web.access import Entered, ServicesOf
from dashboard.web.alert_pages import alerts_of
from dashboard.web.figures import LEAST, Change, Share, polyline, ratio_change, score_change, volume_change
from dashboard.web.i18n import Language, say
from dashboard.web.mention_view import MentionView, view
from dashboard.web.scope import ALL, PERIODS, PREVIOUS, Scope, ScopeOf, brand_options
from dashboard.web.shell import Names, config_of, language_of, render, zone_of
from monitor.config.schema import Config
from monitor.store import reading as mentions
from monitor.store.database import reading
from monitor.store.filters import MentionFilter
from monitor.trends import Bucket, Dimension, Totals, totals, totals_by, trend

router = APIRouter()
NEWEST = 6


@dataclass(frozen=True, slots=True)
class Line:
    """One brand or source in a table; ``voice`` is its part of all mentions in the table, 0–1."""

    id: str
    name: str
    role: str
    n: int
    voice: float
    negative: Share
    change: Change | None


@dataclass(frozen=True, slots=True)
class Figures:
    now: Totals
    negative: Share
    versus: str
    volume_change: Change | None
    ratio_change: Change | None
    score_change: Change | None
    volume_line: str
    ratio_line: str
    score_line: str


@dataclass(frozen=True, slots=True)
class Overview:
    figures: Figures
    buckets: Sequence[Bucket]
    brands: Sequence[Line]
    sources: Sequence[Line]
    firing: Sequence[Alert]
    fired: int
    newest: Sequence[MentionView]


def _share(found: Totals) -> Share:
    return Share(found.negative, found.n)


def _figures(connection: Connection, scope: Scope, names: Names, buckets: Sequence[Bucket]) -> Figures:
    def period_totals(brand: str | None, since_until: tuple[datetime, datetime]) -> Totals:
        since, until = since_until
        return totals(connection, step_seconds=scope.step, since=since, until=until, brand=brand, source=scope.source)

    now = period_totals(scope.brand, (scope.since, scope.until))
    other = None if scope.compare == PREVIOUS else names.brand(scope.compare)
    if other is None:
        before = period_totals(scope.brand, scope.before)
        versus = say(names.language, "change.versus.previous")
    else:
        before = period_totals(scope.compare, (scope.since, scope.until))
        versus = say(names.language, "change.versus", name=other)
    return Figures(
        now=now,
        negative=_share(now),
        versus=versus,
        volume_change=volume_change(now.n, before.n, names.language),
        ratio_change=ratio_change(_share(now), _share(before), names.language, other),
        score_change=score_change(now.score, now.n, before.score, before.n, names.language, other),
        volume_line=polyline([bucket.n for bucket in buckets]),
        ratio_line=polyline([bucket.negative / bucket.n if bucket.n >= LEAST else None for bucket in buckets]),
        score_line=polyline([bucket.score if bucket.n >= LEAST else None for bucket in buckets]),
    )


def _lines(
    now: Mapping[str, Totals], before: Mapping[str, Totals], names: Mapping[str, tuple[str, str]], language: Language
) -> list[Line]:
    """Every configured brand or source, and whatever else has mentions; the loudest first."""
    whole = sum(found.n for found in now.values())
    nothing = Share(0, 0)
    lines = []
    for key in dict.fromkeys([*names, *now]):
        name, role = names.get(key, (key, ""))
        share = _share(now[key]) if key in now else nothing
        earlier = _share(before[key]) if key in before else nothing
        lines.append(
            Line(
                id=key,
                name=name,
                role=role,
                n=share.n,
                voice=share.n / whole if whole else 0.0,
                negative=share,
                change=ratio_change(share, earlier, language),
            )
        )
    return sorted(lines, key=lambda line: -line.n)


def _compared(
    connection: Connection, dimension: Dimension, scope: Scope
) -> tuple[Mapping[str, Totals], Mapping[str, Totals]]:
    """Totals by brand (within the source) or by source (within the brand), of this period and the one before."""
    brand = scope.brand if dimension == "source" else None
    source = scope.source if dimension == "brand" else None

    def of(since: datetime, until: datetime) -> Mapping[str, Totals]:
        return totals_by(
            connection, dimension, step_seconds=scope.step, since=since, until=until, brand=brand, source=source
        )

    return of(scope.since, scope.until), of(*scope.before)


def scoped_trend(connection: Connection, scope: Scope) -> list[Bucket]:
    return trend(
        connection,
        step_seconds=scope.step,
        since=scope.since,
        until=scope.until,
        bucket_seconds=scope.bucket,
        brand=scope.brand,
        source=scope.source,
        offset_seconds=scope.offset,
    )


def overview(connection: Connection, config: Config, scope: Scope, language: Language) -> Overview:
    names = Names(config, language)
    buckets = scoped_trend(connection, scope)
    roles: dict[str, tuple[str, str]] = {brand.id: (brand.name, brand.role) for brand in config.brands}
    for key in brand_options(config):
        roles.setdefault(key, (names.brand(key), ""))
    negative = MentionFilter(
        brand=scope.brand, source=scope.source, negative=True, since=scope.since, until=scope.until
    )
    rows = mentions.page(connection, negative, limit=NEWEST).rows
    return Overview(
        figures=_figures(connection, scope, names, buckets),
        buckets=buckets,
        brands=_lines(*_compared(connection, "brand", scope), roles, language),
        sources=_lines(
            *_compared(connection, "source", scope),
            {source.id: (source.id, "") for source in config.sources if source.enabled},
            language,
        ),
        firing=alerts_of(connection, brands_only=True, brand=scope.brand, source=scope.source, state="firing"),
        fired=len(alerts_of(connection, brands_only=True, brand=scope.brand, source=scope.source, since=scope.since)),
        newest=[view(row, names) for row in rows],
    )


def _page(request: Request, services: ServicesOf, scope: Scope, template: str) -> Response:
    config = config_of(request)
    with reading(services.engine) as connection:
        found = overview(connection, config, scope, language_of(request))
    return render(
        request,
        template,
        scope=scope,
        overview=found,
        zone=zone_of(config).key,
        least=LEAST,
        periods=list(PERIODS),
        brands=[ALL, *brand_options(config)],
        sources=[source.id for source in config.sources if source.enabled],
    )


@router.get("/")
def overview_page(request: Request, services: ServicesOf, _visitor: Entered, scope: ScopeOf) -> Response:
    return _page(request, services, scope, "overview.html")


@router.get("/overview/live")
def overview_live(request: Request, services: ServicesOf, _visitor: Entered, scope: ScopeOf) -> Response:
    """The part of the overview that renews itself."""
    return _page(request, services, scope, "overview_live.html")


@router.get("/api/v1/trend")
def trend_data(request: Request, services: ServicesOf, _visitor: Entered, scope: ScopeOf) -> Response:
    """The chart's figures: times are epoch ms; ratios 0–1 and null where nothing was said; the interval is Wilson's
    at 95 %. The last bucket is still filling."""
    language = language_of(request)
    names = Names(config_of(request), language)
    with reading(services.engine) as connection:
        buckets = scoped_trend(connection, scope)
        alerts = alerts_of(connection, brands_only=True, brand=scope.brand, source=scope.source, since=scope.since)
    points = []
    for bucket in buckets:
        share = Share(bucket.negative, bucket.n)
        low, high = share.interval if bucket.n else (None, None)
        points.append(
            {
                "start": int(bucket.start.timestamp() * 1000),
                "n": bucket.n,
                "negative": bucket.negative,
                "ratio": share.value,
                "low": low,
                "high": high,
                "score": bucket.score,
            }
        )
    marks = [
        {
            "id": found.id,
            "at": int(found.fired_at.timestamp() * 1000),
            "label": f"{say(language, 'severity.' + found.severity)} · {names.series(found)}",
            "severity": found.severity,
        }
        for found in alerts
        if scope.since <= found.fired_at < scope.until
    ]
    return JSONResponse({"bucket_seconds": scope.bucket, "least": LEAST, "points": points, "alerts": marks})
