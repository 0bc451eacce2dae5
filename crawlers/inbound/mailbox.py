"""An IMAP mailbox as the events of a crawl. It only looks: nothing is marked as read, moved or deleted."""

from __future__ import annotations

import imaplib
import re
import socket
import ssl
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from crawlers.address import allowed, folded
from crawlers.events import CrawlEvent, Cursor, Finished, Found, Rejected
from crawlers.inbound.mail import mention_of
from crawlers.inbound.models import ImapInbound
from monitor.mention import RawMention

#: Of a message this much is fetched; what comes later are attachments.
BYTES = 1024 * 1024
#: Messages asked for at once, and the seconds after which a silent server is given up.
BATCH, PATIENCE = 20, 30.0
PORTS = {"tls": 993, "starttls": 143, "plain": 143}
_UID = re.compile(rb"\bUID (\d+)")
_DATE = re.compile(rb'INTERNALDATE "([^"]{20,40})"')


class MailboxError(Exception):
    """Why the mailbox could not be read; without anything of its content or the password."""


@dataclass(frozen=True, slots=True)
class Place:
    """How far the mailbox was read. Another ``validity`` means that the server counts anew."""

    validity: int = 0
    uid: int = 0

    @classmethod
    def of(cls, cursor: Mapping[str, Any]) -> Place:
        validity, uid = cursor.get("uidvalidity"), cursor.get("uid")
        return cls(validity, uid) if isinstance(validity, int) and isinstance(uid, int) else cls()

    def as_cursor(self) -> dict[str, Any]:
        return {"uidvalidity": self.validity, "uid": self.uid}


class Connection(imaplib.IMAP4):
    """To an address that was looked at, under the name that the certificate has to bear."""

    def __init__(self, name: str, address: str, port: int, context: ssl.SSLContext | None) -> None:
        self._name, self._address, self._context = name, address, context
        super().__init__(address, port, PATIENCE)

    def open(self, host: str = "", port: int = 143, timeout: float | None = None) -> None:
        self.host, self.port = self._name, port
        plain = socket.create_connection((self._address, port), timeout)
        self.sock = self._context.wrap_socket(plain, server_hostname=self._name) if self._context else plain
        self.file = self.sock.makefile("rb")


def read_mailbox(
    source: ImapInbound, cursor: Mapping[str, Any], local: Sequence[str]
) -> Generator[CrawlEvent, None, None]:
    """What came since ``cursor``, oldest first, with a cursor after each batch. ``local``: see operator.yaml."""
    connection = None
    try:
        connection = connected(source, local)
        place, uids = waiting(connection, source, Place.of(cursor))
        yield from messages(connection, source, place, uids[: source.max_messages])
    except MailboxError as error:
        yield Finished("failed", str(error))
    except ssl.SSLError as error:
        yield Finished("failed", f"TLS with {source.host}: {error.reason or 'failed'}")
    except (OSError, imaplib.IMAP4.error) as error:
        yield Finished("failed", f"mailbox at {source.host}: {failure_words(error)}")
    else:
        # Nothing new is the usual state of a mailbox, and no sign of a fault.
        yield Finished("done")
    finally:
        if connection is not None:
            with suppress(OSError, imaplib.IMAP4.error):
                connection.logout()


def connected(source: ImapInbound, local: Sequence[str]) -> Connection:
    """Signed in. Raises :class:`MailboxError`, ``OSError`` or ``IMAP4.error``."""
    if source.security == "plain" and folded(source.host) not in {folded(host) for host in local}:
        raise MailboxError(f"security: plain is only for hosts under local; {source.host} is not: use tls")
    port = source.port or PORTS[source.security]
    found = socket.getaddrinfo(source.host, port, type=socket.SOCK_STREAM)
    addresses = allowed(source.host, [str(each[4][0]) for each in found], local)
    if not addresses:
        raise MailboxError(f"{source.host} is a private address: list it under local in operator.yaml")
    context = ssl.create_default_context()
    connection = opened(source.host, addresses, port, context if source.security == "tls" else None)
    try:
        if source.security == "starttls":
            connection.starttls(context)
        sign_in(connection, source)
    except BaseException:
        connection.shutdown()
        raise
    return connection


def opened(name: str, addresses: Sequence[str], port: int, context: ssl.SSLContext | None) -> Connection:
    """To the first address that answers; the last one's failure is raised."""
    for address in addresses[:-1]:
        with suppress(OSError):
            return Connection(name, address, port, context)
    return Connection(name, addresses[-1], port, context)


def sign_in(connection: Connection, source: ImapInbound) -> None:
    password = source.password.get_secret_value()
    try:
        if source.user.isascii() and password.isascii():
            connection.login(source.user, password)
        else:  # LOGIN knows ASCII only
            connection.authenticate("PLAIN", lambda _: f"\0{source.user}\0{password}".encode())
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error:  # the server's words may repeat what it was told
        raise MailboxError(f"{source.host} refuses user or password: compare them") from None


def waiting(connection: Connection, source: ImapInbound, before: Place) -> tuple[Place, list[int]]:
    """Where reading begins, and the UIDs from there on in order."""
    folder = '"' + source.folder.replace("\\", "\\\\").replace('"', '\\"') + '"'
    state, _ = connection.select(folder, readonly=True)
    if state != "OK":
        raise MailboxError(f"no folder {source.folder!r} at {source.host}")
    _, stated = connection.response("UIDVALIDITY")
    validity = int(stated[0]) if stated and isinstance(stated[0], bytes) and stated[0].isdigit() else 0
    place = before if before.validity == validity else Place(validity, 0)
    _, found = connection.uid("SEARCH", f"UID {place.uid + 1}:*")
    listed = found[0].split() if found and isinstance(found[0], bytes) else []
    # "5:*" answers with the newest message even where that is number 3.
    return place, sorted({int(uid) for uid in listed if uid.isdigit() and int(uid) > place.uid})


def messages(connection: Connection, source: ImapInbound, place: Place, uids: Sequence[int]) -> Iterator[CrawlEvent]:
    for start in range(0, len(uids), BATCH):
        batch = uids[start : start + BATCH]
        wanted = ",".join(str(uid) for uid in batch)
        state, answer = connection.uid("FETCH", wanted, f"(UID INTERNALDATE BODY.PEEK[]<0.{BYTES}>)")
        if state != "OK":
            raise MailboxError(f"{source.host} does not hand out its messages")
        for uid, received, data in parts(answer):
            if uid in batch:
                found = mention_of(data, f"{place.validity}-{uid}", received, source.item_kind)
                yield Found(found) if isinstance(found, RawMention) else Rejected(found.reason)
        yield Cursor(Place(place.validity, batch[-1]).as_cursor())


def parts(answer: Sequence[Any]) -> Iterator[tuple[int, str | None, bytes]]:
    """UID, time of arrival and bytes of each message in an answer; its attributes stand before or behind the bytes."""
    for number, item in enumerate(answer):
        if not isinstance(item, tuple) or len(item) < 2:
            continue
        after = answer[number + 1] if number + 1 < len(answer) else b""
        head = item[0] + b" " + (after if isinstance(after, bytes) else b"")
        uid, date = _UID.search(head), _DATE.search(head)
        if uid is not None and isinstance(item[1], bytes):
            # 23-Nov-2026 is 23 Nov 2026 in letters.
            received = date[1].decode("ascii", "replace").strip().replace("-", " ", 2) if date else None
            yield int(uid[1]), received, item[1]


def failure_words(error: OSError | imaplib.IMAP4.error) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return "the server broke the conversation off"
