"""From a file of sales to the exposure table, under the product names of the configuration."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from crawlers.imports.columns import fold
from crawlers.imports.exposure import Exposure
from dashboard.operation.installation import Installation
from monitor.config.schema import Config
from monitor.mention import Rejection
from monitor.store.database import writing
from monitor.store.exposure import ExposureResult, Key, Sold, store_exposures


@dataclass(frozen=True, slots=True)
class Gathered:
    """``rows`` were read; those not in ``rejected`` are summed by product and day in ``sold``.

    ``unknown`` are products that the configuration does not name: stored as the file writes them.
    """

    rows: int
    sold: Mapping[Key, Sold]
    rejected: Mapping[str, int]
    unknown: tuple[str, ...]


def gather(found: Iterable[Exposure | Rejection], config: Config) -> Gathered:
    """Rows of one product and day add up: an export lists sizes, colours and outlets on rows of their own."""
    names = product_names(config)
    sold: dict[Key, Sold] = {}
    rejected: Counter[str] = Counter()
    unknown: dict[str, None] = {}
    rows = 0
    for each in found:
        rows += 1
        if isinstance(each, Rejection):
            rejected[each.reason] += 1
            continue
        product = names.get(fold(each.product))
        if product is None:
            product = each.product
            unknown[product] = None
        key, stated = (product, each.day), Sold(each.units, each.orders)
        sold[key] = sold[key].plus(stated) if key in sold else stated
    return Gathered(rows, sold, dict(rejected), tuple(unknown))


def product_names(config: Config) -> dict[str, str]:
    """Folded name or alias → the name under which mentions are counted."""
    return {
        fold(name): product.name
        for brand in config.brands
        for product in brand.products
        for name in (product.name, *product.aliases)
    }


def import_exposures(installation: Installation, source_id: str, gathered: Gathered, now: datetime) -> ExposureResult:
    with writing(installation.engine) as connection:
        return store_exposures(connection, source_id, gathered.sold, now)
