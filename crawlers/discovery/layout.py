"""An unknown site's layout: where its contents stand and which links lead there, as an entry of kind ``selectors``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from crawlers.discovery import sitemap
from crawlers.discovery.blocks import Block
from crawlers.discovery.contents import MANY, Contents, contents_of, examined
from crawlers.discovery.dates import DateReader
from crawlers.discovery.expressions import Expression, document_ways
from crawlers.discovery.links import Links, all_link, link_groups
from crawlers.discovery.look import Fetch, Look, words
from crawlers.discovery.opening import merged, opening_of
from crawlers.discovery.paging import next_of
from crawlers.discovery.proposal import Proposal

#: Contents of this quality are worth proposing, and those of the other need no search for better ones.
USABLE, GOOD = 0.6, 0.9
#: Links of how many kinds are tried on each level, how many pages of each, and how many levels deep.
KINDS, PAGES, LEVELS = 3, 3, 2
#: Characters by which a text is known again, where a list shows only its beginning.
SAME = 20
COMMENTS = re.compile(r"comment|repl(?:y|ies)|评论|留言", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class Layout:
    """``pages`` hold the contents; ``follow`` leads from ``listings`` to them. ``whole``: the last of these pages shows
    all reviews of a thing whose own page shows some.
    """

    contents: Contents
    pages: tuple[Look, ...]
    listings: tuple[Look, ...] = ()
    follow: tuple[Expression, ...] = ()
    whole: bool = False

    @property
    def worth(self) -> float:
        """Of a listing only its titles can be read: half as good as the pages behind them."""
        return self.contents.quality * (0.5 if is_listing(self.contents) else 1.0)


@dataclass(frozen=True, eq=False)
class Explored:
    """``looks`` are all pages that were looked at, the first one first, with the links that led to each."""

    layout: Layout | None
    looks: tuple[tuple[Look, tuple[Expression, ...]], ...]


def explore(start: Look, fetch: Fetch, reader: DateReader) -> Explored:
    """Looks at the page and, where it only lists things, at some pages behind its links, two levels deep."""
    seen: list[tuple[Look, tuple[Expression, ...]]] = [(start, ())]
    own = None if sitemap.kind_of(start) else contents_of([start], reader)
    best = Layout(own, (start,)) if own else None
    if best is None or best.worth < GOOD or leads_on(best.contents):
        branches: list[tuple[tuple[Look, ...], tuple[Expression, ...], tuple[Look, ...]]] = [((start,), (), ())]
        for _level in range(LEVELS):
            behind = branch_out(branches, fetch, reader, seen)
            for looks, follow, listings in behind:
                found = contents_of(looks, reader)
                if found and better(layout := Layout(found, looks, listings, follow), best):
                    best = layout
            branches = behind[:2]
            if not branches or (best and best.worth >= 0.8 and not leads_on(best.contents)):
                break
    if best:
        best = with_all(with_next(best, fetch, reader, seen), fetch, reader, seen)
    return Explored(best if best and best.worth >= USABLE * 0.5 else None, tuple(seen))


def branch_out(
    branches: Sequence[tuple[tuple[Look, ...], tuple[Expression, ...], tuple[Look, ...]]],
    fetch: Fetch,
    reader: DateReader,
    seen: list[tuple[Look, tuple[Expression, ...]]],
) -> list[tuple[tuple[Look, ...], tuple[Expression, ...], tuple[Look, ...]]]:
    """The pages behind the best links of each branch: fetched in one go, in groups of one kind."""
    wanted: list[tuple[Links, tuple[Expression, ...], tuple[Look, ...]]] = []
    for looks, follow, listings in branches:
        earlier = [look for look, _ in seen if look not in looks]
        listed = list(sitemap.groups(looks[0])) if sitemap.kind_of(looks[0]) else link_groups(looks, reader, earlier)
        for links in distinct(listed)[: KINDS if not follow else 2]:
            wanted.append((links, (*follow, links.expression), (*listings, *looks)))
    addresses = list(dict.fromkeys(target for links, _, _ in wanted for target in links.spread(PAGES)))
    got = {look.asked: look for look in fetch(addresses)} if addresses else {}
    found = []
    for links, follow, listings in wanted:
        looks = tuple(got[target] for target in links.spread(PAGES) if target in got)
        if looks:
            found.append((looks, follow, listings))
            seen.extend((look, follow) for look in looks)
    return found


def distinct(groups: Sequence[Links]) -> list[Links]:
    """Without groups most of whose targets a better group has."""
    kept: list[Links] = []
    for group in groups:
        targets = set(group.targets)
        if not any(len(targets & set(each.targets)) > 0.6 * len(targets) for each in kept):
            kept.append(group)
    return kept


def better(layout: Layout, best: Layout | None) -> bool:
    """Whether the pages behind links hold more than what is known: as sure, and more words."""
    if best is None:
        return True
    if layout.worth < 0.85 * best.worth:
        return False
    if is_listing(best.contents) or best.follow:
        return layout.worth > best.worth * (1.02 if best.follow else 0.85)
    return (
        text_length(layout.contents) > 1.3 * text_length(best.contents)
        or layout.worth > 1.15 * best.worth
        or (leads_on(best.contents) and says_more(layout, best))
    )


def says_more(layout: Layout, best: Layout) -> bool:
    """Whether the pages hold more than the list that leads to them: more items than pages, or other texts."""
    items = layout.contents.block.items
    if len(items) > 1.5 * len(layout.pages):
        return True
    known = {words(node)[:SAME] for node in best.contents.fields["text"].nodes}
    told = [words(node)[:SAME] for node in layout.contents.fields["text"].nodes]
    return sum(text in known for text in told) < 0.5 * len(told)


def text_length(contents: Contents) -> float:
    nodes = contents.fields["text"].nodes
    return sum(len(words(node)) for node in nodes) / max(1, len(nodes))


def is_listing(contents: Contents) -> bool:
    """Whether the text of the items is the text of links to somewhere else."""
    nodes = list(contents.fields["text"].nodes)
    linked = 0.0
    for node in nodes:
        whole = len(words(node))
        inner = sum(len(words(link)) for link in node.iter("a") if leads_away(link.get("href")))
        linked += min(1.0, inner / whole) if whole else 0.0
        linked += 1.0 if any(leads_away(above.get("href")) for above in node.iterancestors("a")) else 0.0
    return linked > 0.6 * len(nodes)


def leads_away(href: str | None) -> bool:
    return bool(href) and not str(href).startswith(("#", "javascript:", "mailto:"))


def leads_on(contents: Contents) -> bool:
    """Whether each item has a page of its own, where there may be more."""
    return is_listing(contents) or ("url" in contents.fields and not contents.rated)


def with_next(
    layout: Layout, fetch: Fetch, reader: DateReader, seen: list[tuple[Look, tuple[Expression, ...]]]
) -> Layout:
    """The layout told from two parts of a single page's listing: what is alike on the first one by chance, such as five
    stars everywhere, is seldom so on both."""
    further = next_of(layout.pages) if len(layout.pages) == 1 else None
    page = layout.pages[0]
    links = further.nodes(page.root) if further and page.root is not None else []
    address = next((found for link in links if (found := page.address(link.get("href"))) and found != page.url), None)
    for second in fetch([address]) if address else ():
        seen.append((second, layout.follow))
        pages = (page, second)
        contents = examined(widened(layout.contents.block, pages), reader, MANY)
        if (
            contents
            and contents.quality >= layout.contents.quality
            and len(contents.fields) >= len(layout.contents.fields)
        ):
            return replace(layout, contents=contents, pages=pages)
    return layout


def with_all(
    layout: Layout, fetch: Fetch, reader: DateReader, seen: list[tuple[Look, tuple[Expression, ...]]]
) -> Layout:
    """The layout with the page that shows all reviews of a thing, where its own page shows only some."""
    for look in layout.pages:
        found = all_link(look)
        if found is None:
            continue
        expression, address = found
        for whole in fetch([address]):
            if whole.root is not None and layout.contents.block.expression.nodes(whole.root):
                seen.append((whole, (*layout.follow, expression)))
                pages = (*layout.pages, whole)
                block = widened(layout.contents.block, pages)
                contents = examined(block, reader, MANY) or layout.contents
                # What stands on both pages is named twice there: names are told by the pages of one kind alone.
                names = {name: rule for name, rule in layout.contents.fields.items() if name in {"id", "url"}}
                contents = replace(contents, fields={**contents.fields, **names})
                return replace(layout, contents=contents, pages=pages, follow=(*layout.follow, expression), whole=True)
        return layout
    return layout


def widened(block: Block, pages: Sequence[Look]) -> Block:
    items = tuple(item for look in pages if look.root is not None for item in block.expression.nodes(look.root))
    return replace(block, items=items, looks=tuple(pages))


def proposal_of(layout: Layout, url: str, reader: DateReader, *, render: bool = False) -> Proposal:
    """The entry, with the reasons for its confidence."""
    contents = layout.contents
    item = item_expression(contents.block, layout.listings, contents.fields["text"].path)
    further = united([each for looks in (layout.listings, layout.pages) if (each := next_of(looks))])
    fields = fields_of(layout)
    reasons = reasons_of(layout)
    opening = None if contents.rated else opening_of(contents, layout.pages, reader)
    if opening and (both := merged(contents, opening)):
        item, fields = both[0], {**both[1]}
        reasons = (*reasons, f"and what opens each page ({opening.item})")
    entry: dict[str, Any] = {"kind": "selectors", "url": url, "item": shown(item), "fields": fields}
    entry["item_kind"] = kind_of(contents, layout.pages)
    if follow := united(layout.follow):
        entry["follow"] = shown(follow)
        entry["max_pages"] = 200
    if further:
        entry["next"] = shown(further)
        if not follow and newest_first(layout, reader):
            entry["newest_first"] = True
    if render:
        # A listing holds no item: there the links that lead on have to appear.
        awaited = [
            item.css or contents.block.expression.css or "body",
            *(each.css for each in layout.follow if each.css),
        ]
        entry |= {"render": True, "wait_for": ", ".join(dict.fromkeys(awaited))}
    return Proposal(
        engine="unknown layout",
        confidence=round(0.95 * layout.worth, 2),
        source=entry,
        reasons=reasons,
        warnings=warnings_of(contents),
        pagination=entry.get("next"),
    )


def fields_of(layout: Layout) -> dict[str, Any]:
    """The fields of the items; of reviews on pages of several things also the thing, by the page's heading."""
    fields = layout.contents.entry()
    headings = [tuple(words(each) for each in look.found("//h1")) for look in layout.pages]
    alone = all(len(each) == 1 for each in headings)
    # Where all reviews have a page of their own besides, its heading ("Customer reviews") says no product.
    if layout.contents.rated and not layout.whole and alone and len(set(headings)) == len(headings) > 1:
        fields["product"] = "//h1"
    return fields


