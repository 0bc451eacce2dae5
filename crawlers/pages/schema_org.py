"""Reviews in schema.org markup, JSON-LD and microdata, which most shop engines write; read by extruct."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urljoin

from crawlers.page import Follow, Page, Parsed
from crawlers.selection import Css
from crawlers.weburl import WebUrl
from monitor.config.schema import Source
from monitor.mention import RawMention, Rejection

if TYPE_CHECKING:
    from scrapy.http import TextResponse

REVIEWS = {"Review", "UserReview", "CriticReview", "ClaimReview", "EmployerReview"}
DEPTH = 30


class SchemaOrgSource(Source):
    """``follow``: CSS of the links to product pages and to the next page, such as ``article a, a.next``."""

    kind: Literal["schema-org"] = "schema-org"
    url: WebUrl
    follow: Css | None = None


class SchemaOrgPage(Page[SchemaOrgSource]):
    """Every review that a page states, in JSON-LD or microdata, and the links that the configuration names."""

    def parse(self, response: TextResponse) -> Iterator[Parsed]:
        seen: set[RawMention] = set()
        for problem, node in nodes_of(response.text, response.url):
            if problem:
                yield Rejection(problem, "", response.url)
            for review, product in reviews(node, None, DEPTH):
                found = mention_of(review, product, response.url)
                if isinstance(found, Rejection):
                    yield found
                elif found not in seen:
                    seen.add(found)
                    yield found
        if self.source.follow:
            for link in response.css(self.source.follow).xpath("@href").getall():
                yield Follow(response.urljoin(link))


def nodes_of(text: str, url: str) -> Iterator[tuple[str | None, Any]]:
    """Each marked-up node, or the stable reason why one of the two syntaxes could not be read."""
    import extruct

    if not text.strip():
        return
    for syntax, problem in (("json-ld", "bad json-ld"), ("microdata", "bad microdata")):
        try:
            found = extruct.extract(text, base_url=url, syntaxes=[syntax], uniform=True, errors="strict")
        except Exception:  # noqa: BLE001 - extruct raises whatever its parsers do; the page goes on with the other syntax
            yield problem, None
            continue
        for node in found.get(syntax, []):
            yield None, node


def types_of(node: Mapping[str, Any]) -> set[str]:
    stated = node.get("@type") or []
    names = stated if isinstance(stated, list) else [stated]
    return {str(name).rstrip("/").rsplit("/", 1)[-1] for name in names}


def reviews(node: Any, product: str | None, depth: int) -> Iterator[tuple[Mapping[str, Any], str | None]]:
    """Every review under a node, with the name of the product that it stands under."""
    if depth == 0:
        return
    if isinstance(node, list):
        for each in node:
            yield from reviews(each, product, depth - 1)
    elif isinstance(node, Mapping):
        if types_of(node) & REVIEWS:
            yield node, text_of(node.get("itemReviewed")) or product
            return
        named = text_of(node) if types_of(node) & {"Product", "ProductGroup", "IndividualProduct"} else None
        for value in node.values():
            if isinstance(value, list | Mapping):
                yield from reviews(value, named or product, depth - 1)


def text_of(value: Any) -> str | None:
    """The words of a property: itself, its ``name``, or the first of several."""
    if isinstance(value, list):
        return next((found for each in value if (found := text_of(each))), None)
    if isinstance(value, Mapping):
        return text_of(value.get("@value") or value.get("name"))
    if isinstance(value, bool) or value is None:
        return None
    return str(value).strip() or None


def first_of(value: Any) -> Mapping[str, Any]:
    found: Iterable[Any] = value if isinstance(value, list) else [value]
    return next((each for each in found if isinstance(each, Mapping)), {})


def joined(base: str, link: str | None) -> str | None:
    try:
        return urljoin(base, link) if link else None
    except ValueError:
        return None


def mention_of(review: Mapping[str, Any], product: str | None, base: str) -> RawMention | Rejection:
    text = text_of(review.get("reviewBody")) or text_of(review.get("description"))
    title = text_of(review.get("name")) or text_of(review.get("headline"))
    link = text_of(review.get("url"))
    url = joined(base, link) or base
    # An @id is an address, often "#review-1": only with its page it tells one review from another.
    identity = joined(base, text_of(review.get("@id"))) or text_of(review.get("identifier"))
    if not (text or title):
        return Rejection("no text", "", url)
    rating = review.get("reviewRating")
    scale = first_of(rating)
    return RawMention(
        text=text or title or "",
        external_id=identity,
        url=url,
        kind="review",
        title=title if text else None,
        author=text_of(review.get("author")),
        published=text_of(review.get("datePublished")) or text_of(review.get("dateCreated")),
        rating=text_of(scale.get("ratingValue")) if scale else text_of(rating),
        rating_best=text_of(scale.get("bestRating")),
        rating_worst=text_of(scale.get("worstRating")),
        lang=text_of(review.get("inLanguage")),
        product=product,
    )
