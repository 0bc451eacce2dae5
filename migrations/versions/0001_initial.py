"""Tables of mentions, their enrichment, sources and configuration."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from monitor.store.metadata import Json, Key, UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "config_status",
        sa.Column("id", sa.Integer(), nullable=False, comment="always 1"),
        sa.Column("file_hash", sa.String(length=64), nullable=False, comment="of the file as last seen on disk"),
        sa.Column("errors", Json, nullable=False, comment="list of error strings; empty when the file is in force"),
        sa.Column("checked_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_config_status")),
    )
    op.create_table(
        "config_version",
        sa.Column("id", Key, nullable=False, comment="the newest row is the configuration in force"),
        sa.Column("hash", sa.String(length=64), nullable=False, comment="SHA-256 of the text"),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author", sa.String(length=100), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_config_version")),
    )
    op.create_table(
        "crawl_run",
        sa.Column("id", Key, nullable=False),
        sa.Column("source_id", sa.String(length=63), nullable=False),
        sa.Column("trigger", sa.String(length=10), nullable=False, comment="schedule, manual, command, import"),
        sa.Column(
            "state",
            sa.String(length=12),
            nullable=False,
            comment="queued, running, done, failed, blocked, empty, unavailable, abandoned",
        ),
        sa.Column("queued_at", UtcDateTime(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=True),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.Column("lease_owner", sa.String(length=100), nullable=True, comment="worker that runs it"),
        sa.Column(
            "lease_until",
            UtcDateTime(),
            nullable=True,
            comment="past it the run counts as abandoned and is queued anew",
        ),
        sa.Column("counts", Json, nullable=False, comment="the JSON counts of the crawl command"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crawl_run")),
    )
    op.create_index("ix_crawl_run_source_id", "crawl_run", ["source_id", "id"], unique=False)
    op.create_index(
        "uq_crawl_run_open",
        "crawl_run",
        ["source_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('queued', 'running')"),
        postgresql_where=sa.text("state IN ('queued', 'running')"),
    )
    op.create_table(
        "rollup",
        sa.Column("step_seconds", sa.Integer(), nullable=False),
        sa.Column(
            "brand_id", sa.String(length=63), nullable=False, comment="'*' counts each mention once over all brands"
        ),
        sa.Column("source_id", sa.String(length=63), nullable=False),
        sa.Column("step_start", Key, nullable=False, comment="epoch s, of published time"),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("negative", sa.Integer(), nullable=False),
        sa.Column("neutral_label", sa.Integer(), nullable=False),
        sa.Column("positive_label", sa.Integer(), nullable=False),
        sa.Column("score_sum", sa.Float(), nullable=False),
        sa.Column("rated", sa.Integer(), nullable=False),
        sa.Column("rating_sum", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("step_seconds", "brand_id", "source_id", "step_start", name=op.f("pk_rollup")),
    )
    op.create_index("ix_rollup_step", "rollup", ["step_seconds", "step_start"], unique=False)
    op.create_table(
        "source_state",
        sa.Column("source_id", sa.String(length=63), nullable=False),
        sa.Column(
            "cursor", Json, nullable=False, comment="the page class's own; advances with the items it stands for"
        ),
        sa.Column(
            "status", sa.String(length=12), nullable=False, comment="never, ok, empty, blocked, failing, unavailable"
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=True, comment="next scheduled crawl; null: not scheduled yet"),
        sa.Column("last_run_at", UtcDateTime(), nullable=True),
        sa.Column("last_success_at", UtcDateTime(), nullable=True),
        sa.Column("last_item_at", UtcDateTime(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False, comment="in a row"),
        sa.PrimaryKeyConstraint("source_id", name=op.f("pk_source_state")),
    )
    op.create_table(
        "touched_step",
        sa.Column("step_seconds", sa.Integer(), nullable=False),
        sa.Column(
            "step_start", Key, nullable=False, comment="epoch s; marked in the transaction that stored, until rolled up"
        ),
        sa.PrimaryKeyConstraint("step_seconds", "step_start", name=op.f("pk_touched_step")),
    )
    op.create_table(
        "mention",
        sa.Column("id", Key, nullable=False),
        sa.Column("source_id", sa.String(length=63), nullable=False),
        sa.Column("external_id", sa.String(length=300), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=False, comment="review, post, comment, article"),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False, comment="redacted"),
        sa.Column("author_hash", sa.String(length=64), nullable=True, comment="HMAC-SHA-256 of the folded name"),
        sa.Column("author_masked", sa.String(length=100), nullable=True),
        sa.Column(
            "published_at",
            UtcDateTime(),
            nullable=True,
            comment="null where the source states none; such rows are in no trend",
        ),
        sa.Column("collected_at", UtcDateTime(), nullable=False, comment="first seen"),
        sa.Column("changed_at", UtcDateTime(), nullable=False, comment="last revision seen"),
        sa.Column(
            "timeline_epoch", Key, nullable=False, comment="epoch s of published_at, else of collected_at: list order"
        ),
        sa.Column("rating", sa.Float(), nullable=True, comment="0–1; 1 of 5 stars is 0, 5 of 5 is 1"),
        sa.Column("lang", sa.String(length=12), nullable=False),
        sa.Column("parent_id", sa.String(length=300), nullable=True),
        sa.Column(
            "content_hash",
            sa.String(length=64),
            nullable=False,
            comment="of title, text and rating: a change is a revision",
        ),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("brand_id", sa.String(length=63), nullable=False, comment="primary subject"),
        sa.Column("product", sa.String(length=200), nullable=True),
        sa.Column("label", sa.String(length=8), nullable=False),
        sa.Column("score", sa.Float(), nullable=False, comment="−1..1"),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("reasons", Json, nullable=False, comment='[{"span":[a,b],"weight":w}]'),
        sa.Column("negative", sa.Boolean(), nullable=False, comment="rating ≤ 0.25 where rated, else label negative"),
        sa.Column("engine", sa.String(length=40), nullable=False),
        sa.Column("engine_version", sa.String(length=40), nullable=False),
        sa.Column("config_version_id", Key, nullable=False),
        sa.ForeignKeyConstraint(
            ["config_version_id"], ["config_version.id"], name=op.f("fk_mention_config_version_id_config_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mention")),
        sa.UniqueConstraint("source_id", "external_id", name=op.f("uq_mention_source_id_external_id")),
    )
    op.create_index("ix_mention_brand_timeline", "mention", ["brand_id", "timeline_epoch", "id"], unique=False)
    op.create_index("ix_mention_negative_timeline", "mention", ["negative", "timeline_epoch", "id"], unique=False)
    op.create_index("ix_mention_source_timeline", "mention", ["source_id", "timeline_epoch", "id"], unique=False)
    op.create_index("ix_mention_timeline", "mention", ["timeline_epoch", "id"], unique=False)
    op.create_table(
        "match",
        sa.Column("mention_id", Key, nullable=False),
        sa.Column("keyword_id", sa.String(length=63), nullable=False),
        sa.Column("spans", Json, nullable=False),
        sa.Column("title_spans", Json, nullable=False),
        sa.Column("config_version_id", Key, nullable=False),
        sa.ForeignKeyConstraint(
            ["config_version_id"], ["config_version.id"], name=op.f("fk_match_config_version_id_config_version")
        ),
        sa.ForeignKeyConstraint(
            ["mention_id"], ["mention.id"], name=op.f("fk_match_mention_id_mention"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("mention_id", "keyword_id", name=op.f("pk_match")),
    )
    op.create_index("ix_match_keyword_id", "match", ["keyword_id", "mention_id"], unique=False)
    op.create_table(
        "mention_revision",
        sa.Column("mention_id", Key, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False, comment="the number of the revision that was replaced"),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("rating", sa.Float(), nullable=True),
        sa.Column("replaced_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mention_id"], ["mention.id"], name=op.f("fk_mention_revision_mention_id_mention"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("mention_id", "revision", name=op.f("pk_mention_revision")),
    )
    op.create_table(
        "mention_subject",
        sa.Column("mention_id", Key, nullable=False),
        sa.Column("brand_id", sa.String(length=63), nullable=False),
        sa.Column("product", sa.String(length=200), nullable=True, comment="first product of the brand that was named"),
        sa.ForeignKeyConstraint(
            ["mention_id"], ["mention.id"], name=op.f("fk_mention_subject_mention_id_mention"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("mention_id", "brand_id", name=op.f("pk_mention_subject")),
    )
    op.create_index("ix_mention_subject_brand_id", "mention_subject", ["brand_id", "mention_id"], unique=False)


def downgrade() -> None:
    for table in (
        "mention_subject",
        "mention_revision",
        "match",
        "mention",
        "touched_step",
        "source_state",
        "rollup",
        "crawl_run",
        "config_version",
        "config_status",
    ):
        op.drop_table(table)
