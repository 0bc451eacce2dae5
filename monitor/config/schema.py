"""The typed shape of keywords.yaml and operator.yaml. Unknown keys are refused; defaults live here and nowhere else.

Source kinds belong to ``crawlers``, detectors and channels to ``alerts``: they hand their own models in through
:class:`Kinds`, so that this package knows none of them (imports point one way).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import Annotated, Any, ClassVar, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from monitor.mention import Kind as MentionKind
from monitor.normalise.times import DateOrder
from monitor.sentiment.registry import DEFAULT, ENGINES

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
DAY = timedelta(days=1)
#: Longer ones would lead out of the calendar wherever they are added to a date.
LONGEST = timedelta(days=3650)
TOO_LONG = f"longer than {LONGEST.days}d: write a shorter duration, such as 30m, 1h or 14d"


def parse_duration(value: object) -> object:
    """``"90s"``, ``"30m"``, ``"1h"``, ``"14d"``, ``"2w"`` → timedelta; anything else is an error that says so."""
    if isinstance(value, timedelta):
        return value
    found = re.fullmatch(r"(\d+)([smhdw])", value) if isinstance(value, str) else None
    if found and len(found[1].lstrip("0")) > 12:  # no number that Python would refuse to read
        raise ValueError(TOO_LONG)
    if not found:
        raise ValueError("not a duration: write a number and a unit, such as 30s, 10m, 1h or 14d")
    if int(found[1]) == 0:
        raise ValueError("must be at least 1s: such as 30s, 10m, 1h or 14d")
    seconds = int(found[1]) * UNITS[found[2]]
    if seconds > LONGEST.total_seconds():
        raise ValueError(TOO_LONG)
    return timedelta(seconds=seconds)


def within_a_year(value: timedelta) -> timedelta:
    if value > timedelta(days=365):
        raise ValueError("must be at most 365d: write a shorter interval, such as 30m, 1h or 1d")
    return value


def within_a_week(value: timedelta) -> timedelta:
    if value > timedelta(days=7):
        raise ValueError("must be at most 7d: write a shorter wait, such as 10m or 1h")
    return value


def part_of_a_day(value: timedelta) -> timedelta:
    """Steps are counted from midnight, so that a day holds a whole number of them."""
    if not timedelta(seconds=5) <= value <= DAY:
        raise ValueError("must be between 5s and 1d: such as 1m, 5m, 15m, 1h")
    if DAY % value:
        raise ValueError("must divide a day evenly: such as 1m, 5m, 15m, 1h")
    return value


def time_of_day(value: str) -> str:
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value):
        raise ValueError("must be HH:MM: such as 09:00")
    return value


@cache
def zones() -> frozenset[str]:
    """The names of the time zone database. A folder of it (``Asia``) is none, nor is a path."""
    return frozenset(available_timezones())


def known_zone(value: str) -> str:
    if value not in zones():
        raise ValueError(f"unknown time zone {value!r}: write an IANA name such as Asia/Shanghai")
    return value


Duration = Annotated[timedelta, BeforeValidator(parse_duration)]
Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
TimeZone = Annotated[str, AfterValidator(known_zone)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
Severity = Literal["critical", "major", "minor"]
Level = Literal["L1", "L2", "L3"]
Measure = Literal["negative_ratio", "negative_count", "mention_volume"]


class Model(BaseModel):
    """Base of every configuration model: frozen, strict about unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Product(Model):
    """A product of a brand; a plain string in the file means its name."""

    name: Name
    aliases: tuple[Name, ...] = ()


def product_from_name(value: object) -> object:
    return {"name": value} if isinstance(value, str) else value


class Brand(Model):
    id: Identifier
    name: Name
    role: Literal["own", "competitor"] = "own"
    aliases: tuple[Name, ...] = ()
    products: tuple[Annotated[Product, BeforeValidator(product_from_name)], ...] = ()


class Keyword(Model):
    """A query over title and text. With a ``severity`` it is a crisis word: its first hit alerts at once.
    ``synonyms`` are other words for the first that the query looks for; with ``homophones`` its Han characters are
    found by their sound, tones aside."""

    id: Identifier
    query: str
    synonyms: tuple[Name, ...] = ()
    homophones: bool = False
    brand: Identifier | None = None
    topic: Name | None = None
    severity: Severity | None = None


class Source(Model):
    """What every source has; each kind adds its own fields (see ``crawlers.registry``)."""

    #: Nothing ever asks a source that is not: what it has comes to it.
    crawled: ClassVar[bool] = True

    id: Identifier
    kind: str
    every: Annotated[Duration, AfterValidator(within_a_year)] = timedelta(minutes=30)
    enabled: bool = True
    brand: Identifier | None = None
    product: Name | None = None
    lang: str | None = None
    timezone: TimeZone | None = None
    date_order: DateOrder | None = None
    max_pages: int = Field(default=50, ge=1, le=10_000)
    delay: float = Field(default=1.0, ge=0, le=60, description="seconds between two requests to one host")


class Params(Model):
    """Base of a detector's parameters. ``measures``: those that the detector is for; with another it is refused."""

    measures: ClassVar[tuple[Measure, ...]] = ("negative_ratio", "negative_count")
    usual_min_mentions: ClassVar[int] = 20
    usual_cooldown: ClassVar[timedelta] = timedelta()

    def history(self) -> timedelta:
        """How far back the detector must look to judge now: all its durations, and ten half-lives of its baseline,
        for what is older weighs less than 0.1 %."""
        spans = {name: value for name, value in self if isinstance(value, timedelta)}
        return sum(spans.values(), timedelta()) + 10 * spans.get("half_life", timedelta())


