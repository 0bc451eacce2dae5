"""Amazon: the seller feedback report, and tables of a product's reviews."""

from __future__ import annotations

import re

from crawlers.imports.preset import Names, Preset, Shape

#: "Reviewed in the United States on November 7, 2026"
REVIEWED = re.compile(r"(?i)^reviewed in .{1,60}? on (.+)$")
#: "5.0 out of 5 stars Great phone": a title that was copied with its stars.
STARRED = re.compile(r"(?i)^\d(?:\.\d)? out of 5 stars\s+(.+)$")
REVIEW: dict[str, Names] = {
    "text": ("body", "review", "content", "review body", "review_body", "review text"),
    "title": ("title", "review title", "review_title", "headline", "review_headline"),
    "external_id": ("review id", "review_id", "reviewid", "id"),
    "url": ("review url", "review_url", "url", "link"),
    "author": ("author", "reviewer", "reviewer name", "profile name", "name"),
    "published": ("date", "review date", "review_date"),
    "rating": ("rating", "stars", "star_rating", "star rating"),
    "product": ("product title", "product_title", "product name", "product", "asin", "product_id"),
    "likes": ("helpful", "helpful votes", "helpful_votes"),
}

AMAZON = Preset(
    name="amazon",
    title="Amazon",
    # Its reports are in the time of the marketplace; the source's own timezone names another than the largest one's.
    timezone="America/Los_Angeles",
    shapes=(
        # The buyer's address and the order's number stay in the file.
        Shape(
            marks=("date", "rating", "comments", "order id"),
            fields={"text": ("comments",), "published": ("date",), "rating": ("rating",)},
            kind="review",
            month_first=True,
        ),
        *(
            Shape(
                marks=marks,
                fields=REVIEW,
                kind="review",
                month_first=True,
                extract={"published": REVIEWED, "title": STARRED},
            )
            for marks in (
                ("asin", "rating", "verified"),
                ("asin", "rating", "body"),
                ("asin", "stars", "review"),
                ("review_id", "star_rating", "review_body"),
            )
        ),
    ),
)
