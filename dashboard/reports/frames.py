"""The rows of two weeks as a pandas frame. Only the process that makes reports imports this."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import Connection, select

from dashboard.reports.statistics import Ratio
from dashboard.reports.week import Week
from monitor.store.tables import mention, mention_subject

COLUMNS = ("id", "brand", "source", "epoch", "negative", "score")


def load_frame(connection: Connection, before: Week, week: Week) -> pd.DataFrame:
    """One row for each mention and brand it belongs to, of both weeks; mentions without a time are in none.

    Columns: id, brand, source, epoch (s), negative, score, current (bool: in ``week``).
    """
    query = (
        select(
            mention.c.id,
            mention_subject.c.brand_id,
            mention.c.source_id,
            mention.c.timeline_epoch,
            mention.c.negative,
            mention.c.score,
        )
        .join(mention_subject, mention_subject.c.mention_id == mention.c.id)
        .where(
            mention.c.published_at.is_not(None),
            mention.c.timeline_epoch >= int(before.since.timestamp()),
            mention.c.timeline_epoch < int(week.until.timestamp()),
        )
        .order_by(mention.c.id)
    )
    rows = [tuple(row) for row in connection.execute(query)]
    frame = pd.DataFrame(rows, columns=list(COLUMNS)).astype({"negative": bool, "epoch": "int64", "score": float})
    frame["current"] = frame["epoch"] >= int(week.since.timestamp())
    return frame


def ratio_of(frame: pd.DataFrame) -> Ratio:
    """Negative of all rows; each mention must stand in the frame once."""
    return Ratio(int(frame["negative"].sum()), len(frame))


def mean_score(frame: pd.DataFrame) -> float | None:
    return float(frame["score"].mean()) if len(frame) else None
