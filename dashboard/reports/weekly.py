"""The weekly competitive report: own brands against competitors, from the stored mentions of two ISO weeks."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, select

from alerts.notification import baseline
from alerts.tables import alert, ticket
from dashboard.operation.home import Home
from dashboard.operation.web import DEMO
from dashboard.reports.complaints import find_complaints
from dashboard.reports.formats import load_format
from dashboard.reports.model import AlertOfWeek, BrandWeek, Day, Language, SourceWeek, WeeklyReport
from dashboard.reports.statistics import Ratio, ratio_change, volume_change
from dashboard.reports.week import Week, parse_week, week_before
from dashboard.tables import report_run
from monitor.config.schema import Brand, Config
from monitor.store.database import insert, reading, writing

if TYPE_CHECKING:
    import pandas as pd

    from monitor.config.versions import Applied


def weekly_report(
    connection: Connection, config: Config, week: str, language: Language, now: datetime, *, demo: bool = False
) -> WeeklyReport:
    """``week`` is an ISO week ("2026-W47", else ``ValueError``) in the zone of the settings."""
    # pandas takes half a second and 60 MB: only who makes a report pays for it.
    from dashboard.reports.frames import load_frame

    zone = ZoneInfo(config.settings.timezone)
    current = parse_week(week, zone)
    before = week_before(current, zone)
    frame = load_frame(connection, before, current)
    complaints = find_complaints(connection, config, current, before)
    return WeeklyReport(
        week=current.name,
        language=language,
        timezone=config.settings.timezone,
        since=current.since,
        until=current.until,
        generated_at=now,
        partial=now < current.until,
        demo=demo,
        brands=brand_weeks(frame, config, current, zone),
        sources=source_weeks(frame, config),
        complaints=complaints.top,
        own_negatives=complaints.negatives,
        unsorted=complaints.unsorted,
        alerts=alerts_of(connection, config, current),
    )


def brand_weeks(frame: pd.DataFrame, config: Config, week: Week, zone: ZoneInfo) -> tuple[BrandWeek, ...]:
    """Own brands first, then competitors, in the order of the configuration."""
    known = frame[frame["brand"].isin([brand.id for brand in config.brands])]
    voices = int(known["current"].sum()), int((~known["current"]).sum())
    ordered = sorted(config.brands, key=lambda brand: brand.role != "own")
    return tuple(brand_week(known[known["brand"] == brand.id], brand, voices, week, zone) for brand in ordered)


def brand_week(frame: pd.DataFrame, brand: Brand, voices: tuple[int, int], week: Week, zone: ZoneInfo) -> BrandWeek:
    from dashboard.reports.frames import mean_score, ratio_of

    current, earlier = frame[frame["current"]], frame[~frame["current"]]
    negative, negative_before = ratio_of(current), ratio_of(earlier)
    return BrandWeek(
        id=brand.id,
        name=brand.name,
        own=brand.role == "own",
        negative=negative,
        negative_before=negative_before,
        share=negative.n / voices[0] if voices[0] else None,
        share_before=negative_before.n / voices[1] if voices[1] else None,
        score=mean_score(current),
        score_before=mean_score(earlier),
        volume_change=volume_change(negative.n, negative_before.n),
        negative_change=ratio_change(negative, negative_before),
        days=days_of(current, week, zone),
    )


def days_of(frame: pd.DataFrame, week: Week, zone: ZoneInfo) -> tuple[Day, ...]:
    """Seven local days, empty ones too."""
    import pandas as pd

    from dashboard.reports.frames import ratio_of

    local = pd.to_datetime(frame["epoch"], unit="s", utc=True).dt.tz_convert(zone).dt.date
    return tuple(Day(day, ratio_of(frame[local == day])) for day in week.days)


def source_weeks(frame: pd.DataFrame, config: Config) -> tuple[SourceWeek, ...]:
    """Own brands only, the busiest source first; each mention counts once."""
    from dashboard.reports.frames import ratio_of

    own = frame[frame["brand"].isin([brand.id for brand in config.brands if brand.role == "own"])]
    rows = []
    for source, part in own.drop_duplicates("id").groupby("source"):
        current, earlier = ratio_of(part[part["current"]]), ratio_of(part[~part["current"]])
        change = volume_change(current.n, earlier.n)
        rows.append(SourceWeek(str(source), current, change, ratio_change(current, earlier)))
    return tuple(sorted(rows, key=lambda row: (-row.negative.n, row.id)))


def alerts_of(connection: Connection, config: Config, week: Week) -> tuple[AlertOfWeek, ...]:
    query = (
        select(alert, ticket.c.number.label("ticket_number"))
        .outerjoin(ticket, ticket.c.alert_id == alert.c.id)
        .where(alert.c.fired_at >= week.since, alert.c.fired_at < week.until)
        .order_by(alert.c.fired_at, alert.c.id)
    )
    names = {brand.id: brand.name for brand in config.brands}
    return tuple(
        AlertOfWeek(
            rule=row.rule_id,
            brand=names.get(row.brand_id, row.brand_id),
            source=row.source_id,
            severity=row.severity,
            fired_at=row.fired_at,
            resolved_at=row.resolved_at,
            negative=Ratio(row.k, row.n),
            baseline=baseline(row.measure, row.n, row.expected),
            ticket=row.ticket_number,
        )
        for row in connection.execute(query)
    )


def write_weekly(
    engine: Engine,
    applied: Applied,
    home: Home,
    week: str,
    language: Language,
    now: datetime,
    format_name: str = "html",
) -> Path:
    """Makes the report file in the data folder and its report_run row; a second run replaces both. The file's path."""
    form = load_format(format_name)
    with reading(engine) as connection:
        report = weekly_report(connection, applied.config, week, language, now, demo=home.environ.get(DEMO) == "1")
    home.reports.mkdir(parents=True, exist_ok=True)
    path = home.reports / f"weekly-{report.week}-{language}.{form.extension}"
    draft = path.with_name(f".{path.name}.new")
    draft.write_bytes(form.render(report))
    os.replace(draft, path)
    row = {"state": "done", "path": str(path.relative_to(home.path)), "reason": "", "created_at": now}
    with writing(engine) as connection:
        statement = insert(connection, report_run).values(
            week=report.week, format=format_name, language=language, **row
        )
        connection.execute(statement.on_conflict_do_update(index_elements=["week", "format", "language"], set_=row))
    return path
