"""What a mention is about and after: aspects with their polarity, purpose, urgency, vagueness, signs of a fake."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from monitor.store.metadata import Json, Key, UtcDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

#: What is stored was not asked for these; a re-score answers for it.
EMPTY = (
    ("purpose", sa.String(length=10), "'other'", "complaint, suggestion, question, praise, other"),
    ("urgency", sa.String(length=6), "'low'", "high, medium, low"),
    ("urgent_for", Json, "'[]'", "names of the reasons"),
    ("vague", sa.Boolean(), "false", "blames without saying what: worth asking back"),
    ("suspicion", sa.Float(), "0", "0–1, of the signs together"),
    ("suspicions", Json, "'[]'", '[{"doubt":name,"weight":w}]'),
)


def upgrade() -> None:
    with op.batch_alter_table("mention") as batch:
        for name, kind, empty, comment in EMPTY:
            batch.add_column(sa.Column(name, kind, nullable=False, server_default=sa.text(empty), comment=comment))
    with op.batch_alter_table("mention") as batch:
        for name, _kind, _empty, _comment in EMPTY:
            batch.alter_column(name, server_default=None)
    op.create_index("ix_mention_author_timeline", "mention", ["author_hash", "timeline_epoch"], unique=False)
    op.create_table(
        "aspect_opinion",
        sa.Column("mention_id", Key, nullable=False),
        sa.Column("aspect", sa.String(length=63), nullable=False),
        sa.Column("polarity", sa.String(length=8), nullable=False, comment="negative, neutral, positive"),
        sa.Column(
            "span_start", sa.Integer(), nullable=False, comment="of the part of the text that says so; half-open"
        ),
        sa.Column("span_end", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mention_id"], ["mention.id"], name=op.f("fk_aspect_opinion_mention_id_mention"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("mention_id", "aspect", "polarity", name=op.f("pk_aspect_opinion")),
    )
    op.create_index("ix_aspect_opinion_aspect", "aspect_opinion", ["aspect", "polarity", "mention_id"], unique=False)
    op.create_table(
        "suspicion_review",
        sa.Column("mention_id", Key, nullable=False),
        sa.Column("verdict", sa.String(length=8), nullable=False, comment="genuine, fake"),
        sa.Column("by", sa.String(length=100), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mention_id"], ["mention.id"], name=op.f("fk_suspicion_review_mention_id_mention"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("mention_id", name=op.f("pk_suspicion_review")),
    )


def downgrade() -> None:
    op.drop_table("suspicion_review")
    op.drop_index("ix_aspect_opinion_aspect", "aspect_opinion")
    op.drop_table("aspect_opinion")
    op.drop_index("ix_mention_author_timeline", "mention")
    with op.batch_alter_table("mention") as batch:
        for name, *_ in reversed(EMPTY):
            batch.drop_column(name)
