"""Checks the configuration files without applying them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from crawlers.permission import lacking
from dashboard.operation.home import Home
from dashboard.operation.wiring import kinds
from monitor.config.errors import ConfigError, InvalidConfig
from monitor.config.load import check_routes, parse_config, parse_operator
from monitor.config.schema import Config, Kinds, OperatorConfig
from monitor.config.tree import read_tree
from monitor.config.versions import read_file
from monitor.config.words import did_you_mean


@dataclass(frozen=True, slots=True)
class FileError:
    file: str
    error: ConfigError


def check_files(home: Home, file: Path | None) -> tuple[FileError, ...]:
    """The errors of ``file``, else of the data folder's two files together with the channels that routes name.

    A file whose name begins with "operator" is read as operator.yaml, any other as keywords.yaml. Routes of a single
    file are held against the data folder's operator.yaml where there is one.
    """
    models = kinds()
    if file is not None and file.name.startswith("operator"):
        return operator_errors(file, home, models)[1]
    keywords = file or home.keywords_file
    config, errors = keywords_errors(keywords, models)
    if not home.operator_file.is_file():
        return errors
    operator, operator_faults = operator_errors(home.operator_file, home, models)
    if config is not None and operator is not None:
        errors += tuple(
            FileError(str(keywords), error) for error in check_routes(config, operator, read_file(keywords))
        )
        errors += inbound_errors(config, operator, home.operator_file)
    return errors if file is not None else errors + operator_faults


def inbound_errors(config: Config, operator: OperatorConfig, file: Path) -> tuple[FileError, ...]:
    """Sources of operator.yaml whose id keywords.yaml has too, or whose brand it has not."""
    tree = read_tree(read_file(file))
    taken, brands = {source.id for source in config.sources}, [brand.id for brand in config.brands]
    found = []
    for name, entry in operator.inbound.items():
        if name in taken:
            found.append(tree.error(("inbound", name), "the id is that of a source in keywords.yaml", "choose another"))
        if entry.brand is not None and entry.brand not in brands:
            hint = did_you_mean(entry.brand, brands)
            found.append(tree.error(("inbound", name, "brand"), f"unknown brand {entry.brand!r}", hint))
    return tuple(FileError(str(file), error) for error in found)


def check_permissions(home: Home, file: Path | None) -> tuple[FileError, ...]:
    """Warnings: sources of the keywords file that operator.yaml does not allow (yet), each with what to write there.
    None where one of the two files cannot be read, which is an error of its own."""
    keywords, models = file or home.keywords_file, kinds()
    config = None if keywords.name.startswith("operator") else keywords_errors(keywords, models)[0]
    operator = OperatorConfig()
    if home.operator_file.is_file():
        read, faults = operator_errors(home.operator_file, home, models)
        if faults or read is None:
            return ()
        operator = read
    if config is None:
        return ()
    tree = read_tree(read_file(keywords))
    return tuple(
        FileError(str(keywords), tree.error(("sources", place), f"{source.kind} source {source.id}: {missing}"))
        for place, source in enumerate(config.sources)
        if source.enabled and (missing := lacking(source, operator))
    )


def keywords_errors(file: Path, models: Kinds) -> tuple[Config | None, tuple[FileError, ...]]:
    try:
        return parse_config(read_file(file), models), ()
    except InvalidConfig as invalid:
        return None, tuple(FileError(str(file), error) for error in invalid.errors)


def operator_errors(file: Path, home: Home, models: Kinds) -> tuple[OperatorConfig | None, tuple[FileError, ...]]:
    try:
        return parse_operator(read_file(file), models, home.environ), ()
    except InvalidConfig as invalid:
        return None, tuple(FileError(str(file), error) for error in invalid.errors)
