"""Whom a mention is about: brands and products by configuration, by name in the text, or by the keyword that hit."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from monitor.config.schema import Config, Source
from monitor.mention import UNATTRIBUTED, KeywordMatch, Subject

_HAN = re.compile(r"[㐀-䶿一-鿿豈-﫿𠀀-𯿿]")
#: What may stand between two Han characters of a name, as in the query language: up to two signs, no sentence end.
_GAP = r"(?:[^\w。！？；\n]|_){0,2}"


@dataclass(frozen=True, slots=True)
class _Named:
    brand: str
    product: str | None


class Attributor:
    """Finds the names of all brands and products in one pass; built once for a configuration."""

    def __init__(self, config: Config) -> None:
        self._names: dict[str, _Named] = {}
        for brand in config.brands:
            for name in (brand.name, *brand.aliases):
                self._add(name, _Named(brand.id, None))
            for product in brand.products:
                for name in (product.name, *product.aliases):
                    self._add(name, _Named(brand.id, product.name))
        # The longest name first: 苹果园 is not 苹果.
        ordered = sorted(self._names, key=lambda name: (-len(name), name))
        self._pattern = re.compile("|".join(f"({_name_pattern(name)})" for name in ordered)) if ordered else None
        self._ordered = [self._names[name] for name in ordered]
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

    def _named(self, *texts: str | None) -> dict[str, str | None]:
        """Brand → its first product that is named, brands in order of appearance."""
        found: dict[str, str | None] = {}
        if self._pattern is None:
            return found
        for text in texts:
            for match in self._pattern.finditer(_fold(text) if text else ""):
                named = self._ordered[(match.lastindex or 1) - 1]
                found[named.brand] = found.get(named.brand) or named.product
        return found


def _fold(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split(" "))


def _name_pattern(name: str) -> str:
    """Latin ends stand at a word boundary; Han characters may have signs between them; spaces are any white space."""
    pieces: list[str] = []
    for index, ch in enumerate(name):
        if index and _HAN.match(ch) and _HAN.match(name[index - 1]):
            pieces.append(_GAP)
        pieces.append(r"\s+" if ch == " " else re.escape(ch))
    before = r"(?<![a-z0-9])" if name[0].isascii() and name[0].isalnum() else ""
    after = r"(?![a-z0-9])" if name[-1].isascii() and name[-1].isalnum() else ""
    return f"{before}{''.join(pieces)}{after}"
