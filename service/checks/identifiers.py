"""Brazilian identifiers, told from other numbers by their check digits."""

from __future__ import annotations

from collections.abc import Sequence

# The courts of each branch of justice, by its digit.
_COURTS = {
    0: range(0), 1: range(1), 2: range(1), 3: range(1), 4: range(7), 5: range(25), 6: range(28), 7: range(13),
    8: range(1, 28), 9: (13, 21, 26),
}  # fmt: skip


def is_cpf(text: str) -> bool:
    """Whether the check digits are those of a CPF."""
    digits = _digits(text)
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


def is_pis(text: str) -> bool:
    """Whether the check digit is that of a PIS, PASEP or NIS."""
    digits = _digits(text)
    if len(digits) != 11 or len(set(digits)) == 1:
        return False
    return _check_digit(digits[:10], (3, 2, 9, 8, 7, 6, 5, 4, 3, 2)) == digits[10]


def is_voter_id(text: str) -> bool:
    """Whether the check digits are those of a voter's registration, of twelve digits or thirteen."""
    digits = _digits(text)
    if len(digits) not in (12, 13):
        return False
    number, state, last = digits[:8], digits[-4:-2], digits[-2:]
    region = state[0] * 10 + state[1]
    if not 1 <= region <= 28:
        return False
    first = _voter_digit(sum(digit * weight for digit, weight in zip(number, range(2, 10), strict=True)), region)
    second = _voter_digit(state[0] * 7 + state[1] * 8 + first * 9, region)
    return last == [first, second]


def is_legal_process(text: str) -> bool:
    """Whether the check digits are those of a court case, numbered as the CNJ has it since 2010."""
    digits = "".join(map(str, _digits(text)))
    if len(digits) != 20:
        return False
    number, check, rest = digits[:7], digits[7:9], digits[9:]
    # ISO 7064 leaves 1; courts' own software that counts from 97 leaves 0.
    return int(number + rest + check) % 97 in (0, 1) and int(rest[5:7]) in _COURTS[int(rest[4])]


def is_card(text: str) -> bool:
    """Whether the check digit is that of a payment card."""
    digits = _digits(text)
    if not 13 <= len(digits) <= 19 or len(set(digits)) == 1:
        return False
    doubled = (
        digit if place % 2 else (2 * digit - 9 if digit > 4 else 2 * digit)
        for place, digit in enumerate(digits[::-1], 1)
    )
    return sum(doubled) % 10 == 0


def _digits(text: str) -> list[int]:
    return [int(character) for character in text if character in "0123456789"]


def _check_digit(values: Sequence[int], weights: Sequence[int]) -> int:
    rest = sum(value * weight for value, weight in zip(values, weights, strict=True)) % 11
    return 0 if rest < 2 else 11 - rest


def _voter_digit(total: int, region: int) -> int:
    """Of São Paulo and Minas Gerais, where it would be 0, it is 1."""
    rest = total % 11
    if rest == 0 and region in (1, 2):
        return 1
    return 0 if rest == 10 else rest
