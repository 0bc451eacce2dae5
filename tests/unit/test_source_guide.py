"""The source guide has every kind, in both languages, with an entry that can be copied as it stands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from crawlers.registry import SOURCES

DOCS = Path(__file__).parents[2] / "docs"
GUIDES = ("sources.md", "sources.zh-CN.md")


def sections(guide: str) -> Mapping[str, str]:
    parts = re.split(r"^### (\S+)$", (DOCS / guide).read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def entries(section: str) -> list[dict[str, Any]]:
    return [
        entry
        for block in re.findall(r"```yaml\n(.*?)```", section, re.DOTALL)
        for entry in YAML(typ="safe").load(block)
    ]


@pytest.mark.parametrize("guide", GUIDES)
def test_every_kind_has_its_section(guide: str) -> None:
    assert set(SOURCES) - set(sections(guide)) == set()


@pytest.mark.parametrize("guide", GUIDES)
def test_every_entry_can_be_copied(guide: str) -> None:
    for kind in SOURCES:
        found = entries(sections(guide)[kind])
        assert found, kind
        for entry in found:
            assert entry["kind"] == kind
            SOURCES[kind].model.model_validate(entry)


def test_both_languages_show_the_same_entries() -> None:
    english, chinese = (sections(guide) for guide in GUIDES)
    assert {kind: entries(text) for kind, text in english.items()} == {
        kind: entries(text) for kind, text in chinese.items()
    }


def test_what_was_seen_at_work_is_the_same_in_the_guide_and_on_the_pages() -> None:
    english, chinese = (sections(guide) for guide in GUIDES)
    for kind, entry in SOURCES.items():
        said = english[kind].strip().splitlines()[0]
        seen = "no" if "unverified live" in said else "stand-in" if "unverified" in said else "live"
        assert seen == entry.seen, kind
        assert ("未实测" in chinese[kind] or "模拟实测" in chinese[kind]) is (seen != "live"), kind


@pytest.mark.parametrize("guide", GUIDES)
def test_every_kind_names_its_legal_class(guide: str) -> None:
    for kind in SOURCES:
        assert re.match(r"\s*(Class|类别) [ABC]\b", sections(guide)[kind]), kind
