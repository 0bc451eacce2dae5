from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Engine, select

from alerts.evaluation import evaluate_batch
from alerts.headline import headline, opening_figures
from alerts.reading import Alert, alerts_by_ids
from alerts.tables import ticket
from monitor.store.database import reading, writing
from tests.unit.alerts.test_reading import eventful
from tests.unit.alerts.world import FLOOD, World


def told(engine: Engine, world: World) -> list[tuple[Alert, str, str, str]]:
    """(alert, the title stored with its ticket, the headline in Chinese, in English), oldest first."""
    with reading(engine) as connection:
        titles = {row.alert_id: row.title for row in connection.execute(select(ticket))}
        opening = opening_figures(connection, list(titles))
        found = alerts_by_ids(connection, list(titles))
    return [
        (
            found[one],
            titles[one],
            headline(found[one], world.applied.config, "zh-CN", opening.get(one)),
            headline(found[one], world.applied.config, "en", opening.get(one)),
        )
        for one in sorted(titles)
    ]


def test_it_says_again_what_the_ticket_was_opened_with(database: Engine) -> None:
    (_, spike, again, english), (_, crisis, once_more, word) = told(database, eventful(database))
    assert (again, once_more) == (spike, crisis)
    assert english == "Major alert · 星河: 26 of 60 negative against a baseline of 10 %"
    assert word == "Critical alert · 天穹 · 起火: crisis word “起火” in 1 mentions, 1 of them negative"


def test_a_crisis_word_keeps_the_figures_it_fired_with_while_the_alert_grows(database: Engine) -> None:
    world = eventful(database)
    more = [world.mention(world.hour(80), brand="tianqiong", keywords=("safety",)) for _ in range(3)]
    with writing(database) as connection:
        evaluate_batch(connection, world.applied, more, world.channels, world.hour(81))
    found, stored, again, _ = told(database, world)[1]
    assert found.n == 4
    assert again == stored


def test_a_ceiling_says_its_window_and_a_rule_that_left_is_told_by_its_figures(database: Engine) -> None:
    world = World(database, FLOOD)
    ids = [world.mention(world.hour(9) + timedelta(minutes=minute)) for minute in range(3)]
    with writing(database) as connection:
        evaluate_batch(connection, world.applied, ids, world.channels, world.hour(9.5))
    ((found, stored, again, english),) = told(database, world)
    assert again == stored
    assert english.endswith("3 negative mentions in 1 h (3 in all)")
    without = world.applied.config.model_copy(update={"rules": ()})
    assert headline(found, without, "zh-CN") == stored
