"""The guides name every configuration key, source kind, detector and channel, in both languages."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from scrapy.http import JsonResponse

from alerts.registry import channel_models, detector_params
from crawlers.registry import source_models
from monitor.config import schema

DOCS = Path(__file__).parents[2] / "docs"
MODELS = (
    schema.Config,
    schema.Brand,
    schema.Keyword,
    schema.Source,
    schema.Rule,
    schema.Route,
    schema.RouteMatch,
    schema.Settings,
    schema.WeeklyReport,
    schema.OperatorConfig,
)


def configuration_words() -> set[str]:
    plugins: dict[str, type[schema.Model]] = {**source_models(), **detector_params(), **channel_models()}
    models: tuple[type[schema.Model], ...] = (*MODELS, *plugins.values())
    keys = {field.alias or name for model in models for name, field in model.model_fields.items()}
    return keys | set(plugins)


@pytest.mark.parametrize("guide", ["configuration.md", "configuration.zh-CN.md"])
def test_every_key_is_documented(guide: str) -> None:
    named = set(re.findall(r"`([\w-]+)`", (DOCS / guide).read_text(encoding="utf-8")))
    assert configuration_words() - named == set()


@pytest.mark.parametrize("page", sorted(path.name for path in DOCS.glob("*.md")))
def test_links_between_pages_lead_somewhere(page: str) -> None:
    targets = re.findall(r"\]\(([^)#:]+)\)", (DOCS / page).read_text(encoding="utf-8"))
    assert [target for target in targets if not (DOCS / target).exists()] == []


def test_the_new_source_of_the_guide_works_and_is_short() -> None:
    guide = (DOCS / "extending.md").read_text(encoding="utf-8")
    code = re.findall(r"```python\n(from .*?)```", guide, re.DOTALL)[0]
    names: dict[str, Any] = {"__name__": "guide"}
    exec(compile(code, "extending.md", "exec", dont_inherit=True), names)  # noqa: S102 - our own page
    source = names["IssoSource"](id="comments", url="https://blog.example/isso/?uri=/post")
    replies = [{"id": 7, "text": "<p>发烫</p>", "author": "阿杰", "created": 1732350000.5, "parent": None}]
    response = JsonResponse(source.url, body=json.dumps({"replies": replies}).encode())

    found = list(names["IssoPage"](source, {}).parse(response))

    assert len([line for line in code.splitlines() if line.strip()]) < 25
    assert [(item.external_id, item.text, item.author, item.published) for item in found] == [
        ("7", "<p>发烫</p>", "阿杰", "1732350000.5")
    ]


def test_the_defaults_of_the_guide_are_the_detectors() -> None:
    guide = (DOCS / "configuration.md").read_text(encoding="utf-8")
    (row,) = (line for line in guide.splitlines() if line.startswith("| `wilson`"))
    stated = dict(re.findall(r"`(\w+)` ([\w.]+)", row.rsplit("|", 2)[1]))
    given = detector_params()["wilson"].model_validate(stated)
    assert given == detector_params()["wilson"].model_validate({})
    assert set(stated) == set(type(given).model_fields)


def test_every_command_is_documented() -> None:
    from typer.main import get_command

    from dashboard.cli.app import app

    page = (DOCS / "commands.md").read_text(encoding="utf-8")
    root: Any = get_command(app)
    assert [name for name in root.commands if not re.search(rf"`(tingfeng )?{name}\b", page)] == []