def item_expression(block: Block, listings: Sequence[Look], path: str) -> Expression:
    """Of the names for the same elements one that selects nothing on the listings, if need be only with a text
    (``path``)."""
    members = set(block.items)
    best, least = block.expression, count(block.expression, listings)
    for expression in document_ways(block.items[0]):
        same = {node for look in block.looks if look.root is not None for node in expression.nodes(look.root)}
        if same == members and count(expression, listings) < least:
            best, least = expression, count(expression, listings)
    narrow = Expression(f"{best.xpath}[{path}]")
    if least and path not in {"", "."} and count(narrow, listings) < least:
        return narrow
    return best


def count(expression: Expression, looks: Sequence[Look]) -> int:
    return sum(len(expression.nodes(look.root)) for look in looks if look.root is not None)


def united(expressions: Sequence[Expression]) -> Expression | None:
    each: dict[str, Expression] = {expression.xpath: expression for expression in expressions}
    whole: Expression | None = None
    for expression in each.values():
        whole = expression if whole is None else whole | expression
    return whole


def shown(expression: Expression) -> str:
    return expression.css or expression.xpath


def kind_of(contents: Contents, pages: Sequence[Look]) -> str:
    if contents.rated:
        return "review"
    hints = f"{contents.item} {' '.join(str(item.get('id')) for item in contents.block.items[:3])}"
    return "comment" if COMMENTS.search(hints) else "post"


