"""How people write the three labels in their files."""

from __future__ import annotations

from collections.abc import Mapping

from monitor.mention import Label

#: Numbers are no names: 0 is negative in some files and neutral in others.
NAMES: Mapping[str, Label] = {
    "negative": "negative",
    "neg": "negative",
    "负面": "negative",
    "负": "negative",
    "消极": "negative",
    "差评": "negative",
    "neutral": "neutral",
    "neu": "neutral",
    "中性": "neutral",
    "中立": "neutral",
    "中评": "neutral",
    "positive": "positive",
    "pos": "positive",
    "正面": "positive",
    "正": "positive",
    "积极": "positive",
    "好评": "positive",
}


def read_label(written: object) -> Label | None:
    """The label that somebody wrote; ``None`` for anything else."""
    return NAMES.get(written.strip().casefold()) if isinstance(written, str) else None
