"""What is known of a lead and must not show: neither said nor plainly implied."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from service.checks.copy import Copy, wording_of
from service.checks.families import AGE, FAMILIES, OTHER, PLACE, Family
from service.checks.models import Finding
from service.checks.phrases import Text, known_text
from service.checks.privacy import is_name
from service.checks.wordings import alternatives, words
from service.checks.words import fold, read, spellings
from service.leads.contract import Use
from service.types import LOCALES

# What makes a sentence about the reader.
_KNOWING = re.compile(rf"\b(?:{alternatives('personal', 'knowing')})\b")
_HAVING = re.compile(rf"\b(?:{alternatives('personal', 'having')})\b")
_YOU = re.compile(rf"\b(?:{alternatives('personal', 'you')})\b")
_LIVES = re.compile(
    r"\b(?:mora|moras|vive|vives|reside|resides|esta|estas|fica|live|lives|living|based|are|nasceu"
    r"|perto de casa|vecin[oa]s?|vizinh[oa]s?|morador\w*|resident\w*|residentes?|neighbou?rs?|locals?|gente"
    r"|pessoal|galera|voce|you|your|casa|hogar|home|hey|hello|hi|ola|oi|hola|atencao|attention|atencion|ai"
    r"|aqui|here|there|aca|sua|tu|tus|como|folks|"
    r"moradores|nascid[oa])(?: (?:de|da|do|em|en|na|no|in|near|from|of|perto de|cerca de|around|right|cidade"
    r"|ciudad|city|querida?|sua|tu|your|dear|lovely|,|,? (?:ai|aqui|la|down|up|over)))*,? $"
)
_CARE = re.compile(r"\b(?:tratamento|tratamiento|treatment|diagnos\w+|sintomas|symptoms)\b")
_GENERAL = re.compile(
    r"\b(?:quem|quien|quienes|(?:pessoas|personas|gente|aqueles|los|las) que|anyone|people|those who)\b"
)
_MEASURED = re.compile(r"(\d+(?:[.,]\d+)?) ?(?:kg|kgs|kilos?|quilos?|lbs?|pounds?|libras|cm|m|anos|years?|%)")
_BODY = r"at|com|con|with|pesando|pesas?|weigh\w*|medindo|mides?|measur\w*"
_GENERIC = words("personal", "generic")
_LIKE_YOU = re.compile(r"[^.!?]{0,30}\b(?:como voce|como tu|like you|como usted)\b")
_AGED = r"aos|a los|a tus|os|los|tem|tienes|have|turn\w*|at|you're|are|aged?|completou|faz|fez|cumpl\w+"
_THEIRS = r"seus?|suas?|tus?|your|voce\W+\w+|you\W+\w+|tienes|llevas|hiciste"
_POSSESSIVE = "seus?|suas?|teus?|tuas?|tus?|your"
_ORDINALS = {
    "2": "segund[oa]|second|2nd|2[ao]",
    "3": "terceir[oa]|tercer[oa]?|third|3rd|3[ao]",
    "4": "quart[oa]|cuart[oa]|fourth|4th|4[ao]",
    "5": "quint[oa]|fifth|5th|5[ao]",
    "6": "sext[oa]|sixth|6th|6[ao]",
    "7": "setim[oa]|septim[oa]|seventh|7th|7[ao]",
    "8": "oitav[oa]|octav[oa]|eighth|8th|8[ao]",
    "9": "non[oa]|noven[oa]|ninth|9th|9[ao]",
    "10": "decim[oa]|tenth|10th|10[ao]",
}
_YES = frozenset(("sim", "si", "yes", "true", "s", "y"))
_TAG = re.compile(r", (?:certo|ne|nao e|right|verdad|no|isn't it|don't you|aren't you)\?")
_REACHED = re.compile(
    r"\b(?:seus?|suas?|tus?|your|voce|you)\b(?: \w+){1,3}? (?:ja |ya )?(?:passou|passaram|rodou|chegou|completou|bateu"
    r"|has passed|passed|has reached|reached|has done|is past|paso|llego|supero|cumplio)"
    r" (?:de |dos |das |os |as |a |aos |los |the )?"
)
_ABOUT = Decimal("0.8")
_LEAST_REACHED = 100
_LEAST_LIMIT = 10
_SHORT, _SHORTEST = 9, 5  # words of a question
_FIGURE = re.compile(r"[0-9]{1,15}(?:\.[0-9]+)?")
_TEXT_WORD = re.compile(r"[^\W\d_]{3,}")


class _Trait(NamedTuple):
    """An attribute that must not show: what it is for, its families, its words, its number, and a band's limits."""

    name: str
    use: Use
    families: tuple[Family, ...]
    stems: tuple[str, ...]
    value: str
    number: str
    limits: frozenset[Decimal]


def personal(copy: Copy) -> Iterator[Finding]:
    """Sentences that tell or plainly imply what is known of the reader, where the contract does not allow it."""
    traits = [trait for name, value in copy.traits.items() if (trait := _trait(copy, name, value))]
    if not traits:
        return
    for name, text in copy.texts.items():
        for start, end in text.sentences:
            sentence = text.folded[start:end]
            for trait in traits:
                if f"{{{{ {trait.name}" in sentence:
                    continue  # a token that may not be used: another check is there for it
                if _shows(copy, name, text, start, sentence, trait):
                    yield _finding(copy, name, start, end, trait)
                    break


