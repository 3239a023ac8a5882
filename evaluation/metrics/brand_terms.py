"""Whether copy uses the workspace's own words."""

from __future__ import annotations

from evaluation.metrics.score import Score, share
from evaluation.metrics.words import folded
from service.checks.models import Terms


def brand_terms(copy: str, terms: Terms) -> Score:
    """Required terms that are there and banned ones that are not, of all."""
    text = f" {' '.join(folded(copy).split())} "
    missing = [term for term in terms.required if folded(term) not in text]
    used = [term for term in terms.banned if folded(term) in text]
    total = len(terms.required) + len(terms.banned)
    return share(
        total - len(missing) - len(used), total, f"{total} terms",
        f"missing: {', '.join(missing) or 'none'}; banned and used: {', '.join(used) or 'none'}",
        "the workspace has no terms",
    )  # fmt: skip
