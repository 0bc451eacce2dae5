from __future__ import annotations

from datetime import datetime
from pathlib import Path

from dashboard.operation.doctor import Check, examine
from dashboard.operation.failures import FailureBook
from dashboard.operation.home import Home
from dashboard.operation.installation import open_installation
from tests.unit.dashboard.operation.place import KEY, KEYWORDS

OPERATOR = "channels:\n  pr: {kind: slack, channel: '#pr', token: '${SLACK_BOT_TOKEN}'}\n"
SECRET = "xoxb-hush"


def by_part(home: Home) -> dict[str, Check]:
    return {check.part: check for check in examine(home)}


def test_an_empty_folder_lacks_its_configuration_and_is_left_empty(tmp_path: Path) -> None:
    checks = by_part(Home(tmp_path, KEY))
    assert not checks["keywords.yaml"].ok
    assert "tingfeng init" in checks["keywords.yaml"].mend
    assert checks["database"].ok
    assert list(tmp_path.iterdir()) == []


def test_a_whole_folder_is_well(tmp_path: Path) -> None:
    home = Home(tmp_path, {**KEY, "SLACK_BOT_TOKEN": SECRET})
    home.keywords_file.write_text(KEYWORDS, encoding="utf-8")
    home.operator_file.write_text(OPERATOR, encoding="utf-8")
    open_installation(home).engine.dispose()
    checks = by_part(home)
    for part in ("database", "migrations", "keywords.yaml", "operator.yaml", "broker", "channel pr"):
        assert checks[part].ok, checks[part]
    assert checks["channel pr"].detail == "slack, credential present"
    assert SECRET not in repr(checks)


def test_a_missing_credential_is_named(tmp_path: Path) -> None:
    home = Home(tmp_path, KEY)
    home.operator_file.write_text(OPERATOR, encoding="utf-8")
    check = by_part(home)["operator.yaml"]
    assert not check.ok
    assert "SLACK_BOT_TOKEN" in check.detail


def test_a_broken_file_is_shown_with_its_place(tmp_path: Path) -> None:
    home = Home(tmp_path, KEY)
    home.keywords_file.write_text("version: 1\nbrands: []\n", encoding="utf-8")
    check = by_part(home)["keywords.yaml"]
    assert not check.ok
    assert f"{home.keywords_file}:2:" in check.detail


def test_a_browser_that_is_not_there_is_missing_with_its_mend(tmp_path: Path) -> None:
    check = by_part(Home(tmp_path, {**KEY, "TINGFENG_BROWSER": str(tmp_path / "none")}))["browser"]
    assert not check.ok
    assert "TINGFENG_BROWSER" in check.mend


def test_a_database_that_does_not_answer_shows_no_password(tmp_path: Path) -> None:
    url = "postgresql://me:hush@127.0.0.1:1/none"
    check = by_part(Home(tmp_path, {**KEY, "TINGFENG_DATABASE_URL": url}))["database"]
    assert not check.ok
    assert "hush" not in repr(check)


def test_a_broker_is_refused(tmp_path: Path) -> None:
    assert not by_part(Home(tmp_path, {**KEY, "TINGFENG_BROKER_URL": "redis://h"}))["broker"].ok


def test_a_failing_job_is_shown(tmp_path: Path, now: datetime) -> None:
    FailureBook(tmp_path).failed("dispatch", "no route", now)
    check = by_part(Home(tmp_path, KEY))["job dispatch"]
    assert not check.ok
    assert "no route" in check.detail
