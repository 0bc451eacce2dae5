from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from dashboard.operation.home import Home
from dashboard.operation.installation import open_installation
from dashboard.operation.web import open_for_pages, services
from dashboard.web.accounts import add_user
from dashboard.web.app import create_app
from monitor.config.errors import InvalidConfig
from monitor.store.database import writing
from tests.unit.dashboard.operation.place import KEY, Clock, apply

BROKEN = "channels: {pager: {kind: smoke}}\n"
LINE = "operator.yaml:1:26: channels.pager.kind: unknown kind of channel"
PASSWORD = "a password for tests"


def test_a_broken_operator_file_is_named_on_the_pages_and_keeps_only_the_other_processes_from_starting(
    tmp_path: Path, clock: Clock
) -> None:
    home = Home(tmp_path, KEY)
    home.operator_file.write_text(BROKEN, encoding="utf-8")
    with pytest.raises(InvalidConfig, match="unknown kind of channel"):
        open_installation(home)
    installation = open_for_pages(home)
    apply(installation, clock.now)
    with writing(installation.engine) as connection:
        add_user(connection, "ada", PASSWORD, "admin", language="en", now=clock.now)
    with TestClient(create_app(services(installation, clock))) as client:
        assert LINE in client.post("/sign-in", data={"name": "ada", "password": PASSWORD}).text
        home.operator_file.write_text("channels: {pager: {kind: console}}\n", encoding="utf-8")
        assert "operator.yaml:" not in client.get("/alerts").text
    installation.engine.dispose()


def test_a_missing_secret_is_told_until_it_is_set_and_bytes_that_are_no_text_are_told_too(
    tmp_path: Path, clock: Clock
) -> None:
    home = Home(tmp_path, KEY)
    installation = open_for_pages(home)
    errors = services(installation, clock).operator_errors
    assert errors() == ()
    slack = "channels: {team: {kind: slack, channel: C1, token: '${SLACK_BOT_TOKEN}'}}\n"
    home.operator_file.write_text(slack, encoding="utf-8")
    assert "the variable SLACK_BOT_TOKEN is not set" in errors()[0]
    home.env_file.write_text("SLACK_BOT_TOKEN=xoxb-1\n", encoding="utf-8")
    assert errors() == ()
    home.operator_file.write_bytes(b"\xff")
    assert errors() == ("operator.yaml:1:1: not UTF-8 (save the file as UTF-8)",)
    installation.engine.dispose()
