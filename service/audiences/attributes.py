"""What a condition may speak of, for whoever writes one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from pydantic import BaseModel

from service.audiences.conditions import OPERATORS
from service.audiences.ready import STAGES
from service.audiences.wordings import WORDINGS
from service.leads.contract import Bands, Contract, Enumeration, NumberRange
from service.profile.attributes import purpose_of, selectable
from service.profile.dates import AGE_BANDS
from service.profile.models import Value
from service.profile.view import Kind
from service.types import JsonScalar, Locale

LOOKED_AT = 300  # leads whose values are counted for examples
_MOST_EXAMPLES = 5
_LONGEST_EXAMPLE = 60
_KNOWN_VALUES: Mapping[str, Sequence[str]] = {"funnel_stage": STAGES, "age_band": AGE_BANDS}


class Choice(BaseModel):
    """A value that an attribute may have, and what it is called."""

    value: str
    label: str


class UsableAttribute(BaseModel):
    """An attribute that the contract lets choose leads, and what its values look like. `purpose` is the consent that a
    lead must have given for it, null where none is needed; `choices` are all its values, where they are few and known
    beforehand."""

    name: str
    kind: Kind
    label: str
    purpose: str | None
    operators: list[str]
    examples: list[JsonScalar]
    choices: list[Choice]


def usable_attributes(contract: Contract, seen: Iterable[Mapping[str, Value]], locale: Locale) -> list[UsableAttribute]:
    """By name. Examples are those of the contract, else what is commonest among the leads seen; names of people and
    free text have none."""
    common: dict[str, Counter[JsonScalar]] = defaultdict(Counter)
    for values in seen:
        for name, value in values.items():
            common[name].update(value if isinstance(value, list) else [value])
    return [
        UsableAttribute(
            name=name, kind=kind, label=WORDINGS[locale].label(name), purpose=purpose_of(contract, name),
            operators=list(OPERATORS[kind]), examples=_examples(contract, name, common[name]),
            choices=_choices(contract, name, kind, locale),
        )
        for name, kind in sorted(selectable(contract).items())
    ]  # fmt: skip


def _choices(contract: Contract, name: str, kind: Kind, locale: Locale) -> list[Choice]:
    domain = contract.attributes[name].domain if name in contract.attributes else None
    if kind != "text" or not (isinstance(domain, Enumeration) or name in _KNOWN_VALUES):
        return []
    values = domain.values if isinstance(domain, Enumeration) else _KNOWN_VALUES[name]
    labels = domain.labels if isinstance(domain, Enumeration) else {}
    of_stages = WORDINGS[locale].stages if set(values) <= set(STAGES) else {}
    return [Choice(value=value, label=labels.get(value) or of_stages.get(value) or value) for value in values]


def _examples(contract: Contract, name: str, common: Counter[JsonScalar]) -> list[JsonScalar]:
    domain = contract.attributes[name].domain if name in contract.attributes else None
    if isinstance(domain, Enumeration):
        return [*domain.values[:_MOST_EXAMPLES]]
    if isinstance(domain, Bands):
        return [*domain.edges[:_MOST_EXAMPLES]]
    if isinstance(domain, NumberRange):
        return [domain.min, domain.max]
    if domain is not None:
        return []
    short = (value for value, _ in common.most_common() if len(str(value)) <= _LONGEST_EXAMPLE)
    return [value for value, _ in zip(short, range(_MOST_EXAMPLES), strict=False)]
