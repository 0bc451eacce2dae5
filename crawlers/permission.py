"""Whether a source may be read at all: class B only acknowledged, and with the credential of its API. Pure."""

from __future__ import annotations

from pydantic import SecretStr

from crawlers.registry import SOURCES
from monitor.config.schema import Credential, OperatorConfig, Source


def credential_of(source: Source, operator: OperatorConfig) -> Credential | None:
    """What operator.yaml has for this source: under its id, else under its kind."""
    for name in (source.id, source.kind):
        found = operator.credentials.get(name)
        if isinstance(found, Credential) and found.kind == source.kind:
            return found
    return None


def lacking(source: Source, operator: OperatorConfig) -> str | None:
    """Why ``source`` is not read, with what to write into operator.yaml; ``None`` where nothing is missing."""
    kind = SOURCES[source.kind]
    if kind.legal != "B":
        return None
    mends = []
    if not operator.compliance.get(source.kind):
        mends.append(f'compliance.{source.kind}: "who accepted its terms, and when"')
    if kind.credential and not credential_of(source, operator):
        mends.append(f"credentials.{source.kind}: {{{entry(kind.credential)}}}")
    return f"off until allowed: add {' and '.join(mends)} to operator.yaml" if mends else None


def entry(model: type[Credential]) -> str:
    """The fields that have to be written: ``key: ${YOUTUBE_KEY}``."""
    kind = model.model_fields["kind"].default.replace("-", "_").upper()
    required = [(name, field) for name, field in model.model_fields.items() if field.is_required()]
    return ", ".join(
        f"{name}: ${{{kind}_{name.upper()}}}" if field.annotation is SecretStr else f"{name}: …"
        for name, field in required
    )
