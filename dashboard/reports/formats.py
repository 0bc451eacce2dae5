"""Report formats by name: one line each, loaded when used."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Protocol, cast

from dashboard.reports.model import WeeklyReport


class ReportFormat(Protocol):
    """A way to render a report. ``extension`` is without the dot."""

    media_type: str
    extension: str

    def render(self, report: WeeklyReport) -> bytes:
        """The whole file; the same report gives the same bytes."""
        ...


FORMATS: Mapping[str, str] = {"html": "dashboard.reports.html:HtmlFormat"}


def load_format(name: str) -> ReportFormat:
    """Raises ``ValueError`` naming the known formats."""
    if name not in FORMATS:
        raise ValueError(f"unknown report format {name!r}: choose from {', '.join(sorted(FORMATS))}")
    module, _, attribute = FORMATS[name].partition(":")
    return cast("ReportFormat", getattr(import_module(module), attribute)())
