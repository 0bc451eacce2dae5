"""Adds a source to the text of keywords.yaml; every other character of it, comments included, stays as it is."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Mapping
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from monitor.config.errors import ConfigError, InvalidConfig
from monitor.config.load import parse_config
from monitor.config.schema import Kinds
from monitor.config.tree import read_tree

INDENT = 2


def with_source(text: str, entry: Mapping[str, Any], kinds: Kinds) -> str:
    """``text`` with ``entry`` as its last source. Raises :class:`InvalidConfig` where ``text`` is not valid, has a
    source of that id, or would not be valid with the entry."""
    config = parse_config(text, kinds)
    if config.source(str(entry.get("id"))):
        place = next(
            read_tree(text).place(("sources", index, "id"))
            for index, source in enumerate(config.sources)
            if source.id == entry["id"]
        )
        message, hint = f"the id {entry['id']!r} is in use", "choose another with --id"
        raise InvalidConfig([ConfigError(place.line, place.column, "sources", message, hint)])
    found = inserted(text, entry)
    if parse_config(found, kinds).sources[:-1] != config.sources:
        raise InvalidConfig([ConfigError(1, 1, "sources", "no place for one more was found", "add it by hand")])
    return found


def inserted(text: str, entry: Mapping[str, Any]) -> str:
    """Below the last source; a list in brackets, which has no lines to go between, is written anew as lines."""
    bare = text.removeprefix("\ufeff")
    root = YAML(typ="rt", pure=True).compose(bare)
    pairs = root.value if isinstance(root, MappingNode) else []
    sources = next((value for key, value in pairs if key.value == "sources"), None)
    if sources is None:
        ending = "" if text.endswith("\n") else "\n"
        return f"{text}{ending}\nsources:\n{as_item(entry, INDENT)}"
    if isinstance(sources, SequenceNode) and sources.value and not sources.flow_style:
        lines = text.splitlines(keepends=True)
        last = last_line(sources.value[-1])
        first = sources.value[0].start_mark
        dash = lines[first.line].rindex("-", 0, first.column)
        if not lines[last].endswith("\n"):
            lines[last] += "\n"
        return "".join([*lines[: last + 1], as_item(entry, dash), *lines[last + 1 :]])
    return rewritten(text, entry)


def last_line(node: Node) -> int:
    """The line, from 0, that the last word of a node stands on; comments behind it are not part of it."""
    if isinstance(node, MappingNode | SequenceNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return last_line(last[1] if isinstance(last, tuple) else last)
    mark = node.end_mark
    return int(mark.line) - (1 if mark.column == 0 and mark.line > node.start_mark.line else 0)


def as_item(entry: Mapping[str, Any], dash: int) -> str:
    return textwrap.indent(dumped([dict(entry)]), " " * dash)


def dumped(value: Any) -> str:
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.allow_unicode = True
    yaml.width = 4096
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    stream = io.StringIO()
    yaml.dump(value, stream)
    return stream.getvalue()


def rewritten(text: str, entry: Mapping[str, Any]) -> str:
    yaml = YAML(typ="rt", pure=True)
    yaml.preserve_quotes = True
    yaml.width = 4096
    yaml.indent(mapping=INDENT, sequence=2 * INDENT, offset=INDENT)
    data = yaml.load(text)
    if not data["sources"]:
        data["sources"] = [dict(entry)]
    else:
        data["sources"].append(dict(entry))
    stream = io.StringIO()
    yaml.dump(data, stream)
    return stream.getvalue()
