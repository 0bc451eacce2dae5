"""The heartbeat of a lease."""

from __future__ import annotations

import sqlite3
import threading
from datetime import UTC, datetime, timedelta

from sqlalchemy import create_engine

from dashboard.operation.collect import Lease
from dashboard.operation.crawling import heartbeat


def test_the_heartbeat_goes_on_when_the_database_is_away() -> None:
    tries, twice = [0], threading.Event()

    def connect() -> sqlite3.Connection:
        tries[0] += 1
        if tries[0] >= 2:
            twice.set()
        raise sqlite3.OperationalError("unable to open database file")

    engine = create_engine("sqlite://", creator=connect)
    with heartbeat(engine, Lease(1, "me", timedelta(milliseconds=20)), lambda: datetime.now(UTC)):
        assert twice.wait(20), "the heartbeat ended with its first failure"
