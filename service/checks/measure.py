"""Units by their spellings, and how much of one is told."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import NamedTuple

from service.checks.words import Numeral

_UNITS: dict[str, tuple[str, str]] = {
    # name: dimension and how many of its smallest unit, then all the spellings
    "second": ("time 0.016666666667", "seconds second secs segundos segs"),
    "minute": ("time 1", "min mins minuto minutos minute minutes"),
    "hour": ("time 60", "h hs hr hrs hora horas hour hours"),
    "day": ("time 1440", "dia dias day days sleeps"),
    "week": ("time 10080", "semana semanas week weeks"),
    "fortnight": ("time 20160", "fortnight fortnights"),
    "half_month": ("time 21600", "quinzena quinzenas quincena quincenas"),
    "month": ("months 1", "mes meses month months"),
    "quarter": ("months 3", "trimestre trimestres"),
    "half_year": ("months 6", "semestre semestres semester semesters"),
    "year": ("months 12", "ano anos year years yr yrs"),
    "decade": ("months 120", "decada decadas decade decades"),
    "century": ("months 1200", "seculo seculos siglo siglos century centuries"),
    "night": ("nights 1", "noite noites noche noches night nights"),
    "mg": ("mass 0.001", "mg"),
    "g": ("mass 1", "g gr grs grama gramas gramo gramos gram grams"),
    "kg": ("mass 1000", "kg kgs quilo quilos kilo kilos kilogram kilograms quilograma quilogramas"),
    "t": ("mass 1000000", "tonelada toneladas tonne tonnes"),
    "oz": ("ounces 1", "oz ounce ounces onza onzas"),
    "lb": ("ounces 16", "lb lbs pound pounds"),
    "ml": ("volume 1", "ml mililitro mililitros millilitre millilitres milliliter milliliters"),
    "cl": ("volume 10", "cl"),
    "l": ("volume 1000", "l lt litro litros liter liters litre litres"),
    "pint": ("pints 1", "pint pints"),
    "quart": ("pints 2", "quart quarts"),
    "gallon": ("pints 8", "gallon gallons galao galoes galon galones"),
    "mm": ("length 1", "mm milimetro milimetros millimetre millimeters"),
    "cm": ("length 10", "cm centimetro centimetros centimeter centimeters centimetre centimetres"),
    "m": ("length 1000", "m metro metros meter meters metre metres mt mts"),
    "km": ("length 1000000", "km kms quilometro quilometros kilometro kilometros kilometer kilometers kilometre"
    " kilometres"),
    "in": ("inches 1", "in inch inches polegada polegadas pulgada pulgadas pol pulg"),
    "ft": ("inches 12", "ft foot feet"),
    "yd": ("inches 36", "yd yds yard yards jarda jardas yarda yardas"),
    "mi": ("miles 1", "mile miles milha milhas milla millas"),
    "mb": ("data 1", "mb mega megas mbps"),
    "gb": ("data 1000", "gb giga gigas gbps"),
    "tb": ("data 1000000", "tb tera teras"),
    "w": ("power 1", "w watt watts wp"),
    "kw": ("power 1000", "kw kwp"),
    "kwh": ("energy 1", "kwh"),
}  # fmt: skip
UNIT = {
    word: (name, kind.split()[0], Decimal(kind.split()[1]))
    for name, (kind, words) in _UNITS.items()
    for word in words.split()
}
UNIT |= {
    f"{word}'s": UNIT[word]
    for word in ("minute", "hour", "day", "week", "month", "year", "mile", "pound", "pint", "quart", "gallon", "yard")
}  # "a week's supply"
UNIT_WORDS = frozenset(UNIT)


@cache
def unit_words(name: str) -> frozenset[str]:
    """All the spellings of a unit."""
    return frozenset(_UNITS[name][1].split()) if name in _UNITS else frozenset()


_EXACT = Decimal("0.000001")


def amount(value: Decimal, size: Decimal) -> Decimal:
    """So much of the smallest unit, whole again where twenty minutes are a third of an hour."""
    return value * size if not (value % 1 or size % 1) else (value * size).quantize(_EXACT)


class Measured(NamedTuple):
    """A measure or a length of time: how much of its dimension's smallest unit, and how it was told."""

    amount: Decimal
    dimension: str
    value: Decimal
    unit: str
    numeral: Numeral | None
    start: int
    end: int
