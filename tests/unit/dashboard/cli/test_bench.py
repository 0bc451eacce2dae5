"""The benchmark measures what users run: both sides see every item, or there is no figure."""

from __future__ import annotations

import json

import pytest

from dashboard.bench.figures import Round, Side, measured
from dashboard.bench.memory import Sample
from dashboard.bench.site import PER_PAGE, SHAPES, pages
from tests.unit.dashboard.cli.conftest import Run


@pytest.mark.parametrize("shape", SHAPES)
def test_the_last_page_of_the_site_leads_nowhere(shape: str) -> None:
    found = pages(shape, PER_PAGE[shape] + 1)
    assert len(found) == 2
    assert [b"page=" in page or b'"cursor": "2"' in page for page in found] == [True, False]


def test_figures_are_medians_of_rounds_and_shares_of_one_round() -> None:
    memory = tuple(Sample(items, 100 + items / 10_000, 150, 400) for items in range(5_000, 100_001, 5_000))
    slow = Round(Side(20, 9), Side(10, 3), memory)  # the machine was busy in this one
    calm = Round(Side(5, 6), Side(4, 2), memory)
    found = measured("json", 100_000, "free 1", [slow, calm, calm])
    assert (found.ours_seconds, found.ours_cpu_seconds, found.ours_rate) == (5, 6, 20_000)
    assert (found.share_of_rival, found.crawl_process_growth_mb) == (0.8, 9.0)
    assert {must.figure: must.met for must in found.musts} == {
        "share_of_rival": True,
        "ours_rate": True,
        "crawl_process_peak_mb": True,
        "crawl_process_growth_mb": False,
    }


def test_a_short_run_says_nothing_of_growth() -> None:
    memory = (Sample(1000, 100, 100, 400), Sample(10_000, 190, 210, 400))
    found = measured("html", 10_000, "free 1", [Round(Side(5, 6), Side(2, 2), memory)])
    assert found.crawl_process_growth_mb is None
    assert {must.figure: must.met for must in found.musts} == {"share_of_rival": False, "crawl_process_peak_mb": False}


@pytest.mark.slow
def test_bench_crawl_prints_both_rates(tingfeng: Run) -> None:
    done = tingfeng("bench", "crawl", "--items", "100", "--rounds", "1", "--engine", "free", "--json")
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(each["shape"], each["items"]) for each in lines] == [("json", 100), ("feed", 100), ("html", 100)]
    assert all(each["ours_rate"] > 0 and each["rival_rate"] > 0 for each in lines)
    for each in lines:
        assert {must["figure"] for must in each["musts"]} >= {"share_of_rival", "crawl_process_peak_mb"}
        assert each["memory"][-1]["items"] == 100
        # Nothing is held any more where the crawl had ended before its last items were read here.
        held = [sample["crawl_mb"] for sample in each["memory"] if sample["crawl_mb"]]
        assert 0 < max(held) <= each["crawl_process_peak_mb"]


@pytest.mark.slow
def test_an_unknown_engine_is_refused(tingfeng: Run) -> None:
    done = tingfeng("bench", "crawl", "--engine", "nonsense")
    assert done.returncode == 2
    assert "snownlp" in done.stderr
