from __future__ import annotations

import json
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from alerts.detectors.ceiling import Ceiling, CeilingParams

PARAMS = CeilingParams(limit=5, window=timedelta(hours=2))
HOUR = 3600


def test_the_limit_itself_sets_it_off_and_an_empty_window_clears_it() -> None:
    detector = Ceiling(PARAMS)
    findings = [detector.update(hour * HOUR, *step) for hour, step in enumerate([(9, 4), (9, 1), (9, 3), (0, 0)], 1)]
    assert [(finding.k, finding.active) for finding in findings] == [(4, False), (5, True), (4, False), (3, False)]
    empty = detector.update(9 * HOUR, 0, 0)
    assert (empty.status, empty.n, empty.active) == ("ok", 0, False)


@given(st.lists(st.integers(0, 9), min_size=1, max_size=40), st.integers(0, 40))
def test_it_counts_the_window_exactly_across_a_restart(negatives: list[int], cut: int) -> None:
    detector = Ceiling(PARAMS)
    for hour, k in enumerate(negatives, start=1):
        if hour == cut:
            detector = Ceiling.from_state(PARAMS, 1, json.loads(json.dumps(detector.state())))
        finding = detector.update(hour * HOUR, k, k)
        assert finding.k == sum(negatives[max(0, hour - 2) : hour])
        assert finding.active == (finding.k >= 5)
