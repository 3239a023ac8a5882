"""A whole audience's copy as rows with values bound: first looked at lead by lead, then decided and written down.

Looking decides without writing anything down, so that what would be cut is refused before any copy has left. The rows
themselves come from the desk, each with a decision of its own, and are never kept here: they hold personal data.
"""

from __future__ import annotations

import asyncio
import csv
import io
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

import orjson

from service.delivery.decide import decide
from service.delivery.desk import Answer, Desk, bound
from service.delivery.export_models import ExportField, ExportInput, ExportReport, columns_of
from service.delivery.export_store import Person
from service.delivery.models import Ask, Candidate, LeadView, Shelved
from service.delivery.platforms.base import Custom, Platform
from service.delivery.platforms.registry import platform_named
from service.errors import Fault, Invalid
from service.imports.cells import neutralise

TOGETHER = 100  # decisions that are written down in one group
_BY_EMAIL = frozenset(("rdstation", "mautic"))  # where a contact is known by nothing else
_IDS = dict.fromkeys(("variant_id", "decision_id"), str(UUID(int=0)))  # as long as those that come in their place

Revisions = dict[str, dict[str, int]]


@dataclass
class Survey:
    """Who would get what, and what would not fit: the number of leads and the longest text, by field."""

    rungs: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    too_long: dict[Custom, tuple[int, int]] = field(default_factory=dict)
    revisions: Revisions = field(default_factory=dict)

    def count(self, candidate: Candidate) -> None:
        """One more lead gets that revision."""
        of = self.revisions.setdefault(str(candidate.variant), {})
        of[candidate.revision] = of.get(candidate.revision, 0) + 1


class Sheet(NamedTuple):
    """What the rows of an export are: of which campaign, in which columns, for whom."""

    wanted: ExportInput
    shelved: Shelved
    target: Platform
    columns: Sequence[Custom]

    @classmethod
    def of(cls, wanted: ExportInput, shelved: Shelved) -> Sheet:
        """Raises `Invalid` for a platform or outputs that there are not."""
        return cls(wanted, shelved, platform_named(wanted.platform), columns_of(wanted))

    @property
    def names(self) -> list[str]:
        """The heading of each column; a contact is found again by its e-mail address, and by our id where it can."""
        keys = ["email"] if self.target.name in _BY_EMAIL else ["email", "external_id"]
        return [*keys, *(column.name for column in self.columns)]

    def takes(self, person: Person, view: LeadView | None) -> bool:
        """Whether the lead is one of those asked for."""
        return view is not None and (self.wanted.audience is None or self.wanted.audience in view.audiences)

    def cells(self, outputs: Mapping[str, str]) -> list[str]:
        """The texts of a row as they go into the file."""
        texts = (outputs.get(column.output, "") for column in self.columns)
        return [neutralise(text) for text in texts] if self.wanted.format == "csv" else list(texts)

    def fits(self, cells: Iterable[str]) -> bool:
        """Whether nothing of a row would be cut."""
        return not any(_over(column, cell) for column, cell in zip(self.columns, cells, strict=True))

    def lacks_key(self, person: Person) -> bool:
        """Whether the platform could not tell whose row it is."""
        return self.target.name in _BY_EMAIL and not person.email


def look(sheet: Sheet, people: Iterable[Person], views: Mapping[UUID, LeadView], now: float, survey: Survey) -> None:
    """Look at those leads, and count them into the survey."""
    ask = Ask(sheet.wanted.channel)
    for person in people:
        view = views.get(person.id)
        if not sheet.takes(person, view):
            continue
        choice = decide(sheet.shelved, view, ask, now, fresh=True)
        candidate = choice.candidate
        if candidate is None or sheet.lacks_key(person):
            survey.left_out[choice.reason or "no_email"] += 1
            continue
        cells = sheet.cells({**bound(candidate, view)[0], **_IDS})
        if any(sheet.target.special.search(cell) for cell in cells):
            survey.left_out["platform_tag"] += 1
            continue
        survey.rungs[choice.rung] += 1
        survey.count(candidate)
        for column, cell in zip(sheet.columns, cells, strict=True):
            if _over(column, cell):
                leads, longest = survey.too_long.get(column, (0, 0))
                survey.too_long[column] = (leads + 1, max(longest, len(cell)))


def report(sheet: Sheet, survey: Survey) -> ExportReport:
    """What would be exported. Raises `Invalid` (`export.too_long`) where anything would be cut."""
    if survey.too_long:
        faults = [
            Fault(f"/fields/{column.name}", f"{leads} leads need up to {longest} characters; it takes {column.length}")
            for column, (leads, longest) in survey.too_long.items()
        ]
        told = "; ".join(f"{fault.pointer.rsplit('/', 1)[1]}: {fault.detail}" for fault in faults)
        raise Invalid(f"{sheet.target.name} would cut what is exported. {told}.", code="export.too_long", faults=faults)
    return ExportReport(
        campaign=sheet.shelved.slug, platform=sheet.target.name, channel=sheet.wanted.channel,
        leads=survey.rungs.total(), rungs=dict(survey.rungs), left_out=dict(survey.left_out),
        fields=[ExportField(**column._asdict()) for column in sheet.columns],
    )  # fmt: skip


async def rows(
    sheet: Sheet, desk: Desk, pages: AsyncIterator[Sequence[Person]], views: Mapping[UUID, LeadView], export: UUID,
    sent: Survey,
) -> AsyncIterator[bytes]:  # fmt: skip
    """The file, page by page; `sent` counts what is in it. Where something has changed since a lead was looked at, so
    that its copy does not fit any more, it has no row."""
    if sheet.wanted.format == "csv":
        yield _csv([sheet.names])
    async for page in pages:
        wanted = [one for one in page if sheet.takes(one, views.get(one.id)) and not sheet.lacks_key(one)]
        for start in range(0, len(wanted), TOGETHER):
            people = wanted[start : start + TOGETHER]
            answers = await asyncio.gather(*(_asked(sheet, desk, person, export) for person in people))
            found = (_row(sheet, person, answer, sent) for person, answer in zip(people, answers, strict=True))
            made = [row for row in found if row]
            if made:
                yield _csv(made) if sheet.wanted.format == "csv" else _jsonl(sheet.names, made)


async def _asked(sheet: Sheet, desk: Desk, person: Person, export: UUID) -> Answer | None:
    ask = Ask(sheet.wanted.channel, None, f"export-{export}", person.external_id)
    return await desk.answer(sheet.shelved.workspace, (sheet.shelved.slug,), ask)


def _row(sheet: Sheet, person: Person, answer: Answer | None, sent: Survey) -> list[str] | None:
    if answer is None or answer.lead is None or (candidate := answer.choice.candidate) is None:
        return None
    told = {"variant_id": str(candidate.variant), "decision_id": str(answer.decision)}
    cells = sheet.cells({**answer.outputs, **told})
    if not sheet.fits(cells) or any(sheet.target.special.search(cell) for cell in cells):
        return None
    sent.rungs[answer.choice.rung] += 1
    sent.count(candidate)
    keys = [person.email] if sheet.target.name in _BY_EMAIL else [person.email, person.external_id]
    return [*(map(neutralise, keys) if sheet.wanted.format == "csv" else keys), *cells]


def _over(column: Custom, cell: str) -> bool:
    return column.length is not None and len(cell) > column.length


def _csv(made: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(made)
    return text.getvalue().encode()


def _jsonl(names: Sequence[str], made: Iterable[Sequence[str]]) -> bytes:
    return b"".join(orjson.dumps(dict(zip(names, row, strict=True))) + b"\n" for row in made)
