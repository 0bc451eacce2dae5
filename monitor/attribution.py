"""Whom a mention is about: brands and products by configuration, by name in the text, or by the keyword that hit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from monitor.config.schema import Config, Source
from monitor.keywords.folding import Folded, fold, fold_character, squeeze
from monitor.mention import UNATTRIBUTED, KeywordMatch, Subject

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002ffff]")
#: What may stand between two Han characters of a name, as in the query language: up to two signs, no sentence end.
_GAP = r"(?:[^\w。！？；\n]|_){0,2}"


@dataclass(frozen=True, slots=True)
class _Named:
    brand: str
    product: str | None


class Attributor:
    """Finds the names of all brands and products in a text; built once for a configuration."""

    def __init__(self, config: Config) -> None:
        self._names: dict[str, _Named] = {}
        for brand in config.brands:
            for name in (brand.name, *brand.aliases):
                self._add(name, _Named(brand.id, None))
            for product in brand.products:
                for name in (product.name, *product.aliases):
                    self._add(name, _Named(brand.id, product.name))
        # The longest name first: 苹果园 is not 苹果.
        self._ordered = sorted(self._names, key=lambda name: (-len(name), name))
        self._squeezed = [squeeze(name) for name in self._ordered]
        self._characters = [frozenset(core) for core in self._squeezed]
        self._keyword_brand = {keyword.id: keyword.brand for keyword in config.keywords if keyword.brand}

    def _add(self, name: str, named: _Named) -> None:
        self._names.setdefault(_fold(name), named)

    def subjects(
        self,
        source: Source,
        title: str | None,
        text: str,
        matches: Sequence[KeywordMatch],
        product: str | None = None,
    ) -> tuple[Subject, ...]:
        """Never empty, one entry a brand, in the order of their naming; ``product`` is what the item itself states.

        The source's brand decides where it is set; else the brands that product, title or text name; else the brand
        of a keyword that matched; else ``UNATTRIBUTED``. A product is given by the source, by the item, or by name.
        """
        found = self._named(product, title, text)
        stated = source.product or product
        if source.brand:
            return (Subject(source.brand, source.product or found.get(source.brand) or product),)
        if source.product:
            owner = self._names.get(_fold(source.product))
            if owner:
                return (Subject(owner.brand, source.product),)
        if found:
            return tuple(Subject(brand, named) for brand, named in found.items())
        for match in matches:
            if brand := self._keyword_brand.get(match.keyword):
                return (Subject(brand, stated),)
        return (Subject(UNATTRIBUTED, stated),)

    def spans(self, text: str) -> tuple[tuple[int, int], ...]:
        """Where brands and products are named: half-open code points of the text as given, in order."""
        if not self._may_name(text):
            return ()
        folded = fold(text)
        return tuple(folded.span(*found.span()) for found, _ in self._found(folded))

    def _named(self, *texts: str | None) -> dict[str, str | None]:
        """Brand → its first product that is named, brands in order of appearance."""
        found: dict[str, str | None] = {}
        for text in texts:
            for _match, named in self._found(fold(text)) if text and self._may_name(text) else ():
                found[named.brand] = found.get(named.brand) or named.product
        return found

    def _may_name(self, text: str) -> bool:
        """Whether the text has all characters of a name, in any order: folding most texts for nothing would take
        longer than all else that is done here. A character that joins the one before it forbids the shortcut."""
        present: set[str] = set()
        for character in set(text):
            folded = fold_character(character)
            if folded is None:
                return True
            present.update(folded)
        return any(characters <= present for characters in self._characters)

    def _found(self, folded: Folded) -> Iterator[tuple[re.Match[str], _Named]]:
        # A plain substring test rules nearly all names out; only what is left is worth a pattern.
        possible = [name for name, core in zip(self._ordered, self._squeezed, strict=True) if core in folded.squeezed]
        for match in _any_of(tuple(possible)).finditer(folded.text) if possible else ():
            yield match, self._names[possible[(match.lastindex or 1) - 1]]


@lru_cache(maxsize=1024)
def _any_of(names: tuple[str, ...]) -> re.Pattern[str]:
    """One group a name, the first that fits wins."""
    return re.compile("|".join(f"({_name_pattern(name)})" for name in names))


def _fold(text: str) -> str:
    """As the query language folds (NFKC, case, traditional to simplified), so that names and keywords agree."""
    return fold(text).text


def _name_pattern(name: str) -> str:
    """Latin ends stand at a word boundary; Han characters may have signs between them, Han and Latin a space."""
    pieces: list[str] = []
    for index, ch in enumerate(name):
        before = name[index - 1] if index else ""
        if before and _HAN.match(ch) and _HAN.match(before):
            pieces.append(_GAP)
        elif before and " " not in (ch, before) and bool(_HAN.match(ch)) != bool(_HAN.match(before)):
            pieces.append(r"\s?")
        pieces.append(r"\s+" if ch == " " else re.escape(ch))
    start = r"(?<![a-z0-9])" if name[0].isascii() and name[0].isalnum() else ""
    end = r"(?![a-z0-9])" if name[-1].isascii() and name[-1].isalnum() else ""
    return f"{start}{''.join(pieces)}{end}"
