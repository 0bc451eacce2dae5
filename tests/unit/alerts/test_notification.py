from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from alerts.notification import Label, Notification, Quote
from tests.unit.alerts.samples import notification

moments = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  bounds
quotes = st.builds(
    Quote,
    mention_id=st.integers(1),
    text=st.text(max_size=50),
    author_masked=st.none() | st.text(max_size=5),
    url=st.none() | st.just("https://shop.example/1"),
    rating=st.none() | st.floats(0, 1),
    source=st.text(max_size=5),
    published_at=st.none() | moments,
)


@given(
    st.lists(quotes, max_size=3),
    st.lists(st.builds(Label, st.text(max_size=5), st.text(max_size=5), st.text(max_size=5)), max_size=2),
    moments,
    st.none() | st.floats(0, 1),
    st.booleans(),
)
def test_it_survives_json(
    quoted: list[Quote], labels: list[Label], at: datetime, baseline: float | None, demo: bool
) -> None:
    before = replace(
        notification(), quotes=tuple(quoted), labels=tuple(labels), at=at, since=at, baseline=baseline, demo=demo
    )
    assert Notification.from_json(json.loads(json.dumps(before.to_json()))) == before