def _trait(copy: Copy, name: str, value: object) -> _Trait | None:
    use = copy.uses.get(name, "forbidden")
    if use in ("mention", "imply") or value is None or value is False or value == "" or is_name(name):
        return None
    if isinstance(value, list | tuple | set):
        value = " ".join(map(str, value))
    # Of an attribute that is only true its name says what: `wears_contacts`.
    said = _spelled(name) if value is True or fold(str(value)) in _YES else str(value)
    families, stems, number, limits = _read(name, said)
    return _Trait(name, use, families, stems, fold(said), number, limits)


@lru_cache(maxsize=4_096)
def _read(name: str, said: str) -> tuple[tuple[Family, ...], tuple[str, ...], str, frozenset[Decimal]]:
    """The families that a name or a value belongs to, the stems of the value's telling words, its number, and the
    limits of the band that it is."""
    plain, value = fold(_spelled(name).replace(" ", "_")), fold(said)
    families = tuple(
        one
        for one in FAMILIES
        if one.names.search(plain) or (value and one.words.search(value)) or one.words.search(plain.replace("_", " "))
    )
    stems = tuple(_stem(word) for word in _TEXT_WORD.findall(value) if word not in _GENERIC and len(word) > 2)
    measured = _MEASURED.fullmatch(value)
    number = measured[1] if measured else value
    if _FIGURE.fullmatch(number):
        return families or (OTHER,), stems, number, frozenset()
    limits = frozenset(one.value for one in read(value, "pt-BR").numerals if one.value >= _LEAST_LIMIT)
    return families or (OTHER,), stems, "", limits


def _spelled(name: str) -> str:
    """The words of an attribute's name."""
    return re.sub(r"([a-z])([A-Z])", r"\1 \2", name).replace("_", " ")


def _stem(word: str) -> str:
    """The word without what its number and gender change: `multifocal` and `multifocais` are one."""
    return word if len(word) < 4 else re.sub(r"(?:oes|aes|os|as|es|s|o|a|e|(?<=[aeou])l|(?<=[aeou])is)$", "", word)


def _shows(copy: Copy, field: str, text: Text, start: int, sentence: str, trait: _Trait) -> bool:
    if _outright(copy, sentence, trait) or (trait.number and _numbered(copy, trait, sentence)):
        return True
    value = _value(trait, sentence)
    if PLACE in trait.families:
        return value is not None and _placed(copy, field, text, start, sentence, value)
    spans = [value] if value else []
    if trait.limits and any(map(str.isdigit, sentence)):
        spans += [one[1:3] for one in read(sentence, copy.locale).numerals if one.value in trait.limits]
    spans += [match.span() for family in trait.families for match in family.words.finditer(sentence)]
    sensitive = any(family.sensitive for family in trait.families)
    if spans and sentence.count(" ") < _SHORT and _is_question(sentence):
        told = all(_told(copy, sentence[first:last]) for first, last in spans)
        if value and trait.use == "forbidden" and not told:
            return True
        if sensitive:  # it gives a condition away, or asks for what is offered
            short = bool(_YOU.search(sentence)) or sentence.count(" ") < _SHORTEST
            return value is not None or (short and not told)
    return any(_pointed(copy, sentence, first, last, sensitive=sensitive) for first, last in spans) or (
        # A telling word that evidence does not have can only have come from the lead.
        value is not None and sensitive and not _told(copy, sentence[value[0] : value[1]])
    )  # fmt: skip


def _outright(copy: Copy, sentence: str, trait: _Trait) -> bool:
    """Whether it tells the matter of the trait without a word of its value."""
    if any(family.outright.search(sentence) and not _quoted(copy, family, sentence) for family in trait.families):
        return True
    care = _CARE.search(sentence)
    if not care or _told(copy, care[0]):
        return False
    return any(family.sensitive and family.words.search(care[0]) for family in trait.families)


def _pointed(copy: Copy, sentence: str, first: int, last: int, *, sensitive: bool) -> bool:
    """Whether those words are said of the reader."""
    if _LIKE_YOU.match(sentence, last):
        return True
    if _near(_KNOWING, sentence, first, 48):
        # Whom an offer is for is no secret where evidence says the same: "quem chega agora testa por 14 dias".
        # Nor is what a question leaves open: "você gosta de café?"
        general = not sensitive and (
            _is_question(sentence) or (_GENERAL.search(sentence, 0, first) and not _YOU.search(sentence, 0, first))
        )
        return not general or not _told(copy, sentence[first:last])
    return _near(_HAVING, sentence, first, 12) and (sensitive or not _told(copy, sentence[first:last]))


def _is_question(sentence: str) -> bool:
    """Whether it leaves anything open, as one that ends in `certo?` does not."""
    return sentence.rstrip(" \"'”").endswith("?") and not _TAG.search(sentence)


