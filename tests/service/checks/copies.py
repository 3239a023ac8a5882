"""Copy and evidence for the tests of the checks, with as little round them as each test needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from service.checks.copy import Copy
from service.checks.models import Finding, Terms
from service.checks.run import check
from service.content.models import Facts
from service.leads.contract import Use
from service.types import Locale

NOW = datetime(2026, 11, 24, 10, tzinfo=timezone(timedelta(hours=-3)))


@dataclass(frozen=True)
class Evidence:
    text: str = ""
    facts: Facts | None = None
    valid_until: datetime | None = None
    url: str | None = None
    id: str = "e1"
    content_id: str = "kit"
    title: str = ""
    version: int = 1


def copy(
    body: str,
    *evidence: str | Evidence,
    locale: Locale = "pt-BR",
    traits: Mapping[str, object] | None = None,
    uses: Mapping[str, Use] | None = None,
    tokens: Sequence[str] = ("first_name", "nombre"),
    terms: Terms | None = None,
    channel: str = "note",
) -> Copy:
    sources = [Evidence(one) if isinstance(one, str) else one for one in evidence]
    return Copy(
        channel=channel, locale=locale, fields={"body": body}, evidence=sources, tokens=dict.fromkeys(tokens, ""),
        now=NOW, traits=traits or {}, uses=uses or {}, terms=terms or Terms(),
    )  # fmt: skip


def findings(checked: Copy, *codes: str) -> list[Finding]:
    """What the checks find, of these codes or their families only."""
    return [one for one in check(checked) if one.code.startswith(codes)]


def quotes(checked: Copy, *codes: str) -> list[tuple[str, str]]:
    return [(one.code, one.quote) for one in findings(checked, *codes)]
