from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from dashboard.operation.installation import Installation
from tests.unit.dashboard.operation.place import Clock, installation_of


@pytest.fixture
def clock(now: datetime) -> Clock:
    return Clock(now)


@pytest.fixture
def installation(database: Engine, tmp_path: Path) -> Installation:
    """On SQLite and on PostgreSQL in turn."""
    return installation_of(database, tmp_path)
