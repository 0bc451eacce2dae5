"""The examples of docs/api.md, typed as they stand, against the real web process; and every reason has its row."""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dashboard.operation.home import Home
from dashboard.operation.installation import apply_home, open_installation
from dashboard.operation.worker import Pipelines, Worker
from dashboard.tokens import add_token
from monitor.store.database import writing
from tests.e2e.test_inbox_kill import KEYWORDS, wait_for
from tests.e2e.test_kill import free_port, started, stored

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[2]
PAGES = ("api.md", "api.zh-CN.md")


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", (ROOT / "docs" / page).read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("page", PAGES)
def test_the_examples_work(page: str, tmp_path: Path) -> None:
    secrets = {
        "DESK_SECRET": "whsec_" + base64.b64encode(os.urandom(32)).decode(),
        "WECHAT_TOKEN": "token",
        "WECHAT_AES_KEY": "a" * 43,
        "MAIL_PASSWORD": "password",
    }
    home = Home(tmp_path, {**os.environ, **secrets})
    home.keywords_file.write_text(KEYWORDS, encoding="utf-8")
    (operator,) = blocks(page, "yaml")
    home.operator_file.write_text(operator, encoding="utf-8")
    home.env_file.write_text("".join(f"{name}={value}\n" for name, value in secrets.items()), encoding="utf-8")
    installation = open_installation(home)
    apply_home(installation, datetime.now(UTC))
    with writing(installation.engine) as connection:
        token = add_token(connection, "guide", "shop-api", "test", datetime.now(UTC))
    port = free_port()
    environ = {**os.environ, **secrets, "TINGFENG_URL": f"http://127.0.0.1:{port}", "TINGFENG_TOKEN": token}
    with started(installation, "web", "--port", str(port)):
        wait_for(environ["TINGFENG_URL"])
        answers = []
        for example in blocks(page, "bash"):
            done = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", example], env=environ, capture_output=True, text=True, check=True
            )
            answers.append(json.loads(done.stdout))
    assert [answer["accepted"] for answer in answers] == [1, 1, 1]
    assert answers[1]["rejected"] == [{"index": 1, "field": "stars", "error": "unknown key"}]
    worker = Worker(installation, lambda: datetime.now(UTC), owner="guide", pipelines=Pipelines(home.author_key))
    while worker.drain_one():
        pass
    assert stored(installation) == ["1001", "1002", "7"]
    installation.engine.dispose()


@pytest.mark.parametrize("page", PAGES)
def test_every_reason_is_in_the_guide(page: str) -> None:
    code = "".join(
        path.read_text(encoding="utf-8")
        for folder in ("crawlers/inbound", "dashboard/web/inbound")
        for path in (ROOT / folder).glob("*.py")
        if path.name not in ("form.py", "parts.py")  # a form's refusals are pages, with words for people
    )
    reasons = set(re.findall(r'RefusedError\(\d+, "([^"]+)"', code))
    prose = re.sub(r"```.*?```", "", (ROOT / "docs" / page).read_text(encoding="utf-8"), flags=re.DOTALL)
    named = set(re.findall(r"`([^`]+)`", prose))
    assert len(reasons) > 15
    assert reasons - named == set()
