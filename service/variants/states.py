"""The life of a variant: one explicit state machine, pure.

    draft ──submit──> in_review ──approve──> approved <──launch / pause──> live
      ^                   │                      │                          │
      ├── change, edit ───┴──── reject ──> rejected          quarantine / reinstate ──> quarantined
      └── edit (from anywhere but retired); retire (from anywhere) ──> retired

    reopen takes an approval or a rejection back: approved, live or rejected ──> in_review

Approval belongs to a revision. An edit of what is approved or live begins a draft beside it: the approved revision goes
on being served until the new one is approved in its place, and again where that approval is taken back.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

from service.errors import Conflict

Status = Literal["draft", "in_review", "approved", "live", "quarantined", "rejected", "retired"]
Action = Literal[
    "submit", "approve", "reject", "reopen", "request_change", "edit", "launch", "pause", "quarantine", "reinstate",
    "retire",
]  # fmt: skip
STATUSES: tuple[Status, ...] = get_args(Status)

MOVES: Mapping[Action, Mapping[Status, Status]] = {
    "submit": {"draft": "in_review"},
    "approve": {"draft": "approved", "in_review": "approved"},
    "reject": {"draft": "rejected", "in_review": "rejected", "approved": "rejected", "quarantined": "rejected"},
    "reopen": dict.fromkeys(("approved", "live", "rejected"), "in_review"),
    "request_change": {"draft": "draft", "in_review": "draft", "approved": "draft", "quarantined": "draft"},
    "edit": dict.fromkeys(("draft", "in_review", "approved", "live", "quarantined", "rejected"), "draft"),
    "launch": {"approved": "live"},
    "pause": {"live": "approved"},
    "quarantine": {"approved": "quarantined", "live": "quarantined"},
    "reinstate": {"quarantined": "approved"},  # and from there it is launched again where its campaign is live
    "retire": {status: "retired" for status in STATUSES if status != "retired"},
}


def after(status: Status, action: Action) -> Status:
    """The status that the action leads to. Raises `Conflict` where it cannot be taken, naming what can."""
    if status not in MOVES[action]:
        possible = ", ".join(name for name, moves in MOVES.items() if status in moves) or "nothing"
        raise Conflict(
            f"A variant that is {status} cannot take `{action}`; it can take: {possible}.", code="variant.state"
        )
    return MOVES[action][status]
