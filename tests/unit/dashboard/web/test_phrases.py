"""Every stored reason and every query error has Chinese words: taken from the code that writes them."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.detectors.engine import Finding, Status
from alerts.reasons import REASONS, reason_words
from alerts.state import SeriesState, State, advance
from crawlers.barrier import REFUSALS
from crawlers.browser import MEND
from dashboard.web.phrases import CONFIGURATION, configuration_words, query_words
from monitor.config.schema import Params, Rule
from monitor.config.words import LIMITS, TYPES
from monitor.health.decision import State as Health
from monitor.keywords import QueryError, compile_query
from monitor.rewording import PLACE
from tests.unit.monitor.config.broken import BROKEN
from tests.unit.monitor.keywords.test_query import test_errors_say_where_and_what as query_errors

ROOT = Path(__file__).parents[4]
HAN = re.compile("[\u4e00-\u9fff]")
#: Files that write reasons, by pattern.
WRITERS: tuple[str, ...] = ("alerts/**/*.py", "crawlers/**/*.py", "monitor/normalise/*.py", "monitor/store/sources.py")
WRITERS += tuple(f"dashboard/operation/{name}.py" for name in ("collect", "crawling", "importing", "worker"))
#: Which argument is the reason, by what is called; ``reason=`` is one wherever it is passed.
CALLS = {"Rejected": 0, "Rejection": 0, "Blocked": 0, "NotFetchable": 0, "Finished": 1, "DeliveryError": 1, "_close": 1}
CALLS |= {"Step": 2, "Collected": 2, "Failed": 0, "EndedError": 0, "NotOpenedError": 0, "trouble": 0}
#: What these return is a reason: (file, functions; none are all).
RETURNING = {"failure.py": (), "barrier.py": (), "run.py": ("death",)}
SAMPLE = "7"


def texts(node: ast.AST | None) -> Iterator[str]:
    """The texts that an expression can have, a sample in place of each value."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=values):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else SAMPLE for part in values)
        case ast.IfExp():
            yield from texts(node.body)
            yield from texts(node.orelse)
        case ast.BoolOp(values=values) | ast.Tuple(elts=values):
            for value in values:
                yield from texts(value)
        case ast.BinOp(op=ast.Add()):
            for left, right in itertools.product(texts(node.left), texts(node.right)):
                yield left + right


def name_of(node: ast.AST) -> str:
    return str(getattr(node, "id", getattr(node, "attr", "")))


def said_by(node: ast.AST) -> Iterator[str]:
    """The reasons in one call or assignment."""
    if isinstance(node, ast.Call):
        position = CALLS.get(name_of(node.func))
        if position is not None and len(node.args) > position:
            yield from texts(node.args[position])
        yield from (text for keyword in node.keywords if keyword.arg == "reason" for text in texts(keyword.value))
    elif isinstance(node, ast.Assign) and name_of(node.targets[0]) in ("reason", "limit"):
        yield from texts(node.value)


def returned_by(tree: ast.AST, functions: tuple[str, ...]) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and (not functions or node.name in functions):
            yield from (text for part in ast.walk(node) if isinstance(part, ast.Return) for text in texts(part.value))


def written_reasons() -> set[str]:
    """Every reason that the code writes down, with a sample in place of each value."""
    found: set[str] = set()
    for path in {path for pattern in WRITERS for path in ROOT.glob(pattern)}:
        tree = ast.parse(path.read_text("utf-8"))
        found |= {text for node in ast.walk(tree) for text in said_by(node)}
        if path.parent.name == "crawlers" and path.name in RETURNING:
            found |= set(returned_by(tree, RETURNING[path.name]))
    # An error of a program that has no words of its own is its type and message, shown as it is.
    return {reason for reason in found if reason.replace(SAMPLE, "").strip(" :")}


def life() -> Iterator[str]:
    """The reason of every step of an alert's life."""
    at = datetime(2026, 11, 23, tzinfo=UTC)
    values = {"id": "r", "measure": "negative_ratio", "detector": "d", "params": Params(), "by": ["brand"], "clear": 2}
    rule = Rule.model_validate(values)
    befores = [SeriesState(state, streak) for state in get_args(State) for streak in (0, 1, 2)]
    truth = (True, False)
    for before, status, active, stale, pending in itertools.product(befores, get_args(Status), truth, truth, (1, 3)):
        finding = Finding(status, active, 60, 18, 5.4, 0.2, 0.1, 600)
        yield advance(before, finding, rule.model_copy(update={"pending": pending}), at, stale=stale).reason


