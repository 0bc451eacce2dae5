"""What the forms of the outlets say, read and checked. Pure: time and zone are arguments."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.outlets.keeping import MOST, Received
from monitor.outlets.source import TranscriptsSource
from monitor.redact import redact

LOCAL = "%Y-%m-%dT%H:%M"
#: Clocks differ; what was received after this has a wrong time.
AHEAD = timedelta(minutes=5)
#: What is older is history, which an import brings.
OLDEST = timedelta(days=366)
SUBMISSION = re.compile(r"[0-9a-f]{32}")
NUMBER_LENGTH = 60


class FormError(ValueError):
    """``key`` names what is wrong; the pages have words for it."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def read_received(form: Mapping[str, str], source: TranscriptsSource, zone: ZoneInfo, now: datetime) -> Received:
    """Raises :class:`FormError`."""
    outlet, medium = form.get("outlet") or None, form.get("medium", "")
    if (outlet is None and source.channel == "counter") or (outlet is not None and source.outlet(outlet) is None):
        raise FormError("outlet")
    chosen = next((known for known in source.media if known == medium), None)
    if chosen is None:
        raise FormError("medium")
    count, number = read_count(form.get("count", "1") or "1", least=1), form.get("number", "").strip() or None
    if number is not None and count > 1:
        raise FormError("number_of_many")
    received_at = read_moment(form.get("received", ""), zone, now)
    submission = form.get("submission", "")
    if not SUBMISSION.fullmatch(submission):
        raise FormError("submission")
    return Received(
        source_id=source.id,
        outlet_id=outlet,
        medium=chosen,
        received_at=received_at,
        due_at=received_at + source.transcribe_within,
        submission=submission,
        count=count,
        number=None if number is None else read_number(number),
    )


def read_number(number: str) -> str:
    """A call's or a slip's own number. One that holds a telephone number would be shown wherever the item is."""
    if len(number) > NUMBER_LENGTH or not number.isprintable():
        raise FormError("number")
    if redact(number).masked:
        raise FormError("number_personal")
    return number


def read_count(stated: str, *, least: int) -> int:
    if not re.fullmatch(r"[0-9]{1,4}", stated) or not least <= int(stated) <= MOST:
        raise FormError("count")
    return int(stated)


def read_moment(stated: str, zone: ZoneInfo, now: datetime) -> datetime:
    """A local time to the minute, as UTC; nothing stands for now."""
    if not stated:
        return now
    try:
        at = datetime.strptime(stated[:16], LOCAL).replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        raise FormError("time") from None
    if at > now + AHEAD:
        raise FormError("future")
    if at < now - OLDEST:
        raise FormError("too_old")
    return min(at, now)
