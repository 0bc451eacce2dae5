"""What an export of one platform looks like: which marks it is known by, and what its columns or keys mean."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from monitor.mention import Kind

#: A column or key by its name (a dotted path into JSON), or every column whose name a pattern finds.
Name = str | re.Pattern[str]
Names = tuple[Name, ...]

#: What may be mapped: the fields of a raw mention.
FIELDS = (
    "text",
    "external_id",
    "url",
    "kind",
    "title",
    "author",
    "published",
    "rating",
    "lang",
    "product",
    "parent_id",
    "likes",
    "replies",
    "reposts",
)


@dataclass(frozen=True, slots=True)
class Scale:
    """A rating column whose name the pattern finds is on ``worst``–``best``."""

    pattern: re.Pattern[str]
    worst: str
    best: str


@dataclass(frozen=True, slots=True)
class Shape:
    """One kind of row or record within an export.

    It is known by ``marks``: names that are all there. ``fields`` gives each field's alternatives, of which the first
    that is there wins; a pattern in ``text`` takes all the columns that it finds. Texts under ``more_text`` (a later
    addition to a review) come below the text.
    """

    marks: tuple[str, ...]
    fields: Mapping[str, Names]
    kind: Kind = "post"
    #: Values that must be as given, by path: one format that several platforms share.
    equals: Mapping[str, str] = field(default_factory=dict)
    more_text: tuple[str, ...] = ()
    #: Where a saved response keeps its records, and where a record keeps its replies, which are of the same shape.
    lists: tuple[str, ...] = ()
    children: str | None = None
    #: Address of a record that states none; ``{path}`` is replaced.
    url: str | None = None
    markup: Literal["text", "html"] = "text"
    worst: str | None = None
    best: str | None = None
    scales: tuple[Scale, ...] = ()
    #: For verdicts that only this platform words so.
    ratings: Mapping[str, str] = field(default_factory=dict)
    #: ``11/7/2026`` is 7 November here, and 11 July where nothing is said.
    month_first: bool = False
    #: The first group of what is found replaces the field's words.
    extract: Mapping[str, re.Pattern[str]] = field(default_factory=dict)
    #: Words, folded, that the export writes where nothing was answered.
    blank: frozenset[str] = frozenset()
    #: A column that is empty in the second of two header rows, and never in a row of data.
    second_row: str | None = None


@dataclass(frozen=True, slots=True)
class Preset:
    """Class C throughout: it reads the file that a user exported or saved, and never asks the platform anything.

    ``timezone`` holds for times that state none, where the source's own configuration names no zone.
    """

    name: str
    title: str
    shapes: tuple[Shape, ...]
    timezone: str | None = "Asia/Shanghai"
