"""Sources that need a permission, as whole runs over real sites: off without it, and no secret where anyone looks."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from sqlalchemy import Engine, select

from crawlers.events import CrawlEvent, to_line
from crawlers.job import CrawlJob
from crawlers.registry import SOURCES
from crawlers.run import crawl
from dashboard.operation.collect import Collected, Lease
from dashboard.operation.crawling import run_source
from dashboard.operation.home import Home
from dashboard.operation.importing import begin_run
from dashboard.operation.installation import Installation
from dashboard.operation.wiring import kinds
from monitor.config.load import parse_operator
from monitor.store.database import reading
from monitor.store.metadata import metadata
from monitor.store.tables import crawl_run
from tests.unit.crawlers.conftest import Answer, Site
from tests.unit.dashboard.operation.place import KEY, Clock, apply, pipelines

PAGES = Path(__file__).parents[3] / "pages"
SECRET = "hush+Q7/silence"
TOKEN = "minted.Tok-en~77"
#: Kind → a saved answer with items, where the API is asked, and the source's own fields.
KINDS: Mapping[str, tuple[str, dict[str, Any]]] = {
    "youtube": ("youtube/threads", {"channels": ["UC5xinghe0000000000000AA"], "replies": False}),
    "google-play": ("google_play/week", {"app": "cn.xinghe.app"}),
    "reddit": ("reddit/comments-of-a-subreddit", {"subreddits": ["xinghe"]}),
    "weibo": ("weibo/mentions", {"feeds": ["mentions"]}),
    "trustpilot": ("trustpilot/reviews", {"business_unit": "4bdc5b6d00006400050a1ab2"}),
}
WITH_TOKEN = {"google-play", "reddit"}
OUTCOMES = {200: "done", 401: "blocked", 403: "blocked", 429: "blocked", 500: "failed", 302: "failed", 307: "failed"}


@cache
def private_key() -> str:
    key = generate_private_key(65537, 2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def secret_of(kind: str) -> str:
    if kind == "google-play":
        return json.dumps({"type": "service_account", "client_email": "t@x.example", "private_key": private_key()})
    return SECRET


def operator_yaml(kind: str, api: str, exceptions: Sequence[str] = ()) -> str:
    fields = {
        "youtube": "key: '${S}'",
        "google-play": f"service_account: '${{S}}', token_url: '{api}/token'",
        "reddit": f"client_id: our-own-app, client_secret: '${{S}}', token_url: '{api}/token'",
        "weibo": "token: '${S}'",
        "trustpilot": "key: '${S}'",
    }[kind]
    return (
        f"compliance: {{{kind}: 'Li Na, 2026-11-20'}}\nlocal: [127.0.0.1]\nrobots_exceptions: {list(exceptions)}\n"
        f"credentials: {{{kind}: {{{fields}, base: '{api}'}}}}\n"
    )


class Api(Site):
    """Gives every address the same answer, tokens apart; what a request proved by is in ``seen``."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        super().__init__()
        self.pages = self  # type: ignore[assignment]

    def get(self, path: str, _default: object = None) -> Answer:
        if path == "/token":
            return Answer(json.dumps({"access_token": TOKEN, "token_type": "bearer"}).encode())
        return Answer(status=404) if path == "/robots.txt" else self.answer


@dataclass
class Ran:
    collected: Collected
    lines: list[bytes]
    installation: Installation

    def everything(self) -> str:
        """What was reported and stored, of every table."""
        with reading(self.installation.engine) as connection:
            rows = [tuple(row) for table in metadata.sorted_tables for row in connection.execute(select(table))]
        assert any("s" in row for row in rows)
        return b"".join(self.lines).decode() + repr(rows) + repr(self.collected) + repr(self.installation.operator)


