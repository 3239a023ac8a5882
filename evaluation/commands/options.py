"""Options that several of the commands take, declared and checked once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, TypeVar
from zoneinfo import ZoneInfo

import typer

from evaluation.runs import Source
from service.errors import Invalid
from service.types import LOCALES, Locale

T = TypeVar("T", bound=str)

Content = Annotated[
    Path | None, typer.Option(help="Content of your own: a folder of Markdown, a catalogue, or a feed.")
]
OfWorkspace = Annotated[str | None, typer.Option(help="A workspace of your service; nothing is kept there.")]
Questions = Annotated[
    list[str] | None,
    typer.Option(
        help="Judged questions: a folder with queries.jsonl and qrels.tsv, and corpus.jsonl where they are not about "
        "the content; `es=folder` names its language. Repeatable.",
    ),
]
ForLocale = Annotated[str, typer.Option(help="For content and questions that name none: pt-BR, en or es.")]
Seed = Annotated[int, typer.Option(help="For all that is random.")]


def source_of(content: Path | None, workspace: str | None) -> Source:
    """What is measured on. Raises `Invalid` where that is two things."""
    if content and workspace:
        raise Invalid("Give --content or --workspace, not both.", code="eval.source")
    return "content" if content else "workspace" if workspace else "sample"


def locale_of(told: str) -> Locale:
    """What --locale says. Raises `Invalid`."""
    return one_of("--locale", told, LOCALES)


def one_of(option: str, told: str, allowed: Sequence[T]) -> T:
    """What that option says. Raises `Invalid` where it is none of what is allowed."""
    for one in allowed:
        if one == told:
            return one
    raise Invalid(f"{option} {told!r}: use one of {', '.join(allowed)}.", code="eval.option")


def moment_of(option: str, told: str, zone: ZoneInfo) -> datetime:
    """The time that option says, in that zone where it names no offset. Raises `Invalid`."""
    try:
        moment = datetime.fromisoformat(told)
    except ValueError:
        raise Invalid(
            f"{option} {told[:40]!r} is no time; write one such as 2026-12-01T08:00.", code="eval.option"
        ) from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
