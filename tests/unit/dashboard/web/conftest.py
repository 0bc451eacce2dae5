"""The web application over a real SQLite store that holds the story, told once a run and copied for each test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from dashboard.web.app import create_app
from monitor.store.database import open_engine
from tests.conftest import NOW
from tests.unit.dashboard.web import stories


@dataclass(frozen=True)
class Site:
    """A client that is signed in as the administrator, and what it needs to post."""

    client: TestClient
    engine: Engine
    alert_id: int
    csrf: str


def sign_in(client: TestClient, name: str) -> str:
    """Signs in and returns the token that forms carry."""
    response = client.post("/sign-in", data={"name": name, "password": stories.PASSWORD})
    assert response.status_code == 200, response.text
    return str(response.text.split('name="csrf" value="')[1].split('"')[0])


@pytest.fixture(scope="session")
def told(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """A data folder with the story in it, and the alert's id."""
    home = tmp_path_factory.mktemp("told")
    shutil.copy(sqlite_template, home / "tingfeng.db")
    engine = open_engine(f"sqlite:///{home / 'tingfeng.db'}")
    alert_id = stories.tell(engine, NOW, home)
    engine.dispose()
    return home, alert_id


@pytest.fixture
def site(told: tuple[Path, int], now: datetime, tmp_path: Path) -> Iterator[Site]:
    home = tmp_path / "home"
    shutil.copytree(told[0], home)
    engine = open_engine(f"sqlite:///{home / 'tingfeng.db'}")
    with TestClient(create_app(stories.services(engine, now, home))) as client:
        yield Site(client, engine, told[1], sign_in(client, "ada"))
    engine.dispose()
