"""Tokens: those the contract allows, each with its fallback, and nothing that only looks like one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from service.checks.copy import Copy
from service.checks.models import Finding
from service.generation.tokens import Token, find

_NO_FALLBACK = re.compile(r"\{\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\|?\s*\}\}")
_STRAY = re.compile(
    r"\{\{[^{}\n]{0,80}(?:\}{1,2}|(?=\n|$))"  # half-open, or with something odd inside
    r"|\$?\{[^{}\n]{0,80}\}\}?"  # ${name}, {name}, {contactfield=...}, {name }}
    r"|\{%[^\n]{0,80}?%\}|\$\{|\{\{|\}\}"
    r"|\*\|[^|\n]{1,60}\|\*"  # Mailchimp
    r"|%%[^%\n]{1,60}%%|%[A-Z][A-Z0-9_]{2,40}%"
    r"|\[\[[^\]\n]{0,60}\]\]?|\[[^\W\d_][\w \-]{0,40}\](?!\()"  # [[name]], [Nome]
    r"|<<[^<>\n]{1,60}>>"
    r"|\bX{2,3}\s?%|(?:R\$|US\$|[$€£])\s?X{2,}(?:[.,]X{2})?"  # XX%, R$ XX,XX
)
_SUSPECT = re.compile(r"[{}\[|<]|%[%A-Z]|XX")  # all of them have this, and most copy has not


def tokens(copy: Copy) -> Iterator[Finding]:
    """Tokens that may not be used, and fallbacks that are missing or not the agreed ones."""
    for name, text in copy.fields.items():
        for match in _NO_FALLBACK.finditer(text):
            yield copy.finding("token.fallback", name, *match.span(), wanted=_wanted(copy, match[1]))
        for found in find(text):
            token = found.token
            if token.name not in copy.tokens:
                allowed = ", ".join(sorted(copy.tokens)) or "-"
                yield copy.finding("token.unknown", name, found.start, found.end, name=token.name, allowed=allowed)
            elif copy.tokens[token.name] not in ("", token.fallback):
                wanted = _wanted(copy, token.name)
                yield copy.finding("token.fallback", name, found.start, found.end, "warn", wanted=wanted)


def malformed(copy: Copy) -> Iterator[Finding]:
    """Merge syntax of other systems, half-open braces and placeholders that nobody filled in."""
    for name, text in copy.fields.items():
        if not _SUSPECT.search(text):
            continue
        rest = text
        for start, end in [found[1:] for found in find(text)] + [match.span() for match in _NO_FALLBACK.finditer(text)]:
            # Line ends keep every place as it is, and no pattern crosses them.
            rest = rest[:start] + "\n" * (end - start) + rest[end:]
        for match in _STRAY.finditer(rest) if _SUSPECT.search(rest) else ():
            yield copy.finding("token.malformed", name, *match.span(), wanted=_wanted(copy))


def _wanted(copy: Copy, name: str = "") -> str:
    if not copy.tokens:
        return "{{ ... | ... }}"
    known = name if name in copy.tokens else next(iter(copy.tokens))
    return str(Token(known, copy.tokens[known] or "..."))


_PERSONS = ("first_name", "name", "full_name", "last_name", "nickname", "nome", "primeiro_nome", "sobrenome", "apelido",
            "nombre", "apellido", "primer_nombre", "apodo", "given_name", "family_name")  # fmt: skip
_ENDS = r"[,!:]?[ \t]*$"
_BEFORE: dict[str, tuple[tuple[re.Pattern[str], str], ...]] = {
    "pt-BR": (
        (re.compile(r"\b(seja )?(?:muito )?bem[- ]vind[oa]s?(?: de volta)?" + _ENDS, re.I), "Boas-vindas"),
        (re.compile(r"\b(?:meu |minha |nosso |nossa )?(?:querid|car|prezad|estimad|amad)[oa]s?(?: amig[oa]| client[ea]| sr\.?| sra\.?| senhora?)?" + _ENDS, re.I), "Olá"),
        (re.compile(r"\b(?:sr|sra|senhor|senhora|dona|seu)\.?[ \t]+$", re.I), ""),
        (re.compile(r"\bobrigad[oa]" + _ENDS, re.I), "Agradecemos"),
        (re.compile(r"\b(?:amig[oa])" + _ENDS, re.I), "Olá"),
    ),
    "es": (
        (re.compile(r"(?:\bs[eé] )?\b(?:muy )?bienvenid[oa]s?(?: de nuevo| de vuelta)?" + _ENDS, re.I), "Te damos la bienvenida"),
        (re.compile(r"\b(?:mi |nuestr[oa] )?(?:querid|estimad|apreciad|amad)[oa]s?(?: amig[oa]| client[ea]| sr\.?| sra\.?| señora?)?" + _ENDS, re.I), "Hola"),
        (re.compile(r"\b(?:sr|sra|srta|señor|señora|señorita|don|doña)\.?[ \t]+$", re.I), ""),
        (re.compile(r"\b(?:amig[oa])" + _ENDS, re.I), "Hola"),
    ),
}  # fmt: skip
_ARTICLES: dict[str, dict[str, str]] = {
    "pt-BR": {
        "o": "", "a": "", "do": "de", "da": "de", "ao": "a", "à": "a", "no": "em", "na": "em", "pelo": "por",
        "pela": "por", "um": "", "uma": "", "deste": "de", "desta": "de",
    },
    "es": {"el": "", "la": "", "del": "de", "al": "a"},
}  # fmt: skip
_ARTICLE = re.compile(r"(?<![\w-])([A-Za-zÀ-ÿ]{1,5})[ \t]+$")
_AFTER: dict[str, tuple[tuple[re.Pattern[str], str], ...]] = {
    "pt-BR": (
        (re.compile(r"[,!.]?[ \t]*(?:e )?((?:seja )?(?:muito )?bem[- ]vind[oa](?: de volta)?)\b", re.I), "boas-vindas"),
        (re.compile(r",[ \t]*(obrigad[oa])\b", re.I), "agradecemos"),
        (re.compile(r",[ \t]*(?:(?:minha|meu|nossa|nosso) )?(querid[oa]|amig[oa])\b", re.I), ""),
    ),
    "es": (
        (re.compile(r"[,!.]?[ \t]*¡?(?:y )?((?:s[eé] |seas )?(?:muy )?bienvenid[oa](?: de nuevo| de vuelta)?)\b", re.I), "te damos la bienvenida"),
        (re.compile(r",[ \t]*(?:(?:mi|nuestra|nuestro) )?(querid[oa]|amig[oa])\b", re.I), ""),
    ),
}  # fmt: skip


def agreement(copy: Copy) -> Iterator[Finding]:
    """Words round a person's name that take its gender, and articles before it, with words that suit everyone."""
    if copy.locale == "en":
        return
    for name, text in copy.fields.items():
        for found in find(text) if "{{" in text else ():
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
    if (article := _ARTICLE.search(before)) and (plain := _ARTICLES[locale].get(article[1].lower())) is not None:
        # "a {{ first_name }}" says "to" as often as "the" where a verb of giving stands before it: it reads well then.
        instead = f"{_like(article[1], plain)} {text[start:end]}" if plain else text[start:end]
        return article.start(1), end, instead
    for pattern, instead in _AFTER[locale]:
        if match := pattern.match(text, end):
            return match.start(1), match.end(1), _like(match[1], instead)
    return None


def _like(model: str, word: str) -> str:
    return word[:1].upper() + word[1:] if model[:1].isupper() else word