def test_every_reason_of_an_alert_s_life_is_said_in_chinese() -> None:
    found = set(life())
    assert len(found) > 10
    assert {reason for reason in found if not HAN.search(reason_words("zh-CN", reason))} == set()


def test_every_reason_that_the_code_writes_is_said_in_chinese() -> None:
    from crawlers.failure import REASONS as FAILURES  # brings Scrapy with it

    found = written_reasons() | set(REFUSALS.values()) | {reason for _, reason in FAILURES} | {MEND}
    for known in ("crisis word", "7 negative mentions reach the ceiling", "no text", "bad date", "robots.txt"):
        assert known in found
    for known in ("nothing new", "http 7", "item limit of 7 reached", "response too large", "bad feed", "not modified"):
        assert known in found
    assert {reason for reason in found if reason_words("zh-CN", reason) == reason} == {
        # Every status and state that they are said of is in the tables.
        "7: state kept",
        "the source counts as 7",
    }
    for state in get_args(Health):
        assert reason_words("zh-CN", f"the source counts as {state}") != f"the source counts as {state}"


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("condition true 2 times in a row", "条件已连续 2 次成立"),
        ("condition true 1 of 2 times", "条件已成立 1 次，需 2 次"),
        ("not modified", "内容未变"),
        ("http 404 (and 2 more)", "HTTP 404（另有 2 个）"),
        ("page class failed: KeyError (and 3 more)", "页面解析出错：KeyError（另有 3 个）"),
        ("too many requests (Retry-After: 60)", "请求过多（Retry-After：60）"),
        ("item limit of 10000 reached", "已达条数上限 10000"),
        ("crawl process was ended by SIGKILL (out of memory?)", "抓取进程被 SIGKILL 结束（可能内存不足）"),
        ("given up after 3 days: channel 'ops' is not in operator.yaml", "3 天后放弃：operator.yaml 中没有渠道 'ops'"),
        ("ValueError: what nobody foresaw", "ValueError: what nobody foresaw"),
        ("", ""),
    ],
)
def test_reasons_keep_their_values(reason: str, words: str) -> None:
    assert reason_words("zh-CN", reason) == words
    assert reason_words("en", reason) == reason


@given(st.text(max_size=60))
def test_any_text_can_be_a_reason(text: str) -> None:
    assert reason_words("en", text) == text
    assert reason_words("zh-CN", f"{text} (and 2 more)").endswith("（另有 2 个）")
    query_words("zh-CN", text)


#: Broken queries beyond the table of the parser's own tests, so that every message and hint is seen.
MORE: tuple[str, ...] = (
    "//",
    "{ }",
    "[1 TO 2]",
    "a ]",
    "lang:[x]",
    "退款 OR",
    "a NEAR (b NEAR c)",
    "x" * 20_001,
    "titel:a",
    "rating:",
)
MORE += (
    "titel:a",
    "rating:",
    "rating:[1 TO 2",
    "a NEAR OR b",
    "/a)/",
    "/[a/",
    "/*a/",
    "/a**/",
    r"/\q/",
    "/[z-a]/",
    "/a{1001}/",
    "/(?P<n/",
)


def query_problems() -> list[QueryError]:
    marks = query_errors.pytestmark  # type: ignore[attr-defined]
    table = next(mark.args[1] for mark in marks if mark.name == "parametrize")
    found = []
    for query in [*(row[0] for row in table), *MORE]:
        with pytest.raises(QueryError) as caught:
            compile_query(query)
        found.append(caught.value)
    return found


def test_every_query_error_and_hint_is_said_in_chinese() -> None:
    for problem in query_problems():
        for text in (problem.message, problem.hint):
            words = query_words("zh-CN", text)
            assert HAN.search(words), text
            assert words != text
            assert query_words("en", text) == text


def test_what_re2_says_is_said_in_chinese() -> None:
    messages = {found.message for found in query_problems() if found.message.startswith("invalid regular expression")}
    assert len(messages) > 8
    assert {message for message in messages if re.search("[a-z]{3}", query_words("zh-CN", message))} == set()


def test_no_message_of_the_parser_is_left_out() -> None:
    """The table of tests cannot prove that it holds every message; the parser's text can."""
    found = set()
    for path in (ROOT / "monitor" / "keywords").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and name_of(node.func) == "QueryError":
                found |= set(texts(node.args[1]))
    assert len(found) > 20
    # These have few forms, all of them in the tables above.
    assert {text for text in found if query_words("zh-CN", text) == text} == {"7 inside 7", "unbalanced 7 7"}


