"""Ways in which a page can be broken: cut short, garbled in its bytes, and of the right syntax with wrong values."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import cycle, islice
from random import Random
from typing import Any

#: Bodies that are no page of any kind.
NO_PAGES = [
    b"", b"\0", b"<", b"{", b"[]", b"{}", b"null", b"NaN", b'""', b"0", b"9" * 5000, b"\xff\xfe\xfd", b"\xff\xfe",
    b"\xef\xbb\xbf", b"[" * 100_000, b'{"a":' * 100_000, b"<div>" * 5000, b"<!--", b"<![CDATA[", b"[[]]", b"[{}]",
    b"<?xml version='1.0' encoding='nonsense'?><a/>", b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
    b'<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;&b;">]><a>&d;</a>', b"<rss><channel><item/>",
    b'{"topic_list": 1}', b'{"post_stream": {"posts": [1]}}', b'{"items": [null]}',
]  # fmt: skip
#: Values that stand where others were promised.
WRONG: list[Any] = [
    None, [], {}, "", " ", "x", 0, -1, 1.5, 1e308, float("nan"), 10**30, True, False, [None], [[]], {"a": None}, "²",
    "９９", 10**400, "\ud800", "\0", "<", "http://[", "//[::1", "javascript:x", "9" * 400, "2026-02-30", "a" * 5000,
]  # fmt: skip
CUTS, GARBLED, WRONG_AT_A_PLACE = 36, 12, 4
#: What is done to markup: what looks right to a parser and means nothing.
MARKUP: list[tuple[bytes, bytes]] = [
    (rb"\d+", "²".encode()),
    (rb"\d+", b"9" * 400),
    (rb"\d+", b""),
    (rb'(href|src|action|resource|itemid|about)="[^"]*"', rb'\1="http://["'),
    (rb'(href|src|action|resource|itemid|about)="[^"]*"', rb'\1="javascript:x"'),
    (rb'="[^"]*"', b'=""'),
    (rb'(class|id|name)="[^"]*"', b""),
    (rb">[^<]+<", b"><"),
    (rb"</[a-z0-9]+>", b""),
    (rb"<(?!/)", b"<<"),
    (rb'"', b"'"),
    (rb"=", b""),
    (rb"&", b"&#xD800;&#99999999999;"),
    (rb"\s+", b"\0"),
]


def damaged(body: bytes, suffix: str, seed: str) -> Iterator[bytes]:
    """Broken versions of a saved page, always the same for the same ``seed``; ``suffix`` is that of its file."""
    chance = Random(seed)
    yield from NO_PAGES
    yield from (body[: len(body) * part // CUTS] for part in range(CUTS))
    yield from (garbled(body, chance) for _ in range(GARBLED))
    yield body + body
    if suffix in {".html", ".xml"}:
        yield b"<div>" * 3000 + body
        yield from (re.sub(pattern, replacement, body) for pattern, replacement in MARKUP)
    if suffix in {".json", ".jsonl"}:
        for part in body.splitlines() if suffix == ".jsonl" else [body]:
            with suppress(ValueError):  # a saved refusal, or JSON that was broken as it came
                yield from wrong_values(json.loads(part))


def garbled(body: bytes, chance: Random) -> bytes:
    """Some bytes changed, a part left out and a part said twice."""
    found = bytearray(body)
    for _ in range(max(1, len(found) // 200)):
        found[chance.randrange(len(found))] = chance.randrange(256)
    start, end = sorted(chance.sample(range(len(found) + 1), 2))
    return bytes(found[:start] + found[end:] if chance.random() < 0.5 else found[:end] + found[start:])


def wrong_values(data: Any) -> Iterator[bytes]:
    """The document with each of its places (of a list its first item) in turn holding something wrong, missing or
    written twice; with nothing but null; wrapped and nested."""
    wrong = cycle(WRONG)
    for place in places(data):
        for value in islice(wrong, WRONG_AT_A_PLACE):
            yield written(changed(data, place, value))
        yield written(changed(data, place, [value]))
    yield written(mapped(data, lambda _: None))
    yield written(mapped(data, lambda leaf: "9" * 5000 if isinstance(leaf, int) else {"a": leaf}))
    yield written([data])
    yield written({"data": data, "items": data})
    yield re.sub(rb'("[a-z_]+"): ', rb"\1: null, \1: ", written(data))
    yield re.sub(rb'("[a-z_]+"): ', rb"\1: " + b"[" * 50 + b"]" * 50 + rb", \1: ", written(data))
    yield re.sub(rb": -?\d+", b": " + b"7" * 5000, written(data))
    yield re.sub(rb": -?\d+", b": 1e999", written(data))


def places(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    if isinstance(data, dict):
        for key, value in data.items():
            yield from places(value, (*path, key))
    elif isinstance(data, list) and data:
        yield from places(data[0], (*path, 0))


def changed(data: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    copy = dict(data) if isinstance(data, dict) else list(data)
    copy[path[0]] = changed(data[path[0]], path[1:], value)
    return copy


def mapped(data: Any, leaf: Callable[[Any], Any]) -> Any:
    if isinstance(data, dict):
        return {key: mapped(value, leaf) for key, value in data.items()}
    return [mapped(value, leaf) for value in data] if isinstance(data, list) else leaf(data)


def written(data: Any) -> bytes:
    return json.dumps(data).encode("ascii")
