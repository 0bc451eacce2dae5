"""Strict JSON of strangers: UTF-8, no key twice, no NaN; each fault is refused with its place."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from crawlers.inbound.refusal import RefusedError


def text_of(body: bytes) -> str:
    """Raises :class:`RefusedError` for what is not UTF-8."""
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RefusedError(400, "not UTF-8", f"at byte {error.start}: send UTF-8") from None


def value_of(text: str, where: str = "") -> Any:
    """The one JSON value of ``text``; ``where`` begins the place of a fault. Raises :class:`RefusedError`."""
    try:
        return json.loads(text, object_pairs_hook=once, parse_constant=no_constant)
    except json.JSONDecodeError as error:
        raise RefusedError(400, "not JSON", f"{where}line {error.lineno}, column {error.colno}: {error.msg}") from None
    except RecursionError:
        raise RefusedError(400, "not JSON", f"{where}nested too deep") from None
    except ValueError as error:  # our own words, or a number of thousands of digits
        raise RefusedError(400, "not JSON", f"{where}{str(error)[:100]}") from None


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")
