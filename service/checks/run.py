"""All the checks, one after another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from service.checks import (
    agreement,
    amounts,
    brand,
    daily,
    dates,
    echo,
    entities,
    free,
    guarantees,
    language,
    limits,
    links,
    markup,
    overlaps,
    personal,
    privacy,
    quantities,
    scarcity,
    scope,
    shouting,
    spam,
    superlatives,
    terms,
    tokens,
)
from service.checks.copy import Check, Copy, Reading
from service.checks.models import Claim, Examined, Finding

__all__ = ["CHECKS", "READINGS", "Copy", "check", "examine"]

_READABLE = 20_000  # characters; nothing so long is copy, and reading it would only cost time

READINGS: tuple[Reading, ...] = (
    amounts.amounts,
    free.given,
    quantities.quantities,
    dates.dates,
    daily.every_day,
    entities.coupons,
    entities.entities,
    links.addresses,
    scarcity.urgency,
    superlatives.superlatives,
    guarantees.guarantees,
    scope.stretched,
)
"""What the copy states, and what supports it."""

CHECKS: tuple[Check, ...] = (
    limits.empty,
    limits.too_long,
    limits.repeats,
    tokens.tokens,
    tokens.malformed,
    links.references,
    privacy.personal_data,
    personal.personal,
    markup.markup,
    markup.disguised,
    agreement.agreement,
    echo.echo,
    language.language,
    shouting.shouting,
    spam.spam,
    terms.banned,
    terms.required,
    brand.brand,
)
"""What else can be wrong."""


def examine(copy: Copy) -> Examined:
    """Every claim with its support, and every finding: those that block first, then in the order of the fields."""
    if any(len(text) > _READABLE for text in copy.fields.values()):
        return Examined(claims=[], findings=list(limits.too_long(copy)))
    ends = {source.id: source.valid_until for source in copy.evidence}
    stated = [_windowed(ends, claim) for read in READINGS for claim in read(copy)]
    order = {name: place for place, name in enumerate(copy.fields)}
    stated.sort(key=lambda claim: (order.get(claim.field, 99), claim.start))
    found = [*_unbound(copy, stated), *(finding for run in CHECKS for finding in run(copy))]
    findings = overlaps.apart(copy, found)
    findings.sort(key=lambda found: (found.severity != "block", order.get(found.field, 99), found.start))
    return Examined(claims=stated, findings=findings)


def check(copy: Copy) -> list[Finding]:
    """The findings alone."""
    return examine(copy).findings


def _unbound(copy: Copy, stated: list[Claim]) -> Iterator[Finding]:
    for claim in stated:
        if not claim.bound and claim.kind != "statement":
            code = "claim.expired" if claim.expired else f"claim.{claim.kind}"
            yield copy.finding(code, claim.field, claim.start, claim.end, replacement=claim.fix)


def _windowed(ends: Mapping[str, datetime | None], claim: Claim) -> Claim:
    """The claim, true no longer than the evidence that holds longest among its supports."""
    until = [ends.get(one.evidence) for one in claim.support]
    if until and all(until):
        last = max(end for end in until if end is not None)
        claim.true_until = min(last, claim.true_until) if claim.true_until else last
    return claim
