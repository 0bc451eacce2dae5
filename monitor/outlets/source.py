"""What keywords.yaml says of a source whose items come by word of mouth or on paper: calls to a hotline, slips in the
boxes of outlets, talk at their counters. People type them in; nothing is ever asked of it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, field_validator, model_validator

from monitor.config.schema import Config, Duration, Identifier, Model, Name, Source, a_day_or_more, time_of_day

Channel = Literal["hotline", "counter"]
#: How an item came: over the telephone, on paper, at the counter.
Medium = Literal["call", "slip", "counter"]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def within_a_month(value: timedelta) -> timedelta:
    if value > timedelta(days=31):
        raise ValueError("must be at most 31d: such as 24h or 3d")
    return value


class Outlet(Model):
    """A shop or office. ``opens`` are the weekdays and ``closed`` the dates, in the source's zone, on which its box
    is, or is not, to be emptied."""

    id: Identifier
    name: Name
    region: Name | None = None
    box: bool = True
    opens: tuple[Weekday, ...] = WEEKDAYS
    closed: tuple[date, ...] = ()


class TranscriptsSource(Source):
    """``transcribe_within`` counts from when an item was received. Each box is to be confirmed as emptied by
    ``box_check`` (HH:MM in the source's zone) on each day that its outlet opens and that is not among ``closed``. A
    contact, and the untouched words that came with it, are deleted after ``keep``."""

    crawled: ClassVar[bool] = False

    kind: Literal["transcripts"] = "transcripts"
    channel: Channel
    outlets: tuple[Outlet, ...] = ()
    transcribe_within: Annotated[Duration, AfterValidator(within_a_month)] = timedelta(hours=24)
    box_check: Annotated[str, AfterValidator(time_of_day)] = "20:00"
    closed: tuple[date, ...] = ()
    keep: Annotated[Duration, AfterValidator(a_day_or_more)] = timedelta(days=180)

    @field_validator("every", "max_pages", "delay")
    @classmethod
    def never_crawled(cls, value: object) -> object:
        raise ValueError("transcripts are never crawled: leave this out")

    @field_validator("outlets")
    @classmethod
    def named_once(cls, value: tuple[Outlet, ...]) -> tuple[Outlet, ...]:
        seen: set[str] = set()
        for outlet in value:
            if outlet.id in seen:
                raise ValueError(f"the outlet {outlet.id!r} is named twice")
            seen.add(outlet.id)
        return value

    @model_validator(mode="after")
    def counters_stand_somewhere(self) -> TranscriptsSource:
        if self.channel == "counter" and not self.outlets:
            raise ValueError("channel: counter needs outlets")
        return self

    @property
    def media(self) -> tuple[Medium, ...]:
        """How its items may come."""
        return ("call",) if self.channel == "hotline" else ("slip", "counter")

    def outlet(self, outlet_id: str | None) -> Outlet | None:
        return next((outlet for outlet in self.outlets if outlet.id == outlet_id), None)

    def has_box(self, outlet: Outlet) -> bool:
        """A hotline has none."""
        return self.channel == "counter" and outlet.box


def transcript_sources(config: Config) -> tuple[TranscriptsSource, ...]:
    """Those that are enabled, in the configuration's order."""
    return tuple(source for source in config.sources if isinstance(source, TranscriptsSource) and source.enabled)
