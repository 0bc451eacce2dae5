"""From what people wrote, as schema.org states it, to mentions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from crawlers.schema.graph import Graph, Written
from crawlers.schema.node import Node, things, values, words
from monitor.mention import RawMention, Rejection

#: What a count of interactions is of (schema.org, InteractionCounter), and where it goes.
INTERACTIONS = {"LikeAction": "likes", "CommentAction": "replies", "ReplyAction": "replies", "ShareAction": "reposts"}
COUNTS = {"likes": ("upvoteCount",), "replies": ("commentCount", "answerCount")}


def mentions_of(nodes: Sequence[Node], base: str, place: str) -> list[RawMention | Rejection]:
    """Everything written on a page at ``base``. What has no address of its own stands at ``place``, the same for all
    parts of a listing, so that a review is the same one on whichever of them it is met."""
    graph = Graph(nodes, lambda identity: address(base, identity) if isinstance(identity, str) else None)
    written = graph.written()
    identities = Identities(written, base, place)
    product = graph.only_product()
    return [Reader(graph, identities, base, place, product).mention(each) for each in written]


def address(base: str, link: str | None) -> str | None:
    if not link or link.startswith("_:"):
        return link
    try:
        return urljoin(base, link)
    except ValueError:
        return None


class Identities:
    """Which ``@id`` tells one item from all others. A name for the page only (``_:b1``), one that several items share,
    and those that number the items of a page from its top (``#review-1``) do not: they mean another review tomorrow."""

    def __init__(self, written: Sequence[Written], base: str, place: str) -> None:
        self.base, self.place = base, place
        stated = [str(each.node["@id"]) for each in written if "@id" in each.node]
        self.often = Counter(stated)
        self.positions = len(written)

    def of(self, node: Node | None) -> str | None:
        if node is None:
            return None
        stated = str(node.get("@id") or "")
        if stated and not stated.startswith("_:") and self.often[stated] == 1:
            fragment = self.fragment(stated)
            if fragment is None:
                return address(self.base, stated)
            if not self.is_position(fragment):
                return address(self.place, f"#{fragment}")
        return identifier(node)

    def fragment(self, stated: str) -> str | None:
        """The part after ``#`` of an id that is one of this very page."""
        page, mark, fragment = stated.partition("#")
        return fragment if mark and page in {"", self.base.partition("#")[0], self.place.partition("#")[0]} else None

    def is_position(self, fragment: str) -> bool:
        digits = fragment[len(fragment.rstrip("0123456789")) :]
        return not digits or (len(digits) < 6 and int(digits) <= self.positions)


def identifier(node: Node) -> str | None:
    """``identifier`` as text or as PropertyValue."""
    for each in node.get("identifier", ()):
        said = words(values(each, "value", "name")) if isinstance(each, dict) else words([each])
        if said:
            return said
    return None


@dataclass(frozen=True, slots=True)
class Reader:
    graph: Graph
    identities: Identities
    base: str
    place: str
    product: Node | None

    def mention(self, written: Written) -> RawMention | Rejection:
        node, review = written.node, written.kind == "review"
        text = words(values(node, "reviewBody")) or words(values(node, "text")) or words(values(node, "articleBody"))
        text = text or words(values(node, "description")) or self.notes(node) or words(values(node, "claimReviewed"))
        title = words(values(node, "name")) or words(values(node, "headline"))
        url = address(self.base, self.stated(node, "url")) or self.place_of(written)
        if not (text or title):
            return Rejection("no text", "", url)
        subject = written.subject or (self.product if review else None)
        counts = self.counts(node)
        value, best, worst = self.rating(node) if review else (None, None, None)
        return RawMention(
            text=text or title or "",
            external_id=self.identities.of(node),
            url=url,
            kind=written.kind,
            title=title if text and title != text else None,
            author=self.author(node),
            published=words(values(node, "datePublished")) or words(values(node, "dateCreated", "uploadDate")),
            rating=value,
            rating_best=best,
            rating_worst=worst,
            lang=words(values(node, "inLanguage")),
            product=words(subject.get("name", ())) if subject and review else None,
            parent_id=self.identities.of(written.parent or self.answered(node)) if not review else None,
            likes=counts.get("likes"),
            replies=counts.get("replies"),
            reposts=counts.get("reposts"),
        )

    def place_of(self, written: Written) -> str:
        """The page of what it is about, where that is on the same site, else this one."""
        stated = address(self.base, self.stated(written.subject, "url")) if written.subject else None
        same = stated and urlsplit(stated).netloc == urlsplit(self.base).netloc
        return stated if stated and same and urlsplit(stated).path.strip("/") else self.place

    def stated(self, node: Node, name: str) -> str | None:
        return next((each.strip() for each in node.get(name, ()) if isinstance(each, str) and each.strip()), None)

    def answered(self, node: Node) -> Node | None:
        return next((self.graph.resolved(each) for each in things(values(node, "parentItem"))), None)

    def author(self, node: Node) -> str | None:
        stated = values(node, "author") or values(node, "creator")
        return words(self.graph.resolved(each) if isinstance(each, dict) else each for each in stated)

    def rating(self, node: Node) -> tuple[str | None, str | None, str | None]:
        """Value, best and worst; a bare number where a Rating was meant, too. An aggregate is nobody's own."""
        for each in values(node, "reviewRating", "ratingValue"):
            if not isinstance(each, dict):
                return words([each]), words(values(node, "bestRating")), words(values(node, "worstRating"))
            scale = self.graph.resolved(each)
            if (value := words(values(scale, "ratingValue", "name"))) and "AggregateRating" not in scale.get(
                "@type", ()
            ):
                return value, words(values(scale, "bestRating")), words(values(scale, "worstRating"))
        return None, None, None

    def notes(self, node: Node) -> str | None:
        """What a review without a text lists for and against (``positiveNotes``, ``negativeNotes``)."""
        found = [each for name in ("positiveNotes", "negativeNotes") for each in noted(node.get(name, ()))]
        return "\n".join(found) or None

    def counts(self, node: Node) -> dict[str, int]:
        found = {
            name: number for name, keys in COUNTS.items() if (number := whole(words(values(node, *keys)))) is not None
        }
        for each in things(values(node, "interactionStatistic")):
            action = next((name for name in INTERACTIONS if name in str(values(each, "interactionType"))), None)
            number = whole(words(values(each, "userInteractionCount")))
            if action and number is not None:
                found.setdefault(INTERACTIONS[action], number)
        return found


def noted(stated: Iterable[Any]) -> list[str]:
    found: list[str] = []
    for each in stated:
        listed = values(each, "itemListElement") if isinstance(each, dict) else []
        found += [said for said in ((words([one]) for one in listed) if listed else [words([each])]) if said]
    return found


def whole(stated: str | None) -> int | None:
    """A number of likes or replies, which is not negative; ``None`` for anything else."""
    digits = (stated or "").replace(",", "").removesuffix(".0")
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 16 else None
