"""What a query can be wrong about."""

from __future__ import annotations


class QueryError(ValueError):
    """A query that cannot be read. ``position`` is a code-point offset into the query, from 0; ``hint`` says what
    to write instead (may be empty)."""

    def __init__(self, position: int, message: str, hint: str = "") -> None:
        super().__init__(f"{message} at character {position + 1}" + (f" ({hint})" if hint else ""))
        self.position = position
        self.message = message
        self.hint = hint
