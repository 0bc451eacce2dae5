"""How far a mention went: likes, replies and reposts as its source counts them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from monitor.store.metadata import Key

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

COLUMNS = ("likes", "replies", "reposts")


def upgrade() -> None:
    with op.batch_alter_table("mention") as batch:
        for name in COLUMNS:
            comment = "as last counted by the source; null where it does not say" if name == "likes" else None
            batch.add_column(sa.Column(name, Key, nullable=True, comment=comment))


def downgrade() -> None:
    with op.batch_alter_table("mention") as batch:
        for name in COLUMNS:
            batch.drop_column(name)
