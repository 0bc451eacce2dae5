"""What was filled into a form as a report, or what is wrong with it, field by field. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256

from crawlers.feedback.errors import UnfitFileError
from crawlers.feedback.files import Field, kept_file
from crawlers.feedback.source import FREQUENCIES, LONGEST, PICTURES, SHORTEST, WISHES, FormSource, Question
from monitor.mention import RawMention
from monitor.vault.file import File, kinds_of

#: A field that people do not see; programs fill in whatever they find.
TRAP = "fax"
RATINGS = ("1", "2", "3", "4", "5")
EARLIEST = date(2000, 1, 1)
#: How somebody can be reached: loose enough for what people write, so that only slips are found.
WAYS: Mapping[str, re.Pattern[str]] = {
    "phone": re.compile(r"\+?[0-9][0-9 ()-]{5,22}[0-9]"),
    "email": re.compile(r"[^\s@<>]{1,64}@[^\s@<>]{1,190}\.[^\s@<>.]{2,24}"),
    "wechat": re.compile(r"[A-Za-z0-9_-]{5,30}"),
}
ORDER = re.compile(r"[\w./#:-][\w ./#:-]{1,58}[\w./#:-]")


@dataclass(frozen=True, slots=True)
class Sent:
    """As it came in: the last value of each field, and the files by theirs."""

    values: Mapping[str, str]
    files: Mapping[Field, Sequence[bytes]] = field(default_factory=dict)

    def said(self, name: str) -> str:
        return self.values.get(name, "").strip()

    def canonical(self) -> bytes:
        """The same for the same form sent again, whatever marks the browser put between its parts."""
        files = {name: [sha256(data).hexdigest() for data in found] for name, found in self.files.items()}
        return json.dumps([dict(self.values), files], sort_keys=True).encode()


@dataclass(frozen=True, slots=True)
class Fault:
    """``field`` is the input that it is about, ``reason`` short and stable: pages have words for it."""

    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """``contact`` by way (phone, email, wechat, order): never part of the mention."""

    text: str
    rating: str | None
    product: str | None
    answers: Mapping[str, str]
    contact: Mapping[str, str]
    may_contact: bool
    files: Sequence[File]

    def mention(self, external_id: str, published: str, lang: str | None = None) -> RawMention:
        """``published`` is when it was sent (ISO 8601). Who rates writes a review."""
        rated = self.rating is not None
        return RawMention(
            text=self.text,
            external_id=external_id,
            kind="review" if rated else "post",
            published=published,
            rating=self.rating,
            rating_best="5" if rated else None,
            rating_worst="1" if rated else None,
            lang=lang,
            product=self.product,
            answers=dict(self.answers) or None,
        )


@dataclass
class Reader:
    """Gathers the faults in the order of the page. ``today`` is the form's."""

    sent: Sent
    source: FormSource
    today: date
    sealing: bool
    faults: list[Fault] = field(default_factory=list)

    def fault(self, name: str, reason: str) -> None:
        self.faults.append(Fault(name, reason))

    def asked(self, question: Question) -> bool:
        return self.source.wanted(question, sealing=self.sealing) != "no"

    def needed(self, question: Question) -> bool:
        return self.source.wanted(question, sealing=self.sealing) == "required"

    def text(self) -> str:
        text = self.sent.said("text").replace("\r\n", "\n")
        if not text:
            self.fault("text", "missing")
        elif len(text) < SHORTEST:
            self.fault("text", "short")
        elif len(text) > LONGEST:
            self.fault("text", "long")
        return text

    def choice(self, question: Question, choices: Sequence[str]) -> str | None:
        said = self.sent.said(question) if self.asked(question) else ""
        if said and said not in choices:
            self.fault(question, "unknown")
        if not said and self.needed(question):
            self.fault(question, "missing")
        return said or None

    def since(self) -> str | None:
        said = self.sent.said("since") if self.asked("since") else ""
        if not said:
            if self.needed("since"):
                self.fault("since", "missing")
            return None
        try:
            day = date.fromisoformat(said)
        except ValueError:
            self.fault("since", "unknown")
            return None
        if not EARLIEST <= day <= self.today:
            self.fault("since", "range")
        return day.isoformat()

    def order(self) -> dict[str, str]:
        """It stands among the contact, for it leads to a person, too."""
        said = self.sent.said("order") if self.asked("order") else ""
        if said and not ORDER.fullmatch(said):
            self.fault("order", "unknown")
        if not said and self.needed("order"):
            self.fault("order", "missing")
        return {"order": said} if said else {}

    def contact(self) -> dict[str, str]:
        """What was given, by way."""
        if not self.asked("contact"):
            return {}
        ways = {way: said for way in WAYS if (said := self.sent.said(way))}
        for way, said in ways.items():
            if not WAYS[way].fullmatch(said):
                self.fault(way, "unknown")
        if not ways and self.needed("contact"):
            self.fault("phone", "missing")
        if ways and not self.sent.said("may_contact"):
            self.fault("may_contact", "missing")
        return ways

    def files(self, name: Field, most: int) -> Iterator[File]:
        found = self.sent.files.get(name, ()) if self.asked(name) else ()
        if not found and self.needed(name):
            self.fault(name, "missing")
        if len(found) > most:
            self.fault(name, "many")
            return
        for data in found:
            try:
                yield kept_file(data, name)
            except UnfitFileError as error:
                self.fault(name, error.reason)


def read_report(sent: Sent, source: FormSource, today: date, *, sealing: bool) -> Report | tuple[Fault, ...]:
    """What is not asked is passed over, whoever sent it."""
    reader = Reader(sent, source, today, sealing)
    rating = reader.choice("rating", RATINGS)
    text = reader.text()
    product, order = reader.choice("product", source.products), reader.order()
    frequency, since = reader.choice("frequency", FREQUENCIES), reader.since()
    wish = reader.choice("wish", WISHES)
    files = (*reader.files("picture", PICTURES), *reader.files("voice", 1))
    contact = reader.contact()
    if not sent.said("consent"):
        reader.fault("consent", "missing")
    if sent.said(TRAP):
        reader.fault(TRAP, "trap")
    if reader.faults:
        return tuple(dict.fromkeys(reader.faults))
    ticked = {"frequency": frequency, "since": since, "wish": wish}
    counted = {name: str(number) for name, number in kinds_of(file.media_type for file in files).items()}
    return Report(
        text=text,
        rating=rating,
        product=product,
        answers={name: said for name, said in ticked.items() if said} | counted,
        contact=order | contact,
        may_contact=bool(contact),
        files=files,
    )
