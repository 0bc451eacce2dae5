"""One suite over every registered detector."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.detectors.engine import Detector, Finding
from alerts.registry import DETECTORS, load

HOUR = 3600

#: Parameters that have no default; what is not named here needs none.
NEEDED: dict[str, dict[str, Any]] = {"ceiling": {"limit": 5}}

Steps = list[tuple[int, int, int]]


def steps() -> st.SearchStrategy[Steps]:
    """(hours since the last step, mentions, negatives of them): gaps, empty steps, bursts."""
    counts = st.tuples(st.integers(0, 60), st.floats(0, 1)).map(lambda pair: (pair[0], round(pair[0] * pair[1])))
    one = st.tuples(st.sampled_from([1, 1, 1, 2, 9, 30, 300]), counts).map(lambda pair: (pair[0], *pair[1]))
    return st.lists(one, min_size=1, max_size=60)


every_kind = pytest.mark.parametrize("kind", sorted(DETECTORS))


def fresh(kind: str) -> Detector:
    params = DETECTORS[kind].params.model_validate(NEEDED.get(kind, {}))
    detector: Detector = load(DETECTORS[kind].target)(params, 2)
    return detector


def run(detector: Detector, series: Steps, start: int = 0) -> list[tuple[int, Finding]]:
    end, findings = start, []
    for gap, n, k in series:
        end += gap * HOUR
        findings.append((end, detector.update(end, n, k)))
    return findings


@every_kind
@settings(max_examples=60, deadline=None)
@given(series=steps(), data=st.data())
def test_a_detector_goes_on_from_its_stored_state_as_if_never_interrupted(kind: str, series: Steps, data: Any) -> None:
    cut = data.draw(st.integers(0, len(series)))
    whole = run(fresh(kind), series)
    first = fresh(kind)
    head = run(first, series[:cut])
    params = DETECTORS[kind].params.model_validate(NEEDED.get(kind, {}))
    second = load(DETECTORS[kind].target).from_state(params, 2, json.loads(json.dumps(first.state())))
    tail = run(second, series[cut:], head[-1][0] if head else 0)
    assert head + tail == whole


@every_kind
@settings(max_examples=60, deadline=None)
@given(series=steps())
def test_leaving_out_empty_steps_changes_no_later_finding(kind: str, series: Steps) -> None:
    dense = [(end, finding) for end, finding in run(fresh(kind), series) if finding]
    sparse, end, detector = [], 0, fresh(kind)
    for gap, n, k in series:
        end += gap * HOUR
        if n:
            sparse.append((end, detector.update(end, n, k)))
    ends = {end for end, _ in sparse}
    assert sparse == [(end, finding) for end, finding in dense if end in ends]


@every_kind
@settings(max_examples=60, deadline=None)
@given(series=steps())
def test_only_a_judged_step_is_active_and_only_an_active_one_urgent(kind: str, series: Steps) -> None:
    for _, finding in run(fresh(kind), series):
        assert finding.status == "ok" or not finding.active
        assert finding.active or not finding.urgent
        assert 0 <= finding.k <= finding.n
        assert finding.score is None or abs(finding.score) < 1e6


@every_kind
def test_steps_come_in_time_order_and_counts_are_possible(kind: str) -> None:
    detector = fresh(kind)
    detector.update(HOUR, 3, 1)
    with pytest.raises(ValueError, match="not after"):
        detector.update(HOUR, 3, 1)
    with pytest.raises(ValueError, match="cannot be negative"):
        detector.update(2 * HOUR, 3, 4)