def newest_first(layout: Layout, reader: DateReader) -> bool:
    """Whether the times of the first page's items fall from one to the next."""
    from parsel import Selector

    from crawlers.pages.selectors import Field, field_from_text, value_of

    rule, page = layout.contents.fields.get("published"), layout.pages[0]
    if rule is None or page.root is None:
        return False
    entry = Field.model_validate(field_from_text(rule.entry()))
    items = layout.contents.block.expression.nodes(page.root)
    stated = (value_of(Selector(root=item, type="html"), entry) for item in items)
    times = [found.at for value in stated if value and (found := reader.read(value))]
    return len(times) >= 4 and all(before >= after for before, after in pairwise(times)) and times[0] > times[-1]


def reasons_of(layout: Layout) -> tuple[str, ...]:
    contents = layout.contents
    shares = {name: contents.fields[name].coverage if name in contents.fields else 0.0 for name in
              ("text", "published", "author", "rating")}  # fmt: skip
    told = ", ".join(f"{name} {share:.0%}" for name, share in shares.items())
    reasons = [f"{len(contents.block.items)} blocks alike on {len(layout.pages)} page(s) ({contents.item}): {told}"]
    if layout.follow:
        reasons.append(f"they stand on pages that the first page's links lead to: {shown(layout.follow[0])}")
    return tuple(reasons)


def warnings_of(contents: Contents) -> tuple[str, ...]:
    warnings = [f"no {what} found: {effect}" for name, what, effect in (
        ("published", "time", "the mentions stand in no trend and fire no alert"),
        ("author", "author", "posts of one person cannot be told from those of others"),
    ) if name not in contents.fields]  # fmt: skip
    if contents.block.nested:
        warnings.append("items stand inside items: check that no text holds the replies below it")
    warnings += [rule.note for rule in contents.fields.values() if rule.note]
    return tuple(warnings)
