"""What a keyword adds to its query: synonyms of its first word, and words that sound alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from monitor.keywords.errors import QueryError
from monitor.keywords.folding import folded_text, is_han
from monitor.keywords.patterns import Words
from monitor.keywords.sounds import sounded_text
from monitor.keywords.syntax import And, Find, Near, Node, Not, Or, wanted
from monitor.keywords.words import phrase_of, refuse_single


def with_synonyms(node: Node, synonyms: Sequence[str]) -> Node:
    """The tree in which the first word looked for may be another one. Raises :class:`QueryError`; its position is in
    the synonym, or 0 in the query where that names no word."""
    if not synonyms:
        return node
    if not wanted(node):
        hint = "remove them, or write (a OR b) in the query"
        raise QueryError(0, "the query looks for no word that synonyms could stand for", hint)
    first = wanted(node)[0]
    alike = (first, *(synonym_of(first, text) for text in synonyms))
    return replaced(node, lambda find: alike if find == first else (find,))


def synonym_of(find: Find, text: str) -> Find:
    """Another word for what ``find`` looks for, read as a phrase is."""
    refuse_single(0, text, folded_text(text))
    return Find(phrase_of(0, text), find.where, find.position, text)


def by_sound(node: Node) -> Node:
    """The tree in which Han characters are found by their sound; what is written in braces or as a regular expression
    stays as it is."""
    return replaced(node, lambda find: (sounding(find),))


def sounding(find: Find) -> Find:
    pattern = find.pattern
    if not isinstance(pattern, Words) or pattern.form != "folded" or not any(map(is_han, pattern.text)):
        return find
    return replace(find, pattern=replace(pattern, text=sounded_text(pattern.text), form="sound"))


def replaced(node: Node, put: Callable[[Find], tuple[Find, ...]]) -> Node:
    """The tree with each thing to look for replaced by what ``put`` answers, any of which will do."""
    if isinstance(node, Find):
        found = put(node)
        return found[0] if len(found) == 1 else Or(found, node.position)
    if isinstance(node, Near):
        left = tuple(each for find in node.left for each in put(find))
        return replace(node, left=left, right=tuple(each for find in node.right for each in put(find)))
    if isinstance(node, Not):
        return replace(node, part=replaced(node.part, put))
    if isinstance(node, And | Or):
        return replace(node, parts=tuple(replaced(part, put) for part in node.parts))
    return node
