"""The demo's story: who writes what, where and when. A pure function of seed, start and time; nothing is stored.

Fourteen days of history in the rhythm of a Chinese day, a busier last hour (so that the hour's chart has a usual
level to compare with), then a steady live stream, then a crisis of one product.
The live stream is stratified (one negative in ten, evenly spread), so that nothing but the crisis can look like one.
"""

from __future__ import annotations

from bisect import bisect
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import accumulate
from random import Random
from typing import Literal
from zoneinfo import ZoneInfo

from dashboard.demo import texts
from dashboard.demo.texts import Polarity

Place = Literal["shop", "forum", "microblog", "feed"]
Brand = Literal["xinghe", "tianqiong"]

#: (name, what it is); the first of the own brand is the one that overheats.
PRODUCTS: dict[Brand, tuple[tuple[str, str], ...]] = {
    "xinghe": (("星河X5手机", "phone"), ("星河降噪耳机", "earphone")),
    "tianqiong": (("天穹T9手机", "phone"), ("天穹无线耳机", "earphone")),
}
ZONE = ZoneInfo("Asia/Shanghai")
HISTORY = timedelta(days=14)
CRISIS_AFTER = timedelta(seconds=60)
CRISIS_ITEMS = 180
LIVE_INTERVAL = timedelta(seconds=2.5)
CRISIS_INTERVAL = timedelta(seconds=1)
LAST_HOUR = timedelta(hours=1)
LAST_HOUR_INTERVAL = timedelta(seconds=6)

#: Relative number of mentions in each local hour of a day: quiet at night, peaks at noon and in the evening.
RHYTHM = (5, 3, 2, 1, 1, 1, 2, 4, 7, 9, 10, 11, 13, 11, 9, 9, 9, 10, 11, 13, 16, 17, 15, 10)
RHYTHM_SUMS = tuple(accumulate(RHYTHM))
#: Live slots that share a forum topic; a page that aligns its window to this never cuts a topic.
TOPIC_SLOTS = 120
CRISIS_TOPIC_ITEMS = 60


@dataclass(frozen=True, slots=True)
class Item:
    """One published text. ``number`` is unique; ``rating`` is 1–5, only in shops; ``topic`` only in the forum."""

    number: int
    place: Place
    brand: Brand
    product: str
    author: str
    text: str
    published_at: datetime
    crisis: bool = False
    title: str | None = None
    rating: int | None = None
    topic: int | None = None


def published(seed: int, started_at: datetime, now: datetime, crisis_after: timedelta = CRISIS_AFTER) -> list[Item]:
    """Everything that is out at ``now``, oldest first. Times are aware UTC."""
    return Story(seed, started_at, crisis_after).published(now)