def run(engine: Engine, folder: Path, clock: Clock, kind: str, operator: str) -> Ran:
    operator_config = parse_operator(operator, kinds(), {"S": secret_of(kind)})
    installation = Installation(Home(folder, KEY), engine, kinds(), operator_config)
    own = KINDS[kind][1] if kind in KINDS else {"groups": ["xinghe"]}
    source = SOURCES[kind].model.model_validate({"id": "s", "kind": kind, "delay": 0, "max_pages": 3, **own})
    applied = apply(installation, clock())
    lines: list[bytes] = []

    def crawler(job: CrawlJob) -> Iterator[CrawlEvent]:
        assert SECRET not in repr(job)
        for event in crawl(job):
            lines.append(to_line(event))
            yield event

    lease: Lease = begin_run(installation, "s", "command", "test", clock())
    collected = run_source(installation, applied, source, lease, lambda: pipelines().of(applied), clock, crawler)
    return Ran(collected, lines, installation)


@pytest.fixture
def place(sqlite_database: Engine, tmp_path: Path, now: datetime) -> tuple[Engine, Path, Clock]:
    return sqlite_database, tmp_path, Clock(now)


def secrets_in(text: str, kind: str) -> list[str]:
    """Which secrets stand there, in whatever form; of a private key, any of its lines."""
    forms = ["hush", "silence", TOKEN, "minted"] if kind != "google-play" else [TOKEN, "minted", "PRIVATE"]
    if kind == "google-play":
        forms += private_key().split("\n")[1:-2]
    return [form for form in forms if form in text]


@pytest.mark.slow
# Items and refusals are read by each kind for itself; what the other answers lead to is the same code for all of them.
@pytest.mark.parametrize(
    ("kind", "status"),
    [*product(KINDS, [200, 302, 403]), *product(["reddit"], [401, 429, 500, 307])],
)
def test_no_secret_leaves_but_in_a_header_to_its_own_api(
    kind: str, status: int, place: tuple[Engine, Path, Clock], capfd: pytest.CaptureFixture[str]
) -> None:
    body = next((PAGES / KINDS[kind][0]).glob("page.json")).read_text("utf-8")
    shown = TOKEN if kind in WITH_TOKEN else SECRET
    # A server that repeats what it was sent: in its texts, in an error, in a header and in where it leads.
    body = body.replace("Camera is fine", f"Camera {shown} is fine").replace("闪退", shown).replace("很好", shown)
    body = body.replace("同款", shown).replace("新买的", shown)
    elsewhere = Api(Answer(status=404))
    headers = {"Content-Type": "application/json", "Retry-After": f"soon {shown}", "ETag": f'"{shown}"'}
    if status in (302, 307):
        leak = f"/?key={shown.replace('/', '%2F').replace('+', '%2B')}"
        # Nobody listens on port 1: that the request failed is logged with its address.
        headers["Location"] = elsewhere.url(leak) if status == 302 else f"http://127.0.0.1:1{leak}"
    api = Api(Answer(body.encode() if status == 200 else f'{{"error": "{shown}"}}'.encode(), status, headers))
    try:
        exceptions = ["127.0.0.1"] if status == 307 else []
        ran = run(*place, kind, operator_yaml(kind, api.url(""), exceptions))
    finally:
        api.close()
        elsewhere.close()
    assert ran.collected.outcome == OUTCOMES[status]
    asked = [(path, dict(headers)) for path, headers in api.seen]
    proved = [path for path, headers in asked if shown in "".join(headers.values())]
    assert proved == [path for path, _ in asked if path not in ("/robots.txt", "/token")]
    assert proved
    assert not any(shown in path for path, _ in asked)
    assert elsewhere.seen == [] or not secrets_in(repr([headers for _, headers in elsewhere.seen]), kind)
    assert bool(elsewhere.seen) == (status == 302)
    captured = capfd.readouterr()
    assert ("request_failed" in captured.out + captured.err) == (status == 307)
    assert secrets_in(ran.everything() + captured.out + captured.err, kind) == []


