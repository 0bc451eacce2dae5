"""The order of numeric dates and the zone of times, told from what a site prints."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.discovery.moments import Order, order_of, stated_zone, today_in, without_zone
from tests.unit.crawlers.discovery.layouts import NOW

TODAY = today_in(NOW)


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        (["11-07-2026, 03:32 PM", "10-25-2026, 03:32 PM"], Order("mdy", sure=True)),
        (["07/11/2026", "25/10/2026"], Order("dmy", sure=True)),
        (["Posted on 11/7/26", "10/25/26"], Order("mdy", sure=True)),
        # The eighth of December is still to come.
        (["11/08/2026", "12/08/2025", "08/12/2026"], Order("mdy", sure=True)),
        (["03/04/2026"], Order("dmy", sure=False)),
        # Newest first in one reading alone.
        (["09/04/2026", "09/03/2026", "08/10/2026", "08/02/2026"], Order("mdy", sure=True)),
        (["2026-11-07 15:32", "3小时前"], None),
        ([], None),
    ],
)
def test_order_that_the_dates_prove(stated: list[str], expected: Order | None) -> None:
    assert order_of(stated, TODAY) == expected


@given(st.lists(st.dates(date(2020, 1, 1), TODAY), min_size=1, max_size=30), st.sampled_from(["%d/%m/%Y", "%m/%d/%Y"]))
def test_what_is_sure_is_right(days: list[date], form: str) -> None:
    found = order_of([day.strftime(form) for day in sorted(days, reverse=True)], TODAY)
    assert found is not None
    if any(day.day > 12 for day in days):
        assert found == Order("dmy" if form.startswith("%d") else "mdy", sure=True)


@pytest.mark.parametrize(
    ("page", "zone"),
    [
        ('<li class="rightside">All times are <span title="UTC+8">UTC+08:00</span></li>', "Asia/Shanghai"),
        ("All times are <abbr>UTC</abbr>", "UTC"),
        ("All times are GMT -5. The time now is 03:32 PM.", "Etc/GMT+5"),
        ("GMT+8, 2026-11-7 15:32 , Processed in 0.02 second(s)", "Asia/Shanghai"),
        ("All times are UTC+05:30", None),
        ("Opening times are 9 to 5", None),
    ],
)
def test_zone_that_a_page_states(page: str, zone: str | None) -> None:
    assert stated_zone(page) == zone


def test_only_times_without_a_zone_depend_on_it() -> None:
    assert without_zone(["2026-11-07 15:32", "Nov 7, 2026"], NOW, None)
    assert not without_zone(["2026-11-07T15:32:00+08:00", "3小时前"], NOW, None)
    assert not without_zone(["not a time"], NOW, None)
    assert today_in(NOW) >= (NOW + timedelta(hours=8)).date()