@dataclass(frozen=True, slots=True)
class Story:
    seed: int
    started_at: datetime
    crisis_after: timedelta = CRISIS_AFTER

    def published(self, now: datetime, since: datetime | None = None) -> list[Item]:
        """Items with since < published_at ≤ now, oldest first. A ``since`` keeps the cost bounded on a long run."""
        items = [*history(self.seed, self.started_at), *self._live(now, since), *self._crisis(now)]
        return sorted(
            (item for item in items if item.published_at <= now and (since is None or item.published_at > since)),
            key=lambda item: (item.published_at, item.number),
        )

    def topic_start(self, now: datetime, back: timedelta) -> datetime:
        """The latest time at least ``back`` before ``now`` at which no live topic is half told."""
        slot = int((now - back - self.started_at) / LIVE_INTERVAL)
        return self.started_at + (slot // TOPIC_SLOTS) * TOPIC_SLOTS * LIVE_INTERVAL

    def _live(self, now: datetime, since: datetime | None) -> list[Item]:
        first = 0 if since is None else max(0, int((since - self.started_at) / LIVE_INTERVAL) - 1)
        last = int((now - self.started_at) / LIVE_INTERVAL) + 1
        return [live_item(self.seed, self.started_at, slot) for slot in range(first, last)]

    def _crisis(self, now: datetime) -> list[Item]:
        begin = self.started_at + self.crisis_after
        return [crisis_item(self.seed, begin, index) for index in range(CRISIS_ITEMS)] if now > begin else []


@lru_cache(maxsize=4)
def history(seed: int, started_at: datetime) -> tuple[Item, ...]:
    """The fortnight before the start: about 50 mentions a local day, and ten a minute in the last hour."""
    midnight = started_at.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    days = HISTORY.days + 1
    items = [
        item
        for day in range(days)
        for item in _history_day(seed, day, midnight - timedelta(days=days - 1 - day))
        if started_at - HISTORY <= item.published_at < started_at - LAST_HOUR
    ]
    return tuple(items) + tuple(
        _last_hour_item(seed, started_at, slot) for slot in range(LAST_HOUR // LAST_HOUR_INTERVAL)
    )


def _last_hour_item(seed: int, started_at: datetime, slot: int) -> Item:
    key = f"{seed}/hour/{slot}"
    at = started_at - LAST_HOUR + (slot + Random(key).uniform(0.05, 0.95)) * LAST_HOUR_INTERVAL  # noqa: S311
    brand, index = _turn(slot)
    # Topic numbers far from those of the days before and of the live stream.
    return _ordinary(f"{key}/text", 900_000 + slot, brand, _polarity(index, brand), at, 40_000 + slot // 60)


def _history_day(seed: int, day: int, midnight: datetime) -> list[Item]:
    chance = Random(f"{seed}/day/{day}")  # noqa: S311
    count = chance.randint(46, 58) + (6 if midnight.weekday() >= 5 else 0)
    shift = chance.randrange(10)
    items = []
    for index in range(count):
        share = (index + chance.random()) / count * RHYTHM_SUMS[-1]
        hour = min(bisect(RHYTHM_SUMS, share), 23)
        within = (RHYTHM_SUMS[hour] - share) / RHYTHM[hour]
        at = (midnight + timedelta(hours=hour + 1 - within)).astimezone(UTC)
        brand: Brand = "tianqiong" if index % 5 in (1, 3) else "xinghe"
        # Two of the competitor and three own in five: the how-manieth of its brand.
        of_brand = 2 * (index // 5) + index % 5 // 2 if brand == "tianqiong" else 3 * (index // 5) + index % 5 // 2
        number = day * 1000 + index + 1
        items.append(_ordinary(f"{seed}/history/{number}", number, brand, _polarity(of_brand + shift, brand), at, day))
    return items


def _turn(slot: int) -> tuple[Brand, int]:
    """Whose turn a slot is (two own for one of the competitor), and the how-manieth of the brand."""
    return ("tianqiong", slot // 3) if slot % 3 == 2 else ("xinghe", 2 * (slot // 3) + slot % 3)


def _polarity(index: int, brand: Brand) -> Polarity:
    """One in ten negative (one in eight for the competitor), two in ten neutral, evenly spread."""
    cycle = index % (10 if brand == "xinghe" else 8)
    if cycle == 4:
        return "negative"
    return "neutral" if cycle in (1, 7) else "positive"


@lru_cache(maxsize=20_000)
def live_item(seed: int, started_at: datetime, slot: int) -> Item:
    """The item of one 2.5 s slot after the start; two own for one of the competitor."""
    chance = Random(f"{seed}/live/{slot}")  # noqa: S311
    brand, index = _turn(slot)
    at = started_at + (slot + chance.uniform(0.05, 0.95)) * LIVE_INTERVAL
    topic = 100 + slot // TOPIC_SLOTS
    return _ordinary(f"{seed}/text/{slot}", 1_000_000 + slot, brand, _polarity(index, brand), at, topic)


def _ordinary(key: str, number: int, brand: Brand, polarity: Polarity, at: datetime, group: int) -> Item:
    chance = Random(key)  # noqa: S311
    # What is negative is said in a shop, where stars make it certain; the engine's slips then stay small.
    places: tuple[Place, ...] = ("shop", "forum", "microblog", "feed")
    weights = (95, 3, 2, 0) if polarity == "negative" else (66, 15, 15, 4)
    place = chance.choices(places, weights)[0]
    if place == "shop":
        product, sort = chance.choice(PRODUCTS[brand])
        stars = {"negative": (1, 2), "neutral": (3, 3), "positive": (4, 5, 5)}[polarity]
        text = _shop_text(chance, sort, polarity)
        return Item(number, place, brand, product, _author(chance), text, at, rating=chance.choice(stars))
    if place == "feed":
        product, _ = chance.choice(PRODUCTS[brand])
        title, _, text = chance.choice(texts.NEWS).format(p=called(product)).partition("|")
        return Item(number, place, brand, product, "数码快讯", text, at, title=title)
    topic = 100 + group * 2 + (brand == "tianqiong") if place == "forum" else None
    # Everyone in a topic talks about the same product.
    product = PRODUCTS[brand][(topic or number) // 2 % 2][0]
    name = called(product)
    text = chance.choice(texts.SOCIAL["negative" if polarity == "negative" else "positive"]).format(p=name)
    heading = texts.TOPIC_TITLES[topic % len(texts.TOPIC_TITLES)].format(p=name) if topic is not None else None
    return Item(number, place, brand, product, _author(chance), text, at, title=heading, topic=topic)


def called(product: str) -> str:
    """The short name of everyday talk; the demo's configuration lists it as an alias."""
    return product.replace("降噪", "").replace("无线", "")


def _shop_text(chance: Random, sort: str, polarity: Polarity) -> str:
    draw = chance.random()
    if draw < 0.25:
        return chance.choice(texts.SHORT[polarity])
    if draw < 0.29:
        return chance.choice(texts.ENGLISH[polarity])
    return chance.choice(texts.OPENERS[polarity]) + chance.choice(texts.DETAILS[sort][polarity])


def _author(chance: Random) -> str:
    if chance.random() < 0.25:
        return chance.choice(texts.NICKNAMES)
    return chance.choice(texts.SURNAMES) + chance.choice(texts.GIVEN)


@lru_cache(maxsize=1_000)
def crisis_item(seed: int, begin: datetime, index: int) -> Item:
    """The ``index``-th cry of the crisis, about one a second; four of five negative, a few in English."""
    chance = Random(f"{seed}/crisis/{index}")  # noqa: S311
    at = begin + (index + chance.uniform(0.05, 0.95)) * CRISIS_INTERVAL
    product = PRODUCTS["xinghe"][0][0]
    number = 2_000_000 + index
    author = _author(chance)
    if index in (30, 120):
        title, _, text = texts.CRISIS_NEWS[index // 120].format(p=product).partition("|")
        return Item(number, "feed", "xinghe", product, "数码快讯", text, at, True, title=title)
    if index == 6 or index % 10 not in (1, 4, 8):
        text, rating = _crisis_review(chance, index)
        return Item(number, "shop", "xinghe", product, author, text, at, True, rating=rating)
    text = chance.choice(texts.CRISIS_SOCIAL).format(p=product)
    if index % 10 == 4:
        topic = 90_000 + index // CRISIS_TOPIC_ITEMS
        title = texts.CRISIS_TITLES[index // CRISIS_TOPIC_ITEMS].format(p=product)
        return Item(number, "forum", "xinghe", product, author, text, at, True, title=title, topic=topic)
    return Item(number, "microblog", "xinghe", product, author, text, at, True)


def _crisis_review(chance: Random, index: int) -> tuple[str, int]:
    if index == 6:
        return texts.CRISIS_PHONE, 1
    if index % 10 == 7:
        return chance.choice(texts.CRISIS_MILD), chance.choice((3, 4))
    rating = chance.choice((1, 1, 1, 2))
    if index % 20 == 9:
        return chance.choice(texts.CRISIS_ENGLISH), rating
    return chance.choice(texts.CRISIS_OPENERS) + chance.choice(texts.CRISIS_DETAILS), rating
