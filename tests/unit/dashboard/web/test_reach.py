"""Likes, replies and reposts beside a mention, where its source told them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from monitor.store.database import writing
from monitor.store.mentions import store_batch
from tests.unit.dashboard.web import stories
from tests.unit.dashboard.web.conftest import Site


def stored(
    site: Site, now: datetime, likes: int | None = None, replies: int | None = None, reposts: int | None = None
) -> str:
    """The list's entry of a new mention and the page of it, as one text."""
    told = stories.mention_of(9200, now, brand="xinghe", source="forum", bad=True)
    with writing(site.engine) as connection:
        version = stories.add_configuration(connection, now, stories.CONFIG + "# told\n")
        result = store_batch(
            connection,
            [replace(told, likes=likes, replies=replies, reposts=reposts)],
            config_version_id=version,
            step_seconds=stories.STEP,
            now=now,
        )
    (found,) = result.new_ids
    entry = site.client.get("/mentions?brand=xinghe&source=forum&period=1h").text.split(f'id="mention-{found}"')[1]
    return str(entry.split("</article>")[0] + site.client.get(f"/mentions/{found}").text.split("<main")[1])


def test_what_the_source_told_is_shown_with_words_for_screen_readers(site: Site, now: datetime) -> None:
    shown = stored(site, now, likes=1234, replies=1, reposts=0)
    for icon, figure, words in (
        ("thumb-up", "1,234", "1,234 likes"),
        ("message-circle", "1", "1 reply"),
        ("repeat", "0", "0 reposts"),
    ):
        said = f'</i><span class="num" aria-hidden="true">{figure}</span><span class="visually-hidden">{words}</span>'
        # In the list, on the page's own card and among its facts.
        assert shown.count(f'<i class="ti ti-{icon}" aria-hidden="true">{said}') == 3


def test_what_the_source_did_not_tell_is_left_out(site: Site, now: datetime) -> None:
    shown = stored(site, now, likes=7)
    assert "7 likes" in shown
    assert "repl" not in shown.replace("replies=", "")
    assert "repost" not in shown


def test_a_mention_of_which_nothing_is_told_has_no_line_for_it(site: Site, now: datetime) -> None:
    shown = stored(site, now)
    assert 'class="reach"' not in shown
    assert "Reach" not in shown
