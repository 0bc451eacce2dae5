from __future__ import annotations

import csv
import io
import json
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from dashboard.cli.faults import Fault
from dashboard.cli.mentions import FIELDS, cell
from dashboard.cli.moments import parse_moment
from tests.unit.dashboard.cli.conftest import Run

pytestmark = pytest.mark.slow

FILE = """\
id,text,rating,date,author
1,很好用,5,2026-11-21 10:00,王小明
2,=HYPERLINK(电池发烫),1,2026-11-22 11:00,
3,,1,2026-11-22 11:00,
4,不错,3,never,
"""


def test_import_then_mentions(tingfeng: Run, tmp_path: Path) -> None:
    tingfeng("init")
    file = tmp_path / "reviews.csv"
    file.write_text(FILE, encoding="utf-8")
    done = tingfeng("import", file, "--source", "export")
    assert done.returncode == 0, done.stderr
    counts = json.loads(done.stdout)
    assert counts | {"fetched": 4, "new": 2, "rejected": {"no text": 1, "bad date": 1}} == counts
    again = json.loads(tingfeng("import", file, "--source", "export").stdout)
    assert (again["new"], again["unchanged"]) == (0, 2)

    stored = [json.loads(line) for line in tingfeng("mentions", "--source", "export").stdout.splitlines()]
    assert [tuple(row) for row in stored] == [FIELDS, FIELDS]
    newest, oldest = stored
    assert (newest["external_id"], newest["rating"], newest["published_at"]) == ("2", 1, "2026-11-22T03:00:00Z")
    assert (oldest["author"], oldest["label"]) == ("王**", "positive")

    def ids(*arguments: str) -> list[str]:
        return [json.loads(line)["external_id"] for line in tingfeng("mentions", *arguments).stdout.splitlines()]

    assert ids("电池") == ["2"]
    assert ids("--limit", "1") == ["2"]
    assert ids("--until", "2026-11-22") == ["1"]
    assert ids("--since", "2026-11-22T11:00") == ["2"]
    assert ids("--brand", "xinghe") == ["2"]
    assert ids("--brand", "tianqiong") == []
    assert ids("author:王小明") == ["1"]
    assert ids("author:王小") == []

    rows = list(csv.DictReader(io.StringIO(tingfeng("mentions", "--csv").stdout)))
    assert [row["text"] for row in rows] == ["'=HYPERLINK(电池发烫)", "很好用"]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["mentions", "(电池"], 1, "position 1"),
        (["mentions", "--since", "yesterday"], 2, "--since"),
        (["import", "none.csv", "--source", "x"], 2, "none.csv"),
        (["crawl", "newz"], 1, "no source 'newz': did you mean news? There are: app-cn, blog, forum, "),
        (["tickets", "show", "FB1"], 1, "FB1: tingfeng tickets list"),
        (["mentions", "--brand", "xinghi"], 1, "did you mean xinghe? There are: tianqiong, unattributed, xinghe"),
        (["mentions", "--source", "nope"], 1, "There are: app-cn, blog, forum, "),
        (["alerts", "list", "--brand", "nope"], 1, "There are: "),
    ],
)
def test_what_is_wrong_is_said(tingfeng: Run, arguments: list[str], code: int, words: str) -> None:
    tingfeng("init")
    done = tingfeng(*arguments)
    assert done.returncode == code
    assert words in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝"])
def test_a_spreadsheet_runs_no_cell(start: str) -> None:
    assert cell(f"{start}1+1") == f"'{start}1+1"


def test_other_cells_stay_as_they_are() -> None:
    assert cell(-0.5) == -0.5
    assert cell(None) is None
    assert cell(["a", "b"]) == "a;b"


SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-23", "2026-11-22T16:00+00:00"),
        ("2026-11-23T15:00", "2026-11-23T07:00+00:00"),
        ("2026-11-23T15:00Z", "2026-11-23T15:00+00:00"),
        ("7d", "2026-11-16T12:00+00:00"),
    ],
)
def test_moments(text: str, moment: str, now: datetime) -> None:
    assert parse_moment(text, "--since", SHANGHAI, now) == datetime.fromisoformat(moment)


def test_no_moment(now: datetime) -> None:
    with pytest.raises(Fault, match="--until") as caught:
        parse_moment("soon", "--until", SHANGHAI, now)
    assert caught.value.code == 2


def test_users(tingfeng: Run) -> None:
    tingfeng("init")
    assert tingfeng("user", "add", "li", "--role", "analyst", stdin="a long password\n").returncode == 0
    assert json.loads(tingfeng("user", "list", "--json").stdout) == [
        {"name": "li", "role": "analyst", "language": "zh-CN"}
    ]
    again = tingfeng("user", "add", "li", stdin="a long password\n")
    assert again.returncode == 1
    assert "li" in again.stderr
    assert tingfeng("user", "add", "wu").returncode == 2


def test_topics_tells_what_is_new_in_the_complaints(tingfeng: Run, tmp_path: Path) -> None:
    tingfeng("init")
    usual = ("物流慢", "客服态度差", "质量不好", "包装破了")
    rows = [f"{number},{usual[number % 4]}第{number}次,1,2026-11-{1 + number % 14:02}" for number in range(200)]
    rows += [f"{number},充电发烫{number},1,2026-11-20" for number in range(300, 312)]
    rows += [f"{number},{usual[number % 4]}第{number}次,1,2026-11-20" for number in range(400, 440)]
    file = tmp_path / "reviews.csv"
    file.write_text("id,text,rating,date\n" + "\n".join(rows), encoding="utf-8")
    assert tingfeng("import", file, "--source", "export").returncode == 0
    done = tingfeng("topics", "--until", "2026-11-22", "--json")
    assert done.returncode == 0, done.stderr
    (topic,) = [json.loads(line) for line in done.stdout.splitlines()]
    assert (topic["phrase"], topic["now"], topic["before"], len(topic["mentions"])) == ("充电发烫", 12, 0, 5)
    assert "充电发烫" in tingfeng("topics", "--until", "2026-11-22", "--source", "export").stdout
