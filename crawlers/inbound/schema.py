"""Our own schema: the mentions that programs send to ``POST /api/v1/mentions``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictFloat, StrictInt, StrictStr, StringConstraints, ValidationError

from crawlers.inbound.jsonbody import text_of, value_of
from crawlers.inbound.refusal import RefusedError
from monitor.mention import Kind, RawMention

MOST = 500

Words = Annotated[StrictStr, StringConstraints(max_length=500)]
Number = StrictInt | StrictFloat
Reach = Annotated[StrictInt, Field(ge=0, le=2**53)]


class Incoming(BaseModel):
    """One mention as it is sent. Unknown keys are refused: they are mistakes."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    text: Annotated[StrictStr, StringConstraints(max_length=400_000)] = ""
    title: Annotated[StrictStr, StringConstraints(max_length=5_000)] | None = None
    external_id: Words | None = None
    url: Annotated[StrictStr, StringConstraints(max_length=4_000)] | None = None
    kind: Kind | None = None
    author: Words | None = None
    published_at: Annotated[StrictStr, StringConstraints(max_length=100)] | StrictInt | StrictFloat | None = None
    rating: Annotated[Number, Field(ge=0, le=1000)] | None = None
    rating_best: Annotated[Number, Field(ge=1, le=1000)] | None = None
    rating_worst: Annotated[Number, Field(ge=0, le=1000)] | None = None
    lang: Annotated[StrictStr, StringConstraints(max_length=20)] | None = None
    product: Words | None = None
    parent_id: Words | None = None
    markup: Literal["text", "html"] = "text"
    likes: Reach | None = None
    replies: Reach | None = None
    reposts: Reach | None = None

    def mention(self, item_kind: Kind) -> RawMention:
        return RawMention(
            text=self.text,
            external_id=self.external_id,
            url=self.url,
            kind=self.kind or item_kind,
            title=self.title,
            author=self.author,
            published=plain(self.published_at),
            rating=plain(self.rating),
            rating_best=plain(self.rating_best),
            rating_worst=plain(self.rating_worst),
            lang=self.lang,
            product=self.product,
            parent_id=self.parent_id,
            markup=self.markup,
            likes=self.likes,
            replies=self.replies,
            reposts=self.reposts,
        )


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one item: its place among the items from 0, the field, and why; never its value."""

    index: int
    field: str
    error: str

    def as_json(self) -> dict[str, object]:
        return {"index": self.index, **({"field": self.field} if self.field else {}), "error": self.error}


def read_items(body: bytes, lines: bool) -> Sequence[Any]:
    """The items of a body: one object, ``{"mentions": […]}``, or JSON Lines. Raises :class:`RefusedError`."""
    text = text_of(body)
    if lines:
        numbered = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
        within_limit(len(numbered))
        return [value_of(line, f"item in line {number}: ") for number, line in numbered]
    value = value_of(text)
    if isinstance(value, dict) and "mentions" in value:
        if unknown := sorted(set(value) - {"mentions"}):
            raise RefusedError(422, "unknown key", f"{unknown[0][:60]!r} beside mentions")
        value = value["mentions"]
        if not isinstance(value, list):
            raise RefusedError(422, "not a list", "mentions must be a list of objects")
    elif isinstance(value, dict):
        value = [value]
    else:
        raise RefusedError(422, "not an object", 'send one mention, or {"mentions": […]}')
    within_limit(len(value))
    return list(value)


def within_limit(number: int) -> None:
    if number == 0:
        raise RefusedError(422, "no items", "send at least one mention")
    if number > MOST:
        raise RefusedError(422, "too many items", f"{number} in one request, at most {MOST}")


def read_mentions(items: Sequence[Any], item_kind: Kind) -> Iterator[tuple[int, RawMention | Fault]]:
    """Each item with its place, in order."""
    for index, item in enumerate(items):
        if not isinstance(item, Mapping):
            yield index, Fault(index, "", "not an object")
            continue
        try:
            yield index, Incoming.model_validate(item).mention(item_kind)
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False, include_context=False)[0]
            field = str(first["loc"][0])[:60] if first["loc"] else ""
            said = "unknown key" if first["type"] == "extra_forbidden" else first["msg"]
            yield index, Fault(index, field, said)


def plain(value: str | float | None) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
