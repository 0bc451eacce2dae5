"""A YAML file as plain data that remembers where each part of it stands.

YAML 1.2 and safe: no tags, no aliases (a bomb needs them), no second document, no duplicate keys, at most 1 MB.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, StreamMark, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.tokens import (
    FlowMappingEndToken,
    FlowMappingStartToken,
    FlowSequenceEndToken,
    FlowSequenceStartToken,
    Token,
)

from monitor.config.errors import ConfigError, InvalidConfig

MAX_BYTES = 1_000_000
CLOSERS = {"[": "]", "{": "}", "'": "'", '"': '"'}
TAG = "tag:yaml.org,2002:"
TAGS = frozenset(TAG + name for name in ("str", "int", "float", "bool", "null", "timestamp", "map", "seq"))
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value begins, 1-based; ``offset`` is its index in the text."""

    line: int
    column: int
    offset: int = 0
    style: str = ""


@dataclass(slots=True)
class Tree:
    """``data`` is dicts with string keys, lists and scalars. ``values`` and ``keys`` say where each path stands."""

    text: str
    data: Any = None
    values: dict[Path, Place] = field(default_factory=dict)
    keys: dict[Path, Place] = field(default_factory=dict)
    errors: list[ConfigError] = field(default_factory=list)

    def place(self, path: Path, *, key: bool = False) -> Place:
        """Where a path stands (its key, if asked), or else the nearest thing around it."""
        if key and path in self.keys:
            return self.keys[path]
        while path and path not in self.values:
            path = path[:-1]
        return self.values.get(path, Place(1, 1))

    def error(self, path: Path, message: str, hint: str = "", *, key: bool = False) -> ConfigError:
        place = self.place(path, key=key)
        return ConfigError(place.line, place.column, written(path), message, hint)

    def error_within(self, path: Path, position: int, message: str, hint: str) -> ConfigError:
        """An error at character ``position`` of a string value."""
        place = self.place(path)
        line, column = within(self.text, place, position)
        return ConfigError(line, column, written(path), message, hint)


def written(path: Path) -> str:
    """``("keywords", 0, "query")`` → ``keywords[0].query``"""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")


def read_tree(text: str) -> Tree:
    """Raises :class:`InvalidConfig` where the text is no YAML at all; other errors are collected in the tree."""
    text = text.removeprefix("\ufeff")
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise InvalidConfig([ConfigError(1, 1, "", f"the file is larger than {MAX_BYTES} bytes", "split it")])
    tree = Tree(text)
    try:
        node = YAML(typ="rt", pure=True).compose(text)
        if node is not None:
            tree.data = convert(node, (), tree, set())
    except MarkedYAMLError as error:
        raise InvalidConfig([syntax_error(error, text)]) from error
    except RecursionError as error:
        raise InvalidConfig([ConfigError(1, 1, "", "nested too deeply", "")]) from error
    except YAMLError as error:
        raise InvalidConfig([unreadable(text)]) from error
    return tree


def syntax_error(error: MarkedYAMLError, text: str) -> ConfigError:
    """At the place of the problem; what is never closed is missed at the end of the file, and told where it opens."""
    unclosed = left_open(text)
    mark = unclosed or error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    problem = str(error.problem or error.context or "cannot be read")
    hint = "indent with spaces, not tabs" if "'\\t'" in problem else ""
    if "mapping values are not allowed" in problem:
        hint = "put a value that holds a colon in quotes"
    if unclosed:
        hint = f"close it with {CLOSERS[text[unclosed.index]]}"
    return ConfigError(line, column, "", f"not valid YAML: {problem}", hint)


def left_open(text: str) -> StreamMark | None:
    """Where the innermost bracket or the quote opens that nothing closes."""
    opened: list[Token] = []
    try:
        for token in YAML(typ="rt", pure=True).scan(text):
            if isinstance(token, FlowSequenceStartToken | FlowMappingStartToken):
                opened.append(token)
            elif isinstance(token, FlowSequenceEndToken | FlowMappingEndToken) and opened:
                if CLOSERS[text[opened[-1].start_mark.index]] != text[token.start_mark.index]:
                    break
                opened.pop()
    except MarkedYAMLError as error:
        # Any other fault ends the reading early: what is still open then may be closed further on.
        return error.context_mark if "quoted scalar" in str(error.context) else None
    return opened[-1].start_mark if opened else None


