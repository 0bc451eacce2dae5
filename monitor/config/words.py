"""pydantic's findings in the words of the file: where it stands, what is wrong, what to write instead."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from monitor.config.errors import ConfigError
from monitor.config.tree import Path, Tree

IDENTIFIER_HINT = "use lower-case letters, digits, - and _, beginning with a letter or digit, at most 63"
TYPES = {
    "string_type": "must be text",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "tuple_type": "must be a list",
    "list_type": "must be a list",
    "mapping_type": "must be a mapping of keys to values",
    "dict_type": "must be a mapping of keys to values",
    "model_type": "must be a mapping of keys to values",
    "model_attributes_type": "must be a mapping of keys to values",
}

#: What is too short, and how one writes something.
EMPTY = {"string_too_short": "...", "too_short": "[...]"}

LIMITS = {
    "greater_than": "more than",
    "greater_than_equal": "at least",
    "less_than": "less than",
    "less_than_equal": "at most",
}


QUOTE = "'"


def did_you_mean(word: object, known: Iterable[str], otherwise: str = "") -> str:
    known = list(known)
    near = difflib.get_close_matches(str(word), known, n=1, cutoff=0.6)
    if near:
        return f"did you mean {near[0]}?"
    return otherwise or (f"known: {', '.join(sorted(known))}" if known else "")


def model_errors(error: ValidationError, model: type[BaseModel], tree: Tree, base: Path = ()) -> Iterator[ConfigError]:
    """The errors of one model whose data stands at ``base``. No message of ours repeats the value."""
    details = error.errors(include_url=False, include_context=True, include_input=False)
    for detail in details:
        loc = tuple(detail["loc"])
        if detail["type"] == "too_short" and any(other["loc"][: len(loc)] == loc != other["loc"] for other in details):
            continue  # pydantic counts only the items that are right; the list is not empty
        path = (*base, *loc)
        kind = detail["type"]
        context: Mapping[str, Any] = detail.get("ctx", {})
        if kind == "extra_forbidden":
            fields = fields_at(model, loc[:-1])
            yield tree.error(path, "unknown key", did_you_mean(loc[-1], fields), key=True)
        elif kind == "missing":
            yield tree.error(path, "is required", f"add {loc[-1]}:")
        elif kind in LIMITS:
            yield tree.error(path, f"must be {LIMITS[kind]} {next(iter(context.values()), '')}")
        elif kind == "literal_error":
            expected = str(context.get("expected", ""))
            yield tree.error(path, f"must be {expected}", choice(loc[-1], re.split(", | or ", expected)))
        elif kind in EMPTY:
            hint = "remove it" if isinstance(loc[-1], int) else f"write {loc[-1]}: {EMPTY[kind]}"
            yield tree.error(path, "must not be empty", hint)
        elif kind == "string_pattern_mismatch" and "0,62" in str(context.get("pattern", "")):
            yield tree.error(path, "not an id", IDENTIFIER_HINT)
        elif kind == "value_error":
            message, _, hint = str(context.get("error", detail["msg"])).partition(": ")
            yield tree.error(path, message, hint)
        else:
            hint = "put it in quotes" if kind == "string_type" else ""
            yield tree.error(path, TYPES.get(kind, detail["msg"]), hint)


def choice(key: str | int, values: Sequence[str]) -> str:
    """How to write one of the values: as in ``role: own``, or the values where they stand in a list."""
    if isinstance(key, int):
        return f"one of {', '.join(value.strip(QUOTE) for value in values)}"
    return f"write {key}: {values[0].strip(QUOTE)}"


def fields_at(model: type[BaseModel], loc: Iterable[str | int]) -> list[str]:
    """The keys that are known at a place inside a model; empty where any are."""
    current: type[BaseModel] | None = model
    for part in loc:
        if isinstance(part, int) or current is None:
            continue
        named = next((found for key, found in current.model_fields.items() if part in (key, found.alias)), None)
        # A part that names no field is the key of a mapping of models: what it holds is already the current model.
        current = model_within(named.annotation) if named else current
    return [name_of(key, found) for key, found in current.model_fields.items()] if current else []


def name_of(key: str, found: FieldInfo) -> str:
    return found.alias or key


def model_within(annotation: Any) -> type[BaseModel] | None:
    """The model an annotation is about: ``tuple[Annotated[Product, …], ...]`` → Product."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := model_within(part))), None)