def test_words_use_only_what_their_pattern_gives() -> None:
    for table in (REASONS["zh-CN"], CONFIGURATION["zh-CN"]):
        for pattern, words in table.items():
            assert set(PLACE.findall(words)) <= set(PLACE.findall(pattern)), pattern
            assert HAN.search(words) or pattern in ("http {status}", "slack: {error}"), pattern


#: Who raises ValueError with "message: hint" while a configuration is checked.
CHECKERS = ("monitor/config/schema.py", "crawlers/weburl.py", "crawlers/selection.py", "alerts/detectors/wilson.py")


def written_faults() -> set[str]:
    """Every message and hint of a configuration's errors, with a sample in place of each value."""
    found: set[str] = set(TYPES.values()) | {f"must be {limit} 7" for limit in LIMITS.values()}
    for path in (ROOT / "monitor" / "config").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and name_of(node.func) in ("error", "ConfigError"):
                at = 1 if name_of(node.func) == "error" else 3
                found |= {text for argument in node.args[at : at + 2] for text in texts(argument)}
            elif isinstance(node, ast.Assign) and name_of(node.targets[0]) == "said":
                found |= set(texts(node.value))
    for name in CHECKERS:
        for node in ast.walk(ast.parse((ROOT / name).read_text("utf-8"))):
            if isinstance(node, ast.Call) and name_of(node.func) == "ValueError" and node.args:
                found |= {part for text in texts(node.args[0]) for part in text.split(": ", 1)}
    return {text for text in found if text.replace(SAMPLE, "").strip()}


def test_every_configuration_error_that_the_code_writes_is_said_in_chinese() -> None:
    found = written_faults()
    for known in ("unknown key", "duplicate key", "remove it", "the variable 7 is not set", "unknown channel 7"):
        assert known in found
    assert len(found) > 60
    said = {text: configuration_words("zh-CN", f"k.yaml:2:1: x: {text}").partition("x：")[2] for text in found}
    # Unknown kinds and detectors each have words; they are among the broken files below, and here.
    assert {text for text, words in said.items() if not HAN.search(words)} <= {"unknown 7", "unknown 7 7"}
    kinds = ("kind of channel", "kind of source", "kind of source with a credential")
    named = [configuration_words("zh-CN", f"o.yaml:2:1: x: unknown {kind}") for kind in kinds]
    assert [words.partition("x：")[2] for words in named] == ["没有这种渠道", "没有这种来源", "没有这种需要凭据的来源"]


def test_broken_files_are_explained_in_chinese() -> None:
    lines = [line for said in BROKEN.values() for line in said]
    assert len(lines) > 50
    for line in lines:
        words = configuration_words("zh-CN", line)
        assert words.startswith(("k.yaml 第 ", "k.yaml：")), line
        assert not re.search(r" (is|are|must|the|not|such|write) ", words), words
        assert HAN.search(words.partition("：")[2]), words
        assert configuration_words("en", line) == line


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("k.yaml:1:1: is empty (begin with version: 1)", "k.yaml：文件为空（请以 version: 1 开头）"),
        (
            "k.yaml:4:1: keyword: unknown key (did you mean keywords?)",
            "k.yaml 第 4 行第 1 列，keyword：没有这个键（是否想写 keywords？）",
        ),
        (
            "k.yaml:4:4: b: aliases (*name) are not supported (write the value out)",
            "k.yaml 第 4 行第 4 列，b：不支持别名（*名称）（请写出完整的值）",
        ),
        ("k.yaml:3:5: brands: oops", "k.yaml 第 3 行第 5 列，brands：oops"),
        (
            "operator.yaml:1:1: the file cannot be read: Permission denied",
            "operator.yaml：文件无法读取：Permission denied",
        ),
        ("no line of ours", "no line of ours"),
        (
            "operator.yaml:2:9: channels.a.token: the variable SLACK is not set (set it in the environment or in .env)",
            "operator.yaml 第 2 行第 9 列，channels.a.token：环境变量 SLACK 未设置（请在环境变量或 .env 中设置）",
        ),
        (
            "k.yaml:2:9: sources[0].next: not a regular expression (RE2) (missing ): a(b)",
            "k.yaml 第 2 行第 9 列，sources[0].next：不是正则表达式（RE2）（缺少 )：a(b）",
        ),
    ],
)
def test_a_configuration_error_says_where_and_what(line: str, words: str) -> None:
    assert configuration_words("zh-CN", line) == words


@given(st.text(max_size=60))
def test_any_text_can_be_a_configuration_error(text: str) -> None:
    assert configuration_words("en", text) == text
    assert text.strip(" ") == "" or configuration_words("zh-CN", f"k.yaml:2:1: {text}")
