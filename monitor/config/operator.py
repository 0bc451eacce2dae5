"""operator.yaml: secrets come from the environment and only into fields that are secrets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, SecretStr, ValidationError

from monitor.config.errors import ConfigError, InvalidConfig
from monitor.config.schema import Kinds, OperatorConfig
from monitor.config.tree import Path, Tree, read_tree
from monitor.config.words import did_you_mean, model_errors

REFERENCE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
#: Sections whose entries each have a kind with a model of its own, in which secrets may stand.
TYPED = ("channels", "credentials", "inbound")

M = TypeVar("M", bound=BaseModel)


def parse_operator(text: str, kinds: Kinds, environ: Mapping[str, str]) -> OperatorConfig:
    """A valid operator.yaml, with each ``${NAME}`` of a secret field read from ``environ``.

    Raises :class:`InvalidConfig`: also for a secret that is written out, for a variable that is not set, and for
    ``${…}`` in a field that is no secret. No error holds a secret.
    """
    tree = read_tree(text)
    data = {} if tree.data is None else tree.data
    reader = Reader(tree, environ, errors=list(tree.errors))
    operator = None
    if isinstance(data, dict):
        for typed in (reader.channels, reader.credentials, reader.inbound):
            data = {**data, **typed(data, kinds)}
        reader.errors += [
            no_secret(tree, path)
            for path, value in leaves({k: v for k, v in data.items() if k not in TYPED}, ())
            if REFERENCE.search(value)
        ]
        reader.acknowledged(data.get("compliance"), kinds)
        try:
            operator = OperatorConfig.model_validate(data)
        except ValidationError as error:
            reader.errors += model_errors(error, OperatorConfig, tree)
    else:
        reader.errors.append(tree.error((), "must be a mapping of keys to values"))
    if reader.errors or operator is None:
        raise InvalidConfig(scrub(error, reader.secrets) for error in reader.errors)
    return operator


@dataclass
class Reader:
    """Builds the entries that have a kind; gathers what is wrong, and the secrets that no error may repeat."""

    tree: Tree
    environ: Mapping[str, str]
    errors: list[ConfigError] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)

    def channels(self, data: Mapping[str, Any], kinds: Kinds) -> dict[str, Any]:
        """The section with its models in place; nothing where it is no mapping, which the whole model refuses."""
        items = data.get("channels", {})
        if not isinstance(items, dict):
            return {}
        built = {
            name: self.entry(("channels", name), item, kinds.channels, "kind of channel", "kind: console")
            for name, item in items.items()
        }
        return {"channels": {name: model for name, model in built.items() if model is not None}}

    def credentials(self, data: Mapping[str, Any], kinds: Kinds) -> dict[str, Any]:
        """The same; an entry under the name of a kind need not repeat it."""
        items = data.get("credentials", {})
        if not isinstance(items, dict):
            return {}
        built = {}
        for name, item in items.items():
            if isinstance(item, dict) and name in kinds.credentials:
                item = {"kind": name, **item}
            what, example = "kind of source with a credential", "key: ${API_KEY}"
            built[name] = self.entry(("credentials", name), item, kinds.credentials, what, example)
        return {"credentials": {name: model for name, model in built.items() if model is not None}}

    def inbound(self, data: Mapping[str, Any], kinds: Kinds) -> dict[str, Any]:
        """The same, by the id of the source."""
        items = data.get("inbound", {})
        if not isinstance(items, dict):
            return {}
        built = {
            name: self.entry(("inbound", name), item, kinds.inbound, "kind of inbound source", "kind: api")
            for name, item in items.items()
        }
        return {"inbound": {name: model for name, model in built.items() if model is not None}}

    def acknowledged(self, items: Any, kinds: Kinds) -> None:
        for kind in items if isinstance(items, dict) else ():
            if kind not in kinds.sources:
                hint = did_you_mean(kind, kinds.sources)
                self.errors.append(self.tree.error(("compliance", kind), "unknown kind of source", hint, key=True))

    def entry(self, path: Path, item: Any, models: Mapping[str, type[M]], what: str, example: str) -> M | None:
        if not isinstance(item, dict):
            self.errors.append(self.tree.error(path, "must be a mapping of keys to values", example))
            return None
        kind = item.get("kind")
        model = models.get(kind) if isinstance(kind, str) else None
        if model is None:
            said = "is required" if kind is None else f"unknown {what}"
            self.errors.append(self.tree.error((*path, "kind"), said, did_you_mean(kind, models)))
            return None
        before = len(self.errors)
        filled = self.filled(item, model, path)
        try:
            return model.model_validate(filled)
        except ValidationError as error:
            said_at = {(found.line, found.column) for found in self.errors[before:]}
            self.errors += [
                found
                for found in model_errors(error, model, self.tree, path)
                if (found.line, found.column) not in said_at
            ]
            return None

    def filled(self, item: Mapping[str, Any], model: type[BaseModel], path: Path) -> dict[str, Any]:
        """The item with its references replaced."""
        filled = dict(item)
        fields = {found.alias or key: found.annotation for key, found in model.model_fields.items()}
        for key, value in item.items():
            here = (*path, key)
            if key not in fields or not is_secret(fields[key]):
                self.errors += [
                    no_secret(self.tree, inner) for inner, text in leaves(value, here) if REFERENCE.search(text)
                ]
            elif value is not None:
                filled[key] = self.secret(key, value, here)
        return filled

    def secret(self, key: str, value: Any, path: Path) -> Any:
        found = REFERENCE.fullmatch(value) if isinstance(value, str) else None
        if not found:
            hint = f"write ${{{key.upper()}}} and set that variable in the environment or in .env"
            self.errors.append(self.tree.error(path, "a secret must not be written into the file", hint))
            self.secrets.append(str(value))
            return value
        if not self.environ.get(found[1]):
            said = f"the variable {found[1]} is not set"
            self.errors.append(self.tree.error(path, said, "set it in the environment or in .env"))
            return value
        self.secrets.append(self.environ[found[1]])
        return self.environ[found[1]]


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
