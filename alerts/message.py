"""The words of an alert, zh-CN and en: plain text, no markup, for every channel and the ticket's title."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from alerts.health_words import DUTIES, mend, sentence, state_word
from alerts.notification import Notification, Quote, SourceNote

WORDS: Mapping[str, Mapping[str, str]] = {
    "zh-CN": {
        "critical": "严重",
        "major": "重要",
        "minor": "一般",
        "firing": "预警",
        "resolved": "已恢复",
        "demo": "【演示】",
        "all": "全部",
        "ratio": "{n} 条提及中有 {k} 条负面",
        "ratio_baseline": "{n} 条提及中有 {k} 条负面，基线为 {baseline}",
        "count": "{window}内有 {k} 条负面提及（共 {n} 条）",
        "volume": "{window}内有 {n} 条提及，平时约 {usual} 条",
        "crisis": "危机词“{keyword}”命中 {n} 条提及，其中 {k} 条负面",
        "window": "统计窗口：{window}",
        "since": "开始于：{since}",
        "until": "恢复于：{at}",
        "rule": "规则：{rule}",
        "last_item": "最近一条发布于：{at}",
        "no_item": "还没有带时间的条目",
        "mend": "处理：{mend}",
        "source": "来源{state}：{sentence}",
        "ticket": "工单：{ticket}",
        "quote": "“{text}” — {author}（{rating}{source}）",
        "stars": "{stars} 星，",
        "anonymous": "匿名",
        "headline": "{title}：{summary}",
        "original": "原文",
        "separator": " · ",
        "days": "{count} 天",
        "hours": "{count} 小时",
        "minutes": "{count} 分钟",
        "seconds": "{count} 秒",
        "open_alert": "查看预警",
        "open_mentions": "查看提及",
        "open_ticket": "查看工单",
    },
    "en": {
        "critical": "Critical",
        "major": "Major",
        "minor": "Minor",
        "firing": "alert",
        "resolved": "resolved",
        "demo": "[Demo] ",
        "all": "everything",
        "ratio": "{k} of {n} negative",
        "ratio_baseline": "{k} of {n} negative against a baseline of {baseline}",
        "count": "{k} negative mentions in {window} ({n} in all)",
        "volume": "{n} mentions in {window}, usually about {usual}",
        "crisis": "crisis word “{keyword}” in {n} mentions, {k} of them negative",
        "window": "Window: {window}",
        "since": "Since: {since}",
        "until": "Resolved: {at}",
        "rule": "Rule: {rule}",
        "last_item": "Last item published: {at}",
        "no_item": "No item with a time yet",
        "mend": "Mend: {mend}",
        "source": "source {state}: {sentence}",
        "ticket": "Ticket: {ticket}",
        "quote": "“{text}” — {author} ({rating}{source})",
        "stars": "{stars} of 5 stars, ",
        "anonymous": "anonymous",
        "headline": "{title}: {summary}",
        "original": "original",
        "separator": " · ",
        "days": "{count} d",
        "hours": "{count} h",
        "minutes": "{count} min",
        "seconds": "{count} s",
        "open_alert": "Open alert",
        "open_mentions": "Open mentions",
        "open_ticket": "Open ticket",
    },
}

#: A quote longer than this (code points) is cut with an ellipsis.
QUOTE_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Message:
    """``title``: severity and subject; ``summary``: the figures; ``headline``: both in one line."""

    title: str
    summary: str
    headline: str
    facts: tuple[str, ...]
    quotes: tuple[str, ...]


def render(notification: Notification) -> Message:
    """The message in the notification's own language and time zone."""
    words = WORDS[notification.language]
    subject, figures = title(notification, words), summary(notification, words)
    return Message(
        title=subject,
        summary=figures,
        headline=words["headline"].format(title=subject, summary=figures),
        facts=facts(notification, words),
        quotes=tuple(quote_line(quote, words) for quote in notification.quotes),
    )


def title(notification: Notification, words: Mapping[str, str]) -> str:
    subject = words["separator"].join(label.name for label in notification.labels) or words["all"]
    demo = words["demo"] if notification.demo else ""
    severity, transition = words[notification.severity], words[notification.transition]
    kind = f"{severity} {transition}" if notification.language == "en" else f"{severity}{transition}"
    return f"{demo}{kind}{words['separator']}{subject}"


def summary(notification: Notification, words: Mapping[str, str]) -> str:
    if notification.source is not None:
        note, language = notification.source, notification.language
        if note.cause in DUTIES:
            return sentence(language, note.cause, note.facts)
        return words["source"].format(
            state=state_word(language, note.state), sentence=sentence(language, note.cause, note.facts)
        )
    keyword = next((label.name for label in notification.labels if label.key == "keyword"), "")
    pattern = {
        "negative_ratio": "ratio" if notification.baseline is None else "ratio_baseline",
        "negative_count": "count",
        "mention_volume": "volume",
        "crisis_word": "crisis",
        "source_health": "count",
    }[notification.measure]
    return words[pattern].format(
        n=notification.n,
        k=notification.k,
        baseline=percent(notification.baseline, notification.language),
        window=duration(notification.window_seconds, words),
        usual=f"{notification.expected or 0:.0f}",
        keyword=keyword,
    )


def facts(notification: Notification, words: Mapping[str, str]) -> tuple[str, ...]:
    zone = ZoneInfo(notification.timezone)
    lines = [words["since"].format(since=minute(notification.since, zone))]
    if notification.transition == "resolved":
        lines.append(words["until"].format(at=minute(notification.at, zone)))
    if notification.source is None:
        lines.append(words["window"].format(window=duration(notification.window_seconds, words)))
    else:
        lines += source_facts(notification.source, notification, words, zone)
    lines.append(words["rule"].format(rule=notification.rule))
    if notification.ticket:
        lines.append(words["ticket"].format(ticket=notification.ticket))
    return tuple(lines)


def source_facts(note: SourceNote, notification: Notification, words: Mapping[str, str], zone: ZoneInfo) -> list[str]:
    """When its last item was published and, while it is not well, what to do."""
    lines = []
    if note.cause not in DUTIES:
        last = note.last_item
        lines.append(words["last_item"].format(at=minute(last, zone)) if last else words["no_item"])
    todo = mend(notification.language, note.cause)
    if todo and notification.transition == "firing":
        lines.append(words["mend"].format(mend=todo))
    return lines


def minute(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def quote_line(quote: Quote, words: Mapping[str, str]) -> str:
    text = " ".join(quote.text.split())
    if len(text) > QUOTE_LENGTH:
        text = text[: QUOTE_LENGTH - 1] + "…"
    stars = "" if quote.rating is None else words["stars"].format(stars=f"{1 + 4 * quote.rating:g}")
    author = quote.author_masked or words["anonymous"]
    return words["quote"].format(text=text, author=author, rating=stars, source=quote.source)


def percent(ratio: float | None, language: str) -> str:
    """ "9 %" in English, "9%" in Chinese; one decimal below 1 %."""
    if ratio is None:
        return ""
    figure = f"{ratio * 100:.1f}" if ratio < 0.01 else f"{ratio * 100:.0f}"
    return f"{figure} %" if language == "en" else f"{figure}%"


def duration(seconds: int, words: Mapping[str, str]) -> str:
    """In the largest unit that leaves no rest."""
    for unit, size in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds >= size and seconds % size == 0:
            return words[unit].format(count=seconds // size)
    return words["seconds"].format(count=seconds)
