from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from dashboard.operation.home import Home, HomeError, default_folder, refuse_broker


def test_the_process_environment_wins_over_the_folders_env_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("A=file\nB=file\n")
    assert {"A": "process", "B": "file"}.items() <= Home(tmp_path, {"A": "process"}).environ.items()


def test_the_author_key_is_made_once_and_is_for_the_owner_alone(tmp_path: Path) -> None:
    home = Home(tmp_path / "new", {})
    with pytest.raises(HomeError, match="tingfeng init"):
        _ = home.author_key
    home.prepare()
    key = home.author_key
    home.prepare()
    assert home.author_key == key
    assert len(key) == 64
    assert stat.S_IMODE(home.env_file.stat().st_mode) == 0o600


def test_many_processes_agree_on_one_author_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: Home(tmp_path, {}).prepare(), range(8)))
    assert (tmp_path / ".env").read_text().count("TINGFENG_AUTHOR_KEY=") == 1


def test_what_the_env_file_held_stays(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SLACK_BOT_TOKEN=x")
    home = Home(tmp_path, {})
    home.prepare()
    assert home.environ["SLACK_BOT_TOKEN"] == "x"
    assert home.author_key


def test_a_key_of_the_environment_is_used_and_not_written(tmp_path: Path) -> None:
    home = Home(tmp_path, {"TINGFENG_AUTHOR_KEY": "mine"})
    home.prepare()
    assert home.author_key == b"mine"
    assert not home.env_file.exists()


def test_the_database_is_the_folders_own_unless_told(tmp_path: Path) -> None:
    assert Home(tmp_path, {}).database_url == f"sqlite:///{tmp_path}/tingfeng.db"
    told = {"TINGFENG_DATABASE_URL": "postgresql://h/d"}
    assert Home(tmp_path, told).database_url == "postgresql://h/d"


def test_no_secret_is_in_the_representation(tmp_path: Path) -> None:
    assert "hush" not in repr(Home(tmp_path, {"TINGFENG_AUTHOR_KEY": "hush"}))


def test_the_default_folder() -> None:
    assert default_folder({}) == Path("data")
    assert default_folder({"TINGFENG_HOME": "/elsewhere"}) == Path("/elsewhere")


@pytest.mark.parametrize(("url", "words"), [("sqlite:///x.db", "SQLite"), ("postgresql://h/d", "cluster mode")])
def test_a_broker_is_refused_with_its_reason(url: str, words: str) -> None:
    refuse_broker({}, url)
    with pytest.raises(HomeError, match=words):
        refuse_broker({"TINGFENG_BROKER_URL": "redis://h"}, url)


def test_a_folder_without_an_installation_is_refused_and_left_alone(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "a typo"):
        with pytest.raises(HomeError, match="tingfeng init"):
            Home(folder, {}).require()
    assert list(tmp_path.iterdir()) == []
    Home(tmp_path, {"TINGFENG_DATABASE_URL": "postgresql://h/d"}).require()
    with pytest.raises(HomeError, match=r"'.*a typo'"):
        Home(tmp_path / "a typo", {"TINGFENG_DATABASE_URL": "postgresql://h/d"}).require()
    (tmp_path / "keywords.yaml").touch()
    Home(tmp_path, {}).require()


def test_a_command_is_said_as_it_must_be_typed() -> None:
    assert Home(Path("my data"), {}).command("check") == "tingfeng --home 'my data' check"
    assert Home(Path("b"), {"TINGFENG_HOME": "a"}).command("check") == "tingfeng --home b check"
    assert Home(Path("b"), {"TINGFENG_HOME": "b"}).command("user", "add", "NAME") == "tingfeng user add NAME"
