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

from dashboard.web import sessions
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


@dataclass(frozen=True)
class Told:
    """A data folder with the story in it, the alert's id, and an administrator who is signed in there: proving a
    password takes Argon2 a quarter of a second, once a run and not once a test."""

    home: Path
    alert_id: int
    cookie: str
    csrf: str


@pytest.fixture(scope="session")
def told(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Told:
    home = tmp_path_factory.mktemp("told")
    shutil.copy(sqlite_template, home / "tingfeng.db")
    engine = open_engine(f"sqlite:///{home / 'tingfeng.db'}")
    alert_id = stories.tell(engine, NOW, home)
    with TestClient(create_app(stories.services(engine, NOW, home))) as client:
        csrf = sign_in(client, "ada")
        cookie = client.cookies[sessions.COOKIE]
    engine.dispose()
    return Told(home, alert_id, cookie, csrf)


@pytest.fixture
def site(told: Told, now: datetime, tmp_path: Path) -> Iterator[Site]:
    home = tmp_path / "home"
    shutil.copytree(told.home, home)
    engine = open_engine(f"sqlite:///{home / 'tingfeng.db'}")
    with TestClient(create_app(stories.services(engine, now, home))) as client:
        client.cookies.set(sessions.COOKIE, told.cookie)
        yield Site(client, engine, told.alert_id, told.csrf)
    engine.dispose()
