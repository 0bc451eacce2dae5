"""What works on this machine and what is missing, each with its mend. Looks only; changes nothing."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import make_url, select
from sqlalchemy.exc import SQLAlchemyError

from crawlers.browser import MEND as BROWSER_MEND
from crawlers.browser import find_browser
from crawlers.feedback.source import QUESTIONS, SEALED, FormSource
from crawlers.permission import lacking
from crawlers.registry import SOURCES
from dashboard.operation.broker import BrokerError, reach
from dashboard.operation.checking import keywords_errors
from dashboard.operation.failures import read_failures
from dashboard.operation.home import BROKER, Home, HomeError, refuse_broker
from dashboard.operation.installation import read_operator
from dashboard.operation.waiting import Dead, Waiting, dead, waiting
from dashboard.operation.wiring import kinds
from dashboard.web import assets
from migrations import schema_version
from monitor.config.errors import InvalidConfig
from monitor.config.schema import Inbound
from monitor.inbox.draining import backlog
from monitor.sentiment.registry import load_engine
from monitor.store.database import open_engine, reading
from monitor.store.tables import config_version
from monitor.vault.keys import VARIABLE as VAULT_KEY
from monitor.vault.keys import MasterKey
from monitor.vault.reading import master_ids

LOOK = "they are not sent any more: look at their alerts, and mend the channel"


@dataclass(frozen=True, slots=True)
class Check:
    """A ``warning`` is a part that works, with something to look at. What is not ok is ``wrong`` where the
    configuration has to be mended, else it is a part that is unavailable."""

    part: str
    ok: bool
    detail: str
    mend: str = ""
    warning: bool = False
    wrong: bool = False


def examine(home: Home, now: datetime) -> tuple[Check, ...]:
    """Every part in a fixed order; none of them raises."""
    environ = home.environ
    return (
        *database(home),
        *configuration(home),
        browser(environ),
        fonts(environ),
        front_end(),
        sentiment(),
        vault(home),
        *broker(home),
        *channels(home),
        *permissions(home),
        *forms(home),
        *inbound(home),
        *messages(home, now),
        *jobs(home),
    )


def database(home: Home) -> tuple[Check, ...]:
    url = home.database_url
    if not_made(url):
        return (Check("database", True, "SQLite, made at the first start"),)
    try:
        engine = open_engine(url)
        version = schema_version(engine)
        engine.dispose()
    except (SQLAlchemyError, ValueError, OSError) as error:
        # The driver's own message: SQLAlchemy's would repeat the address with what it holds.
        reason = str(getattr(error, "orig", None) or error).strip()
        return (Check("database", False, reason, "check TINGFENG_DATABASE_URL and that the server runs"),)
    name = "SQLite" if url.startswith("sqlite") else "PostgreSQL"
    current = version.current == version.head
    return (
        Check("database", True, f"{name} answers"),
        Check("migrations", current, f"{version.current or 'empty'}, newest {version.head}", start(home)),
    )


def configuration(home: Home) -> tuple[Check, ...]:
    checks: list[Check] = []
    if home.keywords_file.is_file():
        errors = keywords_errors(home.keywords_file, kinds())[1]
        detail = "valid" if not errors else errors[0].error.format(errors[0].file)
        mend = f"{home.command('check')}{last_good(home)}" if errors else ""
        checks.append(Check("keywords.yaml", not errors, detail, mend, wrong=bool(errors)))
    else:
        checks.append(Check("keywords.yaml", False, "missing", home.init_command, wrong=True))
    try:
        read_operator(home, kinds())
    except InvalidConfig as invalid:
        detail = invalid.errors[0].format(str(home.operator_file))
        checks.append(Check("operator.yaml", False, detail, home.command("check"), wrong=True))
    else:
        checks.append(Check("operator.yaml", True, "valid" if home.operator_file.is_file() else "none: no channels"))
    return tuple(checks)


def start(home: Home) -> str:
    return f"start {home.command('serve')}"


def not_made(url: str) -> bool:
    """Whether the SQLite file is not there yet: opening it would make it."""
    parsed = make_url(url)
    return parsed.get_backend_name() == "sqlite" and not Path(parsed.database or "").is_file()


def last_good(home: Home) -> str:
    if not_made(home.database_url):
        return ""
    try:
        engine = open_engine(home.database_url)
        with reading(engine) as connection:
            version = connection.execute(select(config_version.c.id).order_by(config_version.c.id.desc())).scalar()
    except SQLAlchemyError:
        return ""
    return f"; version {version} stays in force meanwhile" if version is not None else ""


def browser(environ: Mapping[str, str]) -> Check:
    found = find_browser(environ)
    return Check("browser", found is not None, found or "none: JavaScript sources are unavailable", BROWSER_MEND)


def fonts(environ: Mapping[str, str]) -> Check:
    mend = "install a Chinese font (Debian: apt install fonts-noto-cjk)"
    lister = shutil.which("fc-list", path=environ.get("PATH"))
    if lister is None:
        return Check(
            "Chinese fonts", False, "fc-list is missing, so fonts cannot be looked up", f"{mend} and fontconfig"
        )
    listed = subprocess.run([lister, ":lang=zh", "family"], capture_output=True, text=True, timeout=30, check=False)
    families = sorted({line.split(",")[0] for line in listed.stdout.splitlines() if line})
    return Check("Chinese fonts", bool(families), families[0] if families else "none", mend)


def front_end() -> Check:
    lacking = assets.missing()
    return Check(
        "front-end files", not lacking, f"missing: {', '.join(lacking)}" if lacking else "present", assets.MEND
    )


def sentiment() -> Check:
    try:
        engine = load_engine()
    except (ImportError, OSError, ValueError) as error:
        return Check("sentiment engine", False, f"{type(error).__name__}: {error}", "run make setup")
    return Check("sentiment engine", True, f"{engine.name} {engine.version}", "run make setup")


def vault(home: Home) -> Check:
    """Whether evidence is kept, and whether what was kept can be opened."""
    init = f"{home.init_command}, or set {VAULT_KEY} to base64 of 32 bytes"
    try:
        master = home.vault_key
    except HomeError as error:
        mend = f"mend {VAULT_KEY} in the environment or in {home.env_file}"
        return Check("evidence vault", False, str(error), mend, wrong=True)
    if master is None:
        return Check("evidence vault", False, f"{VAULT_KEY} is not set: no evidence is kept", init)
    former = former_keys(home, master)
    if former:
        detail = f"evidence was kept under another key ({', '.join(former)}) and cannot be opened with this one"
        return Check("evidence vault", False, detail, f"put the former {VAULT_KEY} back")
    return Check("evidence vault", True, f"key present ({master.id})")


def former_keys(home: Home, master: MasterKey) -> list[str]:
    """Ids of other master keys among the oldest and the newest evidence; a look at all of it would take long."""
    if not_made(home.database_url):
        return []
    try:
        engine = open_engine(home.database_url)
        try:
            with reading(engine) as connection:
                return [name for name in master_ids(connection) if name != master.id]
        finally:
            engine.dispose()
    except (SQLAlchemyError, ValueError, OSError):
        return []  # the database's own check says why


def broker(home: Home) -> tuple[Check, ...]:
    """Whether one may be used, and whether the one that is named answers."""
    url = home.environ.get(BROKER)
    if not url:
        return (Check("broker", True, "none needed"),)
    try:
        answer = Check("broker answers", True, reach(url))
    except BrokerError as error:
        answer = Check("broker answers", False, str(error), f"check {BROKER} and that the broker runs")
    try:
        refuse_broker(home.environ, home.database_url)
    except HomeError as error:
        return (answer, Check("broker", False, str(error), f"unset {BROKER}", wrong=True))
    return (answer,)


def channels(home: Home) -> tuple[Check, ...]:
    """Whether each channel has its credentials: present or absent, never shown."""
    try:
        operator = read_operator(home, kinds())
    except InvalidConfig:
        return ()
    checks: list[Check] = []
    for name, channel in operator.channels.items():
        secrets = [value for _, value in channel if isinstance(value, SecretStr)]
        absent = any(not secret.get_secret_value() for secret in secrets)
        detail = "needs no credential" if not secrets else "credential absent" if absent else "credential present"
        checks.append(Check(f"channel {name}", not absent, f"{channel.kind}, {detail}", f"set it in {home.env_file}"))
    return tuple(checks)


def permissions(home: Home) -> tuple[Check, ...]:
    """Whether operator.yaml allows each source that needs an acknowledgement, and has its credential."""
    try:
        operator = read_operator(home, kinds())
    except InvalidConfig:
        return ()
    config = keywords_errors(home.keywords_file, kinds())[0] if home.keywords_file.is_file() else None
    checks: list[Check] = []
    for source in config.sources if config is not None else ():
        kind = SOURCES[source.kind]
        if source.enabled and kind.legal == "B":
            missing = lacking(source, operator)
            given = "acknowledged, credential present" if kind.credential else "acknowledged"
            detail = f"{source.kind}, {'not read' if missing else given}"
            checks.append(Check(f"source {source.id}", missing is None, detail, missing or "", wrong=bool(missing)))
    return tuple(checks)


def forms(home: Home) -> tuple[Check, ...]:
    """Warnings: without a vault key a form leaves out what it may only keep sealed."""
    config = keywords_errors(home.keywords_file, kinds())[0] if home.keywords_file.is_file() else None
    checks: list[Check] = []
    for source in config.sources if config is not None else ():
        if not isinstance(source, FormSource) or not source.enabled:
            continue
        sealing = bool(home.environ.get(VAULT_KEY))
        left = [each for each in QUESTIONS if each in SEALED and source.wanted(each, sealing=True) != "no"]
        lost = "" if sealing or not left else f", does not ask {', '.join(left)}: {VAULT_KEY} is not set"
        pages = f"{len(source.allowed_origins)} pages may embed it" if source.allowed_origins else "opens by its link"
        mend = f"run {home.init_command}: it makes the key"
        checks.append(Check(f"form {source.id}", True, f"{pages}{lost}", mend, warning=bool(lost)))
    return tuple(checks)


def inbound(home: Home) -> tuple[Check, ...]:
    """Whether each source that is not crawled can be fed, and what of it waits or was put aside."""
    try:
        operator = read_operator(home, kinds())
    except InvalidConfig:
        return ()  # operator.yaml's own check names the secret that is missing
    checks: list[Check] = []
    brands = configured_brands(home)
    for name, entry in operator.inbound.items():
        unknown = entry.brand is not None and brands is not None and entry.brand not in brands
        detail = f"{entry.kind}, {'secrets present' if secrets_of(entry) else 'needs no secret'}"
        mend = f"inbound.{name}.brand: name a brand of {home.keywords_file}"
        said = f"unknown brand {entry.brand}" if unknown else detail if entry.enabled else f"{entry.kind}, switched off"
        checks.append(Check(f"inbound {name}", not unknown, said, mend, wrong=unknown))
    return (*checks, *inbox_checks(home))


def secrets_of(entry: Inbound) -> list[str]:
    return [name for name, value in entry if isinstance(value, SecretStr)]


def configured_brands(home: Home) -> set[str] | None:
    config = keywords_errors(home.keywords_file, kinds())[0] if home.keywords_file.is_file() else None
    return None if config is None else {brand.id for brand in config.brands}


def inbox_checks(home: Home) -> list[Check]:
    """Warnings: what was put aside stays there until somebody looks."""
    if not_made(home.database_url):
        return []
    try:
        engine = open_engine(home.database_url)
        try:
            with reading(engine) as connection:
                found = backlog(connection)
        finally:
            engine.dispose()
    except (SQLAlchemyError, ValueError, OSError):
        return []  # the database's own check says why
    retry = f"look at the reason, then {home.command('inbox', 'retry')}"
    return [
        Check(f"inbox {each.source_id}", True, f"{each.dead} items put aside: {each.reason}", retry, warning=True)
        for each in found
        if each.dead
    ]


def messages(home: Home, now: datetime) -> tuple[Check, ...]:
    """Messages that wait or were given up, as warnings: the channel may be down, tingfeng works."""
    if not_made(home.database_url):
        return ()
    try:
        engine = open_engine(home.database_url)
        try:
            with reading(engine) as connection:
                late, lost = waiting(connection, now), dead(connection, now)
        finally:
            engine.dispose()
    except (SQLAlchemyError, ValueError, OSError):
        return ()  # the database's own check says why
    mend = "mend the channel: they are sent then, in their order"
    checks = [
        Check(f"messages {each.channel}", True, waiting_words(each), mend if each.reason else start(home), warning=True)
        for each in late
    ]
    return (
        *checks,
        *(Check(f"dead messages {each.channel}", True, dead_words(each), LOOK, warning=True) for each in lost),
    )


def waiting_words(late: Waiting) -> str:
    verb = "messages wait" if late.number > 1 else "message waits"
    why = late.reason or "never tried, no scheduler runs"
    return f"{late.number} {verb} since {moment(late.since)} for channel {late.channel}: {why}"


def dead_words(lost: Dead) -> str:
    noun = "messages" if lost.number > 1 else "message"
    return f"{lost.number} {noun} for channel {lost.channel} given up, the last at {moment(lost.at)}: {lost.reason}"


def moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


def jobs(home: Home) -> tuple[Check, ...]:
    failing = read_failures(home.path)
    return tuple(
        Check(f"job {each.job}", False, f"fails since {each.at.isoformat()}: {each.reason}", "see the scheduler's log")
        for each in failing
    )