class Rule(Model):
    """When to alert. ``params`` is checked against the detector's own model. With ``duplicates: once`` a cluster of
    near-duplicates (reposts, copies) counts as its first mention alone."""

    id: Identifier
    measure: Measure
    detector: str
    params: Params
    by: tuple[Literal["brand", "source"], ...] = ("brand",)
    pending: int = Field(default=2, ge=1, le=100, alias="for", description="consecutive true evaluations before firing")
    clear: int = Field(default=6, ge=1, le=1000, description="consecutive clear evaluations before resolving")
    cooldown: Duration | None = Field(default=None, description="between two firings; the detector's own by default")
    min_mentions: int | None = Field(default=None, ge=1, description="the detector's own where it is not given")
    duplicates: Literal["all", "once"] = "all"
    severity: Severity = "major"

    @property
    def quiet_after_firing(self) -> timedelta:
        return self.params.usual_cooldown if self.cooldown is None else self.cooldown


class RouteMatch(Model):
    severity: Severity | None = None
    rule: Identifier | None = None
    brand: Identifier | None = None


class Route(Model):
    """Where an alert goes: channel ids of operator.yaml, and the level at which a ticket is opened, if any."""

    match: RouteMatch = RouteMatch()
    notify: tuple[Identifier, ...] = ()
    ticket: Level | None = None


class WeeklyReport(Model):
    weekday: Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"] = "mon"
    time: Annotated[str, AfterValidator(time_of_day)] = "09:00"


def known_engine(value: str) -> str:
    if value not in ENGINES:
        raise ValueError(f"must be one of: {', '.join(sorted(ENGINES))}")
    return value


class SentimentSettings(Model):
    """``engine`` scores what is collected from now on; each mention keeps the engine and version that scored it."""

    engine: Annotated[str, AfterValidator(known_engine)] = DEFAULT


class Settings(Model):
    """``step`` is the evaluation and rollup step; a step closes ``close_delay`` after its end, so that mentions
    published in it had time to be collected."""

    step: Annotated[Duration, AfterValidator(part_of_a_day)] = timedelta(hours=1)
    close_delay: Annotated[Duration, AfterValidator(within_a_week)] = timedelta(minutes=10)
    timezone: TimeZone = "Asia/Shanghai"
    language: Literal["zh-CN", "en"] = "zh-CN"
    report: WeeklyReport = WeeklyReport()
    sentiment: SentimentSettings = SentimentSettings()


class Config(Model):
    """A valid keywords.yaml. ``sources`` and ``rules`` hold the models of their kind (subclasses)."""

    version: Literal[1]
    brands: Annotated[tuple[Brand, ...], Field(min_length=1)]
    keywords: tuple[Keyword, ...] = ()
    aspects: Mapping[Identifier, tuple[Name, ...]] = {}
    sources: tuple[Any, ...] = ()
    rules: tuple[Rule, ...] = ()
    routes: tuple[Route, ...] = ()
    settings: Settings = Settings()

    def brand(self, brand_id: str) -> Brand | None:
        return next((brand for brand in self.brands if brand.id == brand_id), None)

    def source(self, source_id: str) -> Source | None:
        return next((source for source in self.sources if source.id == source_id), None)

    def rule(self, rule_id: str) -> Rule | None:
        return next((rule for rule in self.rules if rule.id == rule_id), None)


class ChannelConfig(Model):
    """Base of a notification channel in operator.yaml; ``kind`` picks the notifier."""

    kind: str


def a_day_or_more(value: timedelta) -> timedelta:
    if value < DAY:
        raise ValueError("must be at least 1d: evidence is looked through once a day")
    return value


class Retention(Model):
    """How long is kept what nobody may keep for ever."""

    evidence: Annotated[Duration, AfterValidator(a_day_or_more)] = timedelta(days=180)


class Credential(Model):
    """Base of what proves to a platform's API who asks. Secret fields are ``SecretStr``; where the API is (``base``)
    stands beside them and not in keywords.yaml, so that nobody who edits sources can send a secret elsewhere."""

    model_config = ConfigDict(hide_input_in_errors=True)

    kind: str


class Inbound(Model):
    """Base of a source that is not crawled: others send to it, or it is a mailbox. It stands in operator.yaml, under
    the id of the source, because its secrets do. ``item_kind`` holds where an item does not say what it is."""

    model_config = ConfigDict(hide_input_in_errors=True)

    kind: str
    enabled: bool = True
    brand: Identifier | None = None
    product: Name | None = None
    lang: str | None = None
    timezone: TimeZone | None = None
    date_order: DateOrder | None = None
    item_kind: MentionKind = "post"


class OperatorConfig(Model):
    """operator.yaml: only the operator edits it, on disk. ``local`` lists hosts that may be loopback or private;
    ``robots_exceptions`` lists hosts whose robots.txt the operator has permission to pass over. ``compliance`` says for
    a kind of source who accepted its terms and when; ``credentials`` hold what its API asks for, under the kind's name
    or under the id of the one source that they are for. ``inbound`` are the sources that are not crawled, by id."""

    channels: Mapping[Identifier, Any] = {}
    credentials: Mapping[Identifier, Any] = {}
    inbound: Mapping[Identifier, Any] = {}
    local: tuple[str, ...] = ()
    robots_exceptions: tuple[str, ...] = ()
    compliance: Mapping[str, Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]] = {}
    retention: Retention = Retention()


@dataclass(frozen=True, slots=True)
class Kinds:
    """The plug-in models by kind, handed in by whoever composes the packages (``dashboard.operation.wiring``)."""

    sources: Mapping[str, type[Source]]
    detectors: Mapping[str, type[Params]]
    channels: Mapping[str, type[ChannelConfig]]
    credentials: Mapping[str, type[Credential]] = field(default_factory=dict)
    inbound: Mapping[str, type[Inbound]] = field(default_factory=dict)
