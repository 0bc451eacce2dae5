from __future__ import annotations

import random
from datetime import timedelta
from math import log, sqrt

import pytest
from pydantic import ValidationError

from alerts.detectors.engine import Finding
from alerts.detectors.forecast import RatioForecast
from alerts.detectors.scan import Scan, ScanParams, Window, _Step
from alerts.detectors.scatter import RHO, Scatter

HOUR = 3600
DAY = 24


def steady(detector: Scan, hours: int, ratio: float, a_step: int = 12, seed: int = 1) -> list[Finding]:
    rng = random.Random(seed)
    return [
        detector.update(hour * HOUR, a_step, sum(rng.random() < ratio for _ in range(a_step)))
        for hour in range(1, hours + 1)
    ]


@pytest.fixture(scope="module")
def warm() -> dict[str, object]:
    """The state after five quiet weeks at 10 %."""
    detector = Scan(ScanParams())
    steady(detector, 35 * DAY, 0.1)
    return detector.state()


def resumed(state: dict[str, object]) -> Scan:
    return Scan.from_state(ScanParams(), 5, state)


def test_the_first_month_only_warms_up_and_then_a_steady_series_stays_quiet() -> None:
    findings = steady(Scan(ScanParams()), 60 * DAY, 0.1)
    assert {finding.status for finding in findings[: 28 * DAY]} == {"warm_up"}
    assert {finding.status for finding in findings[28 * DAY :]} == {"ok"}
    assert not any(finding.active for finding in findings)


def test_a_tripled_ratio_is_found_within_hours(warm: dict[str, object]) -> None:
    detector = resumed(warm)
    after = [detector.update((35 * DAY + hour) * HOUR, 12, 4) for hour in range(1, 7)]
    assert after[0].active is False
    assert after[4].active is True
    assert after[4].expected is not None
    assert after[4].window_seconds == 6 * HOUR
    assert after[4].n == 72
    assert 0.08 < after[4].expected / after[4].n < 0.13


def test_what_is_far_out_is_urgent_and_does_not_wait(warm: dict[str, object]) -> None:
    finding = resumed(warm).update((35 * DAY + 1) * HOUR, 80, 70)
    assert finding.active
    assert finding.urgent
    assert finding.window_seconds == HOUR


def test_more_mentions_at_the_usual_ratio_are_no_crisis(warm: dict[str, object]) -> None:
    detector = resumed(warm)
    promotion = [detector.update((35 * DAY + hour) * HOUR, 120, 12) for hour in range(1, 25)]
    assert not any(finding.active for finding in promotion)


def test_a_fall_of_the_ratio_is_no_crisis(warm: dict[str, object]) -> None:
    detector = resumed(warm)
    fall = [detector.update((35 * DAY + hour) * HOUR, 60, 0) for hour in range(1, 25)]
    assert not any(finding.active for finding in fall)
    assert fall[-1].score is not None
    assert fall[-1].score < 0


def test_two_negatives_are_never_enough(warm: dict[str, object]) -> None:
    detector = resumed(warm)
    detector.update((38 * DAY) * HOUR, 5, 2)
    assert not detector.update((38 * DAY + 1) * HOUR, 0, 0).active


def test_a_crisis_is_not_learned_as_usual_until_it_has_lasted(warm: dict[str, object]) -> None:
    detector = resumed(warm)
    days = [
        [detector.update((35 * DAY + day * DAY + hour) * HOUR, 12, 5) for hour in range(1, 25)] for day in range(30)
    ]
    early, late = days[6][-1], days[29][-1]
    assert early.expected is not None
    assert late.expected is not None
    assert early.expected / early.n < 0.16
    assert late.expected / late.n > 0.3
    assert not late.active


def test_few_and_no_mentions_are_states_of_their_own(warm: dict[str, object]) -> None:
    detector = resumed(warm)
    empty = detector.update(37 * DAY * HOUR, 0, 0)
    assert (empty.status, empty.active, empty.n) == ("no_data", False, 0)
    few = detector.update((37 * DAY + 1) * HOUR, 4, 4)
    assert (few.status, few.active, few.n) == ("few", False, 4)


def test_the_score_is_the_root_of_twice_the_likelihood_ratio() -> None:
    window = Window(HOUR)
    window.advance(HOUR, _Step(HOUR, 60, 18, 0.09, 1.0, True))
    expected = 18 * log(18 / 5.4) + 42 * log(42 / 54.6)
    assert window.deviation(1.0) == pytest.approx(sqrt(2 * expected))
    assert window.deviation(4.0) == pytest.approx(sqrt(2 * expected) / 2)


def test_clumped_counts_teach_a_larger_design_effect() -> None:
    clumped, even = Scatter(1), Scatter(1)
    rng = random.Random(5)
    for hour in range(2000):
        ratio = rng.betavariate(0.2 * 19, 0.8 * 19)  # ρ = 1 / (19 + 1) = 0.05
        clumped.learn_step(40, sum(rng.random() < ratio for _ in range(40)), 0.2, 1.0 if hour else 0.0)
        even.learn_step(40, sum(rng.random() < 0.2 for _ in range(40)), 0.2, 1.0 if hour else 0.0)
    assert even.rho < RHO < clumped.rho
    assert clumped.rho == pytest.approx(0.05, abs=0.015)
    assert clumped.effect(1) == 1.0


def test_the_forecast_learns_the_hours_and_the_weekdays() -> None:
    forecast = RatioForecast(0.17)
    for hour in range(60 * DAY):
        evening, sunday = hour % 24 in range(15, 22), hour // 24 % 7 == 3
        forecast.learn(hour * HOUR, 20, 20 * (0.1 + 0.1 * evening + 0.05 * sunday))
    noon = 60 * DAY * HOUR  # a Monday, midnight UTC
    assert forecast.usual(noon + 18 * HOUR).ratio > forecast.usual(noon + 6 * HOUR).ratio + 0.04
    assert forecast.usual(noon).variance < 0.05


def test_the_forecast_grows_less_certain_without_news() -> None:
    forecast = RatioForecast(0.17)
    for hour in range(14 * DAY):
        forecast.learn(hour * HOUR, 20, 4)
    soon, late = forecast.usual(14 * DAY * HOUR), forecast.usual(60 * DAY * HOUR)
    assert soon.variance < late.variance
    assert soon.ratio == pytest.approx(0.2, abs=0.02)


@pytest.mark.parametrize(
    "params",
    [
        {"windows": ["24h", "1h"]},
        {"windows": []},
        {"windows": ["48h"], "lag": "24h"},
        {"thresholds": [0, 1, 1]},
        {"thresholds": [1, 1]},
        {"prior": 1},
    ],
)
def test_senseless_parameters_are_refused(params: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        ScanParams.model_validate(params)


def test_the_history_that_it_asks_for_covers_the_warm_up() -> None:
    assert ScanParams().history() == timedelta(days=90 + 28 + 1)
