"""Temperatures, and the angles that are told in degrees as well."""

from __future__ import annotations

import re

from service.checks.measure import Measured
from service.checks.words import Numeral, wordset

CELSIUS, FAHRENHEIT, DEGREES = "celsius", "fahrenheit", "degrees"
"""The dimensions of temperatures, which neither add up nor multiply."""
TEMPERATURES = frozenset((CELSIUS, FAHRENHEIT, DEGREES))
DEGREES_TOLD = re.compile(
    r"\s?[°º]\s?(?P<sign>[cf])(?![^\W_])|\s(?:graus?|grados?|degrees?)\b(?:\s(?P<scale>celsius|centigrad\w+|fahrenheit))?"
    r"(?P<below>\s(?:negativos?|abaixo de zero|bajo cero|below zero|below freezing|below|minus)\b)?"
)
_ANGLE = re.compile(
    r"\b(?:angul\w+|angle\w*|gir\w+|rota\w+|rotat\w+|inclin\w+|reclin\w+|vis(?:ao|ta|ion)|views?|turns?|tilts?|swivel\w*)\b"
)
_FULL_TURN = 360
_FAR = 30  # characters from an angle's word to its number
HEAT = wordset("grau graus grado grados degree degrees")  # each temperature has one of these, or a sign


def temperature(text: str, numeral: Numeral, degrees: re.Match[str]) -> Measured:
    """A temperature, below zero where a minus or words say so; `degrees` alone leaves open on which scale."""
    minus = text[: numeral.start].endswith(("-", "−")) and not text[: numeral.start - 1][-1:].isalnum()
    value = -numeral.value if minus or degrees["below"] else numeral.value
    scale = (degrees["sign"] or degrees["scale"] or "")[:1]
    dimension = {"c": CELSIUS, "f": FAHRENHEIT}.get(scale, DEGREES)
    return Measured(value, dimension, value, f"°{scale.upper()}", numeral, numeral.start - minus, degrees.end())


def is_angle(text: str, numeral: Numeral, degrees: re.Match[str]) -> bool:
    """Whether it is a turn or a slope: a full one, or beside a word for one."""
    if degrees["sign"] or degrees["scale"]:
        return False
    near = _ANGLE.search(text, max(0, numeral.start - _FAR), degrees.end() + _FAR)
    return numeral.value == _FULL_TURN or near is not None
