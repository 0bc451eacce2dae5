from __future__ import annotations

import json
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from alerts.detectors.engine import Finding
from alerts.detectors.wilson import PSEUDO_MENTIONS, Wilson, WilsonParams, wilson_lower

HOUR = 3600
SHORT = WilsonParams(
    z=1.96,
    window=timedelta(hours=3),
    lag=timedelta(hours=6),
    warm_up=timedelta(hours=12),
    half_life=timedelta(days=2),
    freeze=timedelta(hours=24),
)


def quiet(detector: Wilson, hours: int, n: int = 20, k: int = 2) -> Finding:
    for hour in range(1, hours + 1):
        finding = detector.update(hour * HOUR, n, k)
    return finding


@pytest.mark.parametrize(
    ("k", "n", "z", "lower"),
    # Agresti & Coull 1998 and any table of Wilson's interval at 95 %: 0/10 → 0, 5/10 → .2366, 10/10 → .7225.
    [(0, 10, 1.96, 0.0), (5, 10, 1.96, 0.2366), (10, 10, 1.96, 0.7225), (18, 60, 1.96, 0.1990), (0, 0, 1.96, 0.0)],
)
def test_the_lower_bound_is_wilsons(k: int, n: int, z: float, lower: float) -> None:
    assert wilson_lower(k, n, z) == pytest.approx(lower, abs=5e-5)


def test_a_doubled_ratio_is_found_and_a_steady_one_is_not() -> None:
    detector = Wilson(SHORT, min_mentions=20)
    steady = quiet(detector, 48)
    assert (steady.status, steady.active, steady.n, steady.k) == ("ok", False, 60, 6)
    found = [detector.update(hour * HOUR, 20, 5) for hour in range(49, 52)]
    assert [finding.active for finding in found] == [False, False, True]
    assert found[-1].expected is not None
    assert found[-1].expected == pytest.approx(60 * 0.1, abs=0.6)
    assert found[-1].window_seconds == 3 * HOUR


def test_warm_up_counts_from_the_first_mention_not_from_the_first_step() -> None:
    detector = Wilson(SHORT, min_mentions=1)
    assert detector.update(HOUR, 0, 0).status == "no_data"
    assert detector.update(100 * HOUR, 10, 9).status == "warm_up"
    assert detector.update(111 * HOUR, 10, 9).status == "warm_up"
    assert detector.update(112 * HOUR, 10, 1).status == "ok"


def test_few_mentions_are_a_state_of_their_own_and_never_active() -> None:
    detector = Wilson(SHORT, min_mentions=20)
    quiet(detector, 48)
    finding = detector.update(60 * HOUR, 19, 19)
    assert (finding.status, finding.active, finding.n, finding.k) == ("few", False, 19, 19)
    assert finding.score == pytest.approx(wilson_lower(19, 19, 1.96))
    assert finding.threshold == pytest.approx(0.125, abs=0.02)


def test_no_mentions_is_no_data() -> None:
    detector = Wilson(SHORT, min_mentions=1)
    quiet(detector, 48)
    finding = detector.update(60 * HOUR, 0, 0)
    assert (finding.status, finding.active, finding.score) == ("no_data", False, None)


def test_the_baseline_lags_so_that_a_crisis_does_not_hide_itself() -> None:
    detector = Wilson(SHORT, min_mentions=1)
    before = quiet(detector, 48)
    during = [detector.update(hour * HOUR, 20, 18) for hour in range(49, 60)]
    assert all(finding.active for finding in during[1:])
    # Longer than the lag, yet nothing of it was learned.
    assert during[-1].threshold == pytest.approx(before.threshold, rel=0.02)


def test_a_level_that_stays_is_learned_after_the_freeze() -> None:
    detector = Wilson(SHORT, min_mentions=1)
    quiet(detector, 48)
    last = [detector.update(hour * HOUR, 20, 10) for hour in range(49, 200)][-1]
    assert not last.active
    assert last.threshold is not None
    assert last.threshold / SHORT.factor > 0.35


def test_a_young_baseline_is_shrunk_towards_the_prior() -> None:
    detector = Wilson(SHORT, min_mentions=1)
    detector.update(HOUR, 20, 0)
    finding = detector.update(13 * HOUR, 5, 0)
    weighted = 20 * 0.5 ** (6 / 48)
    expected = PSEUDO_MENTIONS * SHORT.prior / (weighted + PSEUDO_MENTIONS)
    assert finding.threshold == pytest.approx(SHORT.factor * expected)


def test_an_old_baseline_fades_with_its_half_life() -> None:
    detector = Wilson(SHORT, min_mentions=1)
    detector.update(HOUR, 1000, 500)
    finding = detector.update(HOUR + 6 * HOUR + 20 * 48 * HOUR, 1, 0)
    assert finding.threshold == pytest.approx(SHORT.factor * SHORT.prior, rel=0.01)


@pytest.mark.parametrize(("end", "n", "k"), [(HOUR, 1, 0), (HOUR * 2, 1, 2), (HOUR * 2, 1, -1)])
def test_impossible_steps_are_refused(end: int, n: int, k: int) -> None:
    detector = Wilson(SHORT, min_mentions=1)
    detector.update(HOUR, 1, 0)
    with pytest.raises(ValueError, match=r"not after|cannot be negative"):
        detector.update(end, n, k)


def test_a_lag_shorter_than_the_window_is_refused() -> None:
    with pytest.raises(ValidationError, match="baseline would contain"):
        WilsonParams(window=timedelta(hours=6), lag=timedelta(hours=5))


counts = st.tuples(st.integers(0, 60), st.floats(0, 1)).map(lambda drawn: (drawn[0], round(drawn[0] * drawn[1])))
series = st.lists(st.one_of(st.just((0, 0)), counts), min_size=1, max_size=120)


@settings(max_examples=60, deadline=None)
@given(series)
def test_leaving_out_empty_steps_changes_no_finding(steps: list[tuple[int, int]]) -> None:
    dense, sparse = Wilson(SHORT, 10), Wilson(SHORT, 10)
    for hour, (n, k) in enumerate(steps, start=1):
        expected = dense.update(hour * HOUR, n, k)
        if n or hour == len(steps):
            assert sparse.update(hour * HOUR, n, k) == expected


@settings(max_examples=60, deadline=None)
@given(series, st.integers(0, 120))
def test_a_detector_goes_on_from_its_stored_state(steps: list[tuple[int, int]], cut: int) -> None:
    whole, resumed = Wilson(SHORT, 10), Wilson(SHORT, 10)
    for hour, (n, k) in enumerate(steps, start=1):
        if hour == cut:
            resumed = Wilson.from_state(SHORT, 10, json.loads(json.dumps(resumed.state())))
        assert resumed.update(hour * HOUR, n, k) == whole.update(hour * HOUR, n, k)


@settings(max_examples=60, deadline=None)
@given(series)
def test_the_condition_is_only_ever_true_with_status_ok(steps: list[tuple[int, int]]) -> None:
    detector = Wilson(SHORT, 10)
    for hour, (n, k) in enumerate(steps, start=1):
        finding = detector.update(hour * HOUR, n, k)
        window = steps[max(0, hour - 3) : hour]
        assert (finding.n, finding.k) == (sum(n for n, _ in window), sum(k for _, k in window))
        if finding.active:
            assert finding.status == "ok"
            assert finding.n >= 10
