"""One suite over every import preset: its saved exports give what is expected, and no damage makes it raise.

A case is ``tests/imports/<preset>/<case>/``: ``file.*`` as an export has it, ``meta.json`` (``origin``: where the shape
was learnt) and ``expected.jsonl``. What a platform changes adds a case and never edits one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.imports.failure import UnreadableFile
from crawlers.imports.preset import FIELDS
from crawlers.imports.reading import open_import, read_file
from crawlers.imports.registry import PRESETS
from monitor.config.schema import zones
from monitor.mention import RawMention, Rejection
from monitor.normalise.item import SourceContext, normalise

IMPORTS = Path(__file__).parents[1] / "imports"
CASES = sorted(path.parent for path in IMPORTS.glob("*/*/meta.json"))
DAMAGES = [b"", b"\0", b"{", b"[]", b"null", b"{}", b'[{"data": 1}]', b"\xff\xfe\xfd", b"PK\x03\x04", b"a,b\n"]


def name_of(case: Path) -> str:
    return f"{case.parent.name}/{case.name}"


def file_of(case: Path) -> Path:
    return next(case.glob("file.*"))


def lines(found: Iterable[RawMention | Rejection]) -> list[dict[str, Any]]:
    """What was read, without what is unset."""
    shown = []
    for each in found:
        name = "mention" if isinstance(each, RawMention) else "rejection"
        shown.append({name: {key: value for key, value in asdict(each).items() if value not in (None, "")}})
    return shown


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_saved_export_gives_what_is_expected(case: Path) -> None:
    expected = [json.loads(line) for line in (case / "expected.jsonl").read_text("utf-8").splitlines()]
    assert lines(read_file(file_of(case), case.parent.name)) == expected


@pytest.mark.parametrize("case", [case for case in CASES if not case.name.startswith("hostile")], ids=name_of)
def test_times_ratings_and_texts_of_a_saved_export_can_be_read(case: Path) -> None:
    context = SourceContext("case", PRESETS[case.parent.name].timezone or "Asia/Shanghai")
    found = [each for each in read_file(file_of(case), case.parent.name) if isinstance(each, RawMention)]
    assert found
    for each in found:
        outcome = normalise(each, context, datetime(2026, 11, 23, 12, 0, tzinfo=UTC))
        assert not isinstance(outcome, Rejection), outcome
        assert (outcome.published_at is None) == (each.published is None)
        assert (outcome.rating is None) == (each.rating is None)


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_the_preset_is_told_by_the_file_alone(case: Path) -> None:
    meta = json.loads((case / "meta.json").read_text("utf-8"))
    layout = open_import(file_of(case)).layout
    assert (layout.preset, layout.preset_by) == (case.parent.name, "detected")
    assert meta["origin"]


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_truncated_and_damaged_exports_give_rows_rejections_or_one_reason(case: Path, tmp_path: Path) -> None:
    saved = file_of(case)
    whole = saved.read_bytes()
    for body in [*DAMAGES, *(whole[: len(whole) * part // 24] for part in range(24))]:
        path = tmp_path / saved.name
        path.write_bytes(body)
        for preset in (case.parent.name, None):
            with suppress(UnreadableFile):
                for found in read_file(path, preset):
                    assert isinstance(found, RawMention | Rejection)


@given(body=st.binary(max_size=400), case=st.sampled_from(CASES))
def test_any_bytes_are_survived(body: bytes, case: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("any") / file_of(case).name
    path.write_bytes(body)
    with suppress(UnreadableFile):
        list(read_file(path, case.parent.name))


def test_every_preset_has_two_cases_and_a_hostile_one() -> None:
    for name in PRESETS:
        cases = [case.name for case in CASES if case.parent.name == name]
        hostile = [case for case in cases if case.startswith("hostile")]
        assert hostile, name
        assert len(cases) - len(hostile) >= 2, name
    assert {case.parent.name for case in CASES} == set(PRESETS)


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_maps_only_fields_that_there_are(name: str) -> None:
    preset = PRESETS[name]
    assert preset.name == name
    assert preset.timezone is None or preset.timezone in zones()
    for shape in preset.shapes:
        assert shape.marks
        assert set(shape.fields) <= set(FIELDS)
        assert shape.fields.keys() & {"text", "title"}


@pytest.mark.parametrize("guide", ["importing.md", "importing.zh-CN.md"])
def test_every_preset_is_documented(guide: str) -> None:
    text = (Path(__file__).parents[2] / "docs" / guide).read_text("utf-8")
    assert [name for name in PRESETS if f"| `{name}` |" not in text] == []
