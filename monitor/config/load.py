"""From the text of keywords.yaml to a :class:`Config`, or to all of its errors at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from monitor.config.errors import ConfigError, InvalidConfig
from monitor.config.operator import parse_operator
from monitor.config.schema import Config, Kinds, Measure, OperatorConfig, Params, Rule, Source
from monitor.config.tree import Path, Tree, read_tree
from monitor.config.words import did_you_mean, model_errors
from monitor.health.decision import ABOUT_SOURCES
from monitor.keywords import QueryError, compile_query
from monitor.keywords.widening import with_synonyms
from monitor.mention import UNATTRIBUTED

__all__ = ["ConfigError", "InvalidConfig", "check_routes", "parse_config", "parse_operator"]

M = TypeVar("M", bound=BaseModel)
Read = Callable[[Path, Any], tuple[BaseModel | None, list[ConfigError]]]


def parse_config(text: str, kinds: Kinds) -> Config:
    """A valid keywords.yaml. Raises :class:`InvalidConfig` with every error, each at its line and column."""
    tree = read_tree(text)
    errors = list(tree.errors)
    config = None
    if isinstance(tree.data, dict):
        data = dict(tree.data)
        data["sources"] = listed(tree, "sources", errors, lambda path, item: source_of(path, item, kinds, tree))
        data["rules"] = listed(tree, "rules", errors, lambda path, item: rule_of(path, item, kinds, tree))
        try:
            config = Config.model_validate(data)
        except ValidationError as error:
            errors.extend(model_errors(error, Config, tree))
        errors.extend(semantic_errors(tree))
    else:
        errors.append(tree.error((), "is empty" if tree.data is None else "must be a mapping", "begin with version: 1"))
    if errors or config is None:
        raise InvalidConfig(errors)
    return config


def listed(tree: Tree, key: str, errors: list[ConfigError], read: Read) -> Any:
    """The models of a list whose items each have a kind. What is no list is left for the whole model to refuse."""
    items = tree.data.get(key, ())
    if not isinstance(items, list):
        return items
    models = []
    for index, item in enumerate(items):
        model, found = read((key, index), item)
        errors.extend(found)
        if model is not None:
            models.append(model)
    return tuple(models)


def source_of(path: Path, item: Any, kinds: Kinds, tree: Tree) -> tuple[Source | None, list[ConfigError]]:
    if not isinstance(item, dict):
        return None, [tree.error(path, "must be a mapping of keys to values")]
    model, errors = kind_of(path, item, "kind", kinds.sources, tree)
    if model is None:
        return None, errors
    return validated(model, item, tree, path)


def rule_of(path: Path, item: Any, kinds: Kinds, tree: Tree) -> tuple[Rule | None, list[ConfigError]]:
    if not isinstance(item, dict):
        return None, [tree.error(path, "must be a mapping of keys to values")]
    model, errors = kind_of(path, item, "detector", kinds.detectors, tree)
    params: Params | None = None
    if model is not None:
        params, found = validated(model, item.get("params", {}), tree, (*path, "params"))
        errors += [*found, *measure_errors(path, item, model, kinds, tree)]
    # A stand-in keeps the other keys checked where the parameters are wrong or their model is unknown.
    rule, found = validated(Rule, {**item, "params": params or Params()}, tree, path)
    if model is None:  # kind_of has said what is wrong with the detector
        found = [error for error in found if not error.path.endswith(".detector")]
    return (rule if params is not None else None), errors + found


def measure_errors(
    path: Path, item: Mapping[str, Any], model: type[Params], kinds: Kinds, tree: Tree
) -> Iterator[ConfigError]:
    """A measure that the detector is not for: the rule would be valid and never fire."""
    measure = item.get("measure")
    if measure in model.measures or measure not in get_args(Measure):
        return
    suited = [name for name, other in sorted(kinds.detectors.items()) if measure in other.measures]
    yield tree.error(
        (*path, "measure"),
        f"must be {' or '.join(model.measures)} with detector {item['detector']}",
        f"write measure: {model.measures[0]}" + "".join(f" or detector: {name}" for name in suited),
    )


def kind_of(
    path: Path, item: Mapping[str, Any], key: str, known: Mapping[str, type[M]], tree: Tree
) -> tuple[type[M] | None, list[ConfigError]]:
    name = item.get(key)
    if name is None:
        return None, [tree.error((*path, key), "is required", f"one of {', '.join(sorted(known))}")]
    model = known.get(name) if isinstance(name, str) else None
    if model is None:
        return None, [tree.error((*path, key), f"unknown {key} {name!r}", did_you_mean(name, known))]
    return model, []


def validated(model: type[M], data: Any, tree: Tree, path: Path) -> tuple[M | None, list[ConfigError]]:
    try:
        return model.model_validate(data), []
    except ValidationError as error:
        return None, list(model_errors(error, model, tree, path))


def semantic_errors(tree: Tree) -> Iterator[ConfigError]:
    """What no single value shows: ids used twice, references that lead nowhere, queries that cannot be read."""
    for section in ("brands", "keywords", "sources", "rules"):
        yield from duplicate_ids(tree, section)
    brands = set(ids(tree, "brands"))
    for path, item in items(tree, "brands"):
        if item.get("id") == UNATTRIBUTED:
            yield tree.error((*path, "id"), f"{UNATTRIBUTED} is the id of mentions without a brand", "choose another")
    for path, item in items(tree, "rules"):
        if item.get("id") in ABOUT_SOURCES:
            yield tree.error((*path, "id"), f"{item['id']} is the id of alerts about sources", "choose another")
    for path, item in (*items(tree, "keywords"), *items(tree, "sources")):
        yield from reference(tree, (*path, "brand"), item.get("brand"), brands, "brand")
    for path, item in items(tree, "keywords"):
        yield from query_errors(tree, path, item)
    for path, item in items(tree, "routes"):
        match = item.get("match")
        if isinstance(match, dict):
            yield from reference(tree, (*path, "match", "brand"), match.get("brand"), brands | {UNATTRIBUTED}, "brand")
            rules = {*ids(tree, "rules"), *ids(tree, "keywords"), *ABOUT_SOURCES}
            yield from reference(tree, (*path, "match", "rule"), match.get("rule"), rules, "rule")


def items(tree: Tree, section: str) -> list[tuple[Path, dict[str, Any]]]:
    found = tree.data.get(section)
    if not isinstance(found, list):
        return []
    return [((section, index), item) for index, item in enumerate(found) if isinstance(item, dict)]


def ids(tree: Tree, section: str) -> Iterable[str]:
    return [item["id"] for _path, item in items(tree, section) if isinstance(item.get("id"), str)]


def duplicate_ids(tree: Tree, section: str) -> Iterator[ConfigError]:
    first: dict[str, Path] = {}
    for path, item in items(tree, section):
        name = item.get("id")
        if not isinstance(name, str):
            continue
        if name in first:
            line = tree.place((*first[name], "id")).line
            yield tree.error((*path, "id"), f"the id {name!r} is used twice", f"line {line} has it already")
        first.setdefault(name, path)


def reference(tree: Tree, path: Path, name: Any, known: set[str], what: str) -> Iterator[ConfigError]:
    if isinstance(name, str) and name not in known:
        yield tree.error(path, f"unknown {what} {name!r}", did_you_mean(name, known))


def query_errors(tree: Tree, path: Path, item: Mapping[str, Any]) -> Iterator[ConfigError]:
    query = item.get("query")
    if not isinstance(query, str):
        return
    try:
        root = compile_query(query).root
    except QueryError as error:
        yield tree.error_within((*path, "query"), error.position, error.message, error.hint)
        return
    synonyms = item.get("synonyms")
    for index, synonym in enumerate(synonyms if isinstance(synonyms, list) else ()):
        if not isinstance(synonym, str) or not synonym.strip():
            continue  # the model says so
        try:
            with_synonyms(root, (synonym,))
        except QueryError as error:
            yield tree.error((*path, "synonyms", index), error.message, error.hint)


def check_routes(config: Config, operator: OperatorConfig, text: str | None = None) -> tuple[ConfigError, ...]:
    """Routes that name a channel operator.yaml does not have. Given the file's text, errors carry its positions."""
    tree = read_tree(text) if text is not None else Tree("")
    return tuple(
        tree.error(
            ("routes", index, "notify", place), f"unknown channel {name!r}", did_you_mean(name, operator.channels)
        )
        for index, route in enumerate(config.routes)
        for place, name in enumerate(route.notify)
        if name not in operator.channels
    )
