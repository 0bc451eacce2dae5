"""Words, phrases and sentences written for this project, and their reader."""

from __future__ import annotations

from importlib import resources

from monitor.sentiment.default.lexicon import Role


def lines(name: str) -> list[str]:
    """The lines of one of this folder's files, without white lines and those that begin with ``# ``."""
    content = resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
    return [line.strip() for line in content.splitlines() if line.strip() and not line.startswith("# ")]


def sections(name: str) -> dict[str, list[str]]:
    """Section → its entries, from a file with lines such as ``[positive]``."""
    found: dict[str, list[str]] = {}
    current: list[str] = []
    for line in lines(name):
        if line.startswith("["):
            current = found.setdefault(line.strip("[]"), [])
        else:
            current += line.split()
    return found


def rules() -> dict[str, tuple[Role, float]]:
    """Word → what it does, and the factor of a degree word (0.0 for others)."""
    found: dict[str, tuple[Role, float]] = {}
    for line in lines("rules.txt"):
        head, _, words = line.partition(": ")
        name, _, factor = head.partition(" ")
        for word in words.split():
            found[word] = (Role[name.upper()], float(factor or 0))
    return found


def polarities(name: str) -> dict[str, float]:
    """Word → log-odds, from lines such as ``+2.0: 好吃 美味``. A space inside a word is written ``_``."""
    found: dict[str, float] = {}
    for line in lines(name):
        value, _, words = line.partition(": ")
        for word in words.split():
            found[word.replace("_", " ")] = float(value)
    return found
