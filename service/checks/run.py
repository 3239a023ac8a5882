"""All the checks, one after another."""

from __future__ import annotations

from service.checks import amounts, claims, dates, limits, links, markup, privacy, tokens
from service.checks.copy import Check, Copy
from service.checks.models import Finding

__all__ = ["CHECKS", "Copy", "check"]

_READABLE = 20_000  # characters; nothing so long is copy, and reading it would only cost time

CHECKS: tuple[Check, ...] = (
    limits.empty,
    limits.too_long,
    limits.repeats,
    tokens.tokens,
    tokens.malformed,
    amounts.claimed,
    dates.dates,
    claims.coupons,
    links.addresses,
    links.references,
    privacy.personal_data,
    markup.markup,
)


def check(copy: Copy) -> list[Finding]:
    """Every finding, those that block first, then in the order of the fields."""
    if any(len(text) > _READABLE for text in copy.fields.values()):
        return list(limits.too_long(copy))
    order = {name: place for place, name in enumerate(copy.fields)}
    findings = [finding for run in CHECKS for finding in run(copy)]
    return sorted(findings, key=lambda found: (found.severity != "block", order.get(found.field, 99), found.start))
