"""The report's words in both languages, and how each writes numbers and times."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from dashboard.reports.model import Language

WORDS: Mapping[Language, Mapping[str, str]] = {
    "zh-CN": {
        "title": "竞品周报",
        "product": "听风",
        "demo": "演示数据",
        "demo.explained": "品牌、人物和内容均为虚构。",
        "partial": "本周尚未结束，数字截至生成时间。",
        "generated": "生成于 {time}",
        "summary": "本周要点",
        "summary.volume": "{brand}本周被提及 {n} 次，{change}，声量占比 {share}。",
        "summary.negative": "负面率 {ratio}（{k}/{n}，95% 区间 {low}–{high}），{change}。",
        "summary.complaint": "投诉最多的是「{name}」，占 {n} 条负面提及中的 {k} 条。",
        "summary.alerts": "本周触发 {n} 次预警。",
        "summary.calm": "本周没有预警。",
        "summary.none": "{brand}本周没有提及。",
        "change.none": "上周无数据",
        "change.noise": "与上周相比变化 {value}，在正常波动内",
        "change.few": "与上周相比变化 {value}，提及太少，无法比较",
        "change.up": "较上周上升 {value}",
        "change.down": "较上周下降 {value}",
        "noise": "波动内",
        "few": "太少，无法比较",
        "points": "{value} 个百分点",
        "brands": "品牌对比",
        "brand": "品牌",
        "own": "自有",
        "competitor": "竞品",
        "volume": "提及",
        "negative": "负面率",
        "share": "声量占比",
        "score": "情感均值",
        "week_on_week": "较上周",
        "voice": "声量占比",
        "this_week": "本周",
        "last_week": "上周",
        "voice.none": "没有提及",
        "daily": "每日提及与负面",
        "daily.none": "本周没有品牌被提及。可到“来源”页看采集是否正常。",
        "daily.note": "柱高为提及数，红色为负面；柱上为负面率（提及数）。各品牌同一刻度。",
        "daily.label": "{brand}每日提及与负面：{days}",
        "rest": "其他提及",
        "complaints": "主要投诉",
        "complaints.none": "本周没有可归类的负面提及。",
        "complaints.note": "自有品牌的负面提及，按关键词主题和方面归类；一条提及可属多类。",
        "complaints.unsorted": "另有 {n} 条负面提及不属于任何主题。",
        "complaints.count": "{n} 条（上周 {before} 条）",
        "sources": "自有品牌各来源",
        "source": "来源",
        "sources.none": "两周内没有来源采到自有品牌的提及。",
        "alerts": "本周预警",
        "alerts.none": "本周没有预警。",
        "rule": "规则",
        "severity": "级别",
        "severity.critical": "严重",
        "severity.major": "重要",
        "severity.minor": "一般",
        "fired": "触发时间",
        "resolved": "恢复时间",
        "firing": "进行中",
        "baseline": "基线",
        "ticket": "工单",
        "original": "原文",
        "stars": "{n} 星",
        "notes": "口径",
        "notes.negative": "负面：有评分的看评分（5 星制 1–2 星），没有评分的看情感判定。"
        "负面率的分母是全部提及，含中性。",
        "notes.interval": "区间为 95% Wilson 区间；负面率变化用 Newcombe 法、提及数变化用 Poisson 法判断，"
        "标「波动内」的不能视为变化，"
        "标「太少」的（任一周不足 {least} 条）既不能说变了，也不能说没变。转发和集中讨论会让实际波动更大。",
        "notes.time": "一周为 ISO 周，{zone} 时间 {since} 至 {until}，按发布时间统计；没有发布时间的提及不计入。",
        "notes.privacy": "引文已脱敏，作者已打码。",
    },
    "en": {
        "title": "Weekly competitive report",
        "product": "Tingfeng",
        "demo": "Demo data",
        "demo.explained": "Brands, people and contents are made up.",
        "partial": "The week is not over: figures up to the time of making.",
        "generated": "Made {time}",
        "summary": "This week",
        "summary.volume": "{brand} was mentioned {n} times, {change}, with {share} of voice.",
        "summary.negative": "Negative ratio {ratio} ({k} of {n}, 95% interval {low}–{high}), {change}.",
        "summary.complaint": 'Most complaints are about "{name}": {k} of {n} negative mentions.',
        "summary.alerts": "Alerts fired: {n}.",
        "summary.calm": "No alert fired.",
        "summary.none": "{brand} was not mentioned this week.",
        "change.none": "no data for the week before",
        "change.noise": "{value} against last week, within noise",
        "change.few": "{value} against last week, too few to compare",
        "change.up": "up {value} on last week",
        "change.down": "down {value} on last week",
        "noise": "within noise",
        "few": "too few to compare",
        "points": "{value} points",
        "brands": "Brands compared",
        "brand": "Brand",
        "own": "own",
        "competitor": "competitor",
        "volume": "Mentions",
        "negative": "Negative ratio",
        "share": "Share of voice",
        "score": "Mean sentiment",
        "week_on_week": "Against last week",
        "voice": "Share of voice",
        "this_week": "This week",
        "last_week": "Last week",
        "voice.none": "No mentions",
        "daily": "Mentions and negatives by day",
        "daily.none": "No brand was mentioned this week. See on the sources page whether collecting works.",
        "daily.note": "Bar height is mentions, red is negative; above each bar the negative ratio (mentions). "
        "All brands on one scale.",
        "daily.label": "{brand}, mentions and negatives by day: {days}",
        "rest": "other mentions",
        "complaints": "Top complaints",
        "complaints.none": "No negative mention falls under a topic this week.",
        "complaints.note": "Negative mentions of the own brands by keyword topic and aspect; one may be in several.",
        "complaints.unsorted": "Another {n} negative mentions are about none of the topics.",
        "complaints.count": "{n} (last week {before})",
        "sources": "Own brands by source",
        "source": "Source",
        "sources.none": "No source had a mention of an own brand in the two weeks.",
        "alerts": "Alerts of the week",
        "alerts.none": "No alert fired this week.",
        "rule": "Rule",
        "severity": "Severity",
        "severity.critical": "Critical",
        "severity.major": "Major",
        "severity.minor": "Minor",
        "fired": "Fired",
        "resolved": "Resolved",
        "firing": "firing",
        "baseline": "Baseline",
        "ticket": "Ticket",
        "original": "original",
        "stars": "{n} stars",
        "notes": "How to read this",
        "notes.negative": "Negative: by rating where rated (1 or 2 of 5 stars), else by the sentiment label. "
        "The ratio counts all mentions, neutral too.",
        "notes.interval": "Intervals are 95% Wilson intervals; changes are judged by Newcombe's method (ratios) and a "
        'Poisson test (mentions): what is "within noise" is no change, and with fewer than {least} mentions in either '
        "week neither a change nor calm can be told. Reposts and shared discussions make the true noise larger.",
        "notes.time": "An ISO week, {since} to {until} in {zone}, by published time; undated mentions are not counted.",
        "notes.privacy": "Quotes are redacted and authors masked.",
    },
}


def count(number: int, language: Language) -> str:
    """12345 → 1.2万 in Chinese (from 10,000 on), 12,345 in English."""
    if language == "zh-CN" and number >= 10_000:
        return f"{number / 10_000:.1f}万"
    return f"{number:,}" if language == "en" else str(number)


def percent(value: float) -> str:
    return f"{value * 100:.1f}%"


def signed(value: float, digits: int = 1) -> str:
    """With a true minus sign; no sign on what rounds to zero."""
    text = f"{abs(value):.{digits}f}"
    if float(text) == 0:
        return text
    return ("+" if value > 0 else "−") + text


def moment(time: datetime, zone: ZoneInfo) -> str:
    return f"{time.astimezone(zone):%Y-%m-%d %H:%M}"


def weekday(day: date, language: Language) -> str:
    names = "一二三四五六日" if language == "zh-CN" else ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    name = names[day.weekday()]
    return f"周{name}" if language == "zh-CN" else name


def week_title(week: str, language: Language) -> str:
    year, number = week.split("-W")
    return f"{year} 年第 {int(number)} 周" if language == "zh-CN" else f"Week {int(number)}, {year}"
