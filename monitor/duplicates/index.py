"""Clusters of the texts that one process has seen: what ``tingfeng cluster`` keeps. The store keeps the same by rows
(:mod:`monitor.store.duplicates`). Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from monitor.duplicates.fingerprint import alike, fingerprints, similarity
from monitor.mention import Fingerprint

#: Clusters that a text is compared with: two texts that are alike (half of their shingles) share three keys of twenty.
COMPARED = 8


class ClusterIndex:
    """A text joins the cluster whose first text it is most alike, else it is the first of a new one. Members are
    compared with the first only, so that a chain of small changes does not grow into one cluster of everything."""

    def __init__(self) -> None:
        self._firsts: dict[int, int] = {}
        self._also: dict[int, list[int]] = {}
        self._cores: list[str] = []

    def assign(self, texts: Sequence[str]) -> list[int]:
        """The number of each text's cluster, in order of the first appearance over all calls, from 0."""
        return [self._assign(fingerprint) for fingerprint in fingerprints(texts)]

    def _assign(self, fingerprint: Fingerprint) -> int:
        core, keys = fingerprint
        met = self._firsts.keys() & keys
        if met:
            meetings = [self._firsts[key] for key in met]
            meetings += [cluster for key in met for cluster in self._also.get(key, ())]
            found = nearest(core, {cluster: self._cores[cluster] for cluster in most_met(meetings)})
            if found is not None:
                return found
        cluster = len(self._cores)
        self._cores.append(core)
        self._firsts.update(dict.fromkeys(set(keys) - met, cluster))
        for key in met:
            self._also.setdefault(key, []).append(cluster)
        return cluster


def most_met(meetings: Iterable[int]) -> list[int]:
    """Of the clusters that a text meets, once for each key that it shares with their first, those that it meets most;
    the oldest of equals. Where many are cut from one pattern, all of them meet a little, and the rest need no look."""
    counted = Counter(meetings)
    return sorted(counted, key=lambda cluster: (-counted[cluster], cluster))[:COMPARED]


def nearest(core: str, candidates: dict[int, str]) -> int | None:
    """The candidate (cluster → core of its first text) that is alike and the most so; the oldest of equals."""
    near = [cluster for cluster in sorted(candidates) if alike(core, candidates[cluster])]
    return max(near, key=lambda cluster: similarity(core, candidates[cluster]), default=None)
