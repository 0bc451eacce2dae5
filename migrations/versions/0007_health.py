"""How each source is, and the page on which it looked changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from monitor.store.metadata import Json, UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "alert",
        sa.Column(
            "about",
            Json,
            nullable=True,
            comment="what is wrong with a source: the SourceNote as JSON; null for every other alert",
        ),
    )
    op.create_index("ix_mention_source_collected", "mention", ["source_id", "collected_at"], unique=False)
    op.create_table(
        "source_health",
        sa.Column("source_id", sa.String(length=63), nullable=False),
        sa.Column(
            "state",
            sa.String(length=12),
            nullable=False,
            comment="ok, never, empty, blocked, changed, failing, late, unavailable",
        ),
        sa.Column(
            "cause", sa.String(length=20), nullable=False, comment="why it is in that state; the facts belong to it"
        ),
        sa.Column("facts", Json, nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False, comment="of the state"),
        sa.Column("alarming", sa.Boolean(), nullable=False, comment="somebody should be told"),
        sa.Column(
            "usual", Json, nullable=False, comment="share of items with a field when nothing is wrong, by kind of item"
        ),
        sa.Column("fill", Json, nullable=False, comment="fields of the last crawls' items, by kind of item"),
        sa.Column("measured_at", UtcDateTime(), nullable=False),
        sa.Column(
            "last_item_at", UtcDateTime(), nullable=True, comment="newest published time; null where no item has one"
        ),
        sa.Column("first_success_at", UtcDateTime(), nullable=True, comment="end of the first crawl that worked"),
        sa.Column("delay_p50", sa.Float(), nullable=True, comment="seconds from published to stored, over seven days"),
        sa.Column("delay_p95", sa.Float(), nullable=True),
        sa.Column("delay_n", sa.Integer(), nullable=False, comment="items that the delay was measured on"),
        sa.Column("expected_24h", sa.Float(), nullable=False),
        sa.Column("got_24h", sa.Integer(), nullable=False),
        sa.Column(
            "hours",
            Json,
            nullable=False,
            comment="hours, items and filled hours of each of the 168 hours of the week",
        ),
        sa.PrimaryKeyConstraint("source_id", name=op.f("pk_source_health")),
    )
    op.create_index("ix_source_health_state", "source_health", ["state"], unique=False)
    op.create_table(
        "source_page",
        sa.Column(
            "source_id",
            sa.String(length=63),
            nullable=False,
            comment="one page a source: the last that looked changed",
        ),
        sa.Column("captured_at", UtcDateTime(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False, comment="of the page as it came"),
        sa.Column("size", sa.Integer(), nullable=False, comment="bytes of the page as it came, at most 2 MB"),
        sa.Column("collector", sa.String(length=100), nullable=False),
        sa.Column("master_id", sa.String(length=16), nullable=False, comment="which vault key it is sealed under"),
        sa.Column("blob", sa.LargeBinary(), nullable=False, comment="sealed: a page holds unredacted personal data"),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("source_id", name=op.f("pk_source_page")),
    )
    op.create_index(op.f("ix_source_page_captured_at"), "source_page", ["captured_at"], unique=False)


def downgrade() -> None:
    for table in ("source_page", "source_health"):
        op.drop_table(table)
    op.drop_index("ix_mention_source_collected", table_name="mention")
    op.drop_column("alert", "about")
