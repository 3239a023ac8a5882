"""Words round a name's token that agree with a gender: the token has none, so they have to suit everyone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from service.checks.copy import Copy
from service.checks.models import Finding

_PERSONS = frozenset(
    {"first_name", "name", "full_name", "last_name", "nickname", "given_name", "family_name", "nome", "primeiro_nome",
     "sobrenome", "apelido", "nombre", "apellido", "primer_nombre", "apodo"}
)  # fmt: skip
_ENDS = r"[,!:]?[ \t]*$"
_Pairs = tuple[tuple[re.Pattern[str], str], ...]


def _pairs(*told: tuple[str, str]) -> _Pairs:
    return tuple((re.compile(pattern, re.IGNORECASE), instead) for pattern, instead in told)


_BEFORE: dict[str, _Pairs] = {
    "pt-BR": _pairs(
        (r"\b(?:seja )?(?:muito )?bem[- ]vind[oa]s?(?: de volta)?" + _ENDS, "Boas-vindas"),
        (
            r"\b(?:(?:meu|minha|nosso|nossa) )?(?:querid|car|prezad|estimad|amad)[oa]s?"
            r"(?: (?:amig[oa]|client[ea]|sr\.?|sra\.?|senhora?))?" + _ENDS,
            "Olá",
        ),
        (r"\b(?:sr|sra|senhor|senhora|dona|seu)\.?[ \t]+$", ""),
        (r"\bobrigad[oa]" + _ENDS, "Agradecemos"),
        (r"\bamig[oa]" + _ENDS, "Olá"),
    ),
    "es": _pairs(
        (r"\b(?:s[eé] )?(?:muy )?bienvenid[oa]s?(?: de nuevo| de vuelta)?" + _ENDS, "Te damos la bienvenida"),
        (
            r"\b(?:(?:mi|nuestr[oa]) )?(?:querid|estimad|apreciad|amad)[oa]s?"
            r"(?: (?:amig[oa]|client[ea]|sr\.?|sra\.?|señora?))?" + _ENDS,
            "Hola",
        ),
        (r"\b(?:sr|sra|srta|señor|señora|señorita|don|doña)\.?[ \t]+$", ""),
        (r"\bamig[oa]" + _ENDS, "Hola"),
    ),
}
_AFTER: dict[str, _Pairs] = {
    "pt-BR": _pairs(
        (r"[,!.]?[ \t]*(?:e )?((?:seja )?(?:muito )?bem[- ]vind[oa](?: de volta)?)\b", "boas-vindas"),
        (r",[ \t]*(obrigad[oa])\b", "agradecemos"),
    ),
    "es": _pairs(
        (
            r"[,!.]?[ \t]*¡?(?:y )?((?:s[eé] |seas )?(?:muy )?bienvenid[oa](?: de nuevo| de vuelta)?)\b",
            "te damos la bienvenida",
        ),
    ),
}
_ARTICLES: dict[str, dict[str, str]] = {
    "pt-BR": {
        "o": "", "a": "", "do": "de", "da": "de", "ao": "a", "à": "a", "no": "em", "na": "em", "pelo": "por",
        "pela": "por", "um": "", "uma": "", "deste": "de", "desta": "de",
    },
    "es": {"el": "", "la": "", "del": "de", "al": "a"},
}  # fmt: skip
_ARTICLE = re.compile(r"(?<![\w-])([A-Za-zÀ-ÿ]{1,5})[ \t]+$")


def agreement(copy: Copy) -> Iterator[Finding]:
    """Words round a person's name that take its gender, and articles before it, with words that suit everyone."""
    if copy.locale == "en":
        return
    for name, read in copy.braced.items():
        text = copy.fields[name]
        for found in read.tokens:
            if found.token.name in _PERSONS and (said := _gendered(text, found.start, found.end, copy.locale)):
                start, end, instead = said
                yield copy.finding("token.agreement", name, start, end, replacement=instead)


def _gendered(text: str, start: int, end: int, locale: str) -> tuple[int, int, str] | None:
    """What takes a gender next to the token there, and what could stand in its place."""
    before = text[:start]
    for pattern, instead in _BEFORE[locale]:
        if match := pattern.search(before):
            first, last = match.start(), len(match[0].rstrip(" \t,!:")) + match.start()
            if not instead:
                return first, end, text[start:end]
            return first, last, instead if before[first].isupper() else instead[0].lower() + instead[1:]
    article = _ARTICLE.search(before)
    if (
        article
        and (plain := _ARTICLES[locale].get(article[1].lower())) is not None
        and _gendered_there(before, article)
    ):
        instead = f"{_like(article[1], plain)} {text[start:end]}" if plain else text[start:end]
        return article.start(1), end, instead
    for pattern, instead in _AFTER[locale]:
        if match := pattern.match(text, end):
            return match.start(1), match.end(1), _like(match[1], instead)
    return None


def _like(model: str, word: str) -> str:
    return word[:1].upper() + word[1:] if model[:1].isupper() else word


def _gendered_there(before: str, article: re.Match[str]) -> bool:
    """Whether it is the article. `a` within a sentence is as often the preposition, which suits everyone."""
    return article[1].lower() != "a" or before[: article.start(1)].rstrip()[-1:] in ("", ".", "!", "?", "¡", "¿", ":")
