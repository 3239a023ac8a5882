"""What a cell says: headings, numbers, days and yes or no, as they are written in Portuguese, Spanish and English."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal
from typing import Literal

DecimalMark = Literal[",", "."]

_OTHER = re.compile(r"[^a-z0-9]+")
_DAY = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})")
_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]\d{2}:\d{2}.*)?")
_COMMA = re.compile(r"[+-]?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?")
_POINT = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_YES = frozenset(("sim", "s", "yes", "y", "true", "verdadeiro", "si", "1", "x"))
_NO = frozenset(("nao", "n", "no", "false", "falso", "0", ""))


def fold(text: str) -> str:
    """Lower case, without accents, words apart by one space: `Estágio_no funil ` is `estagio no funil`."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(char))
    return _OTHER.sub(" ", plain).strip()


def camel(text: str) -> str:
    """A heading as the name of a trait, at most 64 characters: `Última compra` is `ultimaCompra`. May be empty."""
    spread = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text)  # firstName has two words
    head, *rest = fold(spread).split() or [""]
    name = head + "".join(word.capitalize() for word in rest)
    return (f"x{name}" if name[:1].isdigit() else name)[:64]


def neutralise(cell: str) -> str:
    """A cell for an export that a spreadsheet opens: one that it would run as a formula gets a leading apostrophe."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def day(text: str) -> date | None:
    """The day of `dd/mm/yyyy` (also with . or -) or of ISO 8601; None where it has another form.

    Raises ValueError for a day that does not exist, such as 31/02/2026.
    """
    if match := _ISO_DAY.fullmatch(text):
        year, month, number = match[1], match[2], match[3]
    elif match := _DAY.fullmatch(text):
        year, month, number = match[4], match[3], match[1]
    else:
        return None
    try:
        return date(int(year), int(month), int(number))
    except ValueError:
        raise ValueError(f"{text!r} is not a day that exists") from None


def decimal(text: str, mark: DecimalMark) -> Decimal | None:
    """The number that the whole text is, None if it is none.

    `1.234,50` and `1,234.50` can only be read one way; `1.234` means what `mark`, the file's decimal mark, makes of it.
    """
    by_comma, by_point = _COMMA.fullmatch(text), _POINT.fullmatch(text)
    if by_comma and (mark == "," or not by_point):
        return Decimal(text.replace(".", "").replace(",", "."))
    if by_point:
        return Decimal(text.replace(",", ""))
    return None


def scalar(text: str, mark: DecimalMark) -> str | int | float:
    """A cell of an unknown column: a number, an ISO day, or the text as it stands.

    Codes with a leading zero, a plus sign or ten digits and more (telephones, CPF, CNPJ) stay text.
    """
    digits = text.removeprefix("-")
    if not digits[:1].isdigit() or len(digits) > 24:
        return text
    if len(text) == 10 and (found := _day_or_none(text)):
        return found.isoformat()
    number = decimal(text, mark)
    if number is None or abs(number) >= 10**9 or (digits.startswith("0") and digits[1:2].isdigit()):
        return text
    return float(number) if "." in str(number) else int(number)


def _day_or_none(text: str) -> date | None:
    try:
        return day(text)
    except ValueError:
        return None


def truth(text: str) -> bool:
    """Yes or no in three languages; empty is no. Raises ValueError for anything else."""
    word = fold(text)
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise ValueError(f"{text[:40]!r} is neither yes nor no: write sim or não")
