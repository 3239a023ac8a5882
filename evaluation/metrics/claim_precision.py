"""How many of a piece's claims have a source that holds."""

from __future__ import annotations

from collections.abc import Sequence

from evaluation.metrics.score import Score, share
from service.checks.models import Claim


def claim_precision(claims: Sequence[Claim]) -> Score:
    """Claims that some evidence supports, of all that the checks found in the copy."""
    bare = [claim.text for claim in claims if not claim.support]
    return share(
        len(claims) - len(bare), len(claims), f"{len(claims)} claims",
        f"without a source: {', '.join(bare) or 'none'}", "the copy claims nothing",
    )  # fmt: skip
