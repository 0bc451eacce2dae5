"""How a source is, told from what was measured. Pure: the same measures at the same time give the same answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Literal

from monitor.health import received
from monitor.health import week as weeks
from monitor.health.fields import ANY, Usual, gaps, latest, usual, with_usable
from monitor.health.measures import Measures, Run
from monitor.health.verdict import Cause, State, Verdict, facts_of
from monitor.health.week import IMPROBABLE

__all__ = ["Cause", "Health", "State", "decide"]

#: Rule id of the alerts that a source's health raises; a route of keywords.yaml may name it.
SOURCE_HEALTH = "source-health"
#: Those of what people owe a source of kind transcripts: to type in what came, to empty the boxes.
TRANSCRIPTION_OVERDUE, BOX_UNCONFIRMED = "transcription-overdue", "box-unconfirmed"
#: All that are about a source and not about what is said of a brand.
ABOUT_SOURCES = (SOURCE_HEALTH, TRANSCRIPTION_OVERDUE, BOX_UNCONFIRMED)

#: A source that should have been read longer ago than this many of its intervals is overdue.
OVERDUE_INTERVALS = 2
#: Failures in a row from which on somebody is told.
FAILURES = 3
#: Runs that read pages and had items nearly always, before a run without any means something.
USUAL_RUNS = 20
#: How long a field that went missing is still held to be usual; then the new layout is.
ACCEPTED_AFTER = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Health:
    """``cause`` says why with ``facts`` (JSON values); ``alarming``: somebody should be told. ``usual`` are the fields
    that the source's items have when nothing is wrong."""

    state: State
    cause: Cause
    since: datetime
    facts: Mapping[str, Any] = field(default_factory=dict)
    alarming: bool = False
    usual: Usual = field(default_factory=dict)


def decide(found: Measures, before: Health | None, zone: tzinfo, now: datetime) -> Health:
    """The first that holds of: overdue, unavailable, blocked, changed (as the last crawls' items tell), failing,
    changed (an hour without items), late (improbably silent), never read, empty, ok; of a source that nobody asks,
    what :func:`judged` lists.

    ``before`` is the last answer: a state goes on since it began, and fields stay usual while they are missing.
    """
    fills = [with_usable(run.fill, run.fetched, run.rejected) for run in found.runs]
    known = before.usual if before is not None and holds(before, now) else usual(fills)
    state, cause, since, facts = judged(found, fills, known, zone, now)
    if before is not None and before.state == state:
        since = min(since, before.since) if cause == before.cause else before.since
    return Health(state, cause, since, facts, alarming(state, cause, found.failures), known)


def judged(found: Measures, fills: Sequence[Any], known: Usual, zone: tzinfo, now: datetime) -> Verdict:
    """By the way in which its items come. Only pages have a layout that can change."""
    last = found.runs[0] if found.runs else None
    match found.way:
        case "crawled":
            return (
                overdue(found, now)
                or refused(found.runs)
                or changed(found.runs, fills, known)
                or failing(found)
                or quiet(found, zone, now)
                or plain(last, now)
            )
        case "polled":
            return (
                overdue(found, now)
                or refused(found.runs)
                or failing(found)
                or quiet(found, zone, now)
                or plain(last, now)
            )
        case "sent":
            return (
                refused(found.runs)
                or received.stuck(found)
                or received.waiting(found, now)
                or failing(found)
                or received.owed(found)
                or received.unheard(found, zone, now)
                or received.sent(found, now)
            )
        case "brought":
            return refused(found.runs) or failing(found) or received.no_file(found, now) or received.brought(found, now)


def alarming(state: State, cause: Cause, failures: int) -> bool:
    """What people are late with has alerts of its own (``alerts.outlet_duties``)."""
    if cause in ("transcription", "box"):
        return False
    if cause in ("stuck", "refused"):
        return True
    return state in ("changed", "blocked", "late") or (state == "failing" and failures >= FAILURES)


def holds(before: Health, now: datetime) -> bool:
    """Whether what was usual is still held on to: while it is missing, but not for ever."""
    return before.cause in ("fields", "unreadable", "no_items") and now - before.since < ACCEPTED_AFTER


