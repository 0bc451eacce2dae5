"""What a channel receives: self-contained, redacted, and the same bytes at every try."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from monitor.config import schema
from monitor.config.schema import Severity

Transition = Literal["firing", "resolved"]

#: What an alert is about: what a rule measures, or what needs no rule.
Measure = schema.Measure | Literal["crisis_word", "source_health"]


def baseline(measure: Measure, n: int, expected: float | None) -> float | None:
    """The expected negative ratio, 0–1, of an alert that measures a ratio against one."""
    return expected / n if measure == "negative_ratio" and expected is not None and n else None


@dataclass(frozen=True, slots=True)
class Label:
    """One dimension of the series: ``key`` "brand", "source" or "keyword", its id, and the name people know."""

    key: str
    value: str
    name: str


@dataclass(frozen=True, slots=True)
class Quote:
    """A mention behind the alert. ``rating`` is 0–1; the text is redacted."""

    mention_id: int
    text: str
    author_masked: str | None
    url: str | None
    rating: float | None
    source: str
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class SourceNote:
    """What is wrong with a source: ``state``, ``cause`` and ``facts`` of ``monitor.health.decision``."""

    state: str
    cause: str
    facts: Mapping[str, Any]
    last_item: datetime | None

    def to_json(self) -> dict[str, Any]:
        """JSON types only; :meth:`from_json` gives back an equal note."""
        last_item = self.last_item.isoformat() if self.last_item else None
        return {"state": self.state, "cause": self.cause, "facts": dict(self.facts), "last_item": last_item}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> SourceNote:
        last_item = data["last_item"] and datetime.fromisoformat(data["last_item"])
        return cls(data["state"], data["cause"], data["facts"], last_item)


@dataclass(frozen=True, slots=True)
class Links:
    """Paths below the dashboard's address, which only the channel's configuration knows."""

    alert: str
    mentions: str
    ticket: str | None


@dataclass(frozen=True, slots=True)
class Notification:
    """One transition of one alert for one channel. Times are aware UTC; ``baseline`` is a ratio 0–1 or ``None``.

    ``n`` mentions, ``k`` negative, in the ``window_seconds`` before the transition. ``measure`` picks the sentence.
    ``since`` is the time from which the condition has been true, not the start of the window (``alerts.episode``).
    An alert about a source says what is wrong in ``source``, and has no figures.
    """

    idempotency_key: str
    alert_id: int
    rule: str
    measure: Measure
    severity: Severity
    transition: Transition
    labels: tuple[Label, ...]
    n: int
    k: int
    expected: float | None
    baseline: float | None
    window_seconds: int
    since: datetime
    at: datetime
    reason: str
    quotes: tuple[Quote, ...]
    links: Links
    ticket: str | None
    language: Literal["zh-CN", "en"]
    timezone: str
    demo: bool = False
    source: SourceNote | None = None

    def to_json(self) -> dict[str, Any]:
        """JSON types only; :meth:`from_json` gives back an equal notification."""
        data = asdict(self)
        data["since"], data["at"] = self.since.isoformat(), self.at.isoformat()
        for quote in data["quotes"]:
            quote["published_at"] = quote["published_at"] and quote["published_at"].isoformat()
        data["source"] = self.source.to_json() if self.source else None
        data["labels"], data["quotes"] = list(data["labels"]), list(data["quotes"])
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Notification:
        return cls(
            **{
                **data,
                "labels": tuple(Label(**label) for label in data["labels"]),
                "since": datetime.fromisoformat(data["since"]),
                "at": datetime.fromisoformat(data["at"]),
                "quotes": tuple(quote_from_json(quote) for quote in data["quotes"]),
                "links": Links(**data["links"]),
                "source": SourceNote.from_json(data["source"]) if data.get("source") else None,
            }
        )


def quote_from_json(data: Mapping[str, Any]) -> Quote:
    published = data["published_at"]
    return Quote(**{**data, "published_at": published and datetime.fromisoformat(published)})
