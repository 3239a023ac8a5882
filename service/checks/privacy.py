"""Personal data belongs in tokens, never in copy that is shared by an audience."""

from __future__ import annotations

import re
from collections.abc import Iterator

from service.checks.copy import Copy
from service.checks.models import Finding

_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+")
# Ten digits in a row may be an order number, so a landline needs a sign between its parts.
_PHONE = re.compile(
    r"(?<![\w.,/-])(?:\+?55[\s.-]?)?(?:\([1-9]\d\)\s?|[1-9]\d[\s.-]?)"
    r"(?:9[\s.]?\d{4}[\s.-]?\d{4}|[2-5]\d{3}[\s.-]\d{4})(?![\w/]|[.,-]\d)"
)
_CPF = re.compile(r"(?<![\w.])\d{3}\.?\d{3}\.?\d{3}-?\d{2}(?!\w|[.-]\d)")
_CNPJ = re.compile(r"(?<![\w.])[A-Z0-9]{2}\.?[A-Z0-9]{3}\.?[A-Z0-9]{3}/?[A-Z0-9]{4}-?\d{2}(?!\w|[.-]\d)")
_LONG = re.compile(r"[A-Z0-9][A-Z0-9().+/\s-]{8,20}\d")  # all three numbers have this, and most copy has not


def personal_data(copy: Copy) -> Iterator[Finding]:
    """E-mail addresses, Brazilian phone numbers, CPF and CNPJ that are not the sender's own, told by evidence."""
    for name, text in copy.fields.items():
        taken: set[int] = set()
        for start, end in _spans(text):
            if not taken & set(range(start, end)) and not _stated(copy, text[start:end]):
                taken |= set(range(start, end))
                yield copy.finding("privacy.pii", name, start, end)


def _stated(copy: Copy, found: str) -> bool:
    return any(found in source.text or found in source.title for source in copy.evidence)


def _spans(text: str) -> Iterator[tuple[int, int]]:
    if "@" in text:
        yield from (match.span() for match in _EMAIL.finditer(text))
    if not _LONG.search(text):
        return
    yield from (match.span() for match in _CPF.finditer(text) if is_cpf(match[0]))
    yield from (match.span() for match in _CNPJ.finditer(text) if is_cnpj(match[0]))
    yield from (match.span() for match in _PHONE.finditer(text))


def is_cpf(text: str) -> bool:
    """Whether the check digits are those of a CPF."""
    digits = [int(character) for character in text if character.isdigit()]
    if len(digits) != 11 or len(set(digits)) == 1:
        return False
    return all(_check_digit(digits[:end], range(end + 1, 1, -1)) == digits[end] for end in (9, 10))


def is_cnpj(text: str) -> bool:
    """Whether the check digits are those of a CNPJ, whose first twelve places may be letters since July 2026."""
    # The value of a character is its ASCII code less 48: digits keep theirs, A is 17.
    values = [ord(character) - 48 for character in text.upper() if character.isalnum()]
    if len(values) != 14 or len(set(values)) == 1:
        return False
    weights = (6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)
    return all(_check_digit(values[:end], weights[13 - end :]) == values[end] for end in (12, 13))


def _check_digit(values: list[int], weights: range | tuple[int, ...]) -> int:
    rest = sum(value * weight for value, weight in zip(values, weights, strict=True)) % 11
    return 0 if rest < 2 else 11 - rest
