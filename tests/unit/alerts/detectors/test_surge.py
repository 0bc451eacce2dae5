from __future__ import annotations

import random
from datetime import timedelta

import pytest
from pydantic import ValidationError

from alerts.detectors.engine import Finding
from alerts.detectors.surge import Surge, SurgeParams

HOUR = 3600
MINUTES = 300


def hours(detector: Surge, counts: list[int], first: int = 1) -> list[Finding]:
    return [detector.update((first + place) * HOUR, n, 0) for place, n in enumerate(counts)]


def scattered(days: int, mean: int, seed: int = 2) -> list[int]:
    rng = random.Random(seed)
    return [sum(rng.random() < 0.5 for _ in range(2 * mean)) for _ in range(24 * days)]


def test_a_steady_volume_is_quiet_and_a_doubled_hour_is_a_surge() -> None:
    detector = Surge(SurgeParams())
    findings = hours(detector, scattered(10, 40))
    assert {finding.status for finding in findings[:48]} == {"warm_up"}
    assert not any(finding.active for finding in findings)
    surge = detector.update((241) * HOUR, 90, 0)
    assert surge.active
    assert surge.expected == pytest.approx(40, abs=2)
    assert surge.window_seconds == HOUR


def test_an_hour_is_summed_over_shorter_steps() -> None:
    detector = Surge(SurgeParams())
    for step in range(1, 12 * 24 * 4 + 1):
        detector.update(step * MINUTES, 4, 1)
    found = [detector.update((12 * 24 * 4 + step) * MINUTES, 12, 1) for step in range(1, 13)]
    assert (found[-1].n, found[-1].k) == (144, 12)
    active = [finding.active for finding in found]
    assert active == sorted(active)
    assert sum(active) >= 4


def test_hours_without_mentions_count_as_none_and_silence_is_no_surge() -> None:
    detector = Surge(SurgeParams())
    hours(detector, [9] + [0] * 99)
    quiet = detector.update(101 * HOUR, 0, 0)
    assert (quiet.status, quiet.active) == ("ok", False)
    assert quiet.expected == pytest.approx(0, abs=0.2)
    assert not detector.update(102 * HOUR, 7, 0).active
    assert detector.update(103 * HOUR, 9, 0).active


def test_what_was_said_before_the_trail_is_forgotten() -> None:
    detector = Surge(SurgeParams(trail=timedelta(days=2)))
    hours(detector, [400] * 24 + [20] * 72)
    assert detector.update(97 * HOUR, 20, 0).expected == pytest.approx(20, abs=0.1)


@pytest.mark.parametrize("params", [{"trail": "23h"}, {"threshold": 0}, {"window": "1h"}])
def test_senseless_parameters_are_refused(params: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        SurgeParams.model_validate(params)
