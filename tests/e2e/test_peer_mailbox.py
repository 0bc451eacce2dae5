"""A real IMAP server (Dovecot): every letter once, new ones as they come, none marked as read."""

from __future__ import annotations

import imaplib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from email.message import EmailMessage
from pathlib import Path
from shutil import which
from typing import Any

import pytest
from pydantic import SecretStr

from crawlers.events import CrawlEvent, Cursor, Finished, Found
from crawlers.inbound.mailbox import read_mailbox
from crawlers.inbound.models import ImapInbound
from monitor.mention import RawMention
from tests.e2e.test_peers import peer

pytestmark = [
    pytest.mark.peers,
    pytest.mark.skipif(
        not os.environ.get("TINGFENG_SHARED"), reason="TINGFENG_SHARED does not name the folder with the peers"
    ),
    # This peer comes from Debian, not from a package registry, and only root can install it.
    pytest.mark.skipif(
        not which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin"),
        reason="the mail server is not installed: apt install dovecot-imapd",
    ),
]
PORT = 18143


def mailbox(**fields: object) -> ImapInbound:
    given = {"host": "127.0.0.1", "port": PORT, "user": "reports", "password": SecretStr("pw"), "security": "plain"}
    return ImapInbound.model_validate(given | fields)


def look(source: ImapInbound, cursor: Mapping[str, Any]) -> tuple[list[RawMention], Mapping[str, Any], Finished]:
    events: list[CrawlEvent] = list(read_mailbox(source, cursor, ("127.0.0.1",)))
    found = [event.mention for event in events if isinstance(event, Found)]
    cursors = [event.state for event in events if isinstance(event, Cursor)]
    finished = events[-1]
    assert isinstance(finished, Finished)
    return found, cursors[-1] if cursors else cursor, finished


def post(number: int) -> None:
    server = imaplib.IMAP4("127.0.0.1", PORT)
    server.login("reports", "pw")
    for each in range(number):
        letter = EmailMessage()
        letter["Subject"], letter["From"], letter["Message-ID"] = "后来", "c@x.test", f"<late{each}@x.test>"
        letter.set_content("充电时发烫", charset="gb18030")
        server.append("INBOX", "", imaplib.Time2Internaldate(1_795_000_000), letter.as_bytes())
    server.logout()


def seen() -> bytes:
    server = imaplib.IMAP4("127.0.0.1", PORT)
    server.login("reports", "pw")
    server.select("INBOX", readonly=True)
    (numbers,) = server.search(None, "SEEN")[1]
    server.logout()
    return bytes(numbers)


@pytest.fixture
def scratch() -> Iterator[Path]:
    """Not below pytest's own folder, which is closed to the user that the server runs as."""
    with tempfile.TemporaryDirectory(prefix="tingfeng-dovecot-") as made:
        Path(made).chmod(0o755)
        yield Path(made)


def test_a_mailbox_is_read_once_and_then_what_is_new(scratch: Path) -> None:
    with peer("dovecot", scratch) as folder:
        subprocess.run([sys.executable, str(folder / "populate.py")], check=True, timeout=60, capture_output=True)
        first, cursor, finished = look(mailbox(), {})
        assert finished.outcome == "done"
        assert len({letter.external_id for letter in first}) == len(first) >= 20
        assert all(letter.text and letter.author == "c@x.test" and letter.published for letter in first)

        again, cursor, finished = look(mailbox(), cursor)
        assert (again, finished.outcome) == ([], "done")

        post(10)
        late, after, _ = look(mailbox(), cursor)
        assert [letter.external_id for letter in late] == [f"late{each}@x.test" for each in range(10)]
        assert {letter.text.strip() for letter in late} == {"充电时发烫"}
        assert seen() == b""

        # A server that counts anew is read from its beginning; the store knows the letters by their ids.
        anew, _, _ = look(mailbox(), {**after, "uidvalidity": 1})
        assert len(anew) == len(first) + 10
        few, _, _ = look(mailbox(max_messages=3), {})
        assert len(few) == 3

        for wrong in ({"password": SecretStr("no")}, {"user": "王", "password": SecretStr("密码")}, {"folder": "none"}):
            _, _, failed = look(mailbox(**wrong), {})
            assert failed.outcome == "failed"
            assert "密码" not in failed.reason
