"""What values an attribute may have, and how a value is said.

A closed domain knows all its words beforehand: an enumeration, bands of a number, a number in a range. Only closed
domains reach prompts, queries and embeddings; a name may be shown as a token, and free text is used for nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from service.leads.names import shown_name
from service.leads.wordings import plain_word, stripped

Word = Annotated[str, BeforeValidator(stripped), AfterValidator(plain_word)]
Finite = Annotated[float, Field(allow_inf_nan=False)]

_BANDS_OF_A_RANGE = 5
_ROUND = (1, 2, 5, 10)


class Enumeration(BaseModel):
    """One of a few known values; `labels` says them in words fit for copy and prompts.

    A trait that is true or false has the values `true` and `false`.
    """

    model_config = ConfigDict(extra="forbid")

    kind: Literal["enumeration"] = "enumeration"
    values: Annotated[list[Word], Field(min_length=1, max_length=500)]
    labels: dict[str, Word] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        if len(set(self.values)) != len(self.values):
            raise ValueError("values must differ")
        if unknown := sorted(set(self.labels) - set(self.values)):
            raise ValueError(f"labels for what is no value: {', '.join(repr(name[:60]) for name in unknown[:5])}")
        return self


class Bands(BaseModel):
    """A number, or a date read as whole years until today, cut at `edges`: 3 edges make 4 bands."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["bands"] = "bands"
    edges: Annotated[list[Finite], Field(min_length=1, max_length=50)]

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if sorted(set(self.edges)) != self.edges:
            raise ValueError("edges must rise")
        return self


class NumberRange(BaseModel):
    """A number from `min` to `max`: said as it is of a big audience, and as a band of round steps of a small one."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["number_range"] = "number_range"
    min: Finite
    max: Finite
    unit: Annotated[Word, Field(max_length=20)] | None = None

    @model_validator(mode="after")
    def _some_room(self) -> Self:
        if self.min >= self.max:
            raise ValueError("max must be more than min")
        return self


class PersonName(BaseModel):
    """A person's or a place's name: letters, at most 40 characters. For tokens only."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["name"] = "name"


class FreeText(BaseModel):
    """Anything. It may be stored, and be used for nothing."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["free_text"] = "free_text"


Closed = Enumeration | Bands | NumberRange
AnyDomain = Closed | PersonName | FreeText
Domain = Annotated[AnyDomain, Field(discriminator="kind")]


def closed_word(domain: AnyDomain, value: object, now: datetime, *, exact: bool = False) -> str | None:
    """A value in the words of its closed domain, None where it has none. `exact` says a number as it is."""
    if isinstance(domain, Enumeration) and (known := known_value(domain, value)) is not None:
        return domain.labels.get(known, known)
    if isinstance(domain, Bands) and (number := number_of(value, now)) is not None:
        return _said(*band_of(domain.edges, number))
    if isinstance(domain, NumberRange) and (number := number_of(value, now)) is not None:
        return _of_range(domain, number, exact=exact)
    return None


def shown(domain: AnyDomain, value: object) -> str | None:
    """A value as a token may show it, None where it is outside its domain and the fallback stands."""
    if isinstance(domain, Enumeration):
        known = known_value(domain, value)
        return None if known is None else domain.labels.get(known, known)
    return shown_name(value) if isinstance(domain, PersonName) and isinstance(value, str) else None


def known_value(domain: Enumeration, value: object) -> str | None:
    """The value as the enumeration spells it, None where it has no such value."""
    text = ("true" if value else "false") if isinstance(value, bool) else value
    return text if isinstance(text, str) and text in domain.values else None


def number_of(value: object, now: datetime) -> float | None:
    """The number that a value is, of a day the whole years until today; None where it is neither."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, str):
        try:
            born = date.fromisoformat(value)
        except ValueError:
            return None
        years = _years(born, now.date())
        return float(years) if years >= 0 else None
    return None


def band_of(edges: Sequence[float], number: float) -> tuple[float | None, float | None]:
    """Where a number lies: from the first (included) to the second (excluded), None where the band is open."""
    below = [edge for edge in edges if edge <= number]
    above = [edge for edge in edges if edge > number]
    return (below[-1] if below else None), (above[0] if above else None)


def edges_of(domain: NumberRange) -> list[float]:
    """Round steps through a range, about five of them; whole numbers are never alone in a step."""
    rough = (domain.max - domain.min) / _BANDS_OF_A_RANGE
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in _ROUND if factor * power >= rough * (1 - 1e-9))
    if domain.min.is_integer() and domain.max.is_integer():
        step = max(step, 2.0)
    first = math.floor(domain.min / step) + 1
    inner = [round(step * place, 10) for place in range(first, first + 2 * _BANDS_OF_A_RANGE)]
    return [domain.min, *(edge for edge in inner if domain.min < edge < domain.max)]


def _of_range(domain: NumberRange, number: float, *, exact: bool) -> str | None:
    if not domain.min <= number <= domain.max:
        return None
    if exact:
        said = _plain(number)
    else:
        low, high = band_of(edges_of(domain), number)
        said = f"{_plain(domain.min if low is None else low)}-{_plain(domain.max if high is None else high)}"
    return f"{said} {domain.unit}" if domain.unit else said


def _said(low: float | None, high: float | None) -> str:
    if low is None:
        return "any" if high is None else f"< {_plain(high)}"
    return f"{_plain(low)}+" if high is None else f"{_plain(low)}-{_plain(high)}"


def _plain(number: float) -> str:
    return str(int(number)) if number.is_integer() else f"{number:.2f}".rstrip("0").rstrip(".")


def _years(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
