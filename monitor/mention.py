"""What travels between the nine steps: frozen dataclasses, one per stage of a mention's life."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

Kind = Literal["review", "post", "comment", "article"]
Label = Literal["negative", "neutral", "positive"]
Channel = Literal["review", "social"]
PersonalKind = Literal["phone", "id_card", "bank_card", "email", "plate", "address", "wechat", "qq"]

#: Brand id of mentions that belong to no configured brand; counted and shown, never dropped.
UNATTRIBUTED = "unattributed"

#: A rated item at or below this (0–1 scale, i.e. 1 or 2 of 5 stars) is negative whatever its text says.
NEGATIVE_RATING = 0.25


@dataclass(frozen=True, slots=True)
class RawMention:
    """One item as a page class or import adapter found it: strings only, nothing parsed.

    ``published`` keeps the page's own words ("Oct. 13, 2026, 3:27 p.m.", an epoch, ISO 8601);
    ``rating`` likewise ("4", "4.5/5", "Three"); ``rating_best``/``rating_worst`` are the declared scale, if any.
    ``url`` is absolute. ``markup`` says whether ``title`` and ``text`` are HTML.
    """

    text: str
    external_id: str | None = None
    url: str | None = None
    kind: Kind = "review"
    title: str | None = None
    author: str | None = None
    published: str | None = None
    rating: str | None = None
    rating_best: str | None = None
    rating_worst: str | None = None
    lang: str | None = None
    product: str | None = None
    parent_id: str | None = None
    markup: Literal["text", "html"] = "text"
    #: How far it went, as the source counts it.
    likes: int | None = None
    replies: int | None = None
    reposts: int | None = None
    #: What was ticked rather than written: question → answer, as ``{"wish": "refund"}``.
    answers: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Rejection:
    """An item that could not be used, with a short stable reason ("no text", "bad date") that is counted."""

    reason: str
    detail: str = ""
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered to one question of a form: short, and the same words for everybody who answered so."""

    question: str
    value: str


@dataclass(frozen=True, slots=True)
class Normalised:
    """A mention after the only step that parses: UTC time, rating on 0–1, plain text, canonical URL.

    ``external_id`` is never empty: without one of its own it is a SHA-256 over canonical URL, author hash input,
    published time (and the text, where the time or the author is unknown or the time is told from the reader's now).
    ``published_at`` is aware UTC, or ``None`` where the source states none.
    """

    source_id: str
    external_id: str
    url: str | None
    kind: Kind
    title: str | None
    text: str
    author: str | None
    published_at: datetime | None
    collected_at: datetime
    rating: float | None
    lang: str
    product: str | None
    parent_id: str | None
    likes: int | None = None
    replies: int | None = None
    reposts: int | None = None
    answers: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True)
class Masked:
    """A span of the redacted text that replaced personal data; half-open code-point offsets into the new text."""

    kind: PersonalKind
    span: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Reason:
    """A span of the text (half-open, code points) and its weight on the score, −1..1."""

    span: tuple[int, int]
    weight: float


@dataclass(frozen=True, slots=True)
class Sentiment:
    """An engine's verdict. ``score`` is −1..1 with (1 + score) / 2 = P(positive); ``confidence`` = P(label)."""

    label: Label
    score: float
    confidence: float
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class KeywordMatch:
    """Where one keyword's query matched: half-open code-point spans, sorted, not overlapping."""

    keyword: str
    spans: tuple[tuple[int, int], ...] = ()
    title_spans: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Subject:
    """A brand, and where known the product, that a mention belongs to."""

    brand: str
    product: str | None = None


@dataclass(frozen=True, slots=True)
class Aspect:
    """What a text says of one aspect: ``span`` (half-open, code points) is the part of it that does."""

    name: str
    polarity: Label
    span: tuple[int, int]


Doubt = Literal["burst", "busy_author", "template", "rating_against_text", "promotion"]


@dataclass(frozen=True, slots=True)
class Suspicion:
    """One sign that a mention is no free opinion of a customer; ``weight`` 0–1 is how much it says by itself."""

    doubt: Doubt
    weight: float


Purpose = Literal["complaint", "suggestion", "question", "praise", "other"]
Urgency = Literal["high", "medium", "low"]


@dataclass(frozen=True, slots=True)
class Feedback:
    """What the writer wants. ``reasons`` name why it is urgent; ``vague``: it blames without saying what (不好用), so
    that it is worth asking back."""

    purpose: Purpose = "other"
    urgency: Urgency = "low"
    reasons: tuple[str, ...] = ()
    vague: bool = False


NO_FEEDBACK = Feedback()


class Fingerprint(NamedTuple):
    """``core`` is what is compared of a text; texts that share one of ``keys`` (64-bit, signed) may be alike. There is
    no key for a text that is too short to be a copy, one for a text that is only compared as a whole, else one a band.
    """

    core: str
    keys: tuple[int, ...]


NO_FINGERPRINT = Fingerprint("", ())


@dataclass(frozen=True, slots=True)
class Mention:
    """A mention ready to store: redacted, scored, matched and attributed.

    ``author_hash`` is a keyed hash (HMAC-SHA-256, hex) and ``author_masked`` a display form; the plain name is gone.
    ``subjects`` is never empty (``UNATTRIBUTED`` at least); the first is the primary one.
    """

    source_id: str
    external_id: str
    url: str | None
    kind: Kind
    title: str | None
    text: str
    author_hash: str | None
    author_masked: str | None
    published_at: datetime | None
    collected_at: datetime
    rating: float | None
    lang: str
    parent_id: str | None
    sentiment: Sentiment
    engine: str
    engine_version: str
    matches: tuple[KeywordMatch, ...]
    subjects: tuple[Subject, ...]
    likes: int | None = None
    replies: int | None = None
    reposts: int | None = None
    answers: tuple[Answer, ...] = ()
    fingerprint: Fingerprint = NO_FINGERPRINT
    aspects: tuple[Aspect, ...] = ()
    feedback: Feedback = NO_FEEDBACK
    suspicions: tuple[Suspicion, ...] = ()

    @property
    def negative(self) -> bool:
        return counts_as_negative(self.rating, self.sentiment.label)


def counts_as_negative(rating: float | None, label: Label) -> bool:
    """By rating where rated (≤ 0.25), else by label: the product's one definition of "negative". ``label`` is the one
    in force, a person's before the engine's."""
    if rating is not None:
        return rating <= NEGATIVE_RATING
    return label == "negative"
