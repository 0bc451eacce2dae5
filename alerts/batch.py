"""What cannot wait for the close of a step: crisis words and ceilings, on each stored batch."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Connection, Engine, select, update

from alerts.detectors.engine import Finding
from alerts.episode import Occasion, Scene, close_alert, open_alert
from alerts.evaluated import store_evaluations
from alerts.evidence import counts, reached_at
from alerts.registry import new_detector
from alerts.series import Series, Stored, lock, save
from alerts.state import SeriesState, advance
from alerts.tables import alert, series_state
from monitor.config.schema import Keyword, Rule
from monitor.store.database import reading, writing
from monitor.store.tables import match, mention, mention_subject

if TYPE_CHECKING:
    from monitor.config.versions import Applied

#: Rule id of the alerts that keywords with a severity raise; routes may match on it.
CRISIS_WORD = "crisis-word"

#: A crisis word's episode ends this long after its last hit.
QUIET = timedelta(hours=24)

#: Older mentions are history, whenever they were collected: they never page.
PAGING_AGE = timedelta(hours=24)

#: Ids in one IN list: below the parameter limits of both databases.
CHUNK = 500


class Hits(NamedTuple):
    """Of one word at one brand in a batch: when the first and the latest were published, in epoch s."""

    keyword: Keyword
    first: int
    latest: int


def evaluate_batch(
    connection: Connection,
    applied: Applied,
    changed_ids: Collection[int],
    channels: Collection[str],
    now: datetime,
    *,
    demo: bool = False,
) -> int:
    """The number of alerts that fire on the new and changed mentions, within the caller's write transaction.

    Mentions without a published time or older than 24 h are passed over. A hit in an open episode joins it. May run
    twice on the same ids: figures are counted anew, never added up.
    """
    scene = Scene(applied, channels, now, demo)
    ids = sorted(set(changed_ids))
    words = {keyword.id: keyword for keyword in applied.config.keywords if keyword.severity is not None}
    hits = crisis_series(connection, scene, ids, words) if words else {}
    ceilings = {
        series: rule
        for rule in applied.config.rules
        if rule.measure == "negative_count"
        for series in touched_series(connection, scene, ids, rule)
    }
    # All rows are locked in one order before any is used, so that two batches cannot wait for each other.
    locked = {series: lock_now(connection, scene, series) for series in ordered([*hits, *ceilings])}
    fired = [hit(connection, scene, series, locked[series], hits[series]) for series in hits]
    fired += [ceiling(connection, scene, series, locked[series], rule) for series, rule in ceilings.items()]
    return sum(fired)


def crisis_series(
    connection: Connection, scene: Scene, ids: Sequence[int], words: dict[str, Keyword]
) -> dict[Series, Hits]:
    """One series per keyword and brand that the mention belongs to. A keyword with a brand of its own is about that
    brand only: what people say of another one is that one's crisis."""
    found: dict[Series, Hits] = {}
    for row in recent(connection, scene, ids, match.c.keyword_id):
        keyword = words.get(row.keyword_id)
        if keyword is not None and keyword.brand in (None, row.brand_id):
            series = Series.of(CRISIS_WORD, {"keyword": keyword.id, "brand": row.brand_id})
            at = row.timeline_epoch
            before = found.get(series, Hits(keyword, at, at))
            found[series] = Hits(keyword, min(before.first, at), max(before.latest, at))
    return found


def touched_series(connection: Connection, scene: Scene, ids: Sequence[int], rule: Rule) -> set[Series]:
    brands = {brand.id for brand in scene.config.brands}
    found = set()
    for row in recent(connection, scene, ids):
        labels = {"brand": row.brand_id, "source": row.source_id}
        if "brand" not in rule.by or row.brand_id in brands:
            found.add(Series.of(rule.id, {name: labels[name] for name in rule.by}))
    return found


def recent(connection: Connection, scene: Scene, ids: Sequence[int], *more: Any) -> Iterable[Any]:
    """(source_id, timeline_epoch, brand_id, …) of the mentions that may page, a row for each brand (and keyword)."""
    joined = mention.join(mention_subject, mention_subject.c.mention_id == mention.c.id)
    if more:
        joined = joined.join(match, match.c.mention_id == mention.c.id)
    query = (
        select(mention.c.source_id, mention.c.timeline_epoch, mention_subject.c.brand_id, *more)
        .select_from(joined)
        .where(mention.c.published_at >= scene.now - PAGING_AGE)
        .order_by(mention.c.id)
    )
    for start in range(0, len(ids), CHUNK):
        yield from connection.execute(query.where(mention.c.id.in_(ids[start : start + CHUNK])))


