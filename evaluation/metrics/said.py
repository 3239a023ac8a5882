"""Whether what must stand in copy stands there, and what must not does not."""

from __future__ import annotations

from collections.abc import Sequence

from evaluation.metrics.score import Score, share
from evaluation.metrics.words import folded


def must(texts: Sequence[str], wanted: Sequence[str | list[str]]) -> Score:
    """Of all the wanted entries in all the texts, the share that stands there; of several wordings one is enough."""
    choices = [[one] if isinstance(one, str) else one for one in wanted]
    missing = [" or ".join(one) for text in texts for one in choices if not any(stands(word, text) for word in one)]
    return share(
        len(texts) * len(choices) - len(missing), len(texts) * len(choices), f"{len(texts)} texts",
        f"missing: {', '.join(dict.fromkeys(missing)) or 'none'}", "nothing is asked for" if texts else "no copy",
    )  # fmt: skip


def must_not(texts: Sequence[str], unwanted: Sequence[str]) -> Score:
    """Of all the unwanted entries in all the texts, the share that does not stand there."""
    said = [one for text in texts for one in unwanted if stands(one, text)]
    return share(
        len(texts) * len(unwanted) - len(said), len(texts) * len(unwanted), f"{len(texts)} texts",
        f"said: {', '.join(dict.fromkeys(said)) or 'none'}", "nothing is forbidden" if texts else "no copy",
    )  # fmt: skip


def stands(wording: str, text: str) -> bool:
    """Whether it stands there from the beginning of a word on, whatever the case and the accents: `planta` also in
    `plantas`, `R$ 129` also in `R$ 129,00`."""
    whole, part = f" {' '.join(folded(text).split())}", " ".join(folded(wording).split())
    at = whole.find(part)
    while at >= 0:
        if not (whole[at - 1].isalnum() and part[:1].isalnum()):
            return True
        at = whole.find(part, at + 1)
    return False
