"""A page of what a query finds: it reads on until it is full, and gives up politely."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import Connection, Engine

from monitor.keywords import compile_query
from monitor.keywords.document import Document
from monitor.store.database import reading, writing
from monitor.store.reading import SCAN_LIMIT, STREAM_CHUNK, Matcher, page, stream
from tests.unit.monitor.store.samples import NOON, sample, store


def all_pages(connection: Connection, limit: int, match: Matcher) -> list[str]:
    found: list[str] = []
    after: str | None = None
    while True:
        one = page(connection, after=after, limit=limit, match=match)
        assert len(one.rows) <= limit
        found += [row.external_id for row in one.rows]
        after = one.next
        if after is None:
            return found


def test_a_query_reads_on_until_the_page_is_full(database: Engine, applied_config_id: int) -> None:
    total = 2 * STREAM_CHUNK + 10
    batch = [
        sample(str(n), text="要退款" if n % 100 == 0 else "很好", published_at=NOON - timedelta(minutes=n))
        for n in range(total)
    ]
    with writing(database) as connection:
        store(connection, batch, applied_config_id)
    wanted = [str(n) for n in range(0, total, 100)]
    query = compile_query("退款")
    with reading(database) as connection:
        for limit in (1, 3, len(wanted), 50):
            assert all_pages(connection, limit, match=query) == wanted
        assert [row.external_id for row in stream(connection, match=query)] == wanted


@dataclass
class Nothing:
    """Matches no document and counts how many it was asked about."""

    asked: int = 0

    def match(self, document: Document, /) -> None:
        self.asked += 1


@pytest.mark.slow
def test_a_query_that_never_matches_ends_its_page_early(sqlite_database: Engine, applied_config_id: int) -> None:
    with writing(sqlite_database) as connection:
        for start in range(0, SCAN_LIMIT + 500, 5000):
            store(connection, [sample(str(start + n), matches=()) for n in range(5000)], applied_config_id)
    nothing = Nothing()
    with reading(sqlite_database) as connection:
        first = page(connection, match=nothing)
        assert (first.rows, nothing.asked) == ((), SCAN_LIMIT)
        assert first.next is not None
        second = page(connection, match=nothing, after=first.next)
    assert (second.rows, second.next) == ((), None)


def test_the_query_language_sees_the_stored_fields(database: Engine, applied_config_id: int) -> None:
    with writing(database) as connection:
        rows = [sample("bad", rating=0.25), sample("unrated"), sample("other", source_id="forum", url=None, lang="en")]
        store(connection, rows, applied_config_id)
        assert all_pages(connection, 5, match=compile_query("site:shop.example rating:[1 TO 2]")) == ["bad"]
        assert all_pages(connection, 5, match=compile_query("source:forum OR lang:en")) == ["other"]
