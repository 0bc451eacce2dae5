"""What is kept of an item: the very strings that the page class or importer found, before anything was parsed."""

from __future__ import annotations

import json
from dataclasses import fields

from monitor.mention import RawMention

NAMES = tuple(field.name for field in fields(RawMention))
encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def payload_of(found: RawMention) -> bytes:
    """Canonical JSON in UTF-8: keys sorted, no white space, fields that were not found left out.

    A lone surrogate, which UTF-8 cannot hold, is written as its JSON escape.
    """
    values = {name: value for name in NAMES if (value := getattr(found, name)) is not None}
    return encode(values).encode("utf-8", "backslashreplace")