def overdue(found: Measures, now: datetime) -> Verdict | None:
    if found.due_at is None or now - found.due_at <= OVERDUE_INTERVALS * found.every:
        return None
    return "late", "overdue", found.due_at, {"every": found.every.total_seconds()}


def refused(runs: Sequence[Run]) -> Verdict | None:
    last = runs[0] if runs else None
    if last is not None and last.state == "unavailable":
        return "unavailable", "unavailable", began(runs), {"reason": last.reason}
    if last is not None and last.state == "blocked":
        return "blocked", "blocked", began(runs), {"reason": last.reason}
    return None


def began(runs: Sequence[Run]) -> datetime:
    """When the first of the newest runs that ended the same way did."""
    since = runs[0].finished_at
    for run in runs:
        if run.state != runs[0].state:
            break
        since = run.finished_at
    return since


def changed(runs: Sequence[Run], fills: Sequence[Any], known: Usual) -> Verdict | None:
    """What the items of the last crawls lack, if the last crawl found any; or that it found none on pages on which
    there always were some."""
    if not runs:
        return None
    if runs[0].fetched:
        lacking = gaps(fills, known)
        if not lacking:
            return None
        worst = lacking[0]
        _, number = latest(fills, worst.kind)
        since = runs[max(0, number - 1)].finished_at
        unreadable = worst.kind == ANY
        listed = [
            {"kind": gap.kind, "field": gap.field, "missing": gap.missing, "items": gap.items}
            for gap in lacking
            if (gap.kind == ANY) == unreadable
        ]
        return "changed", "unreadable" if unreadable else "fields", since, {"gaps": listed}
    return nothing_found(runs) if runs[0].state == "done" or runs[0].state == "empty" else None


def nothing_found(runs: Sequence[Run]) -> Verdict | None:
    """Crawls in a row that read pages and found nothing there: as many as bring the chance of it below 1 %, told from
    how often that happened before (Laplace's rule)."""
    read = [run for run in runs if run.pages and run.state in ("done", "empty")]
    number = next((index for index, run in enumerate(read) if run.fetched), len(read))
    older = read[number:]
    without = sum(1 for run in older if not run.fetched)
    if not number or len(older) < USUAL_RUNS or without > (1 - weeks.ALWAYS) * len(older):
        return None
    probability = ((without + 1) / (len(older) + 2)) ** number
    if probability >= IMPROBABLE:
        return None
    facts = {"runs": number, "before": len(older), "probability": probability, "threshold": IMPROBABLE}
    return "changed", "no_items", read[number - 1].finished_at, facts


def failing(found: Measures) -> Verdict | None:
    if not found.runs or found.runs[0].state != "failed":
        return None
    facts = {"reason": found.runs[0].reason, "failures": found.failures}
    return "failing", "failing", began(found.runs), facts


def quiet(found: Measures, zone: tzinfo, now: datetime) -> Verdict | None:
    """Hours and silences without an item, once what was published in them had time to be read and stored. Only crawls
    that worked since can say that there was nothing."""
    read = [run.finished_at for run in found.runs if run.state in ("done", "empty")]
    if found.last_item is None or not read:
        return None
    slow = timedelta(seconds=found.delay.p95 if found.delay else 0)
    until = int((min(now, read[0]) - max(found.every, slow)).timestamp())
    last = int(found.last_item.timestamp())
    empty = weeks.empty_hours(found.week, last, until, zone) if found.way == "crawled" else None
    if empty is not None:
        return "changed", "empty_hour", datetime.fromtimestamp(empty.since, UTC), facts_of(empty)
    silent = weeks.silence(found.week, last, until, zone)
    if silent is not None:
        return "late", "silence", datetime.fromtimestamp(silent.since, UTC), facts_of(silent)
    return None


def plain(last: Run | None, now: datetime) -> Verdict:
    if last is None:
        return "never", "never", now, {}
    state: Literal["empty", "ok"] = "empty" if last.state == "empty" else "ok"
    return state, state, last.finished_at, {}
