"""Why a variant is out of service, in words that a writer can act on. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple
from uuid import UUID

from pydantic import BaseModel

from service.checks.models import Finding
from service.variants.resting import Fallen, ItemNow, Rest

ReasonKind = Literal["content", "contract", "consent", "rule", "time", "check", "approval"]
MOST_SHOWN = 300  # characters of a value


class Reason(BaseModel):
    """Why copy is out of service.

    `content`: a fact, `text`, `valid_until`, `url` or `deleted` of a content item, with what it `was` and what it is
    `now`. `contract` and `consent` name an attribute, `rule` a term, `time` what was true only until a moment that has
    passed, `check` the code of a finding. `approval`: the words pass the checks by the evidence of now, which is
    another than that they were approved with.
    """

    kind: ReasonKind
    content_id: str = ""
    what: str
    was: str | None = None
    now: str | None = None


class Told(NamedTuple):
    """What a version of a content item tells: its facts by name, and its addresses, its title and its end beside."""

    title: str
    facts: Mapping[str, Any]


def reasons_of(
    why: Sequence[Fallen],
    groups: Sequence[Sequence[Rest]],
    items: Mapping[UUID, ItemNow],
    told: Mapping[tuple[UUID, int], Told],
) -> list[Reason]:
    """What has fallen, with the old value and the new. `told` has the versions that the copy rests on, and the items'
    versions of now."""
    found = []
    for one in why:
        rest = next((rest for group in groups for rest in group if rest.content_id == one.content_id), None)
        if one.kind != "content" or rest is None:
            found.append(Reason(kind=one.kind, content_id=one.content_id, what=one.what))
            continue
        was, now = _values(one.what, groups, rest, items.get(rest.item), told)
        found.append(Reason(kind="content", content_id=one.content_id, what=one.what, was=was, now=now))
    return found


def of_findings(findings: Sequence[Finding]) -> list[Reason]:
    """What the checks find wrong with it by now."""
    found = {(one.code, one.quote): Reason(kind="check", what=one.code, now=_shown(one.quote)) for one in findings}
    return list(found.values())


def same(before: Sequence[Mapping[str, Any]], after: Sequence[Reason]) -> bool:
    """Whether these are the reasons that are noted already."""
    return [dict(one) for one in before] == [one.model_dump(mode="json") for one in after]


def _values(
    what: str,
    groups: Sequence[Sequence[Rest]],
    rest: Rest,
    now: ItemNow | None,
    told: Mapping[tuple[UUID, int], Told],
) -> tuple[str | None, str | None]:
    if what == "text":
        return _shown(_missing(groups, rest.item, now)), None
    before, after = told.get((rest.item, rest.version)), told.get((rest.item, now.version)) if now else None
    if what == "deleted":
        return before.title if before else None, None
    return _value(before, what), _value(after, what)


def _missing(groups: Sequence[Sequence[Rest]], item: UUID, now: ItemNow | None) -> str | None:
    """The first words that the item had and has no more."""
    words = now.words if now else ""
    for group in groups:
        for rest in group:
            if rest.item == item:
                for said in (rest.quote, *rest.sentences):
                    if said and said not in words:
                        return said
    return None


def _value(told: Told | None, what: str) -> str | None:
    value = told.facts.get(what) if told else None
    return _shown(value.isoformat() if isinstance(value, datetime) else None if value is None else str(value))


def _shown(text: str | None) -> str | None:
    return None if text is None else text[:MOST_SHOWN]