@pytest.mark.slow
def test_neither_arguments_nor_environment_hold_a_secret(place: tuple[Engine, Path, Clock]) -> None:
    found: list[bytes] = []

    class Watching(Api):
        def get(self, path: str, default: object = None) -> Answer:
            for each in Path("/proc").glob("[0-9]*"):
                for part in ("cmdline", "environ"):
                    try:
                        found.append((each / part).read_bytes())
                    except OSError:
                        continue
            return super().get(path, default)

    api = Watching(Answer(b'{"items": []}', headers={"Content-Type": "application/json"}))
    try:
        run(*place, "youtube", operator_yaml("youtube", api.url("")))
    finally:
        api.close()
    assert any(b"crawlers.process" in each for each in found)
    assert not any(SECRET.encode() in each for each in found)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("answer", "outcome", "reason"),
    [
        (Answer(b'{"error": "invalid_grant"}', 400), "blocked", "credential refused"),
        (Answer(b'{"error": "invalid_grant"}', 200), "blocked", "credential refused"),
        (Answer(status=429), "blocked", "too many requests"),
        (Answer(status=302, headers={"Location": "/elsewhere"}), "blocked", "credential refused"),
        (Answer(status=503), "failed", "no token: http 503"),
    ],
    ids=lambda value: str(value.status) if isinstance(value, Answer) else "",
)
def test_a_token_that_is_not_given_ends_the_crawl(
    answer: Answer, outcome: str, reason: str, place: tuple[Engine, Path, Clock]
) -> None:
    class Refusing(Api):
        def get(self, path: str, default: object = None) -> Answer:
            return answer if path == "/token" else super().get(path, default)

    api = Refusing(Answer(b"{}"))
    try:
        ran = run(*place, "google-play", operator_yaml("google-play", api.url("")))
    finally:
        api.close()
    assert (ran.collected.outcome, ran.collected.reason) == (outcome, reason)
    assert set(api.paths()) == {"/robots.txt", "/token"}
    assert all(b"grant-type%3Ajwt-bearer" in body for body in api.bodies)


@pytest.mark.slow
def test_robots_txt_is_obeyed_before_a_token_is_asked_for(place: tuple[Engine, Path, Clock]) -> None:
    class Closed(Api):
        def get(self, path: str, default: object = None) -> Answer:
            rules = Answer(b"User-agent: *\nDisallow: /", headers={"Content-Type": "text/plain"})
            return rules if path == "/robots.txt" else super().get(path, default)

    api = Closed(Answer(b"{}"))
    try:
        ran = run(*place, "reddit", operator_yaml("reddit", api.url("")))
    finally:
        api.close()
    assert (ran.collected.outcome, ran.collected.reason) == ("blocked", "robots.txt")
    assert api.paths() == ["/robots.txt"]


@pytest.mark.parametrize(
    ("kind", "operator", "mend"),
    [
        (
            "youtube",
            "{}",
            'compliance.youtube: "who accepted its terms, and when" and credentials.youtube: {key: ${YOUTUBE_KEY}}',
        ),
        ("youtube", "compliance: {youtube: 'Li Na, today'}", "credentials.youtube: {key: ${YOUTUBE_KEY}}"),
        ("youtube", "credentials: {youtube: {key: '${S}'}}", 'compliance.youtube: "who accepted its terms, and when"'),
        (
            "reddit",
            "compliance: {reddit: 'Li Na, today'}",
            "credentials.reddit: {client_id: …, client_secret: ${REDDIT_CLIENT_SECRET}}",
        ),
        ("douban", "{}", 'compliance.douban: "who accepted its terms, and when"'),
    ],
)
def test_what_is_not_allowed_is_not_asked_for(
    kind: str, operator: str, mend: str, place: tuple[Engine, Path, Clock]
) -> None:
    ran = run(*place, kind, operator)
    reason = f"off until allowed: add {mend} to operator.yaml"
    assert (ran.collected.outcome, ran.collected.reason, ran.lines) == ("unavailable", reason, [])
    with reading(ran.installation.engine) as connection:
        assert connection.execute(select(crawl_run.c.state, crawl_run.c.reason)).all() == [("unavailable", reason)]
