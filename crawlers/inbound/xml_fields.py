"""Flat XML of strangers: the texts below the root by name. No document type, so no entity of theirs, is let in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers import expat

from crawlers.inbound.refusal import RefusedError

DEPTH, FIELDS = 8, 200


@dataclass
class Fields:
    """What the parser has seen: the path to where it stands, and the texts of the root's children."""

    path: list[str] = field(default_factory=list)
    texts: dict[str, list[str]] = field(default_factory=dict)

    def begin(self, name: str, _attributes: dict[str, str]) -> None:
        self.path.append(name)
        if len(self.path) > DEPTH or len(self.texts) > FIELDS:
            raise RefusedError(400, "not XML", "nested too deep, or too many fields")
        if len(self.path) == 2:
            self.texts.setdefault(name, [])

    def end(self, _name: str) -> None:
        self.path.pop()

    def text(self, data: str) -> None:
        if len(self.path) == 2:
            self.texts[self.path[1]].append(data)


def xml_fields(body: bytes) -> dict[str, str]:
    """Name → text of the root's children that are plain text. Raises :class:`RefusedError`."""
    found = Fields()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = found.begin, found.end
    parser.CharacterDataHandler = found.text
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    try:
        parser.Parse(body, True)
    except expat.ExpatError as error:
        place = f"line {error.lineno}, column {error.offset + 1}"
        raise RefusedError(400, "not XML", f"{place}: {expat.ErrorString(error.code)}") from None
    except (ValueError, LookupError) as error:  # an encoding that is none
        raise RefusedError(400, "not XML", str(error)[:100]) from None
    return {name: "".join(parts).strip() for name, parts in found.texts.items()}


def refuse(*_: object) -> NoReturn:
    raise RefusedError(400, "not XML", "a document type or entity is not accepted")
