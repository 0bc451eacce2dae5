"""The way in: the language that was chosen there stays, and an installation without users says what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, select

from dashboard.tables import user
from dashboard.web.accounts import add_user
from dashboard.web.app import create_app
from monitor.store.database import reading, writing
from tests.unit.dashboard.web import stories

GERMAN_THEN_ENGLISH = {"accept-language": "de,en;q=0.8"}


@pytest.fixture
def door(sqlite_database: Engine, now: datetime, tmp_path: Path) -> Iterator[TestClient]:
    """An installation with a configuration and one user, whose language is Chinese."""
    with writing(sqlite_database) as connection:
        stories.add_configuration(connection, now)
        add_user(connection, "li", stories.PASSWORD, "admin", now=now)
    with TestClient(create_app(stories.services(sqlite_database, now, tmp_path))) as client:
        yield client


@pytest.fixture
def demo(sqlite_database: Engine, now: datetime, tmp_path: Path) -> Iterator[TestClient]:
    with writing(sqlite_database) as connection:
        stories.add_configuration(connection, now)
        add_user(connection, "ada", stories.PASSWORD, "admin", now=now)
    with TestClient(create_app(stories.services(sqlite_database, now, tmp_path, demo=True))) as client:
        yield client


def language_of(page: str) -> str:
    return page.split('<html lang="')[1].split('"')[0]


def hidden(page: str) -> dict[str, str]:
    """What the sign-in form sends besides name and password."""
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))


def enter(client: TestClient, page: str, name: str, password: str = stories.PASSWORD, **headers: str) -> str:
    data = {**hidden(page), "name": name, "password": password}
    return str(client.post("/sign-in", data=data, headers=headers).text)


def stored(engine: Engine) -> str:
    with reading(engine) as connection:
        return str(connection.execute(select(user.c.language)).scalar_one())


def test_a_language_chosen_on_the_sign_in_page_stays(door: TestClient, sqlite_database: Engine) -> None:
    page = door.get("/sign-in?language=en&next=/tickets").text
    assert language_of(page) == "en"
    assert hidden(page) == {"next": "/tickets", "language": "en"}
    again = enter(door, page, "li", "a wrong password")
    assert (language_of(again), hidden(again)) == ("en", hidden(page)), "a slip of the finger forgets nothing"
    assert language_of(enter(door, again, "li")) == "en"
    assert stored(sqlite_database) == "en"


def test_without_a_choice_the_user_s_own_language_stays(door: TestClient, sqlite_database: Engine) -> None:
    page = door.get("/sign-in", headers=GERMAN_THEN_ENGLISH).text
    assert language_of(page) == "en", "as the browser asks, before anyone is known"
    assert "language" not in hidden(page)
    assert language_of(enter(door, page, "li", **GERMAN_THEN_ENGLISH)) == "zh-CN"
    assert stored(sqlite_database) == "zh-CN"


def test_an_unknown_language_is_no_choice(door: TestClient) -> None:
    assert "language" not in hidden(door.get("/sign-in?language=klingon").text)


def test_a_demo_speaks_the_language_of_its_first_visitor_s_browser(demo: TestClient, sqlite_database: Engine) -> None:
    page = demo.get("/sign-in", headers=GERMAN_THEN_ENGLISH).text
    assert language_of(enter(demo, page, "ada", **GERMAN_THEN_ENGLISH)) == "en"
    demo.cookies.clear()
    enter(demo, demo.get("/sign-in").text, "ada", **{"accept-language": "zh-CN"})
    assert stored(sqlite_database) == "en", "the first sign-in decides, later ones change nothing"


def test_a_choice_comes_before_the_browser_in_a_demo_too(demo: TestClient) -> None:
    page = demo.get("/sign-in?language=zh-CN", headers=GERMAN_THEN_ENGLISH).text
    assert language_of(enter(demo, page, "ada", **GERMAN_THEN_ENGLISH)) == "zh-CN"


@pytest.mark.parametrize(
    ("language", "words", "command"),
    [
        ("zh-CN", "还没有用户", "tingfeng --home 数据目录 user add 用户名 --role admin"),
        ("en", "There is no user yet", "tingfeng --home FOLDER user add NAME --role admin"),
    ],
)
def test_without_a_user_the_page_says_how_to_add_one(
    sqlite_database: Engine, now: datetime, tmp_path: Path, language: str, words: str, command: str
) -> None:
    with TestClient(create_app(stories.services(sqlite_database, now, tmp_path))) as client:
        page = client.get(f"/sign-in?language={language}").text
        assert words in page
        assert command in page
        assert str(tmp_path) not in page, "a visitor whom nobody knows learns no path of the server"
        with writing(sqlite_database) as connection:
            add_user(connection, "li", stories.PASSWORD, "admin", now=now)
        assert words not in client.get(f"/sign-in?language={language}").text