def _near(pattern: re.Pattern[str], sentence: str, at: int, reach: int) -> bool:
    """Whether it stands before that place, no further off than so many letters."""
    return any(
        (match.end() <= at + 2 and at - match.end() <= reach) or match.start() <= at < match.end()
        for match in pattern.finditer(sentence)
    )


def _value(trait: _Trait, sentence: str) -> tuple[int, int] | None:
    """Where the value's words stand: all of a short value, or half of a long one."""
    if not trait.stems:
        return None
    spans = [
        match.span()
        for stem in trait.stems
        if (
            match := re.search(
                rf"\b{re.escape(stem)}(?:oes|aes|inh[oa]s?|it[oa]s?|[oae]?s?|ies|y|l|is|les)\b", sentence
            )
        )
    ]
    if len(spans) * 2 < len(trait.stems) or not spans:
        return None
    return min(spans)[0], max(end for _, end in spans)


def _told(copy: Copy, said: str) -> bool:
    """Whether evidence has the word as well, in the singular or the plural."""
    stems = [_stem(word) for word in _TEXT_WORD.findall(said)]
    return any(all(stem in known_text(wording_of(source)).folded for stem in stems) for source in copy.evidence)


def _quoted(copy: Copy, family: Family, sentence: str) -> bool:
    match = family.outright.search(sentence)
    return match is not None and any(match[0] in known_text(wording_of(source)).folded for source in copy.evidence)


def _numbered(copy: Copy, trait: _Trait, sentence: str) -> bool:
    """Whether the reader is told the number: an age, or an amount or a count of theirs, that no evidence has."""
    if _passed(trait, sentence) or _in_order(trait, sentence):
        return True
    plain = trait.number.removesuffix(".0")
    number = f"(?:{'|'.join((plain.replace('.', '[.,]'), *spellings(plain)))})"
    if not re.search(rf"\b{number}\b", sentence) or _told_number(copy, trait):
        return False
    if re.search(rf"\b(?:as an?|being an?|como|sendo|siendo) (?:\w+ ){{0,3}}{number}\b", sentence):
        return True
    if AGE in trait.families:
        aged = re.search(rf"\b(?:{_AGED}) {number}(?= anos\b| years?\b| voce\b| you\b|[,.?!]|$)", sentence)
        years = re.search(rf"\b{number}[- ](?:anos|years?)\b", sentence) and _YOU.search(sentence)
        return bool(aged or years)
    if (
        any(family.sensitive for family in trait.families)
        and _YOU.search(sentence)
        and re.search(rf"\b(?:{_BODY}) (?:(?:seus|tus|your|os|los) )?{number}\b", sentence)
    ):
        return True
    return re.search(rf"\b(?:{_THEIRS}) (?:\w+ ){{0,3}}?(?:r\$ ?|\$ ?|€ ?|£ ?)?{number}\b", sentence) is not None


def _in_order(trait: _Trait, sentence: str) -> bool:
    """Whether it is the reader's so many-th of something: `sua terceira mudança`."""
    ordinal = _ORDINALS.get(trait.number)
    return ordinal is not None and re.search(rf"\b(?:{_POSSESSIVE}) (?:{ordinal})\b", sentence) is not None


def _passed(trait: _Trait, sentence: str) -> bool:
    """Whether something of the reader's is said to have reached about as much: `seu carro já passou dos 60 mil km`."""
    reached = _REACHED.search(sentence)
    known = Decimal(trait.number)
    if not reached or known < _LEAST_REACHED:
        return False
    said = [one.value for locale in LOCALES for one in read(sentence[reached.end() :], locale).numerals[:1]]
    return any(known * _ABOUT <= value <= known / _ABOUT for value in said)


def _told_number(copy: Copy, trait: _Trait) -> bool:
    return any(trait.number.removesuffix(".0") in wording_of(source) for source in copy.evidence)


def _placed(copy: Copy, field: str, text: Text, start: int, sentence: str, value: tuple[int, int]) -> bool:
    """Whether the place is said to be the reader's, or could only have come from the lead."""
    first = start + value[0]
    if not copy.fields[field][first : first + 1].isupper():
        return False
    if _LIVES.search(sentence, 0, value[0]) and _YOU.search(sentence):
        return not re.search(
            r"\b(?:loja|tienda|store|shop|retire|unidade|sucursal)\b", sentence[max(0, value[0] - 20) : value[0]]
        )
    if re.search(
        r"\b(?:voce|you|tu|usted)\b,? (?:que |who |is |are |e )?(?:mora|vive|vives|live|lives|reside|resides)\b",
        sentence,
    ):
        return True
    return not _told(copy, sentence[value[0] : value[1]]) and not _at_start(text, first)


def _at_start(text: Text, at: int) -> bool:
    start, _ = text.sentence(at)
    return not text.folded[start:at].strip(" ¡¿\"'“")


def _finding(copy: Copy, field: str, start: int, end: int, trait: _Trait) -> Finding:
    whole = copy.fields[field]
    while start < end and whole[start] in " \n":
        start += 1
    code = "privacy.select_only" if trait.use == "select" else "privacy.forbidden"
    return copy.finding(code, field, start, len(whole[:end].rstrip()), name=trait.name)
