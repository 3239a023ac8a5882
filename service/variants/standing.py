"""Whether a revision may be said at this moment: its facts, the contract, the consents, the workspace's terms, time.

Pure, so that whatever serves can ask before anybody has moved the state of a variant.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from service.checks import terms as of_terms
from service.checks.copy import Copy
from service.checks.models import Terms
from service.generation.tokens import tokens_in
from service.leads.contract import Contract, permits, tokens
from service.leads.models import Consent
from service.types import Locale
from service.variants.resting import Fallen, ItemNow, RestsOn, fallen, holds_between

_ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)  # terms are the same at any


@dataclass(frozen=True, slots=True)
class Judged:
    """A revision as far as standing goes: its text fields, what its writer knew of whom it is for (`audience`), what it
    rests on, and from when until when its claims are true."""

    channel: str
    locale: Locale
    texts: Mapping[str, str]
    audience: Mapping[str, Any]
    rests_on: RestsOn
    true_from: datetime | None = None
    true_until: datetime | None = None


def standing(
    revision: Judged,
    items: Mapping[UUID, ItemNow],
    contract: Contract,
    terms: Terms,
    now: datetime,
    consents: Sequence[Consent] | None = None,
) -> list[Fallen]:
    """Everything that keeps it from being said, none where nothing does. What is not true yet has not fallen.

    `consents` are those of the one lead it was written for, None where it was written for many.
    """
    found = [
        *fallen(revision.rests_on, items),
        *permitted(contract, revision.texts, revision.audience, revision.locale),
        *within_rules(terms, revision.texts, revision.locale),
        *_lapsed(revision, items, now),
    ]
    if consents is not None:
        found += consented(contract, revision, consents, now)
    return list(dict.fromkeys(found))


def permitted(
    contract: Contract, texts: Mapping[str, str], audience: Mapping[str, Any], locale: Locale
) -> list[Fallen]:
    """What the contract lets be said or leant on no longer: tokens, and attributes its writer knew."""
    may_say, uses = tokens(contract, locale), contract.uses
    said = [token.name for text in texts.values() if text and "{{" in text for token in tokens_in(text)]
    found = [Fallen("", name, "contract") for name in said if name not in may_say]
    # what was only to choose content may reach prompts by now, but what was in a prompt must still be allowed there
    for use, allowed in (("imply", ("imply",)), ("select", ("select", "imply"))):
        found += [Fallen("", name, "contract") for name in audience.get(use) or () if uses.get(name) not in allowed]
    return list(dict.fromkeys(found))


def within_rules(terms: Terms, texts: Mapping[str, str], locale: Locale = "pt-BR") -> list[Fallen]:
    """Terms of the workspace that it breaks: those never to be used, and those each piece of copy holds."""
    if not (terms.banned or terms.required):
        return []
    copy = Copy("", locale, texts, (), {}, _ANY_TIME, terms=terms)
    found = [Fallen("", said.quote, "rule") for said in of_terms.banned(copy)]
    if any(True for _ in of_terms.required(copy)):
        found += [Fallen("", term, "rule") for term in terms.required if _misses(term, copy)]
    return list(dict.fromkeys(found))


def consented(contract: Contract, revision: Judged, consents: Sequence[Consent], now: datetime) -> list[Fallen]:
    """Attributes of the one lead that it lets be used no longer. Tokens need none: without consent the fallback
    stands."""
    used = {**(revision.audience.get("select") or {}), **(revision.audience.get("imply") or {})}
    return [
        Fallen("", name, "consent")
        for name in used
        if (attribute := contract.attributes.get(name)) is not None
        and not permits(consents, attribute.purpose, now, revision.channel)
    ]


def _misses(term: str, copy: Copy) -> bool:
    only = Copy("", copy.locale, copy.fields, (), {}, _ANY_TIME, terms=Terms(required=(term,)))
    return any(True for _ in of_terms.required(only))


def _lapsed(revision: Judged, items: Mapping[UUID, ItemNow], now: datetime) -> list[Fallen]:
    """What was true until a moment that has passed."""
    if revision.true_until is not None and revision.true_until <= now:
        return [Fallen("", "expired", "time")]
    _, until = holds_between(revision.rests_on, items)
    return [Fallen("", "expired", "time")] if until is not None and until <= now else []
