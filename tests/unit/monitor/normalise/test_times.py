"""Every stated form of time that a source is known to use, read in Shanghai at 2026-11-23 20:00 local."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.normalise.times import DateOrder, UnreadableTimeError, read_time

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("2026-11-07T15:32:00Z", "2026-11-07T15:32:00"),
        ("2026-11-07T15:32:00.1234567+08:00", "2026-11-07T07:32:00.123456"),
        ("2026-11-07 15:32:00 +0800", "2026-11-07T07:32:00"),
        ("2026-11-07T15:32:00-05", "2026-11-07T20:32:00"),
        ("2026-11-7 15:32:00", "2026-11-07T07:32:00"),
        ("发表于 2026-11-7 15:32:00", "2026-11-07T07:32:00"),
        ("發表於 2026-11-7 15:32", "2026-11-07T07:32:00"),
        ("2026-11-07", "2026-11-06T16:00:00"),
        ("2026/11/07 24:00", "2026-11-07T16:00:00"),
        ("2026-11-07T15:32:60Z", "2026-11-07T15:32:59"),
        ("20261107T153200Z", "2026-11-07T15:32:00"),
        ("20261107153200", "2026-11-07T07:32:00"),
        ("Sat, 07 Nov 2026 15:32:00 GMT", "2026-11-07T15:32:00"),
        ("Sat, 7 Nov 26 15:32 EST", "2026-11-07T20:32:00"),
        ("Sat, 07 Nov 2026 15:32:00 +0000 (UTC)", "2026-11-07T15:32:00"),
        ("Sat Nov 07 15:32:00 +0800 2026", "2026-11-07T07:32:00"),
        ("Sat Nov 07 2026 15:32:00 GMT+0800 (China Standard Time)", "2026-11-07T07:32:00"),
        ("2026-11-07 15:32:00 CST", "2026-11-07T07:32:00"),  # China's in Shanghai, not America's
        ("Oct. 13, 2026, 3:27 p.m.", "2026-10-13T07:27:00"),
        ("Oct. 13, 2026, 12:05 a.m.", "2026-10-12T16:05:00"),
        ("Oct. 13, 2026, noon", "2026-10-13T04:00:00"),
        ("Sept. 3, 2026, 3 p.m.", "2026-09-03T07:00:00"),
        ("November 7th, 2026 at 3:32 PM", "2026-11-07T07:32:00"),
        ("7 November 2026 15:32", "2026-11-07T07:32:00"),
        ("7/11/2026", "2026-11-06T16:00:00"),
        ("11/13/2026", "2026-11-12T16:00:00"),
        ("1794065520", "2026-11-07T15:32:00"),
        ("1794065520.25", "2026-11-07T15:32:00.250000"),
        ("1794065520000", "2026-11-07T15:32:00"),
        ("1794065520000000", "2026-11-07T15:32:00"),
        ("2026年11月7日", "2026-11-06T16:00:00"),
        ("2026年11月7日 下午3:27", "2026-11-07T07:27:00"),
        ("2026年11月7日 15时32分07秒", "2026-11-07T07:32:07"),
        ("2026-11-07 星期六 15:32", "2026-11-07T07:32:00"),
        ("２０２６－１１－０７", "2026-11-06T16:00:00"),
        ("11月7日 15:32", "2026-11-07T07:32:00"),
        ("12月30日 08:00", "2025-12-30T00:00:00"),  # this year's is still to come
        ("11-07 15:32", "2026-11-07T07:32:00"),
        ("2月29日", "2024-02-28T16:00:00"),
        ("昨天 15:32", "2026-11-22T07:32:00"),
        ("前天", "2026-11-20T16:00:00"),
        ("今天15:32", "2026-11-23T07:32:00"),
        ("yesterday at 15:32", "2026-11-22T07:32:00"),
        ("yesterday at 3:27 pm", "2026-11-22T07:27:00"),
        ("前天 15:32", "2026-11-21T07:32:00"),
        ("大前天", "2026-11-19T16:00:00"),
        ("Oct. 13, 2026, midnight", "2026-10-12T16:00:00"),
        ("Nov 7", "2026-11-06T16:00:00"),
        ("Nov. 7 at 3:32 pm", "2026-11-07T07:32:00"),
        ("7 Nov, 15:32", "2026-11-07T07:32:00"),
        ("Dec 30", "2025-12-29T16:00:00"),
        ("11-07", "2026-11-06T16:00:00"),
        ("12-30 08:00", "2025-12-30T00:00:00"),
        ("07-11-2026", "2026-11-06T16:00:00"),
        ("11/07 15:32", "2026-11-07T07:32:00"),
        ("Tuesday at 3:27 PM", "2026-11-17T07:27:00"),
        ("Monday at 3:27 PM", "2026-11-23T07:27:00"),
        ("Monday at 11:27 PM", "2026-11-16T15:27:00"),  # today's is still to come
        ("周三 15:32", "2026-11-18T07:32:00"),
        ("上周日", "2026-11-21T16:00:00"),
        ("2026/11/7 上午12:05:00", "2026-11-06T16:05:00"),  # as browsers print it in Chinese
        ("2026/11/7 下午12:05:00", "2026-11-07T04:05:00"),
        ("11/13/2026, 3:32:00 PM", "2026-11-13T07:32:00"),
        ("2026-11-07 15:32 北京时间", "2026-11-07T07:32:00"),
        ("2026-11-07 15:32:00 GMT+8", "2026-11-07T07:32:00"),
        ("2026-11-07T15:32:00+01:00[Europe/Berlin]", "2026-11-07T14:32:00"),
        ("1794065520000000000", "2026-11-07T15:32:00"),
        ("/Date(1794065520000+0800)/", "2026-11-07T15:32:00"),
        ("回复于 2026-11-7 15:32:00", "2026-11-07T07:32:00"),
        ("11-07 15:32 来自上海", "2026-11-07T07:32:00"),
        ("2026-11-07 15:32 发布", "2026-11-07T07:32:00"),
    ],
)
def test_a_stated_time_is_one_instant(stated: str, expected: str) -> None:
    read = read_time(stated, SHANGHAI, NOW)
    assert read.at == at(expected)
    assert read.at.tzinfo is UTC
    assert read.fixed


@pytest.mark.parametrize(
    ("stated", "ago"),
    [
        ("刚刚", timedelta(0)),
        ("3 小时前", timedelta(hours=3)),
        ("3小时前", timedelta(hours=3)),
        ("半小时前", timedelta(minutes=30)),
        ("發表於 20 分鐘前", timedelta(minutes=20)),
        ("3 小時前", timedelta(hours=3)),
        ("两个小时前", timedelta(hours=2)),
        ("5天前", timedelta(days=5)),
        ("2 hours ago", timedelta(hours=2)),
        ("an hour ago", timedelta(hours=1)),
        ("just now", timedelta(0)),
        ("几秒前", timedelta(0)),
        ("2 天前", timedelta(days=2)),
        ("十五分钟前", timedelta(minutes=15)),
        ("1个半小时前", timedelta(minutes=90)),
        ("1小时20分钟前", timedelta(minutes=80)),
        ("3 hours ago", timedelta(hours=3)),
        ("one hour ago", timedelta(hours=1)),
        ("3\xa0days, 4\xa0hours ago", timedelta(days=3, hours=4)),  # as Django's timesince prints it
        ("2 days and 1 hour ago", timedelta(days=2, hours=1)),
        ("about 5 min. ago", timedelta(minutes=5)),
        ("3小时前发布", timedelta(hours=3)),
    ],
)
def test_a_relative_time_is_told_from_the_moment_of_collecting(stated: str, ago: timedelta) -> None:
    read = read_time(stated, SHANGHAI, NOW)
    assert read.at == NOW - ago
    assert not read.fixed


@pytest.mark.parametrize(
    "stated",
    [
        "soon", "2026-02-30", "2026-11-07 25:00", "2026-13-01", "0000-00-00", "1970-01-01T00:00:00Z", "15", "1234567",
        "2026-11-07T15:32:00+99:99", "2026-11-07 15:32 XYZ", "Oct. 13, 2026, 13:27 p.m.", "9" * 17, "2026-11-07" * 20,
        "²⁰²⁶", "999999天前前", "--", "7/11/26", "26-11-7 15:32", "-1794065520", "3 cats ago", "零一二天前",
        "999999年前", "32/13/2026", "ago", "前", "Nov 2012", "11/07",
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_and_never_guessed(stated: str) -> None:
    with pytest.raises(UnreadableTimeError, match="cannot read the time"):
        read_time(stated, SHANGHAI, NOW)


def test_the_zone_of_the_source_decides_what_a_bare_time_means() -> None:
    summer = read_time("2026-07-01 12:00", ZoneInfo("America/New_York"), NOW)
    winter = read_time("2026-01-01 12:00", ZoneInfo("America/New_York"), NOW)
    assert (summer.at, winter.at) == (at("2026-07-01T16:00:00"), at("2026-01-01T17:00:00"))


@pytest.mark.parametrize(
    ("stated", "order", "expected"),
    [
        ("08/11/2026", "dmy", "2026-11-07T16:00:00"),
        ("08/11/2026", "mdy", "2026-08-10T16:00:00"),
        ("08/11/2026, 3:32:00 PM", "mdy", "2026-08-11T07:32:00"),
        ("13/11/2026", "mdy", "2026-11-12T16:00:00"),  # it can be nothing else
        ("08.11.26", "dmy", "2026-11-07T16:00:00"),
        ("11/08/26", "mdy", "2026-11-07T16:00:00"),
        ("26-11-8 15:32", "ymd", "2026-11-08T07:32:00"),
        ("08/11 15:32", "dmy", "2026-11-08T07:32:00"),
        ("08/11 15:32", "mdy", "2026-08-11T07:32:00"),
        ("2026-11-08", "mdy", "2026-11-07T16:00:00"),
    ],
)
def test_a_declared_order_of_dates_is_kept(stated: str, order: DateOrder, expected: str) -> None:
    assert read_time(stated, SHANGHAI, NOW, order).at == at(expected)


@pytest.mark.parametrize(
    ("stated", "zone", "expected"),
    [
        ("2026-10-25 02:30", "Europe/Berlin", "2026-10-25T00:30:00"),  # happens twice: the first
        ("2026-10-25 02:30 CET", "Europe/Berlin", "2026-10-25T01:30:00"),  # unless the page says which
        ("2026-11-01 01:30 EST", "America/New_York", "2026-11-01T06:30:00"),
        ("2026-03-29 02:30", "Europe/Berlin", "2026-03-29T01:30:00"),  # was skipped
        ("2026-10-25 00:30", "Europe/London", "2026-10-24T23:30:00"),
    ],
)
def test_the_hours_in_which_clocks_are_set(stated: str, zone: str, expected: str) -> None:
    assert read_time(stated, ZoneInfo(zone), NOW).at == at(expected)


def test_the_turn_of_the_year() -> None:
    new_year = datetime(2027, 1, 1, 0, 30, tzinfo=UTC)
    for stated in ("12-31 23:30", "Dec 31 23:30", "12月31日 23:30", "31 Dec 23:30"):
        assert read_time(stated, SHANGHAI, new_year).at == at("2026-12-31T15:30:00")
    assert read_time("01-01 08:10", SHANGHAI, new_year).at == at("2027-01-01T00:10:00")
    assert read_time("昨天 23:30", SHANGHAI, new_year).at == at("2026-12-31T15:30:00")


@given(st.datetimes(datetime(1990, 1, 2), datetime(2090, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_iso_and_epoch_come_back_exactly(moment: datetime) -> None:
    whole = moment.replace(microsecond=0)
    assert read_time(moment.isoformat(), SHANGHAI, NOW).at == moment
    if whole.timestamp() >= 1e8 * 10:
        assert read_time(str(int(whole.timestamp())), SHANGHAI, NOW).at == whole


@given(
    st.from_regex(r"[0-9]{1,17}", fullmatch=True)
    | st.from_regex(
        r"(?:19[89]|20[0-9]|999)[0-9]-[01][0-9]-[0-3][0-9][T ][0-2][0-9]:[0-6][0-9]:[0-6][0-9](?:\.[0-9]{1,7})?"
        r"(?:Z|[+-][0-3][0-9]:[0-9]{2})?",
        fullmatch=True,
    )
)
def test_the_usual_forms_are_read_as_all_others(stated: str) -> None:
    # "on", which pages put before a time, has it read the long way.
    assert outcome(stated) == outcome(f"on {stated}")


def outcome(stated: str) -> object:
    try:
        return read_time(stated, SHANGHAI, NOW)
    except UnreadableTimeError:
        return "unreadable"


@given(st.text(max_size=60) | st.text("0123456789-:/. T+Z年月日天前小时apmutc", max_size=40))
def test_any_text_is_read_or_refused(stated: str) -> None:
    with contextlib.suppress(UnreadableTimeError):
        assert read_time(stated, SHANGHAI, NOW).at.tzinfo is UTC
