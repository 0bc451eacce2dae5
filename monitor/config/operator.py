"""operator.yaml: secrets come from the environment and only into fields that are secrets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, get_args

from pydantic import BaseModel, SecretStr, ValidationError

from monitor.config.errors import ConfigError, InvalidConfig
from monitor.config.schema import ChannelConfig, Kinds, OperatorConfig
from monitor.config.tree import Path, Tree, read_tree
from monitor.config.words import did_you_mean, model_errors

REFERENCE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


def parse_operator(text: str, kinds: Kinds, environ: Mapping[str, str]) -> OperatorConfig:
    """A valid operator.yaml, with each ``${NAME}`` of a secret field read from ``environ``.

    Raises :class:`InvalidConfig`: also for a secret that is written out, for a variable that is not set, and for
    ``${…}`` in a field that is no secret. No error holds a secret.
    """
    tree = read_tree(text)
    data = {} if tree.data is None else tree.data
    errors = list(tree.errors)
    secrets: list[str] = []
    operator = None
    if isinstance(data, dict):
        channels = data.get("channels", {})
        if isinstance(channels, dict):
            built = {
                name: channel(name, item, kinds, environ, tree, errors, secrets) for name, item in channels.items()
            }
            data = {**data, "channels": {name: model for name, model in built.items() if model is not None}}
        errors += [
            no_secret(tree, path)
            for path, value in leaves({k: v for k, v in data.items() if k != "channels"}, ())
            if REFERENCE.search(value)
        ]
        try:
            operator = OperatorConfig.model_validate(data)
        except ValidationError as error:
            errors += model_errors(error, OperatorConfig, tree)
    else:
        errors.append(tree.error((), "must be a mapping of keys to values"))
    if errors or operator is None:
        raise InvalidConfig(scrub(error, secrets) for error in errors)
    return operator


def channel(
    name: str,
    item: Any,
    kinds: Kinds,
    environ: Mapping[str, str],
    tree: Tree,
    errors: list[ConfigError],
    secrets: list[str],
) -> ChannelConfig | None:
    path: Path = ("channels", name)
    if not isinstance(item, dict):
        errors.append(tree.error(path, "must be a mapping of keys to values", "kind: console"))
        return None
    kind = item.get("kind")
    model = kinds.channels.get(kind) if isinstance(kind, str) else None
    if model is None:
        hint = did_you_mean(kind, kinds.channels)
        errors.append(tree.error((*path, "kind"), "is required" if kind is None else "unknown kind of channel", hint))
        return None
    before = len(errors)
    filled = fill(item, model, path, environ, tree, errors, secrets)
    try:
        return model.model_validate(filled)
    except ValidationError as error:
        said = {(found.line, found.column) for found in errors[before:]}
        errors += [found for found in model_errors(error, model, tree, path) if (found.line, found.column) not in said]
        return None


def fill(
    item: Mapping[str, Any],
    model: type[BaseModel],
    path: Path,
    environ: Mapping[str, str],
    tree: Tree,
    errors: list[ConfigError],
    secrets: list[str],
) -> dict[str, Any]:
    """The item with its references replaced."""
    filled = dict(item)
    fields = {found.alias or key: found.annotation for key, found in model.model_fields.items()}
    for key, value in item.items():
        here = (*path, key)
        if key in fields and is_secret(fields[key]):
            if value is None:
                continue
            found = REFERENCE.fullmatch(value) if isinstance(value, str) else None
            if not found:
                hint = f"write ${{{key.upper()}}} and set that variable in the environment or in .env"
                errors.append(tree.error(here, "a secret must not be written into the file", hint))
                secrets.append(str(value))
            elif not environ.get(found[1]):
                errors.append(
                    tree.error(here, f"the variable {found[1]} is not set", "set it in the environment or in .env")
                )
            else:
                filled[key] = environ[found[1]]
                secrets.append(environ[found[1]])
        else:
            errors += [no_secret(tree, inner) for inner, text in leaves(value, here) if REFERENCE.search(text)]
    return filled


def is_secret(annotation: Any) -> bool:
    return annotation is SecretStr or any(is_secret(part) for part in get_args(annotation))


def no_secret(tree: Tree, path: Path) -> ConfigError:
    return tree.error(path, "${…} is read only in fields that are secrets", "write the value itself")


def leaves(value: Any, path: Path) -> list[tuple[Path, str]]:
    if isinstance(value, str):
        return [(path, value)]
    if isinstance(value, dict):
        return [leaf for key, inner in value.items() for leaf in leaves(inner, (*path, key))]
    if isinstance(value, list):
        return [leaf for index, inner in enumerate(value) for leaf in leaves(inner, (*path, index))]
    return []


def scrub(error: ConfigError, secrets: list[str]) -> ConfigError:
    """A channel's own validator may quote what it refused; the secret must not travel with it."""
    message, hint = error.message, error.hint
    for secret in secrets:
        if secret:
            message, hint = message.replace(secret, "***"), hint.replace(secret, "***")
    return replace(error, message=message, hint=hint)
