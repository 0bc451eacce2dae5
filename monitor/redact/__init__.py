"""Redaction: personal data leaves the text, the author's name becomes a keyed hash and a mask."""

from monitor.redact.author import hash_author, mask_author
from monitor.redact.text import Redacted, redact, redact_batch

__all__ = ["Redacted", "hash_author", "mask_author", "redact", "redact_batch"]
