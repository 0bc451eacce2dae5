"""What an import would bring, without storing anything: how the file is read, samples, and what would be rejected."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import islice

from crawlers.imports.quotes import UNCLOSED, place_of
from crawlers.imports.reading import ImportFile, Layout
from monitor.config.schema import Config, Source
from monitor.mention import Normalised, Rejection
from monitor.normalise.item import SourceContext, normalise
from monitor.pipeline import redacted
from monitor.redact import mask_author

SAMPLES = 5


@dataclass(frozen=True, slots=True)
class Preview:
    """``rows`` were read over the whole file: each is usable or in ``rejected`` by its reason.

    ``undated`` are those of the usable whose time is not stated. ``samples`` are as they would be stored, redacted.
    """

    layout: Layout
    rows: int
    usable: int
    undated: int
    rejected: Mapping[str, int]
    #: The first row of each reason, for whoever mends the file.
    examples: Mapping[str, str]
    samples: tuple[Mapping[str, object], ...]

    def as_json(self) -> dict[str, object]:
        layout = asdict(self.layout)
        return {
            **{key: value for key, value in layout.items() if value not in (None, ())},
            "columns": {field: list(names) for field, names in self.layout.columns.items()},
            "rows": self.rows,
            "usable": self.usable,
            "undated": self.undated,
            "rejected": dict(sorted(self.rejected.items())),
            "examples": dict(self.examples),
            "samples": list(self.samples),
        }


def preview(file: ImportFile, config: Config, source: Source, now: datetime) -> Preview:
    """Reads the whole file. ``now`` is aware UTC. Raises ``UnreadableFile``."""
    zone = source.timezone or config.settings.timezone
    context = SourceContext(source.id, zone, source.lang, source.product, source.date_order)
    return preview_in(file, context, now)


def preview_in(file: ImportFile, context: SourceContext, now: datetime, limit: int | None = None) -> Preview:
    """The first ``limit`` rows, or all. Raises ``UnreadableFile``."""
    rejected: Counter[str] = Counter()
    examples: dict[str, str] = {}
    samples: list[Mapping[str, object]] = []
    rows = undated = 0
    for rows, found in enumerate(islice(file.mentions(), limit), start=1):
        outcome = found if isinstance(found, Rejection) else normalise(found, context, now)
        if isinstance(outcome, Rejection):
            rejected[outcome.reason] += 1
            # The words of a person stay out: a reason's detail may quote the cell.
            place = place_of(outcome) if outcome.reason == UNCLOSED else f"item {rows}"
            examples.setdefault(outcome.reason, place)
            continue
        undated += outcome.published_at is None
        if len(samples) < SAMPLES:
            samples.append(sample(outcome))
    return Preview(file.layout, rows, rows - sum(rejected.values()), undated, dict(rejected), examples, tuple(samples))


def sample(item: Normalised) -> Mapping[str, object]:
    """The fields of ``tingfeng mentions`` that need no sentiment engine."""
    shown = redacted(item)
    return {
        "external_id": shown.external_id,
        "url": shown.url,
        "kind": shown.kind,
        "published_at": shown.published_at.isoformat() if shown.published_at else None,
        "author": mask_author(shown.author) if shown.author else None,
        "title": shown.title,
        "text": shown.text,
        "rating": None if shown.rating is None else round(1 + 4 * shown.rating, 2),
        "lang": shown.lang,
        "product": shown.product,
        "parent_id": shown.parent_id,
        "likes": shown.likes,
        "replies": shown.replies,
        "reposts": shown.reposts,
    }
