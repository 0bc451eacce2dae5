"""The report as one HTML file: no scripts, nothing loaded from elsewhere, every text escaped; prints on A4."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined

from dashboard.reports import charts, words
from dashboard.reports.model import BrandWeek, Complaint, Language, WeeklyReport
from dashboard.reports.statistics import COMPARABLE, Change

Say = Callable[..., str]


class HtmlFormat:
    media_type = "text/html; charset=utf-8"
    extension = "html"

    def render(self, report: WeeklyReport) -> bytes:
        template = environment().get_template("weekly.html")
        return template.render(context(report)).encode()


def environment() -> Environment:
    return Environment(
        loader=PackageLoader("dashboard.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def context(report: WeeklyReport) -> dict[str, Any]:
    language = report.language
    say = partial(speak, language)
    return {
        "report": report,
        "say": say,
        "title": words.week_title(report.week, language),
        "summary": [line for brand in report.own for line in brand_lines(brand, language)] + closing(report, say),
        "count": partial(words.count, language=language),
        "percent": words.percent,
        "signed": words.signed,
        "moment": partial(words.moment, zone=ZoneInfo(report.timezone)),
        "weekday": partial(words.weekday, language=language),
        "relative": lambda change: words.signed(change.difference * 100) + "%",
        "label": partial(label, language=language),
        "points": lambda change: say("points", value=words.signed(change.difference * 100)),
        "bars": partial(charts.bars, most=charts.tallest(report.brands)),
        "voice": partial(charts.voice, report.brands),
        "charts": charts,
        "least": COMPARABLE,
    }


def speak(language: Language, key: str, **values: object) -> str:
    return words.WORDS[language][key].format(**values)


def brand_lines(brand: BrandWeek, language: Language) -> list[str]:
    """The two sentences that an executive reads."""
    say = partial(speak, language)
    negative = brand.negative
    if negative.value is None:
        return [say("summary.none", brand=brand.name)]
    volume = say(
        "summary.volume",
        brand=brand.name,
        n=words.count(brand.volume, language),
        change=compare(brand.volume_change, say, lambda value: f"{value * 100:.1f}%"),
        share=words.percent(brand.share or 0),
    )
    ratio = say(
        "summary.negative",
        ratio=words.percent(negative.value),
        k=negative.k,
        n=negative.n,
        low=words.percent(negative.low),
        high=words.percent(negative.high),
        change=compare(brand.negative_change, say, lambda value: say("points", value=f"{value * 100:.1f}")),
    )
    return [volume, ratio]


def compare(change: Change | None, say: Say, unit: Callable[[float], str]) -> str:
    """The change in words; noise is called noise, and few are called few, whatever the direction."""
    if change is None:
        return say("change.none")
    size = unit(abs(change.difference))
    if not change.significant:
        return say("change.few" if change.few else "change.noise", value=("−" if change.difference < 0 else "+") + size)
    return say("change.up" if change.difference > 0 else "change.down", value=size)


def label(complaint: Complaint, language: Language) -> str:
    """An aspect's id is Latin, its words are the language of the texts: Chinese readers get the words."""
    return "、".join(complaint.words[:3]) if complaint.words and language == "zh-CN" else complaint.name


def closing(report: WeeklyReport, say: Say) -> list[str]:
    lines = []
    if report.complaints:
        top = report.complaints[0]
        lines.append(say("summary.complaint", name=label(top, report.language), k=top.count, n=report.own_negatives))
    lines.append(say("summary.alerts", n=len(report.alerts)) if report.alerts else say("summary.calm"))
    return lines
