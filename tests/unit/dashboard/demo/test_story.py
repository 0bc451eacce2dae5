from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from dashboard.demo import texts
from dashboard.demo.story import CRISIS_AFTER, CRISIS_ITEMS, HISTORY, PRODUCTS, ZONE, Item, Story, called, published
from monitor.redact import redact
from monitor.sentiment.registry import load_engine

STARTED = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
SEED = 1


def story_at(seconds: float) -> list[Item]:
    return published(SEED, STARTED, STARTED + timedelta(seconds=seconds))


def negative(item: Item) -> bool:
    """By stars, or by the pool that unrated texts come from."""
    if item.rating is not None:
        return item.rating <= 2
    return item.crisis or item.text in {text.format(p=called(item.product)) for text in texts.SOCIAL["negative"]}


def test_same_seed_same_story() -> None:
    assert story_at(300) == story_at(300)
    assert published(2, STARTED, STARTED) != published(SEED, STARTED, STARTED)


def test_nothing_is_unpublished_later() -> None:
    earlier, later = story_at(100), story_at(400)
    assert later[: len(earlier)] == earlier


def test_history_fills_a_fortnight_in_the_rhythm_of_a_day() -> None:
    history = story_at(0)
    assert len(history) >= 600
    assert len({item.text for item in history}) <= 500
    assert STARTED - HISTORY <= history[0].published_at < STARTED - HISTORY + timedelta(hours=12)
    hours = Counter(item.published_at.astimezone(ZONE).hour for item in history)
    assert sum(hours[hour] for hour in (19, 20, 21)) > 5 * sum(hours[hour] for hour in (2, 3, 4))
    assert {item.place for item in history} == {"shop", "forum", "microblog", "feed"}
    assert {item.brand for item in history} == set(PRODUCTS)


@pytest.mark.parametrize("brand", ["xinghe", "tianqiong"])
def test_no_day_of_the_history_stands_out(brand: str) -> None:
    days: dict[str, list[bool]] = {}
    for item in story_at(0):
        if item.brand == brand and item.published_at < STARTED - timedelta(days=1):
            days.setdefault(str(item.published_at.astimezone(ZONE).date()), []).append(negative(item))
    whole = [day for day in days.values() if len(day) >= 15]
    assert len(whole) >= 12
    assert all(0.04 <= sum(day) / len(day) <= 0.2 for day in whole)


def test_last_hour_gives_the_crisis_something_to_stand_out_from() -> None:
    hour = [item for item in story_at(0) if item.published_at > STARTED - timedelta(hours=1)]
    assert len(hour) == 600
    assert 0.05 <= sum(map(negative, hour)) / len(hour) <= 0.15


def test_numbers_are_unique_and_times_never_lie_ahead() -> None:
    items = story_at(3600)
    assert len({item.number for item in items}) == len(items)
    assert max(item.published_at for item in items) <= STARTED + timedelta(hours=1)


def test_window_keeps_exactly_the_items_in_it() -> None:
    since, now = STARTED + timedelta(seconds=45), STARTED + timedelta(seconds=200)
    expected = [item for item in story_at(200) if item.published_at > since]
    assert Story(SEED, STARTED).published(now, since) == expected


@pytest.mark.parametrize("seed", range(1, 6))
@pytest.mark.parametrize("brand", ["xinghe", "tianqiong"])
def test_no_minute_outside_the_crisis_looks_like_one(seed: int, brand: str) -> None:
    live = [
        item
        for item in published(seed, STARTED, STARTED + timedelta(hours=2))
        if item.brand == brand and item.published_at >= STARTED and not item.crisis
    ]
    for start in range(0, 7140, 10):
        low, high = STARTED + timedelta(seconds=start), STARTED + timedelta(seconds=start + 60)
        window = [item for item in live if low <= item.published_at < high]
        assert sum(map(negative, window)) <= 3


def test_crisis_begins_after_a_minute_with_one_cry_a_second() -> None:
    assert not [item for item in story_at(CRISIS_AFTER.total_seconds()) if item.crisis]
    crisis = [item for item in story_at(600) if item.crisis]
    assert len(crisis) == CRISIS_ITEMS
    assert len([item for item in story_at(CRISIS_AFTER.total_seconds() + 30) if item.crisis]) in range(28, 32)
    assert {item.brand for item in crisis} == {"xinghe"}
    assert {item.rating for item in crisis} >= {1, 2, 3, None}
    assert 0.75 <= sum(map(negative, crisis)) / len(crisis) <= 0.95
    assert any(item.text in texts.CRISIS_ENGLISH for item in crisis)


def test_one_voice_of_the_crisis_leaves_a_phone_number_that_is_masked() -> None:
    text = next(item.text for item in story_at(600) if item.text == texts.CRISIS_PHONE)
    assert "138 0013 8000" in text
    assert "0013 8000" not in redact(text).text


def test_forum_topics_are_short_and_of_one_product() -> None:
    by_topic: dict[int, list[Item]] = {}
    for item in story_at(3600):
        if item.topic is not None:
            by_topic.setdefault(item.topic, []).append(item)
    assert max(map(len, by_topic.values())) <= 20
    assert all(len({post.product for post in posts}) == 1 for posts in by_topic.values())


@pytest.mark.slow
def test_engine_reads_unrated_texts_as_they_are_meant() -> None:
    unrated = [item for item in story_at(600) if item.rating is None]
    engine = load_engine()
    shown = [f"{item.title}\n{item.text}" if item.title and item.place == "feed" else item.text for item in unrated]
    labels = [found.label for found in engine.score(shown, "social")]
    wrong = [item for item, label in zip(unrated, labels, strict=True) if (label == "negative") != negative(item)]
    assert len(wrong) <= 0.02 * len(unrated), [item.text for item in wrong]
