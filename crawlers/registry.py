"""Every kind of source: its configuration model and its page class. Imports nothing heavy (no Scrapy, no parser)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, cast

from crawlers.page import Page
from crawlers.pages.discourse import DiscourseSource
from crawlers.pages.discuz import DiscuzSource
from crawlers.pages.feed import FeedSource
from crawlers.pages.schema_org import SchemaOrgSource
from crawlers.pages.selectors import SelectorsSource
from monitor.config.schema import Source


@dataclass(frozen=True, slots=True)
class SourceKind:
    """``page`` is ``"module:Class"``, imported only in the crawl process."""

    model: type[Source]
    page: str

    def page_class(self) -> type[Page[Any]]:
        module, name = self.page.split(":")
        return cast(type[Page[Any]], getattr(import_module(module), name))


SOURCES: Mapping[str, SourceKind] = {
    "discourse": SourceKind(DiscourseSource, "crawlers.pages.discourse:DiscoursePage"),
    "discuz": SourceKind(DiscuzSource, "crawlers.pages.discuz:DiscuzPage"),
    "feed": SourceKind(FeedSource, "crawlers.pages.feed:FeedPage"),
    "schema-org": SourceKind(SchemaOrgSource, "crawlers.pages.schema_org:SchemaOrgPage"),
    "selectors": SourceKind(SelectorsSource, "crawlers.pages.selectors:SelectorsPage"),
}


def source_models() -> Mapping[str, type[Source]]:
    """The configuration model of each kind, for ``monitor.config.schema.Kinds``."""
    return {kind: entry.model for kind, entry in SOURCES.items()}
