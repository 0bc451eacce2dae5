from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pydantic import field_validator
from sqlalchemy import Engine, func, select
from structlog.testing import capture_logs

from monitor.config.errors import InvalidConfig
from monitor.config.schema import Kinds
from monitor.config.versions import Applied, apply_file, apply_text, hash_text, load_applied, read_status
from monitor.store.database import reading, writing
from monitor.store.tables import config_version
from tests.unit.monitor.config.broken import BASE
from tests.unit.monitor.config.kinds import KINDS, Feed


class Fragile(Feed):
    """A kind whose own code has a fault."""

    @field_validator("url")
    @classmethod
    def stumble(cls, value: str) -> str:
        raise ZeroDivisionError(value)


FRAGILE = replace(KINDS, sources={"feed": Fragile})
FEED = BASE + "sources: [{id: a, kind: feed, url: x}]\n"
OTHER = BASE.replace("星河", "天穹")


def apply(engine: Engine, path: Path, now: datetime) -> Applied | None:
    return apply_file(engine, path, KINDS, author="file", now=now)


def versions(engine: Engine) -> int:
    with reading(engine) as connection:
        return connection.execute(select(func.count()).select_from(config_version)).scalar_one()


def errors(engine: Engine) -> tuple[str, ...]:
    with reading(engine) as connection:
        status = read_status(connection)
    assert status is not None
    return status.errors


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keywords.yaml"


def test_a_changed_valid_file_becomes_a_version_and_an_unchanged_one_does_not(
    database: Engine, path: Path, now: datetime
) -> None:
    path.write_text(BASE, encoding="utf-8")
    first = apply(database, path, now)
    assert first is not None
    assert first.hash == hash_text(BASE)
    assert apply(database, path, now) == first
    path.write_text(OTHER, encoding="utf-8")
    second = apply(database, path, now + timedelta(minutes=1))
    assert second is not None
    assert second.version_id > first.version_id
    assert second.config.brands[0].name == "天穹"
    assert versions(database) == 2
    with reading(database) as connection:
        assert load_applied(connection, KINDS) == second
        assert load_applied(connection, KINDS, known=second) is second
        assert load_applied(connection, KINDS, known=first) == second


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"version: 1\nbrands: []\n", "keywords.yaml:2:9: brands: must not be empty (write brands: [...])"),
        ("version: 1\n# 星\n".encode() + b"a\xff", "keywords.yaml:3:2: not UTF-8 (save the file as UTF-8)"),
        (None, "keywords.yaml:1:1: the file is missing: the last good version stays in force"),
    ],
)
def test_a_broken_or_missing_file_leaves_the_last_good_version_in_force_until_it_is_mended(
    database: Engine, path: Path, now: datetime, content: bytes | None, expected: str
) -> None:
    path.write_text(BASE, encoding="utf-8")
    good = apply(database, path, now)
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    assert apply(database, path, now) == good
    assert errors(database) == (expected,)
    path.write_text(BASE, encoding="utf-8")
    assert apply(database, path, now) == good
    assert errors(database) == ()
    assert versions(database) == 1


def test_nothing_is_in_force_before_the_first_good_file(database: Engine, path: Path, now: datetime) -> None:
    assert apply(database, path, now) is None
    path.write_text("version: 2\n", encoding="utf-8")
    assert apply(database, path, now) is None
    assert len(errors(database)) == 2


def test_a_version_from_the_web_is_not_undone_by_a_file_that_did_not_change(
    database: Engine, path: Path, now: datetime
) -> None:
    path.write_text(BASE, encoding="utf-8")
    apply(database, path, now)
    web = apply_text(database, OTHER, KINDS, author="ann", note="new name", now=now)
    assert apply(database, path, now) == web
    path.write_text(OTHER, encoding="utf-8")
    assert apply(database, path, now) == web
    assert versions(database) == 2


def test_a_broken_text_makes_no_version(database: Engine, now: datetime) -> None:
    with pytest.raises(InvalidConfig):
        apply_text(database, "version: 1\n", KINDS, author="ann", note="", now=now)
    assert versions(database) == 0


def test_processes_that_see_the_change_at_once_make_one_version(database: Engine, path: Path, now: datetime) -> None:
    path.write_text(BASE, encoding="utf-8")
    with ThreadPoolExecutor(4) as pool:
        applied = list(pool.map(lambda _: apply(database, path, now), range(4)))
    assert len({found.version_id for found in applied if found}) == 1
    assert versions(database) == 1


def test_a_fault_of_the_parser_is_told_and_logged_once_and_the_last_good_version_stays_in_force(
    database: Engine, path: Path, now: datetime
) -> None:
    path.write_text(BASE, encoding="utf-8")
    good = apply(database, path, now)
    path.write_text(FEED, encoding="utf-8")
    with capture_logs() as logs:
        for _ in range(3):
            assert apply_file(database, path, FRAGILE, author="file", now=now) == good
    assert [line["event"] for line in logs] == ["configuration could not be read"]
    assert isinstance(logs[0]["exc_info"], ZeroDivisionError)
    hint = "a fault of Tingfeng: please report it with the file"
    assert errors(database) == (f"keywords.yaml:1:1: could not be read: ZeroDivisionError ({hint})",)
    with pytest.raises(InvalidConfig, match="ZeroDivisionError"):
        apply_text(database, FEED, FRAGILE, author="ann", note="", now=now)
    assert versions(database) == 1


@pytest.mark.parametrize(("text", "kinds"), [("version: 2\n", KINDS), (FEED, FRAGILE)])
def test_a_stored_version_that_can_no_longer_be_read_stops_no_process(
    database: Engine, path: Path, now: datetime, text: str, kinds: Kinds
) -> None:
    held = apply_text(database, BASE, KINDS, author="ann", note="", now=now)
    with writing(database) as connection:
        values = {"hash": hash_text(text), "text": text, "author": "ann", "note": "", "created_at": now}
        connection.execute(config_version.insert().values(values))
    with reading(database) as connection:
        assert load_applied(connection, kinds, known=held) is held
        assert load_applied(connection, kinds) is None
    path.write_text(text, encoding="utf-8")
    assert apply_file(database, path, kinds, author="file", now=now) is None
    assert errors(database)
    path.write_text(OTHER, encoding="utf-8")
    mended = apply_file(database, path, kinds, author="file", now=now, known=held)
    assert mended is not None
    assert mended.config.brands[0].name == "天穹"
