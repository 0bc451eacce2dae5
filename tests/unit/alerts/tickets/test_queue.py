from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from sqlalchemy import Engine, insert

from alerts.tables import alert
from alerts.tickets import (
    NotAllowedError,
    UnknownTicketError,
    allowed,
    assign,
    list_tickets,
    note,
    open_for_alert,
    reopen,
    resolve,
    show,
)
from monitor.store.database import reading, writing


def add_alert(engine: Engine, episode: int, now: datetime) -> int:
    values = {
        "rule_id": "spike",
        "fingerprint": "f",
        "episode": episode,
        "labels": {"brand": "xinghe"},
        "brand_id": "xinghe",
        "severity": "major",
        "state": "firing",
        "since": now,
        "fired_at": now,
        "n": 60,
        "k": 18,
        "window_start": 0,
        "window_end": 1,
        "quotes": [],
        "config_version_id": 1,
        "measure": "negative_ratio",
    }
    with writing(engine) as connection:
        return int(connection.execute(insert(alert).values(values).returning(alert.c.id)).scalar_one())


def open_ticket(engine: Engine, alert_id: int, now: datetime) -> str:
    with writing(engine) as connection:
        return open_for_alert(
            connection,
            alert_id,
            title="星河：60 条提及中有 18 条负面",
            brand_id="xinghe",
            level="L1",
            timezone="Asia/Shanghai",
            now=now,
        )


def test_an_alert_has_one_ticket_however_often_it_is_asked_for(database: Engine, now: datetime) -> None:
    alert_id = add_alert(database, 1, now)
    assert open_ticket(database, alert_id, now) == "FB20261123001"
    assert open_ticket(database, alert_id, now) == "FB20261123001"
    assert open_ticket(database, add_alert(database, 2, now), now) == "FB20261123002"


def test_the_life_of_a_ticket_is_kept_as_events(database: Engine, now: datetime) -> None:
    number = open_ticket(database, add_alert(database, 1, now), now)
    with writing(database) as connection:
        assert assign(connection, number, "李四", actor="amy", now=now).state == "in_progress"
        note(connection, number, "已联系店铺", actor="李四", now=now)
        assert resolve(connection, number, "已换货", actor="李四", now=now).resolved_at == now
        reopened = reopen(connection, number, "又发生了", actor="amy", now=now)
    assert (reopened.state, reopened.assignee, reopened.resolved_at) == ("open", "李四", None)
    with reading(database) as connection:
        events = [(event.actor, event.action, event.note) for event in show(connection, number).events]
    assert events == [
        ("tingfeng", "opened", ""),
        ("amy", "assigned", "李四"),
        ("李四", "noted", "已联系店铺"),
        ("李四", "resolved", "已换货"),
        ("amy", "reopened", "又发生了"),
    ]


def test_what_the_state_does_not_allow_is_refused_and_leaves_no_event(database: Engine, now: datetime) -> None:
    number = open_ticket(database, add_alert(database, 1, now), now)
    with writing(database) as connection:
        with pytest.raises(NotAllowedError, match=f"ticket {number} is open: it cannot be reopened"):
            reopen(connection, number, "", actor="amy", now=now)
        resolve(connection, number, "", actor="amy", now=now)
        with pytest.raises(NotAllowedError):
            assign(connection, number, "李四", actor="amy", now=now)
        with pytest.raises(NotAllowedError):
            resolve(connection, number, "", actor="amy", now=now)
        assert [event.action for event in show(connection, number).events] == ["opened", "resolved"]
    assert allowed("resolved") == ("reopened", "noted")


def test_an_unknown_number_says_where_to_look(sqlite_database: Engine, now: datetime) -> None:
    with writing(sqlite_database) as connection:
        with pytest.raises(UnknownTicketError, match="tingfeng tickets list"):
            show(connection, "FB1")
        with pytest.raises(UnknownTicketError):
            assign(connection, "FB1", "x", actor="amy", now=now)


def test_the_list_is_newest_first_and_filters_by_state(database: Engine, now: datetime) -> None:
    first, second = (open_ticket(database, add_alert(database, episode, now), now) for episode in (1, 2))
    with writing(database) as connection:
        resolve(connection, first, "", actor="amy", now=now)
    with reading(database) as connection:
        assert [ticket.number for ticket in list_tickets(connection)] == [second, first]
        assert [ticket.number for ticket in list_tickets(connection, "open")] == [second]
        assert list_tickets(connection, "in_progress") == []


def test_tickets_opened_at_once_get_numbers_of_their_own(database: Engine, now: datetime) -> None:
    alerts = [add_alert(database, episode, now) for episode in range(1, 9)]
    with ThreadPoolExecutor(4) as pool:
        numbers = list(pool.map(lambda alert_id: open_ticket(database, alert_id, now), alerts))
    assert sorted(numbers) == [f"FB2026112300{number}" for number in range(1, 9)]
