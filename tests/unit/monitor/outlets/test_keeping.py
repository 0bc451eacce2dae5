"""What is registered, transcribed and confirmed, in both databases: each once, whoever does it twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, select

from monitor.config.schema import Brand, Config
from monitor.outlets.duty import Kept
from monitor.outlets.entering import take_over_outlets
from monitor.outlets.keeping import (
    Check,
    DoneBeforeError,
    NumberTakenError,
    Received,
    confirm_box,
    register,
    set_aside,
    transcribed,
)
from monitor.outlets.reading import Load, boxes, in_time, loads, names_of, waiting
from monitor.outlets.source import Outlet, TranscriptsSource
from monitor.outlets.tables import intake, outlet
from monitor.store.database import reading, writing

DAY = timedelta(days=1)
ZONE = ZoneInfo("Asia/Shanghai")
NANJING, XIDAN = Outlet(id="nanjing", name="南京路店", region="上海"), Outlet(id="xidan", name="西单店")


def source(*outlets: Outlet, **more: Any) -> TranscriptsSource:
    return TranscriptsSource(id="counter", channel="counter", outlets=outlets or (NANJING, XIDAN), **more)


def config(*sources: TranscriptsSource) -> Config:
    return Config(version=1, brands=(Brand(id="xinghe", name="星河", role="own"),), sources=sources)


def received(now: datetime, submission: str = "a", **more: Any) -> Received:
    values: dict[str, Any] = {"outlet_id": "nanjing", "medium": "slip", "received_at": now, "due_at": now + DAY}
    return Received(source_id="counter", submission=submission, **{**values, **more})


def add(engine: Engine, what: Received, prefix: str = "nanjing-20261123-", by: str = "li") -> list[str]:
    with writing(engine) as connection:
        return register(connection, what, prefix, by, what.received_at)


def test_a_form_that_is_sent_twice_is_stored_once(database: Engine, now: datetime) -> None:
    first = add(database, received(now, count=3))
    assert first == ["nanjing-20261123-01", "nanjing-20261123-02", "nanjing-20261123-03"]
    assert add(database, received(now, count=3)) == first
    assert add(database, received(now, "b", count=2)) == ["nanjing-20261123-04", "nanjing-20261123-05"]
    with reading(database) as connection:
        assert [item.number for item in waiting(connection, "counter")] == [*first, *add_numbers(4, 5)]


def add_numbers(*serials: int) -> list[str]:
    return [f"nanjing-20261123-{serial:02d}" for serial in serials]


def test_numbers_go_on_behind_ninety_nine(database: Engine, now: datetime) -> None:
    add(database, received(now, count=99))
    assert add(database, received(now, "b", count=2)) == add_numbers(100, 101)
    assert add(database, received(now, "c")) == add_numbers(102)


def test_a_number_of_its_own_is_taken_once(database: Engine, now: datetime) -> None:
    assert add(database, received(now, number="C-77")) == ["C-77"]
    assert add(database, received(now, number="C-77")) == ["C-77"], "the same form"
    with pytest.raises(NumberTakenError) as taken:
        add(database, received(now + DAY, "b", number="C-77"), by="wang")
    assert (taken.value.by, taken.value.at) == ("li", now)


def test_of_many_at_once_each_number_is_given_once(postgresql_database: Engine, now: datetime) -> None:
    def one(number: int) -> list[str]:
        return add(postgresql_database, received(now, f"form-{number % 4}", count=5))

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(one, range(8)))
    with reading(postgresql_database) as connection:
        numbers = list(connection.scalars(select(intake.c.number)))
    assert sorted(numbers) == add_numbers(*range(1, 21))
    assert all(answers[index] == answers[index + 4] for index in range(4))


def test_of_two_clerks_the_second_is_told(database: Engine, now: datetime) -> None:
    add(database, received(now, count=2))
    with reading(database) as connection:
        first, second = (item.id for item in waiting(connection, "counter"))
    with writing(database) as connection:
        transcribed(connection, first, "li", now + timedelta(hours=1))
    with writing(database) as connection, pytest.raises(DoneBeforeError) as before:
        transcribed(connection, first, "wang", now)
    assert (before.value.by, before.value.at) == ("li", now + timedelta(hours=1))
    with writing(database) as connection, pytest.raises(DoneBeforeError):
        set_aside(connection, first, "blank", "wang", now)
    with writing(database) as connection:
        set_aside(connection, second, "illegible", "wang", now)
        assert waiting(connection, "counter") == []


def test_loads_and_what_was_done_in_time(database: Engine, now: datetime) -> None:
    early, late = now - timedelta(hours=30), now - timedelta(hours=2)
    add(database, received(early, "a", count=3, due_at=early + DAY))
    add(database, received(late, "b", count=2, outlet_id="xidan", due_at=late + DAY), "xidan-")
    add(database, received(late, "c", outlet_id=None, due_at=late + DAY), "call-")
    with reading(database) as connection:
        items = {item.number: item for item in waiting(connection, "counter")}
    for number, at in (("nanjing-20261123-01", early + DAY), ("nanjing-20261123-02", early + 2 * DAY)):
        with writing(database) as connection:
            transcribed(connection, items[number].id, "li", at)
    with writing(database) as connection:
        transcribed(connection, items["xidan-01"].id, "li", now)
        assert loads(connection, "counter", now) == {
            "nanjing": Load(1, 1, early + DAY),
            "xidan": Load(1, 0, late + DAY),
            None: Load(1, 0, late + DAY),
        }
        assert in_time(connection, "counter", now) == {"nanjing": Kept(1, 3), "xidan": Kept(1, 1)}
        assert in_time(connection, "counter", now + 29 * DAY) == {
            "xidan": Kept(1, 2),
            None: Kept(0, 1),
        }, "what was received more than 30 days ago counts no more"


def test_a_box_is_confirmed_once_a_day(database: Engine, now: datetime) -> None:
    day = now.astimezone(ZONE).date()
    with writing(database) as connection:
        assert confirm_box(connection, "counter", "nanjing", Check(day, now, "li", 4)) is None
        before = confirm_box(connection, "counter", "nanjing", Check(day, now + DAY, "wang", 0))
        assert before == Check(day, now, "li", 4)
        assert confirm_box(connection, "counter", "nanjing", Check(day + DAY, now + DAY, "wang", 0)) is None


def test_boxes_are_those_of_the_configuration_since_they_stand_there(database: Engine, now: datetime) -> None:
    start = now - 3 * DAY - timedelta(hours=1)
    take_over_outlets(database, config(source(NANJING, XIDAN, Outlet(id="depot", name="仓库", box=False))), start)
    day = now.astimezone(ZONE).date()
    with writing(database) as connection:
        confirm_box(connection, "counter", "nanjing", Check(day - DAY, now - DAY, "li", 2))
        found = {box.outlet.id: box for box in boxes(connection, source(), ZONE, now + timedelta(minutes=5))}
    assert (found["nanjing"].duty.missed, found["nanjing"].kept) == (1, Kept(1, 4))
    assert (found["xidan"].duty.missed, found["xidan"].last, found["xidan"].kept) == (4, None, Kept(0, 4))
    assert found["xidan"].duty.due_at == now - 3 * DAY


def test_an_outlet_that_comes_back_owes_nothing_for_its_absence(database: Engine, now: datetime) -> None:
    take_over_outlets(database, config(source()), now - 9 * DAY)
    take_over_outlets(database, config(source(NANJING)), now - 6 * DAY)
    with reading(database) as connection:
        left = {row.outlet_id: row.left_at for row in connection.execute(select(outlet))}
        assert names_of(connection, source(NANJING)) == {"nanjing": "南京路店", "xidan": "西单店"}
    assert left == {"nanjing": None, "xidan": now - 6 * DAY}
    renamed = Outlet(id="xidan", name="西单大悦城店")
    for _ in range(2):
        take_over_outlets(database, config(source(NANJING, renamed)), now - timedelta(hours=1))
    with reading(database) as connection:
        row = connection.execute(select(outlet).where(outlet.c.outlet_id == "xidan")).one()
        assert (row.name, row.entered_at, row.left_at) == ("西单大悦城店", now - timedelta(hours=1), None)
        found = boxes(connection, source(NANJING, renamed), ZONE, now + timedelta(minutes=1))
    assert [box.duty.missed for box in found] == [9, 1]
