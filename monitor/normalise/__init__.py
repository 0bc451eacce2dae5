"""Normalising: the only place that parses times, ratings, addresses and markup.

It imports none of its modules: the configuration needs no more than a type of :mod:`monitor.normalise.times`, and each
crawl, which is a process of its own, would load all of redaction for it.
"""
