from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from dashboard.operation.home import Home
from dashboard.reports.model import WeeklyReport
from dashboard.reports.statistics import Ratio
from dashboard.reports.weekly import weekly_report, write_weekly
from dashboard.tables import report_run
from monitor.config.versions import Applied
from monitor.store.database import reading
from tests.unit.dashboard.reports.week_of_mentions import CONFIG, MONDAY, NOW, fill


@pytest.fixture
def report(database: Engine, applied_config_id: int) -> WeeklyReport:
    fill(database, applied_config_id)
    with reading(database) as connection:
        return weekly_report(connection, CONFIG, "2026-W47", "zh-CN", NOW)


def test_brands(report: WeeklyReport) -> None:
    own, rival = report.brands
    assert [brand.name for brand in report.own] == ["星河"]
    assert (own.negative, own.negative_before) == (Ratio(27, 90), Ratio(6, 60))
    assert (rival.negative, rival.negative_before) == (Ratio(6, 40), Ratio(8, 40))
    assert own.share == pytest.approx(90 / 130)
    assert own.share_before == pytest.approx(60 / 100)
    assert own.score == pytest.approx((63 * 0.6 - 27 * 0.8) / 90)
    assert own.volume_change is not None
    assert own.volume_change.significant
    assert own.negative_change is not None
    assert own.negative_change.significant
    assert rival.negative_change is not None
    assert not rival.negative_change.significant


def test_days_are_local_dense_and_add_up(report: WeeklyReport) -> None:
    own = report.brands[0]
    assert [str(day.date) for day in own.days] == [f"2026-11-{day}" for day in range(16, 23)]
    assert sum(day.negative.n for day in own.days) == 90
    assert [day.negative.k for day in own.days] == [13, 13, 1, 0, 0, 0, 0]


def test_sources_hold_the_own_brands_only(report: WeeklyReport) -> None:
    assert [(row.id, row.negative) for row in report.sources] == [("shop", Ratio(18, 60)), ("forum", Ratio(9, 30))]


def test_complaints_by_topic_and_aspect(report: WeeklyReport) -> None:
    assert [(found.name, found.count, found.before) for found in report.complaints] == [
        ("logistics", 14, 3),
        ("售后", 13, 3),
    ]
    assert report.complaints[0].words == ("快递", "物流")
    assert (report.own_negatives, report.unsorted) == (27, 0)
    quotes = [quote for found in report.complaints for quote in found.quotes]
    assert len({quote.text for quote in quotes}) == 4
    assert quotes[0].rating == 1
    assert (quotes[0].url or "").startswith("https://shop.example/r/")


def test_alerts_with_their_ticket(report: WeeklyReport) -> None:
    (alert,) = report.alerts
    assert (alert.rule, alert.brand, alert.negative, alert.ticket) == ("spike", "星河", Ratio(18, 60), "FB20261119001")
    assert alert.baseline == pytest.approx(0.09)


def test_week_that_is_not_over_says_so(database: Engine) -> None:
    with reading(database) as connection:
        assert weekly_report(connection, CONFIG, "2026-W47", "en", MONDAY + timedelta(days=3)).partial
        assert not weekly_report(connection, CONFIG, "2026-W47", "en", NOW).partial


def test_empty_store_gives_an_empty_report(database: Engine) -> None:
    with reading(database) as connection:
        report = weekly_report(connection, CONFIG, "2026-W47", "en", NOW)
    assert [brand.share for brand in report.brands] == [None, None]
    assert [len(brand.days) for brand in report.brands] == [7, 7]
    assert (report.sources, report.complaints, report.alerts) == ((), (), ())


def test_report_is_written_twice_but_listed_once(database: Engine, applied_config_id: int, tmp_path: Path) -> None:
    fill(database, applied_config_id)
    home, applied = Home(tmp_path / "home", {}), Applied(CONFIG, applied_config_id, "")
    path = write_weekly(database, applied, home, "2026-W47", "zh-CN", NOW)
    again = write_weekly(database, applied, home, "2026-W47", "zh-CN", NOW + timedelta(hours=1))
    assert path == again == home.reports / "weekly-2026-W47-zh-CN.html"
    assert list(home.reports.iterdir()) == [path]
    assert "星河".encode() in path.read_bytes()
    with reading(database) as connection:
        (row,) = connection.execute(select(report_run)).all()
    assert (row.week, row.format, row.language, row.state) == ("2026-W47", "html", "zh-CN", "done")
    assert home.path / row.path == path
    assert row.created_at == NOW + timedelta(hours=1)


def test_report_of_a_demo_folder_says_so(sqlite_database: Engine, tmp_path: Path) -> None:
    home = Home(tmp_path / "home", {"TINGFENG_DEMO": "1"})
    path = write_weekly(sqlite_database, Applied(CONFIG, 1, ""), home, "2026-W47", "en", NOW)
    assert b"Demo data" in path.read_bytes()
