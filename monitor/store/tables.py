"""Tables of what was collected and what it means. UTC everywhere; an epoch beside the time where it is grouped by."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from monitor.store.metadata import Json, Key, UtcDateTime, metadata

config_version = Table(
    "config_version",
    metadata,
    Column("id", Key, primary_key=True, comment="the newest row is the configuration in force"),
    Column("hash", String(64), nullable=False, comment="SHA-256 of the text"),
    Column("text", Text, nullable=False),
    Column("author", String(100), nullable=False),
    Column("note", String(500), nullable=False, default=""),
    Column("created_at", UtcDateTime, nullable=False),
)

config_status = Table(
    "config_status",
    metadata,
    Column("id", Integer, primary_key=True, comment="always 1"),
    Column("file_hash", String(64), nullable=False, comment="of the file as last seen on disk"),
    Column("errors", Json, nullable=False, comment="list of error strings; empty when the file is in force"),
    Column("checked_at", UtcDateTime, nullable=False),
)

mention = Table(
    "mention",
    metadata,
    Column("id", Key, primary_key=True),
    Column("source_id", String(63), nullable=False),
    Column("external_id", String(300), nullable=False),
    Column("url", Text),
    Column("kind", String(10), nullable=False, comment="review, post, comment, article"),
    Column("title", Text),
    Column("text", Text, nullable=False, comment="redacted"),
    Column("author_hash", String(64), comment="HMAC-SHA-256 of the folded name"),
    Column("author_masked", String(100)),
    Column("published_at", UtcDateTime, comment="null where the source states none; such rows are in no trend"),
    Column("collected_at", UtcDateTime, nullable=False, comment="first seen"),
    Column("changed_at", UtcDateTime, nullable=False, comment="last revision seen"),
    Column("timeline_epoch", Key, nullable=False, comment="epoch s of published_at, else of collected_at: list order"),
    Column("rating", Float, comment="0–1; 1 of 5 stars is 0, 5 of 5 is 1"),
    Column("lang", String(12), nullable=False),
    Column("parent_id", String(300)),
    Column("likes", Key, comment="as last counted by the source; null where it does not say"),
    Column("replies", Key),
    Column("reposts", Key),
    Column("content_hash", String(64), nullable=False, comment="of title, text and rating: a change is a revision"),
    Column("revision", Integer, nullable=False, default=1),
    Column("brand_id", String(63), nullable=False, comment="primary subject"),
    Column("product", String(200)),
    # In force: a person's (table label), else the engine's; the score is the engine's, whoever labelled it.
    Column("label", String(8), nullable=False),
    Column("score", Float, nullable=False, comment="−1..1"),
    Column("confidence", Float, nullable=False),
    Column("reasons", Json, nullable=False, comment='[{"span":[a,b],"weight":w}]'),
    Column("negative", Boolean, nullable=False, comment="rating ≤ 0.25 where rated, else label negative"),
    Column("engine", String(40), nullable=False),
    Column("engine_version", String(40), nullable=False),
    Column("config_version_id", Key, ForeignKey("config_version.id"), nullable=False),
    Column("duplicate_of", Key, comment="first mention of its cluster of near-duplicates; null: it is first, or alone"),
    Column(
        "purpose", String(10), nullable=False, default="other", comment="complaint, suggestion, question, praise, other"
    ),
    Column("urgency", String(6), nullable=False, default="low", comment="high, medium, low"),
    Column("urgent_for", Json, nullable=False, default=list, comment="names of the reasons"),
    Column("vague", Boolean, nullable=False, default=False, comment="blames without saying what: worth asking back"),
    Column("suspicion", Float, nullable=False, default=0.0, comment="0–1, of the signs together"),
    Column("suspicions", Json, nullable=False, default=list, comment='[{"doubt":name,"weight":w}]'),
    UniqueConstraint("source_id", "external_id"),
    Index("ix_mention_duplicate_of", "duplicate_of"),
    Index("ix_mention_author_timeline", "author_hash", "timeline_epoch"),
    Index("ix_mention_timeline", "timeline_epoch", "id"),
    Index("ix_mention_brand_timeline", "brand_id", "timeline_epoch", "id"),
    Index("ix_mention_source_timeline", "source_id", "timeline_epoch", "id"),
    Index("ix_mention_negative_timeline", "negative", "timeline_epoch", "id"),
    Index("ix_mention_source_collected", "source_id", "collected_at"),
)

aspect_opinion = Table(
    "aspect_opinion",
    metadata,
    Column("mention_id", Key, ForeignKey("mention.id", ondelete="CASCADE"), primary_key=True),
    Column("aspect", String(63), primary_key=True),
    Column("polarity", String(8), primary_key=True, comment="negative, neutral, positive"),
    Column("span_start", Integer, nullable=False, comment="of the part of the text that says so; half-open"),
    Column("span_end", Integer, nullable=False),
    Index("ix_aspect_opinion_aspect", "aspect", "polarity", "mention_id"),
)

suspicion_review = Table(
    "suspicion_review",
    metadata,
    Column("mention_id", Key, ForeignKey("mention.id", ondelete="CASCADE"), primary_key=True),
    Column("verdict", String(8), nullable=False, comment="genuine, fake"),
    Column("by", String(100), nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

duplicate_key = Table(
    "duplicate_key",
    metadata,
    Column("key", BigInteger, primary_key=True, autoincrement=False, comment="of one LSH band of the text's MinHash"),
    Column(
        "mention_id",
        Key,
        ForeignKey("mention.id", ondelete="CASCADE"),
        primary_key=True,
        comment="first of its cluster",
    ),
    Index("ix_duplicate_key_mention_id", "mention_id"),
    sqlite_with_rowid=False,
)

mention_subject = Table(
    "mention_subject",
    metadata,
    Column("mention_id", Key, ForeignKey("mention.id", ondelete="CASCADE"), primary_key=True),
    Column("brand_id", String(63), primary_key=True),
    Column("product", String(200), comment="first product of the brand that was named"),
    Index("ix_mention_subject_brand_id", "brand_id", "mention_id"),
)

mention_revision = Table(
    "mention_revision",
    metadata,
    Column("mention_id", Key, ForeignKey("mention.id", ondelete="CASCADE"), primary_key=True),
    Column("revision", Integer, primary_key=True, comment="the number of the revision that was replaced"),
    Column("title", Text),
    Column("text", Text, nullable=False),
    Column("rating", Float),
    Column("replaced_at", UtcDateTime, nullable=False),
)

match = Table(
    "match",
    metadata,
    Column("mention_id", Key, ForeignKey("mention.id", ondelete="CASCADE"), primary_key=True),
    Column("keyword_id", String(63), primary_key=True),
    Column("spans", Json, nullable=False),
    Column("title_spans", Json, nullable=False),
    Column("config_version_id", Key, ForeignKey("config_version.id"), nullable=False),
    Index("ix_match_keyword_id", "keyword_id", "mention_id"),
)

answer = Table(
    "answer",
    metadata,
    Column("mention_id", Key, ForeignKey("mention.id", ondelete="CASCADE"), primary_key=True),
    Column("question", String(40), primary_key=True, comment="of a form: frequency, since, wish, pictures, voice"),
    Column("value", String(200), nullable=False, comment="redacted"),
    Index("ix_answer_question_value", "question", "value", "mention_id"),
)

label = Table(
    "label",
    metadata,
    Column("mention_id", Key, ForeignKey("mention.id", ondelete="CASCADE"), primary_key=True),
    Column("words", String(64), primary_key=True, comment="SHA-256 of title and text: the label is about these words"),
    Column("revision", Integer, nullable=False, comment="of the mention when the label was given"),
    Column("label", String(8), nullable=False, comment="a person's: negative, neutral, positive"),
    Column("engine_label", String(8), nullable=False, comment="what the engine says, as of its newest scoring"),
    Column("given_by", String(100), nullable=False),
    Column("given_at", UtcDateTime, nullable=False),
    Column("note", String(500), nullable=False, default=""),
    Index("ix_label_given_at", "given_at"),
)

rescore_run = Table(
    "rescore_run",
    metadata,
    Column("id", Key, primary_key=True),
    Column("state", String(8), nullable=False, comment="open, done"),
    Column("source_id", String(63), comment="null: all sources"),
    Column("asked_by", String(100), nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),
    Column("engine", String(40), comment="that it scores with; null: not begun"),
    Column("engine_version", String(40)),
    Column("position", Key, nullable=False, default=0, comment="mentions up to this id are done"),
    Column("scored", Integer, nullable=False, default=0),
    Column("changed", Integer, nullable=False, default=0, comment="of those, with another label in force"),
    Column("first_epoch", Key, comment="of what was scored: its steps are counted anew at the end"),
    Column("last_epoch", Key),
    Column("lease_owner", String(100)),
    Column("lease_until", UtcDateTime),
    Index(
        "uq_rescore_run_open",
        "state",
        unique=True,
        sqlite_where=text("state = 'open'"),
        postgresql_where=text("state = 'open'"),
    ),
)

exposure = Table(
    "exposure",
    metadata,
    Column("product", String(200), primary_key=True, comment="its configured name, else as the source writes it"),
    Column("day", Date, primary_key=True, comment="in the installation's time zone"),
    Column("source_id", String(63), primary_key=True, comment="who states it; a later statement replaces it"),
    Column("units", Key, comment="sold; null where only orders are known"),
    Column("orders", Key),
    Column("stored_at", UtcDateTime, nullable=False),
    Index("ix_exposure_day", "day", "product"),
)

rollup = Table(
    "rollup",
    metadata,
    Column("step_seconds", Integer, primary_key=True),
    Column("brand_id", String(63), primary_key=True, comment="'*' counts each mention once over all brands"),
    Column("source_id", String(63), primary_key=True),
    Column("step_start", Key, primary_key=True, comment="epoch s, of published time"),
    Column("n", Integer, nullable=False),
    Column("negative", Integer, nullable=False),
    Column("neutral_label", Integer, nullable=False),
    Column("positive_label", Integer, nullable=False),
    Column("score_sum", Float, nullable=False),
    Column("rated", Integer, nullable=False),
    Column("rating_sum", Float, nullable=False),
    Column("n_once", Integer, nullable=False, comment="a cluster of near-duplicates taken once: its first"),
    Column("negative_once", Integer, nullable=False),
    Index("ix_rollup_step", "step_seconds", "step_start"),
)

touched_step = Table(
    "touched_step",
    metadata,
    Column("step_seconds", Integer, primary_key=True),
    Column(
        "step_start", Key, primary_key=True, comment="epoch s; marked in the transaction that stored, until rolled up"
    ),
)

source_state = Table(
    "source_state",
    metadata,
    Column("source_id", String(63), primary_key=True),
    Column("cursor", Json, nullable=False, comment="the page class's own; advances with the items it stands for"),
    Column("status", String(12), nullable=False, comment="never, ok, empty, blocked, failing, unavailable"),
    Column("reason", Text, nullable=False, default=""),
    Column("due_at", UtcDateTime, comment="next scheduled crawl; null: not scheduled yet"),
    Column("last_run_at", UtcDateTime),
    Column("last_success_at", UtcDateTime),
    Column("last_item_at", UtcDateTime),
    Column("failures", Integer, nullable=False, default=0, comment="in a row"),
)

crawl_run = Table(
    "crawl_run",
    metadata,
    Column("id", Key, primary_key=True),
    Column("source_id", String(63), nullable=False),
    Column("trigger", String(10), nullable=False, comment="schedule, manual, command, import"),
    Column(
        "state",
        String(12),
        nullable=False,
        comment="queued, running, done, failed, blocked, empty, unavailable, abandoned",
    ),
    Column("queued_at", UtcDateTime, nullable=False),
    Column("started_at", UtcDateTime),
    Column("finished_at", UtcDateTime),
    Column("lease_owner", String(100), comment="worker that runs it"),
    Column("lease_until", UtcDateTime, comment="past it the run counts as abandoned and is queued anew"),
    Column("counts", Json, nullable=False, comment="the JSON counts of the crawl command"),
    Column("reason", Text, nullable=False, default=""),
    Index("ix_crawl_run_source_id", "source_id", "id"),
    Index(
        "uq_crawl_run_open",
        "source_id",
        unique=True,
        sqlite_where=text("state IN ('queued', 'running')"),
        postgresql_where=text("state IN ('queued', 'running')"),
    ),
)

source_health = Table(
    "source_health",
    metadata,
    Column("source_id", String(63), primary_key=True),
    Column(
        "state", String(12), nullable=False, comment="ok, never, empty, blocked, changed, failing, late, unavailable"
    ),
    Column("cause", String(20), nullable=False, comment="why it is in that state; the facts belong to it"),
    Column("facts", Json, nullable=False),
    Column("since", UtcDateTime, nullable=False, comment="of the state"),
    Column("alarming", Boolean, nullable=False, comment="somebody should be told"),
    Column("usual", Json, nullable=False, comment="share of items with a field when nothing is wrong, by kind of item"),
    Column("fill", Json, nullable=False, comment="fields of the last crawls' items, by kind of item"),
    Column("measured_at", UtcDateTime, nullable=False),
    Column("last_item_at", UtcDateTime, comment="newest published time; null where no item has one"),
    Column("first_success_at", UtcDateTime, comment="end of the first crawl that worked"),
    Column("delay_p50", Float, comment="seconds from published to stored, over seven days"),
    Column("delay_p95", Float),
    Column("delay_n", Integer, nullable=False, comment="items that the delay was measured on"),
    Column("expected_24h", Float, nullable=False),
    Column("got_24h", Integer, nullable=False),
    Column("hours", Json, nullable=False, comment="hours, items and filled hours of each of the 168 hours of the week"),
    Index("ix_source_health_state", "state"),
)

source_page = Table(
    "source_page",
    metadata,
    Column("source_id", String(63), primary_key=True, comment="one page a source: the last that looked changed"),
    Column("captured_at", UtcDateTime, nullable=False, index=True),
    Column("url", Text, nullable=False),
    Column("sha256", String(64), nullable=False, comment="of the page as it came"),
    Column("size", Integer, nullable=False, comment="bytes of the page as it came, at most 2 MB"),
    Column("collector", String(100), nullable=False),
    Column("master_id", String(16), nullable=False, comment="which vault key it is sealed under"),
    Column("blob", LargeBinary, nullable=False, comment="sealed: a page holds unredacted personal data"),
    Column("wrapped", LargeBinary, nullable=False),
)
