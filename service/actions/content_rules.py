"""Which content is left for a lead, and in what order: a flat list of small rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from service.actions.situation import FOUND, Against, Candidate, Situation
from service.types import language_of

REPEATS = ("cart", "renewal")
"""Occasions about something that the lead has or wants: that it was bought, or shown, is no reason against it."""

Rule = Callable[[Situation, Candidate], Against | None]


def wrong_language(situation: Situation, candidate: Candidate) -> Against | None:
    """Copy in the lead's language cannot rest on it."""
    return None if candidate.locale[:2] == language_of(situation.locale) else Against("wrong_language")


def not_begun(situation: Situation, candidate: Candidate) -> Against | None:
    """It begins later."""
    later = candidate.valid_from is not None and situation.now < candidate.valid_from
    return Against("not_begun", {"content": candidate.title}) if later else None


def expired(situation: Situation, candidate: Candidate) -> Against | None:
    """It is over."""
    over = candidate.valid_until is not None and situation.now >= candidate.valid_until
    return Against("expired", {"content": candidate.title}) if over else None


def sold_out(_: Situation, candidate: Candidate) -> Against | None:
    """There is nothing left of it."""
    return Against("sold_out", {"content": candidate.title}) if candidate.stock == 0 else None


def bought(situation: Situation, candidate: Candidate) -> Against | None:
    """The lead has it already."""
    if situation.contextual or situation.occasion in REPEATS:
        return None
    return Against("bought", {"content": candidate.title}) if _names(candidate) & situation.bought else None


def shown_lately(situation: Situation, candidate: Candidate) -> Against | None:
    """The lead was written to about it in the last seven days."""
    if situation.contextual or situation.occasion in REPEATS:
        return None
    return Against("shown_lately", {"content": candidate.title}) if _names(candidate) & situation.shown else None


RULES: tuple[Rule, ...] = (wrong_language, not_begun, expired, sold_out, bought, shown_lately)


def against(situation: Situation, candidate: Candidate) -> Against | None:
    """The first thing that speaks against a content item."""
    return next((found for rule in RULES if (found := rule(situation, candidate))), None)


def ranked(situation: Situation) -> list[Candidate]:
    """The candidates, the best first and each once; only the newest offers, where nothing of the lead may be used.

    Where the caller says what for, what fits that best comes before what the lead likes.
    """
    first = "fits_best" if situation.objective and situation.occasion == "discover" else None
    kept: dict[str, Candidate] = {}
    for candidate in sorted(  # stable: of those found in one way, as they were found
        _usable(situation), key=lambda one: (one.found != first, FOUND.index(one.found))
    ):
        kept.setdefault(candidate.content_id, candidate)
    return list(kept.values())


def _usable(situation: Situation) -> Sequence[Candidate]:
    if situation.contextual:
        return [candidate for candidate in situation.candidates if candidate.found == "newest_offer"]
    return situation.candidates


def _names(candidate: Candidate) -> set[str]:
    return {candidate.content_id.casefold(), candidate.title.casefold()}
