"""Texts from files to the fields of a content item: money, percentages, instalments, moments, kinds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, time
from decimal import Decimal
from typing import Any, NamedTuple, get_args
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from service.content.models import ContentInput, Facts, Kind
from service.imports.cells import DecimalMark, day, decimal, fold
from service.imports.languages import language
from service.imports.models import LineError
from service.types import LOCALES

MONEY = frozenset(("price", "old_price", "pix_price", "installment_amount"))
FACTS = frozenset(Facts.model_fields)
FIELDS = frozenset(ContentInput.model_fields) - {"facts"} | FACTS

_CURRENCIES = {"r$": "BRL", "us$": "USD", "$": None, "€": "EUR", "£": "GBP"}
_AMOUNT = re.compile(
    r"(?P<before>[A-Za-z]{3}|(?:R|US)?\$|€|£)?\s*(?P<number>[\d.,]+)\s*(?P<after>[A-Za-z]{3}|€)?", re.I
)
_INSTALMENTS = re.compile(r"(?:até\s+)?(\d{1,3})\s*(?:x|vezes|cuotas)?(?:\s*(?:de|of)?\s*(\D{0,4}\d[\d.,]*))?", re.I)
_DAY_AND_TIME = re.compile(r"(\S+)[ T](\d{1,2}):(\d{2})(?::(\d{2}))?")
_KINDS: Mapping[str, Kind] = {
    "artigo": "article",
    "articulo": "article",
    "post": "article",
    "produto": "product",
    "producto": "product",
    "oferta": "offer",
    "pagina": "page",
    "perguntas": "faq",
    "perguntas frequentes": "faq",
    "preguntas frecuentes": "faq",
}


class FieldFault(NamedTuple):
    """What is wrong with one field."""

    field: str
    code: str
    detail: str


class BadItem(Exception):
    """An item that is left out, and all the reasons."""

    def __init__(self, faults: Iterable[FieldFault]) -> None:
        super().__init__()
        self.faults = list(faults)

    def at(self, line: int, name: Callable[[str], str] = str) -> list[LineError]:
        """The reasons as lines of a report; `name` tells what the file calls a field."""
        return [LineError(line, name(fault.field), fault.code, fault.detail) for fault in self.faults]


def item_of(texts: Mapping[str, str], tags: Iterable[str], mark: DecimalMark, tz: ZoneInfo) -> ContentInput:
    """A content item from texts by field, empty ones left out. Days without a time are whole days in `tz`.

    Raises BadItem with everything that is wrong.
    """
    faults: list[FieldFault] = []
    values: dict[str, Any] = {}
    for field, text in texts.items():
        if text.strip():
            try:
                values |= _field(field, text.strip(), mark, tz)
            except ValueError as error:
                faults.append(FieldFault(field, "item.value", str(error)))
    if faults:
        raise BadItem(faults)
    facts = {name: values.pop(name) for name in FACTS & values.keys()}
    try:
        return ContentInput(**values, tags=[tag.strip() for tag in tags if tag.strip()], facts=Facts(**facts))
    except ValidationError as error:
        raise BadItem(_fault(found) for found in error.errors(include_url=False, include_input=False)) from None


def _field(field: str, text: str, mark: DecimalMark, tz: ZoneInfo) -> dict[str, Any]:
    if field in MONEY:
        amount, currency = money(text, mark)
        return {field: amount} | ({"currency": currency} if currency else {})
    if field == "installments":
        return instalments(text, mark)
    if field in ("valid_from", "valid_until"):
        return {field: moment(text, tz, end=field == "valid_until")}
    if field in ("discount_percent", "stock"):
        return {field: _number(text.removesuffix("%").strip().lstrip("-"), mark)}
    return {field: _WORDS[field](text) if field in _WORDS else text}


def money(text: str, mark: DecimalMark) -> tuple[Decimal, str | None]:
    """An amount and its currency, where it names one: `R$ 1.234,50`, `89.90 BRL`, `89,9`. Raises ValueError."""
    match = _AMOUNT.fullmatch(text)
    if match is None or (number := decimal(match["number"], mark)) is None:
        raise ValueError(f"{text[:40]!r} is not an amount: write 89.90, 89,90 or 89.90 BRL")
    name = match["before"] or match["after"] or ""
    return number, _CURRENCIES.get(name.lower(), name.upper() or None)


def instalments(text: str, mark: DecimalMark) -> dict[str, Any]:
    """`3x 29.90`, `3x de R$ 29,90` or `3`. Raises ValueError."""
    match = _INSTALMENTS.fullmatch(text)
    if match is None:
        raise ValueError(f"{text[:40]!r} are no instalments: write 3 or 3x 29.90")
    amount = {"installment_amount": money(match[2].strip(), mark)[0]} if match[2] else {}
    return {"installments": int(match[1]), **amount}


def moment(text: str, tz: ZoneInfo, *, end: bool) -> datetime:
    """A moment: ISO 8601, `dd/mm/yyyy hh:mm`, or a day alone: its beginning or, with `end`, its last second.

    Without an offset it is in `tz`. Raises ValueError for anything else and for days that do not exist.
    """
    if (whole := day(text)) and len(text) <= len("dd/mm/yyyy"):
        return datetime.combine(whole, time(23, 59, 59) if end else time.min, tz)
    if (match := _DAY_AND_TIME.fullmatch(text)) and (whole := day(match[1])):
        hour, minute, second = (int(part or 0) for part in match.groups()[1:])
        return datetime.combine(whole, time(hour, minute, second), tz)
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(
            f"{text[:40]!r} is not a moment: write 2026-12-24, 24/12/2026 or 2026-12-24T18:00-03:00"
        ) from None
    return found if found.tzinfo else found.replace(tzinfo=tz)


def _number(text: str, mark: DecimalMark) -> Decimal:
    if (number := decimal(text, mark)) is None:
        raise ValueError(f"{text[:40]!r} is not a number")
    return number


def _locale(text: str) -> str:
    if found := language(text):
        return found
    raise ValueError(f"{text[:40]!r} is not a locale we write: use one of {', '.join(LOCALES)}")


def _kind(text: str) -> str:
    return _KINDS.get(fold(text), text.lower())


def _currency(text: str) -> str:
    return _CURRENCIES.get(text.lower()) or text.upper()


_WORDS: Mapping[str, Callable[[str], str]] = {"currency": _currency, "kind": _kind, "locale": _locale}


def _fault(found: Any) -> FieldFault:
    field = str(found["loc"][0]) if found["loc"] else ""
    message = str(found["msg"]).removeprefix("Value error, ")
    if found["type"] == "missing":
        message = "is missing"
    if field == "kind":
        message = f"must be one of {', '.join(get_args(Kind))}"
    head, colon, rest = message.partition(": ")
    return FieldFault(head, "item.invalid", rest) if not field and colon else FieldFault(field, "item.invalid", message)
