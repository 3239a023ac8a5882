"""A contract proposed from what leads look like: never more than `select`, except for the first name.

`select` is as far as nobody needs to think about: it chooses content and is never said. What more an attribute may be
used for is the workspace's to decide, and so is what values mean.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Sequence

from pydantic import BaseModel, ValidationError

from service.leads.contract import FIRST_NAME, LIFECYCLE_STAGE, MOST_ATTRIBUTES, Attribute, Contract
from service.leads.domains import Bands, Enumeration
from service.leads.seen import Seen, TraitSeen
from service.leads.sensitive import is_sensitive

MOST_CHOICES = 30
_RARE = 2  # a value that one lead alone has says more of the lead than of an audience
_FEW_A_CHOICE = 3.0  # leads for each value, below which values are names rather than choices
_BANDS = 4

_IDENTIFYING = re.compile(
    r"(?:^|_)(?:name|full_name|last_name|surname|sobrenome|nome|nombre|apellidos?|e?mail|correo|phone|telefone|telefono"
    r"|celular|mobile|whatsapp|address|street|endereco|direccion|rua|postal_code|cep|zip|company|empresa|cnpj|id|uuid"
    r"|ip|url|website|username|handle)$"
)
_BIRTH = re.compile(r"birth|nascimento|nacimiento|aniversario|cumple")

Rule = Callable[[str, TraitSeen, int], "Proposed | None"]


class Proposed(BaseModel):
    """What one attribute might be used for, why, and which share of the leads have it."""

    attribute: Attribute
    reason: str
    share: float


class ContractProposal(BaseModel):
    """Proposals from `sampled` of `leads` leads; nothing is changed."""

    leads: int
    sampled: int
    attributes: dict[str, Proposed]


def propose(seen: Seen, named: Collection[str] = ()) -> dict[str, Proposed]:
    """A proposal for each attribute that was seen, but those that are `named` already; the commonest come first."""
    wanted = sorted(seen.traits.items(), key=lambda item: (-item[1].count, item[0]))
    found: dict[str, Proposed] = {}
    for name, trait in wanted:
        if name not in named and re.fullmatch(r"[a-z][a-z0-9_]{0,63}", name) and len(found) < MOST_ATTRIBUTES:
            found[name] = _of(name, trait, seen.leads)
    return found


def _of(name: str, trait: TraitSeen, leads: int) -> Proposed:
    for rule in _RULES:
        if (proposed := rule(name, trait, leads)) is not None:
            return proposed
    return _forbidden("free text, or too many values to list", trait, leads)


def _sensitive(name: str, trait: TraitSeen, leads: int) -> Proposed | None:
    return _forbidden("its name says that it is sensitive", trait, leads) if is_sensitive(name) else None


def _well_known(name: str, trait: TraitSeen, leads: int) -> Proposed | None:
    if name == "first_name":
        return _proposed(FIRST_NAME, "a first name may be said, as a token that is bound after the model", trait, leads)
    if name == "lifecycle_stage":
        return _proposed(LIFECYCLE_STAGE, "stages of the funnel are a known list", trait, leads)
    if name.endswith("_raw"):
        return _forbidden("as it came in; the attribute without `_raw` has it in known words", trait, leads)
    if _IDENTIFYING.search(name):
        return _forbidden("it says who somebody is", trait, leads)
    return None


def _days(name: str, trait: TraitSeen, leads: int) -> Proposed | None:
    if trait.kinds["day"] <= trait.count / 2:
        return None
    if _BIRTH.search(name):
        return _forbidden("a birthday; `bands` with edges in years, such as 25, 40, 60, say an age group", trait, leads)
    return _forbidden("a date; `bands` with edges in years say how long ago it was", trait, leads)


def _numbers(name: str, trait: TraitSeen, leads: int) -> Proposed | None:
    if trait.kinds["number"] <= trait.count / 2:
        return None
    if _like_ids(trait.numbers):
        return _forbidden("every lead has another whole number: they look like ids", trait, leads)
    edges = quantile_edges(trait.numbers)
    if not edges:
        return _forbidden("all leads have the same number", trait, leads)
    reason = "numbers, in bands with about as many leads in each"
    return _proposed(Attribute(use="select", domain=Bands(edges=edges)), reason, trait, leads)


def _choices(name: str, trait: TraitSeen, leads: int) -> Proposed | None:
    if trait.many or len(trait.values) > MOST_CHOICES or trait.kinds["list"] or not trait.values:
        return None
    common = sorted(value for value, count in trait.values.items() if count >= _RARE)
    if not common or sum(trait.values.values()) < _FEW_A_CHOICE * len(trait.values):
        return None
    try:
        attribute = Attribute(use="select", domain=Enumeration(values=common))
        Contract(attributes={name: attribute})
    except ValidationError:
        return _forbidden("some values hold characters or words that a prompt must not take in", trait, leads)
    left = len(trait.values) - len(common)
    told = f"; {left} that only one lead has are left out" if left else ""
    return _proposed(attribute, f"{len(common)} different values{told}", trait, leads)


_RULES: tuple[Rule, ...] = (_sensitive, _well_known, _days, _numbers, _choices)


def quantile_edges(numbers: Sequence[float]) -> list[float]:
    """Round edges that part the numbers into bands of about as many each; none where all are the same."""
    ordered = sorted(number for number in numbers if math.isfinite(number))
    if not ordered or ordered[0] == ordered[-1]:
        return []
    cuts = {_round(ordered[len(ordered) * place // _BANDS]) for place in range(1, _BANDS)}
    edges = sorted(cut for cut in cuts if ordered[0] < cut <= ordered[-1])
    return edges or [ordered[-1]]


def _round(number: float) -> float:
    """To two telling digits: an edge is no lead's own number."""
    if number == 0:
        return 0.0
    power = 10.0 ** (math.floor(math.log10(abs(number))) - 1)
    return round(round(number / power) * power, 6)


def _like_ids(numbers: Sequence[float]) -> bool:
    return (
        len(numbers) >= 20
        and len(set(numbers)) == len(numbers)
        and all(number.is_integer() for number in numbers)
        and (max(numbers) > 10**6 or max(numbers) - min(numbers) == len(numbers) - 1)
    )


def _forbidden(reason: str, trait: TraitSeen, leads: int) -> Proposed:
    return _proposed(Attribute(use="forbidden"), reason, trait, leads)


def _proposed(attribute: Attribute, reason: str, trait: TraitSeen, leads: int) -> Proposed:
    return Proposed(attribute=attribute, reason=reason, share=round(trait.count / leads, 3) if leads else 0.0)
