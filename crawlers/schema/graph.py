"""Finds what people wrote among the nodes of a page, wherever it stands: in a list, under its product, by reference."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from crawlers.schema.node import Node, things, types_of, words
from monitor.mention import Kind

#: Types that people write, and what they are to us (schema.org, CreativeWork and its subtypes).
KINDS: dict[str, Kind] = {
    **dict.fromkeys(
        ("Review", "UserReview", "CriticReview", "ClaimReview", "EmployerReview", "MediaReview", "Recommendation"),
        "review",
    ),
    **dict.fromkeys(("Question", "DiscussionForumPosting", "SocialMediaPosting"), "post"),
    **dict.fromkeys(("Answer", "Comment", "CorrectionComment"), "comment"),
}
PRODUCTS = frozenset(
    {"Product", "ProductGroup", "ProductModel", "IndividualProduct", "SoftwareApplication", "MobileApplication"}
)
#: Pages whose questions and answers are the site's own.
OWN_WORDS = frozenset({"FAQPage"})
#: Nodes looked at on one page.
MOST = 20_000


@dataclass(slots=True)
class Written:
    """``subject`` is what it is about, ``parent`` what it answers."""

    node: Node
    kind: Kind
    subject: Node | None = None
    parent: Node | None = None


class Graph:
    """The nodes of one page. ``key`` makes an ``@id`` comparable."""

    def __init__(self, nodes: Sequence[Node], key: Any) -> None:
        self.nodes, self.key = nodes, key
        self.known: dict[str, Node] = {}
        self.products: dict[int, Node] = {}
        for node in everything(nodes):
            if (identity := key(node.get("@id"))) and not is_reference(node):
                self.known.setdefault(identity, node)
        for node in everything(nodes):
            if types_of(node) & PRODUCTS and words(node.get("name", ())) and not is_reference(node):
                self.products.setdefault(id(node), node)

    def resolved(self, node: Node) -> Node:
        """The node that a mere reference (``{"@id": …}``) stands for, if it is on the page."""
        return self.known.get(self.key(node.get("@id")) or "", node) if is_reference(node) else node

    def only_product(self) -> Node | None:
        """The page's product, where there is no doubt which it is."""
        names = {words(node["name"]) for node in self.products.values()}
        return next(iter(self.products.values())) if len(names) == 1 else None

    def written(self) -> list[Written]:
        """Each review, post and comment once, in the order of the page."""
        found: dict[int, Written] = {}
        seen: set[int] = set()
        stack: list[tuple[Node, Node | None, Node | None]] = [(node, None, None) for node in reversed(self.nodes)]
        while stack and len(seen) < MOST:
            node, subject, parent = stack.pop()
            node = self.resolved(node)
            kind = next((KINDS[name] for name in node.get("@type", ()) if name in KINDS), None)
            if kind:
                mine = found.setdefault(id(node), Written(node, kind))
                mine.subject = self.reviewed(node) or mine.subject or subject
                mine.parent = mine.parent or parent
            if id(node) in seen or types_of(node) & OWN_WORDS:
                continue
            seen.add(id(node))
            below = (node if kind else None, None if kind else subject)
            stack.extend(reversed(list(self.inner(node, *below))))
        return list(found.values())

    def inner(
        self, node: Node, written: Node | None, subject: Node | None
    ) -> Iterator[tuple[Node, Node | None, Node | None]]:
        own = node if types_of(node) & PRODUCTS else subject
        for name, stated in node.items():
            if name == "@type":
                continue
            about = node if name in {"review", "reviews", "@reverse"} and written is None else own
            for each in things(stated if isinstance(stated, list) else ()):
                yield each, about, None if name == "itemReviewed" else written

    def reviewed(self, node: Node) -> Node | None:
        """What it says itself that it is about."""
        for each in node.get("itemReviewed", ()):
            if isinstance(each, dict):
                return self.resolved(each)
            if isinstance(each, str) and each.strip():
                return {"@type": [], "name": [each]}
        return None


def is_reference(node: Node) -> bool:
    return "@id" in node and all(name in {"@id", "@type"} for name in node)


def everything(nodes: Iterable[Node]) -> Iterator[Node]:
    """The nodes and all that is in them, at most MOST."""
    stack = list(nodes)[::-1]
    for _ in range(MOST):
        if not stack:
            return
        node = stack.pop()
        yield node
        stack.extend(each for stated in node.values() if isinstance(stated, list) for each in things(stated))
