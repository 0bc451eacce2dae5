"""What each alert measured, which its rule no longer tells once it has changed or gone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

NEW = "of what is measured (k, or n of a volume), from the baseline"
OLD = "of k, from the baseline"

#: Until now the rule's id and the figures told it.
MEASURES = """
UPDATE alert SET measure = CASE
  WHEN rule_id = 'crisis-word' THEN 'crisis_word'
  WHEN about IS NOT NULL THEN 'source_health'
  WHEN expected IS NULL THEN 'negative_count'
  ELSE 'negative_ratio' END
"""


def upgrade() -> None:
    comment = "what n, k and expected are about"
    with op.batch_alter_table("alert") as batch:
        batch.add_column(sa.Column("measure", sa.String(20), nullable=False, server_default="", comment=comment))
    op.execute(MEASURES)
    with op.batch_alter_table("alert") as batch:
        batch.alter_column("measure", existing_type=sa.String(20), existing_comment=comment, server_default=None)
    with op.batch_alter_table("evaluation") as batch:
        batch.alter_column("expected", existing_type=sa.Float(), comment=NEW, existing_comment=OLD)


def downgrade() -> None:
    with op.batch_alter_table("evaluation") as batch:
        batch.alter_column("expected", existing_type=sa.Float(), comment=OLD, existing_comment=NEW)
    with op.batch_alter_table("alert") as batch:
        batch.drop_column("measure")
