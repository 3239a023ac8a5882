"""How well the checks judge: labelled copy in, precision, recall and F1 out.

A case counts as blocked when any finding of it blocks. Beneath that every finding counts: it is right where a label of
the same code stands in the same field and their quotes overlap.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from evaluation.figures import Split
from service.checks.copy import Copy
from service.checks.models import Finding
from service.checks.run import check
from service.content.models import Facts
from service.leads.contract import Use
from service.types import Locale

WARNS = frozenset({"style.shouting", "style.spam"})
"""Codes that warn. A label of one of them does not make a case blocked."""
FRIENDLY = frozenset({"style.long", "style.repeats"})
"""Advice that the labelled format does not know, and that counts for nothing here."""


class Evidence(BaseModel):
    """A piece of evidence of a case, as checks need it."""

    model_config = ConfigDict(extra="ignore")

    id: str
    text: str
    kind: str = "passage"
    title: str = ""
    url: str | None = None
    facts: Facts | None = None
    valid_until: datetime | None = None
    version: int = 1

    @property
    def content_id(self) -> str:
        return self.id


class Label(BaseModel):
    """What a check ought to find."""

    code: str
    field: str
    quote: str


class Case(BaseModel):
    """One line of the file."""

    model_config = ConfigDict(extra="ignore")

    id: str
    locale: Locale
    channel: str
    now: datetime
    fields: dict[str, str]
    evidence: list[Evidence]
    contract: dict[str, Use] = Field(default_factory=dict)
    traits: dict[str, Any] = Field(default_factory=dict)
    expect: list[Label] = Field(default_factory=list)
    why: str = ""
    split: Split = "held-back"

    @model_validator(mode="after")
    def _quotes_stand_there(self) -> Case:
        if self.now.tzinfo is None:
            raise ValueError("now needs a time zone")
        for label in self.expect:
            if label.quote not in self.fields.get(label.field, ""):
                raise ValueError(f"expect: {label.quote!r} does not stand in the field {label.field!r}")
        return self

    @property
    def copy_(self) -> Copy:
        """The case as the checks take it."""
        mentions = {name: "" for name, use in self.contract.items() if use == "mention"}
        return Copy(
            channel=self.channel, locale=self.locale, fields=self.fields, evidence=self.evidence, tokens=mentions,
            now=self.now, traits=self.traits, uses=self.contract,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rates:
    """How many were right, how many found that are not there, and how many missed."""

    right: int = 0
    false: int = 0
    missed: int = 0

    @property
    def precision(self) -> float | None:
        """Of what was found, the share that is right; None where nothing was found."""
        return self.right / (self.right + self.false) if self.right + self.false else None

    @property
    def recall(self) -> float | None:
        """Of what is there, the share that was found; None where nothing is."""
        return self.right / (self.right + self.missed) if self.right + self.missed else None

    @property
    def f1(self) -> float | None:
        """The harmonic mean of both."""
        total = 2 * self.right + self.false + self.missed
        return 2 * self.right / total if total else None


@dataclass(frozen=True, slots=True)
class Miss:
    """A finding or a label, mostly one that has no counterpart."""

    case: str
    code: str
    field: str
    quote: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one case: whether it was blocked as it should, the labels that were found, the findings that no
    label asks for, and the labels that nothing found."""

    case: Case
    blocking: Literal["right", "false", "missed", "clean"]
    right: Sequence[Miss]
    false: Sequence[Miss]
    missed: Sequence[Miss]


@dataclass(frozen=True, slots=True)
class Scores:
    """What came of a file of cases."""

    cases: int
    blocking: Rates
    findings: Rates
    codes: Mapping[str, Rates]
    false_alarms: Sequence[Miss] = field(default_factory=list)
    misses: Sequence[Miss] = field(default_factory=list)


def read_cases(path: Path) -> list[Case]:
    """The cases of a file, one JSON object a line. Raises ValueError, naming the line, for whatever is not one."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{path}: cannot be read: {error}") from error
    cases = [_case(line, f"{path}, line {number}") for number, line in enumerate(lines, start=1) if line.strip()]
    if not cases:
        raise ValueError(f"{path}: holds no cases")
    if twice := [id_ for id_, count in Counter(case.id for case in cases).items() if count > 1]:
        raise ValueError(f"{path}: more than one case has the id {twice[0]!r}")
    return cases


def score(cases: Sequence[Case]) -> Scores:
    """The checks run over every case, and measured against its labels."""
    return summed([judge(case) for case in cases])


def judge(case: Case) -> Outcome:
    """The checks run over one case."""
    return outcome(case, _told(check(case.copy_)))


def measure(judged: Sequence[tuple[Case, Sequence[Finding]]]) -> Scores:
    """Findings measured against labels: per case, over all, and by code."""
    return summed([outcome(case, findings) for case, findings in judged])


def outcome(case: Case, findings: Sequence[Finding]) -> Outcome:
    """Findings of one case measured against its labels."""
    right, false, matched = list[Miss](), list[Miss](), set[int]()
    for one in findings:
        hits = {place for place, label in enumerate(case.expect) if _agree(case, one, label)}
        if not hits:
            false.append(Miss(case.id, one.code, one.field, one.quote))
        matched |= hits
    missed = list[Miss]()
    for place, label in enumerate(case.expect):
        (right if place in matched else missed).append(Miss(case.id, label.code, label.field, label.quote))
    found = any(one.severity == "block" for one in findings)
    wanted = any(label.code not in WARNS for label in case.expect)
    return Outcome(case, "right" if found and wanted else "false" if found else "missed" if wanted else "clean",
                   right, false, missed)  # fmt: skip


def summed(outcomes: Sequence[Outcome]) -> Scores:
    """What came of all cases together, and by code."""
    blocked = Counter(one.blocking for one in outcomes)
    right = Counter(hit.code for one in outcomes for hit in one.right)
    false = [miss for one in outcomes for miss in one.false]
    missed = [miss for one in outcomes for miss in one.missed]
    by_code = {
        code: Rates(right[code], sum(one.code == code for one in false), sum(one.code == code for one in missed))
        for code in sorted({*right, *(one.code for one in [*false, *missed])})
    }
    return Scores(
        cases=len(outcomes), blocking=Rates(blocked["right"], blocked["false"], blocked["missed"]),
        findings=Rates(right.total(), len(false), len(missed)), codes=by_code, false_alarms=false, misses=missed,
    )  # fmt: skip


def _told(findings: Sequence[Finding]) -> list[Finding]:
    return [one for one in findings if one.code not in FRIENDLY]


def _agree(case: Case, one: Finding, label: Label) -> bool:
    if (one.code, one.field) != (label.code, label.field):
        return False
    return any(one.start < end and start < one.end for start, end in _places(case.fields[label.field], label.quote))


def _places(text: str, quote: str) -> Iterator[tuple[int, int]]:
    at = text.find(quote)
    while at >= 0:
        yield at, at + len(quote)
        at = text.find(quote, at + 1)


def _case(line: str, at: str) -> Case:
    try:
        return Case.model_validate(json.loads(line))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise ValueError(f"{at}: {place + ': ' if place else ''}{first['msg'].removeprefix('Value error, ')}") from None
    except ValueError as error:
        raise ValueError(f"{at}: not JSON: {error}") from None
