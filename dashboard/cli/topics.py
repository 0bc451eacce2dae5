"""topics: what is new in the complaints, as phrases that grew against the weeks before."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from dashboard.cli.choices import configuration, require_brand, require_source
from dashboard.cli.clock import utc_now
from dashboard.cli.moments import parse_moment
from dashboard.cli.options import HomeOption, JsonOption, home_of
from dashboard.cli.output import write_json, write_table

app = typer.Typer()

Text = Annotated[str | None, typer.Option(show_default=False)]


@app.command()
def topics(
    context: typer.Context,
    until: Text = None,
    days: Annotated[int, typer.Option(min=1, max=90, help="Days that count as now.")] = 7,
    before: Annotated[int, typer.Option(min=1, max=365, help="Days before them to compare with.")] = 28,
    brand: Text = None,
    source: Text = None,
    every: Annotated[bool, typer.Option("--every", help="All mentions, not only negative ones.")] = False,
    most: Annotated[int, typer.Option(min=1, max=1000, help="Phrases at most.")] = 20,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """What is new in the complaints: phrases of the last week that grew against the four weeks before."""
    from dashboard.operation.installation import open_installation
    from monitor.phrases import rising
    from monitor.store.database import reading
    from monitor.store.filters import MentionFilter
    from monitor.store.reading import stream

    installation = open_installation(home_of(context, home))
    config = configuration(installation)
    zone = ZoneInfo(config.settings.timezone if config else "Asia/Shanghai")
    now = utc_now()
    end = parse_moment(until, "--until", zone, now) if until else now
    start = end - timedelta(days=days)
    wanted = MentionFilter(
        brand=brand, source=source, since=start, until=end, negative=None if every else True, dated=True
    )
    with reading(installation.engine) as connection:
        require_brand(connection, config, brand)
        require_source(connection, config, source)
        # Copies of one text are one voice.
        fresh = [(row.id, row.text) for row in stream(connection, wanted) if row.duplicate_of is None]
        past = replace(wanted, since=start - timedelta(days=before), until=start)
        earlier = [row.text for row in stream(connection, past) if row.duplicate_of is None]
    found = rising([text for _, text in fresh], earlier, most)
    if as_json:
        for topic in found:
            held = [fresh[place][0] for place in topic.texts]
            write_json(
                {
                    "phrase": topic.phrase,
                    "now": topic.now,
                    "before": topic.before,
                    "growth": topic.growth,
                    "z": topic.z,
                    "mentions": held,
                }
            )
        return
    rows = [[topic.phrase, topic.now, topic.before, f"× {topic.growth:g}", topic.z] for topic in found]
    write_table(["phrase", "now", "before", "growth", "z"], rows)
