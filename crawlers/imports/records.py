"""JSON: the records of a JSON Lines file, or of one saved response, by dotted paths."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from crawlers.imports.cells import plain
from crawlers.imports.columns import GENERIC, OURS, fold
from crawlers.imports.failure import UnreadableFile
from crawlers.imports.item import mention_of
from crawlers.imports.opening import Format, bounded_lines, open_text
from crawlers.imports.preset import FIELDS, Preset, Shape
from monitor.mention import Kind, RawMention, Rejection

Record = Mapping[str, Any]

#: Characters of a whole JSON document, which is held in memory; more belongs into JSON Lines.
DOCUMENT_LIMIT = 64 * 1024 * 1024
#: Documents that are looked at to tell a preset, and how deep replies to replies are followed.
SAMPLE, DEPTH = 50, 8
#: ``callback({…});``, as some sites answer.
_CALLBACK = re.compile(r"\s*(?:/\*.*?\*/)?\s*(?:try\s*\{\s*)?[\w$.]{1,200}\s*\(\s*(?=[\[{])")


@dataclass(frozen=True, slots=True)
class JsonFile:
    path: Path
    format: Format
    encoding: str

    def documents(self) -> Iterator[tuple[int, Any]]:
        """Each line's or the file's JSON with its number from 1; a line that is none is a :class:`Rejection`.

        Raises :class:`UnreadableFile`.
        """
        with open_text(self.path, self.encoding) as stream:
            if self.format == "json":
                text = stream.read(DOCUMENT_LIMIT + 1)
                if len(text) > DOCUMENT_LIMIT:
                    raise UnreadableFile(f"{self.path.name}: one JSON document over 64 MiB: save it as JSON Lines")
                yield from whole(text, self.path.name)
                return
            for number, line in enumerate(bounded_lines(stream), start=1):
                if line.strip():
                    yield number, parsed(line, number)


@dataclass(frozen=True, slots=True)
class JsonLayout:
    shapes: tuple[Shape, ...]
    chosen: Mapping[str, str]
    preset: Preset | None = None
    candidates: tuple[str, ...] = ()
    #: Of records that do not say it, where no preset does.
    kind: Kind | None = None


def whole(text: str, name: str) -> Iterator[tuple[int, Any]]:
    """A JSON document; or JSON Lines under the name of one."""
    if not text.strip():
        return
    start = _CALLBACK.match(text)
    try:
        # What follows the document of a callback is "); }" and so on.
        document, end = json.JSONDecoder().raw_decode(text[start.end() :] if start else text.lstrip("\ufeff \t\r\n"))
    except (ValueError, RecursionError) as error:
        raise UnreadableFile(f"{name}: not a whole JSON document: {error}") from error
    rest = text[start.end() :][end:] if start else text.lstrip("\ufeff \t\r\n")[end:]
    if start or not rest.strip():
        if document != []:
            yield 1, document
        return
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            yield number, parsed(line, number)


def parsed(line: str, number: int) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return Rejection("bad json", f"row {number}")


def layout_of(
    documents: Iterator[tuple[int, Any]], presets: Sequence[Preset], given: bool, chosen: Mapping[str, str]
) -> JsonLayout:
    """A given preset is taken; else the only one that knows a record among the first documents."""
    if given:
        return JsonLayout(presets[0].shapes, chosen, presets[0])
    sample = [document for _, document in islice(documents, SAMPLE)]
    fitting = [preset for preset in presets if any(knows(preset.shapes, document) for document in sample)]
    if len(fitting) == 1:
        return JsonLayout(fitting[0].shapes, chosen, fitting[0])
    return JsonLayout((GENERIC,), chosen, None, tuple(preset.name for preset in fitting))


def knows(shapes: Sequence[Shape], document: Any) -> bool:
    return any(shape_of(record, shapes) is not None for record in islice(records(document, shapes), SAMPLE))


def json_mentions(documents: Iterator[tuple[int, Any]], layout: JsonLayout) -> Iterator[RawMention | Rejection]:
    """One result a record, replies to it after it; a line that is no JSON object is one rejection."""
    for number, document in documents:
        if isinstance(document, Rejection):
            yield document
            continue
        found = False
        for record in records(document, layout.shapes):
            found = True
            yield from family(record, layout, number, None, 0)
        if not found and not isinstance(document, Mapping):
            yield Rejection("bad json", f"row {number}")


def records(document: Any, shapes: Sequence[Shape]) -> Iterator[Record]:
    """The records of a document: in the lists that the shapes name, else the elements of a list, else itself."""
    if isinstance(document, list):
        for element in document:
            yield from records(element, shapes)
        return
    if not isinstance(document, Mapping):
        return
    # One list may hold records of several shapes: it is read once.
    paths = dict.fromkeys(path for shape in shapes for path in shape.lists)
    listed = [record for path in paths for record in every(document, path.split("."))]
    if listed or any(holds(document, path.split(".")) for path in paths):
        yield from listed
    elif shapes == (GENERIC,):
        lists = [value for value in document.values() if isinstance(value, list) and any_record(value)]
        yield from (each for each in lists[0] if isinstance(each, Mapping)) if len(lists) == 1 else (document,)
    else:
        yield document


def any_record(value: Sequence[Any]) -> bool:
    return any(isinstance(each, Mapping) and "text" in shown(each, GENERIC, {}) for each in value)


def every(data: Any, path: Sequence[str]) -> Iterator[Record]:
    """The objects at a path; a list on the way or at its end stands for each of its elements."""
    if isinstance(data, list):
        for element in data:
            if isinstance(element, Mapping):
                yield from every(element, path)
    elif isinstance(data, Mapping):
        if not path:
            yield data
        elif path[0] in data:
            yield from every(data[path[0]], path[1:])


def holds(data: Any, path: Sequence[str]) -> bool:
    """Whether the list is there, were it empty or null: the last page of an answer has nothing, and says so."""
    while path and isinstance(data, Mapping) and path[0] in data:
        data, path = data[path[0]], path[1:]
    return not path and (data is None or data == [])


def shape_of(record: Record, shapes: Sequence[Shape]) -> Shape | None:
    for shape in shapes:
        if all(value_at(record, mark) is not None for mark in shape.marks) and all(
            plain(value_at(record, path)) == stated for path, stated in shape.equals.items()
        ):
            return shape
    return None


def family(
    record: Record, layout: JsonLayout, number: int, parent: str | None, depth: int
) -> Iterator[RawMention | Rejection]:
    """The record and what answers it. ``parent`` is the id of what it answers, where it does not say so itself."""
    shape = shape_of(record, layout.shapes)
    if shape is None:
        yield Rejection("unknown record", f"row {number}")
        return
    words = shown(record, shape, layout.chosen)
    if not words.get("parent_id"):
        words["parent_id"] = parent
    more = [words.get("text"), *(plain(value_at(record, path)) for path in shape.more_text)]
    words["text"] = "\n".join(part for part in more if part) or None
    told = shape if layout.kind is None else replace(shape, kind=layout.kind)
    yield mention_of(words, told, number, lambda path: value_at(record, path))
    if shape.children is not None and depth < DEPTH:
        for child in every(value_at(record, shape.children), ()):
            yield from family(child, layout, number, words.get("external_id"), depth + 1)


def shown(record: Record, shape: Shape, chosen: Mapping[str, str]) -> dict[str, str | None]:
    """Field → its words."""
    words: dict[str, str | None] = {}
    for field in FIELDS:
        parts = [plain(value_at(record, key)) for key in keys_at(record, shape, chosen, field)]
        words[field] = "\n".join(part for part in parts if part) or None
    return words


def keys_at(record: Record, shape: Shape, chosen: Mapping[str, str], field: str) -> tuple[str, ...]:
    """Where a field's words stand: the chosen keys, else the first of its names with any; none where there are none.

    Known and chosen keys are found whatever their case.
    """
    loose = shape is GENERIC or field in chosen
    names = {fold(key): key for key in record if isinstance(key, str)} if loose else {}
    if field in chosen:
        key = names.get(fold(chosen[field]), chosen[field])
        wanted = (key,) if value_at(record, key) is not None else tuple(chosen[field].split("+"))
        return tuple(names.get(fold(each), each) for each in wanted)
    ours = shape is GENERIC and set(names) >= OURS
    usable = ("rating",) if ours and field == "rating" else shape.fields.get(field, ())
    for name in usable:
        if isinstance(name, str) and plain(value_at(record, names.get(name, name))):
            return (names.get(name, name),)
    return ()


def value_at(record: Any, path: str) -> Any:
    """The value under a key, or at a dotted path; a number on the way is a place in a list."""
    if isinstance(record, Mapping) and path in record:
        return record[path]
    for key in path.split("."):
        if isinstance(record, Mapping):
            record = record.get(key)
        elif isinstance(record, list) and key.isdecimal() and int(key) < len(record):
            record = record[int(key)]
        else:
            return None
    return record
