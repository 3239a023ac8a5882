"""Named things that copy may only take from evidence: coupon codes so far."""

from __future__ import annotations

import re
from collections.abc import Iterator

from service.checks.copy import Copy
from service.checks.models import Finding

_COUPON = re.compile(
    r"\b(?i:cupom|cupón|coupon|voucher|promo code|código promocional|código|code)\s(?i:de desconto |de descuento )?"
    r"[\"“'«]?([A-Z][A-Z0-9]{3,19})\b"
)


def coupons(copy: Copy) -> Iterator[Finding]:
    """Coupon codes that no valid evidence gives."""
    valid = _codes(copy, expired=False)
    expired = _codes(copy, expired=True)
    for name, text in copy.fields.items():
        for match in _COUPON.finditer(text):
            if match[1] not in valid:
                yield copy.finding("claim.expired" if match[1] in expired else "claim.entity", name, *match.span(1))


def _codes(copy: Copy, *, expired: bool) -> set[str]:
    codes: set[str] = set()
    for source in copy.evidence:
        if copy.expired(source) is expired:
            codes.update(re.findall(r"\b[A-Z][A-Z0-9]{3,19}\b", f"{source.title} {source.text}"))
            if source.facts:
                codes.update(re.findall(r"\w+", f"{source.facts.coupon or ''} {source.facts.terms or ''}"))
    return codes
