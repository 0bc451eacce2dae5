"""The entry of a feedback form in keywords.yaml: who asks, what is asked, which pages may show it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, ClassVar, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, StringConstraints, field_validator, model_validator

from monitor.config.schema import Duration, Name, Source, a_day_or_more

Language = Literal["zh-CN", "en"]
#: What a form may ask besides the text, in the order of the page.
Question = Literal["rating", "product", "order", "frequency", "since", "wish", "picture", "voice", "contact"]
QUESTIONS: tuple[Question, ...] = (
    "rating", "product", "order", "frequency", "since", "wish", "picture", "voice", "contact",
)  # fmt: skip
#: Kept encrypted, or not at all.
SEALED: frozenset[Question] = frozenset({"picture", "voice", "order", "contact"})
Wanted = Literal["required", "optional", "no"]

FREQUENCIES = ("once", "sometimes", "often", "always")
WISHES = ("refund", "exchange", "repair", "explanation", "other")
#: Shorter texts say nothing that can be read; a longer one is no report.
SHORTEST, LONGEST = 2, 5_000
MIB = 1024 * 1024
PICTURES, PICTURE_BYTES, VOICE_BYTES = 4, 8 * MIB, 10 * MIB

Words = Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True)]


def origin(value: str) -> str:
    """``https://host[:port]``; a path or a wildcard would let in pages that nobody thought of."""
    parts = urlsplit(value)
    if not re.fullmatch(r"https?://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?", value) or not parts.hostname:
        raise ValueError("must be an origin: such as https://www.example.com, without a path")
    return value


def web_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("https", "http") or not parts.hostname or re.search(r"\s", value):
        raise ValueError("must be a web address: such as https://www.example.com/privacy")
    return value


class FormSource(Source):
    """Served by ``tingfeng web`` at ``/form/{id}``. ``controller`` is who stores what is sent and ``privacy`` where
    people turn to about it: both stand in the words that senders agree to. Unredacted parts are deleted after
    ``keep``."""

    crawled: ClassVar[bool] = False

    kind: Literal["form"]
    controller: Name
    privacy: Name
    policy: Annotated[str, AfterValidator(web_address)] | None = None
    title: Mapping[Language, Words] = {}
    purpose: Mapping[Language, Words] = {}
    languages: Annotated[tuple[Language, ...], Field(min_length=1)] = ("zh-CN", "en")
    products: tuple[Name, ...] = ()
    ask: Mapping[Question, Wanted] = {}
    allowed_origins: tuple[Annotated[str, AfterValidator(origin)], ...] = ()
    keep: Annotated[Duration, AfterValidator(a_day_or_more)] = timedelta(days=180)
    per_day: int = Field(default=2000, ge=1, le=1_000_000, description="sent forms that are taken in a day")

    @field_validator("every", "max_pages", "delay")
    @classmethod
    def never_crawled(cls, value: object) -> object:
        raise ValueError("a form is never crawled: leave this out")

    @model_validator(mode="after")
    def one_way_to_a_product(self) -> FormSource:
        if self.product is not None and self.products:
            raise ValueError("product says which one it is: leave products out")
        return self

    def wanted(self, question: Question, *, sealing: bool) -> Wanted:
        """Whether the form asks it. Without a vault key (``sealing``) nothing is asked that has to be sealed."""
        if (question in SEALED and not sealing) or (question == "product" and not self.products):
            return "no"
        return self.ask.get(question, "optional")
