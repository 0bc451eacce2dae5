"""A source that lives from files: its entry in keywords.yaml says what every import into it has in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from pydantic import field_validator

from crawlers.imports.columns import check_fields
from crawlers.imports.registry import PRESETS
from monitor.config.schema import Source
from monitor.mention import Kind


class ImportSource(Source):
    """``preset`` and ``columns`` (field → column) are those of ``tingfeng import``, which may name others.
    ``item_kind`` is what a row is where neither a column nor a preset says so."""

    crawled: ClassVar[bool] = False

    kind: Literal["import"]
    item_kind: Kind = "review"
    preset: str | None = None
    columns: Mapping[str, str] = {}

    @field_validator("every", "max_pages", "delay")
    @classmethod
    def never_crawled(cls, value: object) -> object:
        raise ValueError("an import source is never crawled: leave this out")

    @field_validator("preset")
    @classmethod
    def known_preset(cls, value: str | None) -> str | None:
        if value is not None and value not in PRESETS:
            raise ValueError(f"unknown preset {value!r}: one of {', '.join(sorted(PRESETS))}")
        return value

    @field_validator("columns")
    @classmethod
    def known_fields(cls, value: Mapping[str, str]) -> Mapping[str, str]:
        check_fields(value)
        return value
