"""The guides name every configuration key, source kind, detector and channel, in both languages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from scrapy.http import JsonResponse

from alerts.registry import channel_models, detector_params
from crawlers.inbound.registry import INBOUND
from crawlers.registry import credential_models, source_models
from monitor.config import schema

DOCS = Path(__file__).parents[2] / "docs"
#: What our processes tell each other, and what only a demo's folder holds.
INTERNAL = {"TINGFENG_SUPERVISED", "TINGFENG_DEMO", "TINGFENG_DEMO_USER", "TINGFENG_DEMO_PASSWORD"}
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
    schema.SentimentSettings,
    schema.OperatorConfig,
    schema.Retention,
)


def configuration_words() -> set[str]:
    plugins: dict[str, type[schema.Model]] = {**source_models(), **detector_params(), **channel_models()}
    models: tuple[type[schema.Model], ...] = (
        *MODELS,
        *plugins.values(),
        *credential_models().values(),
        *INBOUND.values(),
    )
    keys = {field.alias or name for model in models for name, field in model.model_fields.items()}
    return keys | set(plugins) | set(INBOUND)


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

    registry = (DOCS.parent / "crawlers/registry.py").read_text(encoding="utf-8").splitlines()
    (registration,) = re.findall(r"```python\n(from crawlers.pages.*?)```", guide, re.DOTALL)
    assert [line for line in registration.splitlines() if "Isso" in line and line not in registry] == []
    assert "import IssoSource" in registration

    assert len([line for line in code.splitlines() if line.strip()]) < 25
    assert [(item.external_id, item.text, item.author, item.published) for item in found] == [
        ("7", "<p>发烫</p>", "阿杰", "1732350000.5")
    ]


@pytest.mark.parametrize("page", ["configuration.md", "configuration.zh-CN.md"])
@pytest.mark.parametrize("detector", ["scan", "surge", "wilson"])
def test_the_defaults_of_the_guide_are_the_detectors(page: str, detector: str) -> None:
    guide = (DOCS / page).read_text(encoding="utf-8")
    (row,) = (line for line in guide.splitlines() if line.startswith(f"| `{detector}`"))
    found = re.findall(r"`(\w+)` ([\w.]+|\[.*?\])", row.rsplit("|", 2)[1])
    stated = {name: value.strip("[]").split(", ") if value[0] == "[" else value for name, value in found}
    given = detector_params()[detector].model_validate(stated)
    assert given == detector_params()[detector].model_validate({})
    assert set(stated) == set(type(given).model_fields)


def commands_of(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, set[str]]]:
    """Each command that can be run, and its own options."""
    if hasattr(command, "commands"):
        for name, part in command.commands.items():
            yield from commands_of(part, (*path, name))
        return
    options = {option for each in command.params if each.param_type_name == "option" for option in each.opts}
    yield " ".join(path), options - {"--home", "--json"}


@pytest.mark.parametrize("page", ["commands.md", "commands.zh-CN.md"])
def test_every_command_is_documented_with_its_options(page: str) -> None:
    from typer.main import get_command

    from dashboard.cli.app import app

    rows = [line for line in (DOCS / page).read_text(encoding="utf-8").splitlines() if line.startswith("| `tingfeng ")]
    missing: dict[str, set[str]] = {}
    for command, options in commands_of(get_command(app)):
        row = next((row for row in rows if re.match(rf"\| `tingfeng {command}[ `]", row)), "")
        if lacking := {command, *options} - {command if row else "", *re.findall(r"`(--[a-z-]+)`", row)}:
            missing[command] = lacking
    assert missing == {}


@pytest.mark.parametrize(
    ("page", "row"),
    [("commands", r"\| `(tingfeng [a-z]+(?: [a-z]+)?)"), ("architecture", r"\| (?:(\d) [^|]*\| )?`([^`|]+)`")],
)
def test_both_languages_have_the_same_rows(page: str, row: str) -> None:
    english, chinese = both(page)
    assert re.findall(f"^{row}", chinese, re.MULTILINE) == re.findall(f"^{row}", english, re.MULTILINE) != []
    assert chinese.count("\n## ") == english.count("\n## ")
    assert chinese.count("```mermaid") == english.count("```mermaid")


def test_both_languages_explain_the_same_configuration() -> None:
    """Every key, value, default and variable that one guide sets apart stands in the other one, too."""
    prose = (re.sub(r"```.*?```", "", page, flags=re.DOTALL) for page in both("configuration"))
    # What has a space, a slash or Chinese in it is a sample, and samples are in the guide's language.
    english, chinese = (set(re.findall(r"`([!-.0-_a-~]+)`", text)) for text in prose)
    assert english ^ chinese == set()
    assert len(english) > 100


def test_every_environment_variable_is_documented() -> None:
    packages = ("alerts", "crawlers", "dashboard", "monitor")
    code = (path.read_text(encoding="utf-8") for name in packages for path in (DOCS.parent / name).rglob("*.py"))
    named = {word for text in code for word in re.findall(r"\bTINGFENG_[A-Z]+(?:_[A-Z]+)*\b", text)}
    for page in both("configuration"):
        assert named - INTERNAL - set(re.findall(r"\| `(TINGFENG_[A-Z_]+)` \|", page)) == set()


def both(page: str) -> tuple[str, str]:
    """The English and the Chinese page."""
    english, chinese = (DOCS / f"{page}.md", DOCS / f"{page}.zh-CN.md")
    return english.read_text(encoding="utf-8"), chinese.read_text(encoding="utf-8")
