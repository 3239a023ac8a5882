"""How a lead file is to be read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from service.errors import Fault, Invalid
from service.imports.cells import day
from service.leads.basis import Basis, channels_of
from service.leads.columns import IdFrom

Format = Literal["csv", "ndjson"]


class LeadImportOptions(BaseModel):
    """`mapping` says for headings which trait they are, `-` for none; `basis` what holds where the file is silent."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Format = "csv"
    dry_run: bool = False
    mapping: dict[str, str] = Field(default_factory=dict)
    id_from: IdFrom = None
    id_prefix: str = Field("line-", max_length=50)
    basis: Basis = Field(default_factory=Basis)

    @classmethod
    def of(
        cls,
        *,
        format: str = "csv",  # noqa: A002 - the word of the API
        dry_run: bool = False,
        columns: Sequence[str] = (),
        id_from: str | None = None,
        id_prefix: str = "line-",
        legal_basis: str | None = None,
        channels: str | None = None,
        source: str | None = None,
        collected_at: str | None = None,
        profiling: bool = False,
        tz: ZoneInfo = ZoneInfo("UTC"),
    ) -> Self:
        """From the words of a query or a command line. Raises Invalid naming the one that is wrong."""
        basis: dict[str, object] = {
            "legal_basis": legal_basis,
            "source": source or "import",
            "profiling": profiling,
            "tz": tz,
        }
        basis |= {"source": source or "import", "channels": _channels(channels), "collected_on": _date(collected_at)}
        given = {"format": format, "dry_run": dry_run, "id_from": id_from, "id_prefix": id_prefix, "basis": basis}
        try:
            return cls.model_validate({**given, "mapping": dict(map(_pair, columns))})
        except ValidationError as error:
            faults = [Fault(f"/{fault['loc'][-1]}", fault["msg"]) for fault in error.errors()]
            raise Invalid("; ".join(f"{at[1:]}: {what}" for at, what in faults), faults=faults) from None


def _pair(text: str) -> tuple[str, str]:
    heading, equals, trait = text.rpartition("=")
    if not equals or not heading.strip() or not trait.strip():
        raise _invalid("/map", f"{text[:80]!r} must be Column=trait, or Column=- to leave the column out")
    return heading.strip(), trait.strip()


def _channels(text: str | None) -> list[str]:
    try:
        return list(channels_of(text or ""))
    except ValueError as error:
        raise _invalid("/channels", str(error)) from None


def _date(text: str | None) -> object:
    if not text:
        return None
    try:
        found = day(text.strip())
    except ValueError as error:
        raise _invalid("/collected_at", str(error)) from None
    if found is None:
        raise _invalid("/collected_at", f"{text[:40]!r} is not a day: write 2026-11-22 or 22/11/2026")
    return found


def _invalid(pointer: str, detail: str) -> Invalid:
    return Invalid(f"{pointer[1:]}: {detail}", faults=[Fault(pointer, detail)])
