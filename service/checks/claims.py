"""Named things that copy may only take from evidence: coupon codes so far."""

from __future__ import annotations

import re
from collections.abc import Iterator

from service.checks.copy import Copy, Source, wording_of
from service.checks.models import Finding

_COUPON = re.compile(
    r"\b(?i:cupom|cupón|coupon|voucher|promo code|código promocional|código|code)\s(?i:de desconto |de descuento )?"
    r"[\"“'«]?([A-Z][A-Z0-9]{3,19})\b"
)
_NAMED = ("cup", "coupon", "voucher", "code", "código")  # far quicker to look for than the pattern


def coupons(copy: Copy) -> Iterator[Finding]:
    """Coupon codes that no valid evidence gives."""
    for name, text in copy.fields.items():
        lower = text.lower()
        for match in _COUPON.finditer(text) if any(word in lower for word in _NAMED) else ():
            if not any(_gives(source, match[1]) for source in copy.valid):
                expired = any(_gives(source, match[1]) for source in copy.lapsed)
                yield copy.finding("claim.expired" if expired else "claim.entity", name, *match.span(1))


def _gives(source: Source, code: str) -> bool:
    words = f"{wording_of(source)}\n{(source.facts and source.facts.coupon) or ''}"
    return code in words and re.search(rf"(?<!\w){code}(?!\w)", words) is not None
