"""Outlets, what they received that is to be typed in, and the checks of their boxes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from monitor.store.metadata import Key, UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "outlet",
        sa.Column("source_id", sa.String(length=63), nullable=False),
        sa.Column("outlet_id", sa.String(length=63), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False, comment="as the configuration has it, or had it last"),
        sa.Column("region", sa.String(length=200), nullable=True),
        sa.Column("entered_at", UtcDateTime(), nullable=False, comment="no box check is owed that was due before"),
        sa.Column("left_at", UtcDateTime(), nullable=True, comment="when it left the configuration"),
        sa.PrimaryKeyConstraint("source_id", "outlet_id", name=op.f("pk_outlet")),
    )
    op.create_table(
        "intake",
        sa.Column("id", Key, nullable=False),
        sa.Column("source_id", sa.String(length=63), nullable=False),
        sa.Column(
            "outlet_id", sa.String(length=63), nullable=True, comment="null: received by no outlet, as on a hotline"
        ),
        sa.Column("medium", sa.String(length=8), nullable=False, comment="call, slip, counter"),
        sa.Column(
            "number",
            sa.String(length=60),
            nullable=False,
            comment="written on the slip, or the call's; id of the mention",
        ),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False, comment="when it is to be transcribed by"),
        sa.Column("registered_at", UtcDateTime(), nullable=False),
        sa.Column("registered_by", sa.String(length=100), nullable=False),
        sa.Column(
            "submission", sa.String(length=32), nullable=False, comment="of the form: sent twice, it is stored once"
        ),
        sa.Column("place", sa.Integer(), nullable=False, comment="among the items of its submission"),
        sa.Column("state", sa.String(length=12), nullable=False, comment="waiting, transcribed, set_aside"),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.Column("done_by", sa.String(length=100), nullable=True),
        sa.Column(
            "reason", sa.String(length=20), nullable=True, comment="of set_aside: blank, illegible, duplicate, other"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake")),
        sa.UniqueConstraint("source_id", "number", name=op.f("uq_intake_source_id_number")),
        sa.UniqueConstraint("source_id", "submission", "place", name=op.f("uq_intake_source_id_submission_place")),
    )
    op.create_index("ix_intake_waiting", "intake", ["source_id", "state", "due_at"], unique=False)
    op.create_index("ix_intake_received_at", "intake", ["source_id", "received_at"], unique=False)
    op.create_table(
        "box_check",
        sa.Column("source_id", sa.String(length=63), nullable=False),
        sa.Column("outlet_id", sa.String(length=63), nullable=False),
        sa.Column("day", sa.Date(), nullable=False, comment="in the source's zone"),
        sa.Column("checked_at", UtcDateTime(), nullable=False),
        sa.Column("checked_by", sa.String(length=100), nullable=False),
        sa.Column("slips", sa.Integer(), nullable=False, comment="found in the box; each is registered as an intake"),
        sa.PrimaryKeyConstraint("source_id", "outlet_id", "day", name=op.f("pk_box_check")),
    )


def downgrade() -> None:
    for table in ("box_check", "intake", "outlet"):
        op.drop_table(table)