def unreadable(text: str) -> ConfigError:
    """The place of the character that YAML does not allow."""
    found = re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]", text)
    before = text[: found.start()] if found else ""
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    code = f"U+{ord(found[0]):04X} " if found else ""
    return ConfigError(line, column, "", f"not valid YAML: the character {code}is not allowed", "remove it")


def convert(node: Node, path: Path, tree: Tree, seen: set[int]) -> Any:
    mark = node.start_mark
    place = Place(mark.line + 1, mark.column + 1, mark.index, getattr(node, "style", None) or "")
    tree.values.setdefault(path, place)
    if id(node) in seen:
        tree.errors.append(tree.error(path, "aliases (*name) are not supported", "write the value out"))
        return None
    seen.add(id(node))
    if node.tag not in TAGS:
        tree.errors.append(tree.error(path, f"the tag {node.tag} is not supported", "remove it"))
        return None
    if isinstance(node, MappingNode):
        return dict(entries(node, path, tree, seen))
    if isinstance(node, SequenceNode):
        return [convert(item, (*path, index), tree, seen) for index, item in enumerate(node.value)]
    return scalar(node, path, tree) if isinstance(node, ScalarNode) else None


def entries(node: MappingNode, path: Path, tree: Tree, seen: set[int]) -> Iterator[tuple[str, Any]]:
    used: set[str] = set()
    for key, value in node.value:
        place = Place(key.start_mark.line + 1, key.start_mark.column + 1)
        if not isinstance(key, ScalarNode):
            tree.errors.append(ConfigError(place.line, place.column, written(path), "a key must be a plain word"))
            continue
        name = str(key.value)
        inner = (*path, name)
        if name in used:
            tree.errors.append(
                ConfigError(place.line, place.column, written(inner), "duplicate key", "keep one of them")
            )
            continue
        used.add(name)
        tree.keys[inner] = place
        yield name, convert(value, inner, tree, seen)


def scalar(node: ScalarNode, path: Path, tree: Tree) -> Any:
    value, kind = str(node.value), str(node.tag).removeprefix(TAG)
    try:
        if kind == "null":
            return None
        if kind == "bool":
            return value.lower() == "true"
        if kind == "int":
            return int(value.replace("_", ""), 0 if re.match(r"[-+]?0[xob]", value) else 10)
        if kind == "float":
            number = float(value.replace("_", "").lower().replace(".inf", "inf").replace(".nan", "nan"))
            if not math.isfinite(number):
                raise ValueError(value)
            return number
    except ValueError:
        tree.errors.append(tree.error(path, "not a usable number", "to mean text, put it in quotes"))
        return None
    return value


ESCAPE = re.compile(r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|\r?\n[ \t]*|.)", re.DOTALL)
FOLD = re.compile(r"[ \t]*\r?\n(?:[ \t]*\r?\n)*[ \t]*")


def within(text: str, place: Place, position: int) -> tuple[int, int]:
    """Line and column of character ``position`` of the string that stands at ``place``.

    Exact for plain, quoted and literal (``|``) scalars; for folded blocks (``>``) the place of the value.
    """
    if place.style == ">":
        return place.line, place.column
    offset = literal_offset(text, place, position) if place.style == "|" else flow_offset(text, place, position)
    before = text[:offset]
    return before.count("\n") + 1, offset - before.rfind("\n")


def flow_offset(text: str, place: Place, position: int) -> int:
    quote = place.style if place.style in ("'", '"') else ""
    at = place.offset + len(quote)
    passed = 0
    while passed < position and at < len(text):
        fold = FOLD.match(text, at)
        escape = ESCAPE.match(text, at) if quote == '"' else None
        if fold and "\n" in fold[0]:
            at = fold.end()
            passed += max(1, fold[0].count("\n") - 1)
        elif escape:
            at = escape.end()
            passed += 0 if "\n" in escape[0] else 1
        else:
            at += 2 if quote == "'" and text.startswith("''", at) else 1
            passed += 1
    return at


def literal_offset(text: str, place: Place, position: int) -> int:
    at = text.find("\n", place.offset) + 1
    while text[at : at + 1] == "\n":  # an empty first line is part of the value
        if position == 0:
            return at
        at, position = at + 1, position - 1
    start = at
    at = indented(text, start)
    indent = at - start
    for _ in range(position):
        at += 1
        if text[at - 1 : at] == "\n":
            at = min(indented(text, at), at + indent)
    return at


def indented(text: str, at: int) -> int:
    """The offset of the first character from ``at`` on that is no space."""
    while text.startswith(" ", at):
        at += 1
    return at
