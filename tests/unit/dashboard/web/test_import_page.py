"""A file through the import page: looked at, handed to a run, and never anybody else's."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from sqlalchemy import select

from dashboard.operation.uploads import Uploads
from dashboard.tables import audit_event
from dashboard.web import body_limit
from monitor.store.database import reading
from monitor.store.sources import open_runs
from tests.unit.dashboard.web.conftest import Site, sign_in

pytestmark = pytest.mark.slow

TABLE = "编号,评论,分数,用户\n1,电池发烫 13812345678,1,王小明\n2,,5,x\n3,很好,9,y\n"


def home(site: Site) -> Path:
    return Path(str(site.engine.url.database)).parent


def hand_in(site: Site, content: str = TABLE, name: str = "评价.csv", csrf: str | None = None) -> str:
    """The address of the preview."""
    response = site.client.post(
        "/import",
        data={"csrf": csrf or site.csrf, "source": "survey"},
        files={"file": (name, content.encode())},
        follow_redirects=False,
    )
    assert response.status_code == 303, response.text
    return str(response.headers["location"])


def audited(site: Site) -> list[dict[str, object]]:
    with reading(site.engine) as connection:
        return [dict(row.detail) for row in connection.execute(select(audit_event)) if row.action == "import"]


def test_the_preview_is_masked_counted_and_follows_the_mapping(site: Site) -> None:
    site.client.post("/language", data={"csrf": site.csrf, "language": "en"})
    address = hand_in(site)
    page = site.client.get(address).text
    assert "138****5678" in page
    assert "13812345678" not in page
    assert "王小明" not in page
    assert "no text" in page
    assert "item 2" in page
    rated = site.client.get(address, params={"column.rating": "分数"}).text
    assert "bad rating" in rated
    assert "bad rating" not in page
    wrong = site.client.get(address, params={"column.rating": "grade"}).text
    assert "no column &#39;grade&#39;" in wrong
    assert '<option value="">' in wrong, "the other columns can still be chosen"


def test_the_import_is_queued_once_and_audited_without_the_file_s_name(site: Site) -> None:
    address = hand_in(site)
    data = {"csrf": site.csrf, "column.rating": "分数"}
    started = site.client.post(address, data=data, follow_redirects=False)
    assert started.headers["location"] == "/import?started=survey"
    with reading(site.engine) as connection:
        run = open_runs(connection)["survey"]
    assert (run.state, run.trigger) == ("queued", "import")
    upload = Uploads(home(site)).of_run(run.id)
    assert upload is not None
    assert upload.asked.columns == {"rating": "分数"}
    assert audited(site) == [{"source": "survey", "bytes": len(TABLE.encode()), "preset": None, "run": run.id}]
    assert site.client.post(address, data=data, follow_redirects=False).headers["location"] == "/import?error=gone"
    second = site.client.post(hand_in(site), data=data, follow_redirects=False)
    assert second.status_code == 409, "one import of a source at a time; the file stays to be tried again"


def test_only_our_user_reads_the_file(site: Site) -> None:
    token = hand_in(site).rpartition("/")[2]
    place = home(site) / "imports" / f"draft-{token}"
    assert {stat.S_IMODE(path.stat().st_mode) for path in place.iterdir()} == {0o600}
    assert {stat.S_IMODE(path.stat().st_mode) for path in (place, place.parent)} == {0o700}
    assert "asked" in json.loads((place / ".spec").read_text("utf-8"))


def test_a_discarded_file_is_gone(site: Site) -> None:
    address = hand_in(site)
    site.client.post(address, data={"csrf": site.csrf, "discard": "1"})
    assert list((home(site) / "imports").iterdir()) == []
    assert site.client.get(address, follow_redirects=False).headers["location"] == "/import?error=gone"


def test_a_draft_is_its_uploader_s_and_a_viewer_has_none(site: Site) -> None:
    address = hand_in(site)
    site.client.cookies.clear()
    csrf = sign_in(site.client, "vic")
    assert site.client.get("/import").status_code == 403
    assert site.client.get(address).status_code == 403
    refused = site.client.post("/import", data={"csrf": csrf, "source": "survey"}, files={"file": ("a.csv", b"x")})
    assert refused.status_code == 403
    assert len(list((home(site) / "imports").iterdir())) == 1


@pytest.mark.parametrize("token", ["0" * 32, "%2e%2e%2fimport", "x"])
def test_a_made_up_token_finds_nothing(site: Site, token: str) -> None:
    answer = site.client.get(f"/import/{token}", follow_redirects=False)
    assert answer.status_code in (303, 404)
    assert "samples" not in answer.text


def test_what_is_no_file_or_no_source_is_said(site: Site) -> None:
    site.client.post("/language", data={"csrf": site.csrf, "language": "en"})
    data = {"csrf": site.csrf, "source": "survey"}
    assert "Choose a file first" in site.client.post("/import", data=data).text
    files = {"file": ("a.csv", b"x")}
    unknown = site.client.post("/import", data={**data, "source": "x"}, files=files)
    assert (unknown.status_code, "Choose a source" in unknown.text) == (422, True)
    odd = site.client.get(hand_in(site, "PK", "../../evil.exe")).text
    assert "not a CSV, TSV, XLSX" in odd
    assert not (home(site).parent / "evil.exe").exists()


@pytest.mark.parametrize("stated", [True, False])
def test_a_body_over_the_limit_is_refused(site: Site, stated: bool) -> None:
    chunk = b"x" * 1024 * 1024
    number = body_limit.USUAL // len(chunk) + 2
    kind = {"content-type": "application/x-www-form-urlencoded"}
    body = chunk * number if stated else (chunk for _ in range(number))
    assert site.client.post("/sign-in", content=body, headers=kind).status_code in (400, 413)
