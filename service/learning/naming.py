"""What sets a group apart, and a name for it from the two attributes that do so most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from service.leads.contract import Contract
from service.learning.cluster_models import Trait
from service.learning.features import Column, Row, Schema
from service.learning.wording import label, number_in_words, value_in_words
from service.types import Locale

MOST_TRAITS = 5
_LEAST = 0.1  # a correlation weaker than this sets nobody apart

_FAMILIES: Mapping[str, str] = {
    **dict.fromkeys(
        ("orders", "orders_365d", "spent", "spent_365d", "average_order", "days_since_last_order"), "buying"
    ),
    **dict.fromkeys(("visits", "visits_30d", "days_since_last_visit"), "visiting"),
    **dict.fromkeys(("email_clicks_90d", "days_since_last_click"), "clicking"),
    **dict.fromkeys(("cart_items", "cart_value", "cart_age_hours"), "cart"),
    **dict.fromkeys(("top_category", "top_product"), "interest"),
}
_OF: Mapping[Locale, str] = {"pt-BR": "{head} de {word}", "en": "{head}: {word}", "es": "{head} de {word}"}
_HEADS: Mapping[tuple[str, bool], Mapping[Locale, str]] = {
    ("buying", True): {"pt-BR": "Compradores frequentes", "en": "Frequent buyers", "es": "Compradores frecuentes"},
    ("buying", False): {"pt-BR": "Compram pouco", "en": "Rare buyers", "es": "Compran poco"},
    ("visiting", True): {"pt-BR": "Visitantes assíduos", "en": "Frequent visitors", "es": "Visitantes asiduos"},
    ("visiting", False): {"pt-BR": "Visitam pouco", "en": "Rare visitors", "es": "Visitan poco"},
    ("clicking", True): {"pt-BR": "Clicam nos e-mails", "en": "E-mail clickers", "es": "Hacen clic en correos"},
    ("clicking", False): {"pt-BR": "Raramente clicam", "en": "Rarely click", "es": "Rara vez hacen clic"},
    ("cart", True): {"pt-BR": "Com carrinho", "en": "With a cart", "es": "Con carrito"},
    ("cart", False): {"pt-BR": "Sem carrinho", "en": "Without a cart", "es": "Sin carrito"},
}
_INTERESTED: Mapping[Locale, str] = {"pt-BR": "Interessados em {}", "en": "Into {}", "es": "Interesados en {}"}
_HIGH: Mapping[bool, Mapping[Locale, str]] = {
    True: {"pt-BR": "{} acima da média", "en": "{} above average", "es": "{} por encima de la media"},
    False: {"pt-BR": "{} abaixo da média", "en": "{} below average", "es": "{} por debajo de la media"},
}
_HAVING: Mapping[bool, Mapping[Locale, str]] = {
    True: {"pt-BR": "Com {}", "en": "With {}", "es": "Con {}"},
    False: {"pt-BR": "Sem {}", "en": "Without {}", "es": "Sin {}"},
}
_RARER = frozenset(("days_since_last_visit", "days_since_last_order", "days_since_last_click"))
"""The more of these, the less the lead does."""


def sets_apart(
    rows: Sequence[Row], inside: NDArray[np.bool_], schema: Schema, contract: Contract, locale: Locale
) -> list[Trait]:
    """The traits that are most unlike those of the other leads, the strongest first, one an attribute."""
    found: list[tuple[float, Trait]] = []
    for column in schema.columns:
        best = max(_traits(column, rows, inside, contract, locale), key=lambda pair: abs(pair[0]), default=None)
        if best and abs(best[0]) >= _LEAST:
            found.append(best)
    return [trait for _, trait in sorted(found, key=lambda pair: (-abs(pair[0]), pair[1].attribute))][:MOST_TRAITS]


def name_of(traits: Sequence[Trait], locale: Locale) -> str:
    """A name from the first two traits that are of different families: `Compradores frequentes de café`."""
    if not traits:
        return {"pt-BR": "Os demais", "en": "Everyone else", "es": "Los demás"}[locale]
    first = traits[0]
    second = next((trait for trait in traits[1:] if _family(trait) != _family(first)), None)
    if second is None:
        return _phrase(first, locale)
    if _family(first) == "interest" and isinstance(first.value, str):
        first, second = second, first
    if _family(second) == "interest" and isinstance(second.value, str) and (_family(first), True) in _HEADS:
        return _OF[locale].format(head=_phrase(first, locale), word=_word(second))
    tail = _phrase(second, locale)
    return f"{_phrase(first, locale)}, {tail[0].lower()}{tail[1:]}"


def _traits(
    column: Column, rows: Sequence[Row], inside: NDArray[np.bool_], contract: Contract, locale: Locale
) -> list[tuple[float, Trait]]:
    name = column.attribute
    has = np.array([name in row for row in rows], np.float64)
    found = [(_related(has, inside), _share(name, None, has, inside, f"{label(name, locale)}"))]
    if column.kind == "number":
        values = np.array([float(row.get(name, np.nan)) for row in rows])
        known = ~np.isnan(values)
        if (known & inside).any() and (known & ~inside).any():
            ins, out = float(values[known & inside].mean()), float(values[known & ~inside].mean())
            text = f"{label(name, locale)}: {number_in_words(round(ins, 1), locale)}"
            trait = Trait(attribute=name, inside=ins, outside=out, lift=ins / out if out > 0 else None, text=text)
            scaled = np.sign(values[known]) * np.log1p(np.abs(values[known]))
            found.append((_related(scaled, inside[known]), trait))
        return found
    for value in column.words if column.kind == "word" else [True]:
        said = f"{label(name, locale)}: {value_in_words(name, value, locale, contract)}"
        share = np.array([row.get(name) == value for row in rows], np.float64)
        found.append((_related(share, inside), _share(name, value, share, inside, said)))
    # a group is told by what it has; what it lacks is said only of numbers, of flags and of having any value
    return [pair for pair in found if column.kind != "word" or pair[0] > 0 or pair[1].value is None]


def _share(
    name: str, value: str | bool | None, has: NDArray[np.float64], inside: NDArray[np.bool_], text: str
) -> Trait:
    ins, out = float(has[inside].mean()), float(has[~inside].mean())
    return Trait(attribute=name, value=value, inside=ins, outside=out, lift=ins / out if out > 0 else None, text=text)


def _related(values: NDArray[np.float64], inside: NDArray[np.bool_]) -> float:
    if values.std() == 0 or inside.all() or not inside.any():
        return 0.0
    return float(np.corrcoef(values, inside.astype(np.float64))[0, 1])


def _family(trait: Trait) -> str:
    return _FAMILIES.get(trait.attribute, trait.attribute)


def _word(trait: Trait) -> str:
    return trait.text.partition(": ")[2]


def _phrase(trait: Trait, locale: Locale) -> str:
    more = (trait.inside > trait.outside) != (trait.attribute in _RARER and ": " in trait.text)
    if (head := _HEADS.get((_family(trait), more))) is not None:
        return head[locale]
    if _family(trait) == "interest" and isinstance(trait.value, str):
        return _INTERESTED[locale].format(_word(trait))
    called = label(trait.attribute, locale)
    if isinstance(trait.value, str):
        return f"{called[0].upper()}{called[1:]}: {_word(trait)}"
    form = _HAVING if trait.value is True or ": " not in trait.text else _HIGH
    said = form[trait.inside > trait.outside][locale].format(called)
    return said[0].upper() + said[1:]
