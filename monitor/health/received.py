"""How a source is that nobody asks: others send to it, people type it in, or bring its files. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from itertools import pairwise

from monitor.health import week as weeks
from monitor.health.measures import Measures
from monitor.health.verdict import Verdict, facts_of

#: A worker stores what was sent within seconds; what waits longer has none that works.
WAITING = timedelta(minutes=30)
#: Intervals of a day or more between imports, below which nothing is usual; and how many times the longest is late.
INTERVALS, LONGEST, DAY = 4, 2, timedelta(days=1)


def stuck(found: Measures) -> Verdict | None:
    """Items that were accepted and could not be stored however often it was tried."""
    if not found.inbox.dead or found.inbox.oldest is None:
        return None
    return "failing", "stuck", found.inbox.oldest, {"number": found.inbox.dead, "reason": found.inbox.reason}


def waiting(found: Measures, now: datetime) -> Verdict | None:
    oldest = found.inbox.oldest
    if not found.inbox.waiting or oldest is None or now - oldest <= WAITING:
        return None
    facts = {"number": found.inbox.waiting, "oldest": (now - oldest).total_seconds()}
    return "late", "waiting", oldest, facts


def owed(found: Measures) -> Verdict | None:
    """What people are late with (``monitor.outlets``), which has alerts of its own."""
    if found.duty is None:
        return None
    return "late", found.duty.cause, found.duty.since, dict(found.duty.facts)


def unheard(found: Measures, zone: tzinfo, now: datetime) -> Verdict | None:
    """Nothing came for improbably long, once what was published has had time to come. Where requests were refused since
    then, that is why: a secret that was changed on one side only, say."""
    if found.last_item is None or found.inbox.waiting:
        return None
    slow = max(timedelta(seconds=found.delay.p95 if found.delay else 0), found.slack)
    last = int(found.last_item.timestamp())
    seen = weeks.silence(found.week, last, int((now - slow).timestamp()), zone)
    if seen is None:
        return None
    since = datetime.fromtimestamp(seen.since, UTC)
    if found.refused.number:
        facts = {"expected": seen.expected, "number": found.refused.number, "reason": found.refused.reason}
        return "failing", "refused", since, facts
    return "late", "unheard", since, facts_of(seen)


def no_file(found: Measures, now: datetime) -> Verdict | None:
    """No import for more than twice as long as it ever was between two of the last ones."""
    ended = [run.finished_at for run in found.runs if run.state == "done"]
    between = [later - earlier for later, earlier in pairwise(ended) if later - earlier >= DAY]
    if len(between) < INTERVALS or now - ended[0] <= LONGEST * max(between):
        return None
    facts = {"idle": (now - ended[0]).total_seconds(), "longest": max(between).total_seconds()}
    return "late", "no_file", ended[0], facts


def sent(found: Measures, now: datetime) -> Verdict:
    if found.last_item is None and not found.runs:
        return "never", "never_sent", now, {}
    return "ok", "ok", found.runs[0].finished_at if found.runs else now, {}


def brought(found: Measures, now: datetime) -> Verdict:
    if not found.runs:
        return "never", "never_brought", now, {}
    return "ok", "ok", found.runs[0].finished_at, {}
