from __future__ import annotations

from dashboard.demo.configuration import OPERATOR, keywords
from dashboard.operation.wiring import kinds
from monitor.config.load import check_routes, parse_config, parse_operator


def test_demo_configuration_is_valid_and_routes_to_the_console() -> None:
    config = parse_config(keywords("http://127.0.0.1:9"), kinds())
    operator = parse_operator(OPERATOR, kinds(), {})
    assert check_routes(config, operator) == ()
    assert list(operator.channels) == ["console"]
    assert {source.kind for source in config.sources} == {"feed", "schema-org", "discourse", "selectors", "form"}
    assert all(source.url.startswith("http://127.0.0.1:9/") for source in config.sources if source.crawled)


def test_only_the_ratio_rule_can_fire() -> None:
    config = parse_config(keywords("http://127.0.0.1:9"), kinds())
    assert not any(keyword.severity for keyword in config.keywords)
    assert [(rule.id, rule.measure) for rule in config.rules] == [("spike", "negative_ratio")]
