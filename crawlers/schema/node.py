"""What all three syntaxes of schema.org give: nodes of plain JSON values, whose names are those of schema.org alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

#: ``@type`` is a list of local names, ``@id`` an absolute address or a blank name; every other value is a list.
Node = dict[str, Any]

#: Vocabularies whose terms are read. The second is what shops and film sites wrote before 2011, under other names.
SCHEMA = re.compile(r"https?://(?:www\.|pending\.)?schema\.org/#?", re.IGNORECASE)
BEFORE = re.compile(r"https?://(?:www\.)?(?:rdf\.)?data-vocabulary\.org/#?", re.IGNORECASE)
RENAMED = {
    "reviewer": "author",
    "dtreviewed": "datePublished",
    "summary": "name",
    "itemreviewed": "itemReviewed",
    "rating": "reviewRating",
    "value": "ratingValue",
    "best": "bestRating",
    "worst": "worstRating",
}
#: Prefixes that need no declaration (RDFa 1.1, initial context).
PREFIXES: Mapping[str, str] = {"schema": "http://schema.org/", "v": "http://rdf.data-vocabulary.org/#"}
TERM = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,60}")


def term(name: str, vocabulary: str = "http://schema.org/", prefixes: Mapping[str, str] = PREFIXES) -> str | None:
    """The local name of a type or property: ``Review`` of ``Review``, ``schema:Review`` and
    ``https://schema.org/Review``; ``None`` for those of other vocabularies."""
    name = name.strip()
    prefix, colon, local = name.partition(":")
    whole = name if local.startswith("//") else prefixes.get(prefix.lower(), "") + local if colon else vocabulary + name
    if found := SCHEMA.match(whole):
        rest = whole[found.end() :].rstrip("/")
        return rest if TERM.fullmatch(rest) else None
    if found := BEFORE.match(whole):
        rest = whole[found.end() :].rstrip("/")
        return RENAMED.get(rest, rest) if TERM.fullmatch(rest) else None
    return None


def belongs(inner: Node, names: Iterable[str], item: Node | None, found: list[Node]) -> None:
    """Makes ``inner`` the value of the ``names`` of ``item``, or one of those ``found`` by themselves."""
    names = list(names)
    if item is None or not names:
        found.append(inner)
    else:
        for name in names:
            item.setdefault(name, []).append(inner)


def types_of(node: Mapping[str, Any]) -> set[str]:
    return set(node.get("@type", ()))


def values(node: Mapping[str, Any], *names: str) -> list[Any]:
    """The values of the first of the properties that has any."""
    return next((found for name in names if (found := node.get(name))), [])


def words(stated: Iterable[Any]) -> str | None:
    """The first of several values that says anything: itself, or of a thing its ``name``."""
    for each in stated:
        found = words(values(each, "name", "alternateName")) if isinstance(each, Mapping) else each
        if isinstance(found, bool) or found is None:
            continue
        if said := str(found).strip():
            return said
    return None


def things(stated: Iterable[Any]) -> list[Node]:
    return [each for each in stated if isinstance(each, dict)]
