"""Rules that come of edits: what each changes in the workspace's terms or style, and which findings it catches."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from service.checks import terms as of_terms
from service.checks.copy import Copy
from service.checks.models import Companion, Terms
from service.errors import Invalid
from service.workspaces.models import Workspace
from service.workspaces.style import Preferred, Style

RuleKind = Literal["banned", "preferred", "companion", "address", "emoji", "exclamations"]
RuleStatus = Literal["proposed", "accepted", "dismissed", "retired"]
Change = Literal["accept", "dismiss", "retire"]

JOINT = " → "
_CODES: Mapping[str, RuleKind] = {
    "terms.banned": "banned", "brand.preferred": "preferred", "brand.companion": "companion",
    "brand.address": "address", "brand.emoji": "emoji", "brand.exclamation": "exclamations",
}  # fmt: skip
_FROM: Mapping[Change, frozenset[RuleStatus]] = {
    "accept": frozenset(("proposed", "dismissed", "retired")),
    "dismiss": frozenset(("proposed",)),
    "retire": frozenset(("accepted",)),
}
_TO: Mapping[Change, RuleStatus] = {"accept": "accepted", "dismiss": "dismissed", "retire": "retired"}
_ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)


class Because(BaseModel):
    """What somebody did that the rule comes of: what stood in the copy, what they put there, and what they said."""

    model_config = ConfigDict(extra="ignore")

    variant: UUID
    by: str
    at: datetime
    was: str = ""
    now: str = ""
    note: str = ""


class Proposal(NamedTuple):
    """A rule that an edit or a rejection suggests. `value` is a word, two words (`adquirir → comprar`), `price →
    installments`, `voce`, `tu` or `never`, as the kind has it."""

    kind: RuleKind
    value: str
    was: str = ""
    now: str = ""


class Rule(NamedTuple):
    """A rule as it is kept."""

    id: UUID
    kind: RuleKind
    value: str
    status: RuleStatus
    variant_id: UUID | None
    because: list[Any]
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None


class Catch(BaseModel):
    """Where the rule found something."""

    variant: UUID
    revision: str
    field: str
    quote: str
    at: datetime


class Caught(BaseModel):
    """How often the rule found something in copy that was kept, and the latest of it."""

    count: int = 0
    latest: list[Catch] = Field(default_factory=list)


class RuleView(BaseModel):
    """A rule: `value` is the word, the pair (`adquirir → comprar`) or what is wanted, as the kind has it. `because`
    tells which edits it comes of, `caught` what it has found since it was accepted."""

    id: UUID
    kind: RuleKind
    value: str
    status: RuleStatus
    variant: UUID | None
    because: list[Because]
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    caught: Caught

    @classmethod
    def of(cls, rule: Rule, caught: Caught | None = None) -> RuleView:
        """That rule."""
        told = rule._asdict()
        return cls.model_validate({**told, "variant": told.pop("variant_id"), "caught": caught or Caught()})


class RuleList(BaseModel):
    """Rules, the newest first."""

    items: list[RuleView]


def moved(status: RuleStatus, change: Change) -> RuleStatus | None:
    """What becomes of a rule, None where it cannot take that step."""
    to = _TO[change]
    return to if status in _FROM[change] or status == to else None


def applied(workspace: Workspace, kind: RuleKind, value: str) -> dict[str, Any]:
    """What of the workspace changes when the rule holds: its terms or its style. Raises `Invalid` where there is no
    room for it, or where it contradicts what holds."""
    terms, style = workspace.terms, workspace.style
    match kind:
        case "banned":
            return _terms(terms, banned=(*terms.banned, value)) if value not in terms.banned else {}
        case "companion":
            return _terms(terms, companions=(Companion(),)) if not terms.companions else {}
        case "preferred":
            instead_of, _, say = value.partition(JOINT)
            pair = {"instead_of": instead_of, "say": say}
            known = [one.model_dump() for one in style.preferred]
            return _style(style, preferred=[*known, pair]) if pair not in known else {}
        case _:
            return _style(style, **{kind: value}) if getattr(style, kind) != value else {}


def withdrawn(workspace: Workspace, kind: RuleKind, value: str) -> dict[str, Any]:
    """What of the workspace changes when the rule holds no more."""
    terms, style = workspace.terms, workspace.style
    if not in_force(workspace, kind, value):
        return {}
    match kind:
        case "banned":
            return _terms(terms, banned=tuple(one for one in terms.banned if one != value))
        case "companion":
            return _terms(terms, companions=())
        case "preferred":
            gone = _pair(value)
            return _style(style, preferred=[one.model_dump() for one in style.preferred if one != gone])
        case _:
            return _style(style, **{kind: Style.model_fields[kind].default})


def in_force(workspace: Workspace, kind: RuleKind, value: str) -> bool:
    """Whether copy is checked for it."""
    match kind:
        case "banned":
            return value in workspace.terms.banned
        case "companion":
            return bool(workspace.terms.companions)
        case "preferred":
            return _pair(value) in workspace.style.preferred
        case _:
            return bool(getattr(workspace.style, kind) == value)


def may_be_caught(code: str) -> bool:
    """Whether a finding with that code could be a rule's."""
    return code in _CODES


def catches(kind: RuleKind, value: str, code: str, quote: str) -> bool:
    """Whether a finding is that rule's."""
    if _CODES.get(code) != kind:
        return False
    if kind not in ("banned", "preferred"):
        return True
    word = value.partition(JOINT)[0]
    copy = Copy("", "pt-BR", {"said": quote}, (), {}, _ANY_TIME, terms=Terms(banned=(word,)))
    return any(True for _ in of_terms.banned(copy))


def _pair(value: str) -> Preferred | None:
    instead_of, _, say = value.partition(JOINT)
    try:
        return Preferred(instead_of=instead_of, say=say)
    except ValidationError:
        return None


def _terms(terms: Terms, **values: Any) -> dict[str, Any]:
    try:
        return {"terms": Terms.model_validate(terms.model_dump() | values)}
    except ValidationError as error:
        raise _refused(error) from None


def _style(style: Style, **values: Any) -> dict[str, Any]:
    try:
        return {"style": Style.model_validate(style.model_dump() | values)}
    except ValidationError as error:
        raise _refused(error) from None


def _refused(error: ValidationError) -> Invalid:
    told = error.errors()[0]["msg"].removeprefix("Value error, ")
    return Invalid(f"The rule does not fit with those that hold: {told}.", code="rule.contradicts")
