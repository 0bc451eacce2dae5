"""What the feedback form takes in: structured answers, attachments, contacts, and consents with the words agreed to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from monitor.store.metadata import Key, UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "answer",
        sa.Column("mention_id", Key, nullable=False),
        sa.Column(
            "question",
            sa.String(length=40),
            nullable=False,
            comment="of a form: frequency, since, wish, pictures, voice",
        ),
        sa.Column("value", sa.String(length=200), nullable=False, comment="redacted"),
        sa.ForeignKeyConstraint(
            ["mention_id"], ["mention.id"], name=op.f("fk_answer_mention_id_mention"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("mention_id", "question", name=op.f("pk_answer")),
    )
    op.create_index("ix_answer_question_value", "answer", ["question", "value", "mention_id"], unique=False)
    op.create_table(
        "attachment",
        *key_of_a_mention(),
        sa.Column("number", sa.Integer(), nullable=False, comment="from 1"),
        sa.Column("media_type", sa.String(length=40), nullable=False, comment="by its content, never as stated"),
        sa.Column(
            "sha256", sa.String(length=64), nullable=False, comment="of the file as it is kept: without its metadata"
        ),
        sa.Column("size", sa.Integer(), nullable=False, comment="bytes of the file as it is kept"),
        *times(),
        sa.Column(
            "master_id",
            sa.String(length=16),
            nullable=True,
            comment="which master key its key is wrapped under; null once erased",
        ),
        sa.Column("blob", sa.LargeBinary(), nullable=False, comment="nonce and AES-GCM ciphertext; empty once erased"),
        sa.Column(
            "wrapped",
            sa.LargeBinary(),
            nullable=True,
            comment="nonce and AES-GCM ciphertext of its key; null once erased",
        ),
        sa.PrimaryKeyConstraint("source_id", "external_id", "number", name=op.f("pk_attachment")),
    )
    op.create_index(op.f("ix_attachment_expires_at"), "attachment", ["expires_at"], unique=False)
    op.create_table(
        "contact",
        *key_of_a_mention(),
        sa.Column(
            "sha256",
            sa.String(length=64),
            nullable=False,
            comment="of the payload, which is salted: a number cannot be guessed",
        ),
        sa.Column("size", sa.Integer(), nullable=False),
        *times(),
        sa.Column("master_id", sa.String(length=16), nullable=True, comment="null once erased"),
        sa.Column("blob", sa.LargeBinary(), nullable=False, comment="sealed JSON: phone, email, wechat, order"),
        sa.Column("wrapped", sa.LargeBinary(), nullable=True, comment="null once erased"),
        sa.PrimaryKeyConstraint("source_id", "external_id", name=op.f("pk_contact")),
    )
    op.create_index(op.f("ix_contact_expires_at"), "contact", ["expires_at"], unique=False)
    op.create_table(
        "consent",
        *key_of_a_mention(commented=False),
        sa.Column("given_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False, comment="what is not anonymous must be gone by then"),
        sa.Column("notice", sa.String(length=16), nullable=False, comment="version of the words that were agreed to"),
        sa.Column("may_contact", sa.Boolean(), nullable=False, comment="agreed to be contacted, too"),
        sa.PrimaryKeyConstraint("source_id", "external_id", name=op.f("pk_consent")),
    )
    op.create_index(op.f("ix_consent_expires_at"), "consent", ["expires_at"], unique=False)
    op.create_index("ix_consent_source_given", "consent", ["source_id", "given_at"], unique=False)
    op.create_table(
        "consent_notice",
        sa.Column("version", sa.String(length=16), nullable=False, comment="begin of the SHA-256 of the text"),
        sa.Column("lang", sa.String(length=5), nullable=False),
        sa.Column("text", sa.Text(), nullable=False, comment="exactly as it was shown"),
        sa.Column("first_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_consent_notice")),
    )


def key_of_a_mention(*, commented: bool = True) -> tuple[sa.Column[str], sa.Column[str]]:
    comment = "of the mention that it belongs to" if commented else None
    return (
        sa.Column("source_id", sa.String(length=63), nullable=False),
        sa.Column("external_id", sa.String(length=300), nullable=False, comment=comment),
    )


def times() -> tuple[sa.Column[object], sa.Column[object]]:
    return (
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
    )


def downgrade() -> None:
    for table in ("consent_notice", "consent", "contact", "attachment", "answer"):
        op.drop_table(table)
