from __future__ import annotations

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from alerts.tables import alert
from dashboard.demo.start import MARK, USER, claimed, clear, prepare, scratch_environ
from dashboard.operation.home import HomeError
from dashboard.operation.wiring import kinds
from dashboard.web.accounts import authenticate
from monitor.config.versions import load_applied
from monitor.store.database import open_engine, reading
from monitor.store.tables import mention

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SITE = "http://127.0.0.1:9"


def test_folder_of_a_real_installation_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "keywords.yaml").write_text("version: 1\n")
    with pytest.raises(HomeError, match="not a demo's folder"), claimed(tmp_path):
        pass
    assert (tmp_path / "keywords.yaml").read_text() == "version: 1\n"
    assert not (tmp_path / MARK).exists()


def test_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "demo").write_text("x")
    with pytest.raises(HomeError, match="not a demo's folder"), claimed(tmp_path / "demo"):
        pass


def test_second_demo_in_the_same_folder_is_refused_until_the_first_ends(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "demo"
    with claimed(folder), pytest.raises(HomeError, match="a demo is running"), claimed(folder):
        pass
    with claimed(folder):
        pass


def test_only_what_a_demo_left_is_cleared(tmp_path: Path) -> None:
    for name in ("tingfeng.db", "tingfeng.db-wal", ".env", "notes.txt"):
        (tmp_path / name).write_text("x")
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "weekly.html").write_text("x")
    clear(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_settings_of_a_real_installation_do_not_reach_the_demo() -> None:
    process = {
        "PATH": "/bin",
        "TINGFENG_BROWSER": "/usr/bin/chromium",
        "TINGFENG_DATABASE_URL": "postgresql://real",
        "TINGFENG_BROKER_URL": "amqp://real",
        "TINGFENG_HOME": "/real",
    }
    assert scratch_environ(process) == {"PATH": "/bin", "TINGFENG_BROWSER": "/usr/bin/chromium"}


def test_prepared_folder_has_a_user_a_configuration_and_nothing_else(tmp_path: Path) -> None:
    process = {"TINGFENG_DATABASE_URL": "postgresql://127.0.0.1:1/real"}
    home = prepare(tmp_path, SITE, "a secret of the demo", NOW, process)
    assert home.database_url.startswith("sqlite:///")
    assert stat.S_IMODE(home.env_file.stat().st_mode) == 0o600
    assert home.environ["TINGFENG_DEMO"] == "1"
    assert home.author_key
    engine = open_engine(home.database_url)
    with reading(engine) as connection:
        assert authenticate(connection, USER, "a secret of the demo") is not None
        applied = load_applied(connection, kinds())
        assert connection.execute(select(mention.c.id)).all() == []
        assert connection.execute(select(alert.c.id)).all() == []
    engine.dispose()
    assert applied is not None
    assert applied.config.source("forum") is not None
