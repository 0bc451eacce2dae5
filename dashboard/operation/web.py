"""The web process: uvicorn on the dashboard's application."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.operation import lifeline
from dashboard.operation.home import DEMO as DEMO
from dashboard.operation.home import Home
from dashboard.operation.installation import (
    Clock,
    Configuration,
    Installation,
    open_installation,
    operator_errors,
    read_operator,
)
from monitor.config.errors import InvalidConfig
from monitor.config.schema import Inbound, OperatorConfig

if TYPE_CHECKING:
    from dashboard.web.i18n import Language
    from dashboard.web.services import Services

#: Set by the demo for its own web process: the credentials that the sign-in page shows.
DEMO_USER = "TINGFENG_DEMO_USER"
DEMO_PASSWORD = "TINGFENG_DEMO_PASSWORD"  # noqa: S105 - the name of a variable


def open_for_pages(home: Home) -> Installation:
    """The pages send nothing and fetch nothing, so that a broken operator.yaml does not keep them from being shown."""
    return open_installation(home, OperatorConfig())


def operator_watch(installation: Installation) -> Callable[[], tuple[str, ...]]:
    """What is wrong with operator.yaml, read again only when it or ``.env`` changed: every page asks."""
    home = installation.home
    held: tuple[object, tuple[str, ...]] | None = None

    def errors() -> tuple[str, ...]:
        nonlocal held
        stamp = (stamp_of(home.operator_file), stamp_of(home.env_file))
        if held is None or held[0] != stamp:
            held = (stamp, operator_errors(home, installation.kinds))
        return held[1]

    return errors


def inbound_watch(installation: Installation) -> Callable[[], Mapping[str, Inbound]]:
    """The sources that others send to; while operator.yaml is broken, as the last good one had them."""
    home = installation.home
    held: tuple[object, Mapping[str, Inbound]] = (None, {})

    def inbound() -> Mapping[str, Inbound]:
        nonlocal held
        stamp = (stamp_of(home.operator_file), stamp_of(home.env_file))
        if held[0] != stamp:
            try:
                held = (stamp, read_operator(home, installation.kinds).inbound)
            except InvalidConfig:
                held = (stamp, held[1])
        return held[1]

    return inbound


def stamp_of(file: Path) -> tuple[int, int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def services(installation: Installation, clock: Clock) -> Services:
    """What the pages need, with the language of the configuration in force."""
    from dashboard.web.services import Services

    environ = installation.home.environ
    demo = installation.home.demo
    name, password = environ.get(DEMO_USER), environ.get(DEMO_PASSWORD)
    applied = Configuration(installation).current()
    language: Language = applied.config.settings.language if applied else "zh-CN"
    return Services(
        engine=installation.engine,
        kinds=installation.kinds,
        clock=clock,
        home=installation.home.path,
        demo=demo,
        demo_credentials=(name, password) if demo and name and password else None,
        language=language,
        author_key=installation.home.author_key,
        vault_key=installation.home.vault_key,
        operator_errors=operator_watch(installation),
        inbound=inbound_watch(installation),
    )


def serve(home: Home, clock: Clock, host: str, port: int) -> None:
    """Until SIGTERM, SIGINT, or the end of the supervisor."""
    import uvicorn

    from dashboard.web.app import create_app

    lifeline.wait_for_go(home.process)
    lifeline.watch(home.process)
    installation = open_for_pages(home)
    uvicorn.run(
        create_app(services(installation, clock)),
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        server_header=False,
        # Open pages poll; a stop must not wait for them.
        timeout_graceful_shutdown=3,
    )
