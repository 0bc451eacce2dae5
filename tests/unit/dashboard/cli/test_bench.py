"""The benchmark measures what users run: both sides see every item, or there is no figure."""

from __future__ import annotations

import json

import pytest

from dashboard.bench.site import PER_PAGE, SHAPES, pages
from tests.unit.dashboard.cli.conftest import Run


@pytest.mark.parametrize("shape", SHAPES)
def test_the_last_page_of_the_site_leads_nowhere(shape: str) -> None:
    found = pages(shape, PER_PAGE[shape] + 1)
    assert len(found) == 2
    assert [b"page=" in page or b'"cursor": "2"' in page for page in found] == [True, False]


@pytest.mark.slow
def test_bench_crawl_prints_both_rates(tingfeng: Run) -> None:
    done = tingfeng("bench", "crawl", "--items", "100", "--json")
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(each["shape"], each["items"]) for each in lines] == [("json", 100), ("feed", 100), ("html", 100)]
    assert all(each["ours_rate"] > 0 and each["rival_rate"] > 0 for each in lines)


def test_an_unknown_engine_is_refused(tingfeng: Run) -> None:
    done = tingfeng("bench", "crawl", "--engine", "none")
    assert done.returncode == 2
    assert "snownlp" in done.stderr