def ordered(series: Iterable[Series]) -> list[Series]:
    return sorted(series, key=lambda one: (one.rule_id, one.fingerprint))


def lock_now(connection: Connection, scene: Scene, series: Series) -> Stored:
    """A series that a batch sees first has nothing to catch up on at the next close of a step."""
    settings = scene.config.settings
    step = int(settings.step.total_seconds())
    return lock(connection, series, int((scene.now - settings.close_delay).timestamp()) // step * step)


def hit(connection: Connection, scene: Scene, series: Series, before: Stored, hits: Hits) -> bool:
    """Opens an episode, or lets the open one grow. Whether it opened one. A clock ahead of ours is no reason to miss
    a hit: the window reaches to the latest one."""
    end = max(int(scene.now.timestamp()), hits.latest) + 1
    labels = series.mapping
    if before.state.state == "firing" and before.alert_id is not None:
        grow(connection, before.alert_id, labels, end)
        return False
    start = end - int(PAGING_AGE.total_seconds())
    n, k = counts(connection, labels, start, end)
    finding = Finding("ok", True, n, k, None, float(n), 1.0, end - start)
    episode = before.state.episode + 1
    occasion = Occasion(
        series=series,
        measure="crisis_word",
        severity=hits.keyword.severity or "major",
        episode=episode,
        since=min(datetime.fromtimestamp(hits.first, UTC), scene.now),
        window_start=start,
        window_end=end,
        finding=finding,
        reason="crisis word",
    )
    alert_id = open_alert(connection, scene, occasion, before.state.state)
    store_evaluations(connection, series, [(end, finding)], scene.now, scene.applied.version_id)
    save(connection, series, SeriesState("firing", 0, scene.now, episode, "ok"), alert_id, end)
    return True


def grow(connection: Connection, alert_id: int, labels: Mapping[str, str], end: int) -> None:
    start = connection.execute(select(alert.c.window_start).where(alert.c.id == alert_id)).scalar_one()
    n, k = counts(connection, labels, start, end)
    connection.execute(update(alert).where(alert.c.id == alert_id).values(n=n, k=k, window_end=end))


def ceiling(connection: Connection, scene: Scene, series: Series, before: Stored, rule: Rule) -> bool:
    """Fires at once when the exact count reaches the limit; ``for`` holds at the close of a step only, where the
    episode also ends. Whether it fired."""
    if before.state.state == "firing":
        return False
    now = int(scene.now.timestamp()) + 1
    window = int(rule.params.model_dump()["window"].total_seconds())
    once = rule.duplicates == "once"
    n, k = counts(connection, series.mapping, now - window, now, once=once)
    finding = new_detector(rule).update(now, n, k)
    taken = advance(before.state, finding, rule.model_copy(update={"pending": 1}), scene.now)
    if taken.change != "firing":
        return False
    occasion = Occasion(
        series=series,
        measure=rule.measure,
        severity=rule.severity,
        episode=taken.state.episode,
        since=reached_at(connection, series.mapping, now - window, now, int(finding.threshold or 1), once=once),
        window_start=now - window,
        window_end=now,
        finding=finding,
        reason=f"{k} negative mentions reach the ceiling",
    )
    alert_id = open_alert(connection, scene, occasion, before.state.state)
    store_evaluations(connection, series, [(now, finding)], scene.now, scene.applied.version_id)
    save(connection, series, taken.state, alert_id, before.evaluated_to)
    return True


def resolve_crisis_words(engine: Engine, scene: Scene) -> list[tuple[Series, str, str, int | None]]:
    """Ends the episodes without a hit for 24 h: (series, new state, reason, alert)."""
    quiet_since = int((scene.now - QUIET).timestamp())
    with reading(engine) as connection:
        query = (
            select(series_state.c.labels)
            .join(alert, alert.c.id == series_state.c.alert_id)
            .where(series_state.c.rule_id == CRISIS_WORD, series_state.c.state == "firing")
        )
        found = [Series.of(CRISIS_WORD, labels) for (labels,) in connection.execute(query)]
    changes: list[tuple[Series, str, str, int | None]] = []
    for series in found:
        with writing(engine) as connection:
            before = lock(connection, series, 0)
            if before.state.state != "firing" or before.alert_id is None:
                continue
            last = connection.execute(select(alert.c.window_end).where(alert.c.id == before.alert_id)).scalar_one()
            if last > quiet_since:
                continue
            reason = "no hit for 24 h"
            close_alert(connection, scene, series, before.alert_id, None, reason)
            state = replace(before.state, state="inactive", since=datetime.fromtimestamp(last, UTC) + QUIET)
            save(connection, series, state, None, before.evaluated_to)
            changes.append((series, "resolved", reason, before.alert_id))
    return changes
