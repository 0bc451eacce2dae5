"""Whether a message broker answers: to a PING if it is Redis, by a connection if it speaks AMQP. Tells no password."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Sequence
from urllib.parse import SplitResult, unquote, urlsplit

#: Scheme → (port, encrypted).
PORTS = {"redis": (6379, False), "rediss": (6379, True), "amqp": (5672, False), "amqps": (5671, True)}
SECONDS = 3.0
LONGEST_REPLY = 4096


class BrokerError(Exception):
    """Why the broker does not answer."""


def reach(url: str, seconds: float = SECONDS) -> str:
    """What answered, such as "Redis at 127.0.0.1:6379 answers". Raises :class:`BrokerError`."""
    try:
        parts = urlsplit(url)
        port, encrypted = PORTS[parts.scheme]
        host, port = parts.hostname or "localhost", parts.port or port
    except (KeyError, ValueError):
        raise BrokerError("not a broker's address: redis://…, rediss://…, amqp://… or amqps://…") from None
    place = f"{host}:{port}"
    try:
        with socket.create_connection((host, port), timeout=seconds) as plain:
            if not parts.scheme.startswith("redis"):
                return f"a connection to {place} opens"
            if not encrypted:
                return ping(plain, parts, place)
            with ssl.create_default_context().wrap_socket(plain, server_hostname=host) as wrapped:
                return ping(wrapped, parts, place)
    except OSError as error:
        raise BrokerError(f"{place}: {error.strerror or error}") from error


def ping(connection: socket.socket, parts: SplitResult, place: str) -> str:
    credentials = [unquote(each) for each in (parts.username, parts.password) if each]
    if parts.password:
        reply = ask(connection, ["AUTH", *credentials])
        if reply != "+OK":
            raise BrokerError(f"{place}: {reply[1:]}")
    reply = ask(connection, ["PING"])
    if reply != "+PONG":
        raise BrokerError(f"{place}: {reply[1:] or 'no answer to PING'}")
    return f"Redis at {place} answers"


def ask(connection: socket.socket, words: Sequence[str]) -> str:
    """The first line of the reply, as RESP writes it: ``+`` before what went well, ``-`` before an error."""
    encoded = [word.encode() for word in words]
    frame = b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in encoded)
    connection.sendall(b"*%d\r\n%s" % (len(encoded), frame))
    reply = b""
    while not reply.endswith(b"\r\n") and len(reply) < LONGEST_REPLY:
        chunk = connection.recv(LONGEST_REPLY)
        if not chunk:
            break
        reply += chunk
    return reply.decode(errors="replace").strip()
