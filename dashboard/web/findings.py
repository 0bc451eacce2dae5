"""What was read out of a mention, as a filter of the list and as words: aspects, purpose, and what deserves a look."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, get_args

from fastapi import Depends

from dashboard.web.i18n import CATALOGUE, Language, say
from monitor.aspects.lexicon import WORDS
from monitor.config.schema import Config
from monitor.mention import Label, Purpose
from monitor.store.filters import MentionFilter
from monitor.vault.reading import LARGEST

#: What deserves a look, by its name in the address.
MARKS = ("urgent", "vague", "suspicious")


@dataclass(frozen=True, slots=True)
class Findings:
    """As they stand in the address, ``aspect`` as ``name`` or ``name:polarity``; what is unknown is empty."""

    aspect: str
    purpose: str
    mark: str
    cluster: int | None

    def values(self) -> dict[str, str | None]:
        return {
            "aspect": self.aspect or None,
            "purpose": self.purpose or None,
            "mark": self.mark or None,
            "cluster": str(self.cluster) if self.cluster else None,
        }

    def narrow(self, wanted: MentionFilter) -> MentionFilter:
        name, _, polarity = self.aspect.partition(":")
        return replace(
            wanted,
            aspect=name or None,
            polarity=next((each for each in get_args(Label) if each == polarity), None),
            purpose=next((each for each in get_args(Purpose) if each == self.purpose), None),
            cluster=self.cluster,
            urgency="high" if self.mark == "urgent" else None,
            vague=True if self.mark == "vague" else None,
            suspicious=True if self.mark == "suspicious" else None,
        )


def findings_of(aspect: str = "", purpose: str = "", mark: str = "", cluster: str = "") -> Findings:
    number = int(cluster) if cluster.isascii() and cluster.isdigit() and len(cluster) < 20 else 0
    return Findings(
        aspect[:100],
        purpose if purpose in get_args(Purpose) else "",
        mark if mark in MARKS else "",
        number if 0 < number <= LARGEST else None,
    )


FindingsOf = Annotated[Findings, Depends(findings_of)]


def aspect_words(language: Language, config: Config) -> dict[str, str]:
    """Name → words, of the aspects that are looked for; one of the user's own is called as it is."""
    known = CATALOGUE[language]
    return {name: known.get(f"aspect.{name}", name) for name in config.aspects or WORDS}


def aspect_choices(language: Language, config: Config, chosen: str) -> list[tuple[str, str]]:
    """Each aspect, and each with praise or blame alone."""
    listed: list[tuple[str, str]] = []
    judged = [(each, say(language, "label." + each)) for each in ("negative", "positive")]
    for name, words in aspect_words(language, config).items():
        listed.append((name, words))
        listed += [(f"{name}:{each}", f"{words} · {verdict}") for each, verdict in judged]
    return [*listed, *([(chosen, chosen)] if chosen and chosen not in dict(listed) else [])]
