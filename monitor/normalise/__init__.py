"""Normalising: the only place that parses times, ratings, addresses and markup."""

from monitor.normalise.item import SourceContext, normalise

__all__ = ["SourceContext", "normalise"]
