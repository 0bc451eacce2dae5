"""English words of labels that people give."""

from __future__ import annotations

WORDS: dict[str, str] = {
    "correction.title": "Label by a person",
    "correction.hint": "Your label stands before the engine's, in figures too, and stays through every re-score. "
    "Confirming a right one teaches as much as correcting a wrong one.",
    "correction.rated": "This one is rated: whether it counts as negative is for the author's own rating to say.",
    "correction.note": "Note (optional)",
    "correction.buttons": "Label",
    "correction.by": "{label} by {by}, {at}",
    "correction.engine": "the engine says {label}",
    "correction.undo": "Take back",
    "correction.mark": "Labelled by {by}",
    "mention.by_person": "because of the label given to it",
}
