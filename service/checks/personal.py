"""What is known of a lead and must not show: neither said nor plainly implied."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from service.checks.copy import Copy, wording_of
from service.checks.families import AGE, FAMILIES, OTHER, PLACE, Family
from service.checks.models import Finding
from service.checks.phrases import Text, known_text
from service.checks.privacy import is_name
from service.checks.words import fold
from service.leads.contract import Use

# What makes a sentence about the reader.
_KNOWING = re.compile(
    r"\b(?:(?:vimos|sabemos|notamos|percebemos|reparamos|soubemos|lembramos|identificamos|observamos|vemos|imaginamos|entendemos|supimos|entendemos|recordamos) (?:que|d[aeo]s?|como|sua|seu|tu)"
    r"|we(?:'ve)? (?:see|know|noticed|notice|saw|understand|heard|spotted|can tell|remember|realise|realize|hear|seen|gather)\b"
    r"|(?:assim |tal )?como (?:voce|tu|usted|ti|o seu|a sua|voces)\b|(?:people |someone |others |those |just )?like (?:you|yours)\b|same as you"
    r"|(?:ja que|porque|agora que|visto que|uma vez que|por ser|sendo|por ter|como) (?:voce )?(?:mora|e|esta|tem|vive|ganha|sofre|trabalha|acabou|se|ja)\b|(?:ya que|porque|ahora que|como|dado que|puesto que|por ser|siendo|al ser) (?:usted )?(?:te|eres|tienes|vives|estas|ganas|trabajas|recien|ya|sufres|es|tiene)\b"
    r"|(?:since|because|now that|as|given that|seeing as|being) (?:you(?:'re| are|'ve| have| live|r| suffer| earn| work| own| just)?|an?)\b"
    r"|(?:voce|vc),? (?:que )?(?:mora|vive|sofre|convive|ganha|trabalha|acabou de|possui|costuma|reside|e de|nasceu|cuida de|cria)\b|(?:usted|tu),? que (?:vives?|tienes?|sufres?|eres|ganas?|trabajas?|es)\b|you,? (?:who|live|suffer|earn|work as|own)\b"
    r"|(?:para|pra|mesmo para|feito para|ideal para|pensado para|especial para)? ?(?:quem|aqueles que|pessoas que|pessoas com|gente com|quienes?|personas (?:que|con)|los que|las que|gente (?:que|con)) (?:tem|convive|sofre|mora|ganha|vive|esta|e|precisa|lida|trata|cuida|cria|tiene|tienen|sufren?|viven?|ganan?|conviven?|padecen?|estan|son|es|trabalha|trabajan?|passou|acabou)?\b"
    r"|(?:for|helping|made for|designed for) (?:people|those|anyone|someone|women|men|families|parents|moms|mums|dads|patients|folks|adults|residents|owners)\b|para (?:mulheres|homens|mujeres|hombres|maes|pais|mamas|madres|padres|donos|tutores|moradores|vizinhos|pacientes|familias|dueños|duenos|residentes|vecinos)\b"
    r"|parabens pel[ao]s?|congratulations on|congrats on|felicidades por|felicitaciones por|enhorabuena por"
    r"|living with|lives? with|vivir con|vives? con|conviv\w+ com|conviv\w+ con|sofr\w+ (?:de|com)|suffer\w* (?:from|with)|struggling with|dealing with|diagnosed with|diagnosticad[oa]|padeces?|lidando com|lidiar con|managing|cansad[oa] de|tired of|harto de|harta de|preocupad[oa] com|worried about|preocupad[oa] por|recem|recien|newly|deixou de|acabou de|acabas de"
    r"|se voce (?:tem|e|esta|vive|mora|sofre|ganha|convive|cria)\b|if you(?:'re| are| have| live| suffer| earn|'ve| own)\b|si (?:tienes|eres|vives|estas|sufres|ganas|padeces|convives|tiene|es)\b)"
)
_HAVING = re.compile(
    r"\b(?:voce (?:ja )?(?:tem|e|esta|possui|cria|anda|vive|ficou|virou|foi)|you(?:'ve| have)? (?:got |have |own |are |were |recently |just )+(?:an? |the |your |\w+ )?|you're (?:an? )?|tienes(?: un| una)?|eres(?: un| una)?|estas|sufres(?: de)?|(?:seu|sua|seus|suas|teu|tua|tu|tus|your|su|sus)(?: (?:pequen[oa]|querid[oa]|little|own|dear|nov[oa]|new|filh[oa]))?)\b"
)
_YOU = re.compile(
    r"\b(?:voce|voces|vc|seu|sua|seus|suas|te|ti|contigo|you|your|yours|you're|you've|tu|tus|usted|ustedes|su|sus|tienes|eres|vives|estas|lembra|olha|ei|hey|hi|hello|ola|oi|hola)\b"
)
_LIVES = re.compile(
    r"\b(?:mora|moras|vive|vives|reside|resides|esta|estas|fica|live|lives|living|based|are|nasceu|perto de casa|vecin[oa]s?|vizinh[oa]s?|morador\w*|resident\w*|residentes?|neighbou?rs?|locals?|gente|pessoal|galera|voce|you|your|casa|hogar|home|hey|hello|hi|ola|oi|hola|atencao|attention|atencion|ai|aqui|here|there|aca|sua|tu|tus|como|folks|"
    r"moradores|nascid[oa])(?: (?:de|da|do|em|en|na|no|in|near|from|of|perto de|cerca de|around|right|cidade|ciudad|city|querida?|sua|tu|your|dear|lovely|,|,? (?:ai|aqui|la|down|up|over)))*,? $"
)
_GENERIC = frozenset(
    "alta alto baixa baixo baja bajo media medio high low medium sim true false none normal simples simple moderada moderado"
    " moderate leve mild grave severe outro outra other otro otra novo nova nuevo nueva recente reciente recent new anual"
    " mensal monthly weekly daily semanal diario unknown desconhecido basic basico premium plus gold ouro prata silver tipo"
    " type clase classe class minimos minimo salarios salarial ate more mais menos less years anos year dias days casa drama"
    " principal general geral mujer hombre centro center".split()
)
_TEXT_WORD = re.compile(r"[^\W\d_]{3,}")


class _Trait(NamedTuple):
    """An attribute that must not show: what it is for, its families, its words and its number."""

    name: str
    use: Use
    families: tuple[Family, ...]
    stems: tuple[str, ...]
    value: str
    number: str


def personal(copy: Copy) -> Iterator[Finding]:
    """Sentences that tell or plainly imply what is known of the reader, where the contract does not allow it."""
    traits = [trait for name, value in copy.traits.items() if (trait := _trait(copy, name, value))]
    if not traits:
        return
    for name, text in copy.texts.items():
        for start, end in text.sentences:
            sentence = text.folded[start:end]
            for trait in traits:
                if _shows(copy, name, text, start, sentence, trait):
                    yield _finding(copy, name, start, end, trait)
                    break


def _trait(copy: Copy, name: str, value: object) -> _Trait | None:
    use = copy.uses.get(name, "forbidden")
    if use in ("mention", "imply") or value is None or value is False or value == "" or is_name(name):
        return None
    if isinstance(value, list | tuple | set):
        value = " ".join(map(str, value))
    said = "" if value is True else str(value)
    families, stems, number = _read(name, said)
    return _Trait(name, use, families, stems, fold(said), number)


@lru_cache(maxsize=4_096)
def _read(name: str, said: str) -> tuple[tuple[Family, ...], tuple[str, ...], str]:
    """The families that a name or a value belongs to, the stems of the value's telling words, and its number."""
    plain, value = fold(re.sub(r"([a-z])([A-Z])", r"\1_\2", name)), fold(said)
    families = tuple(one for one in FAMILIES if one.names.search(plain) or (value and one.words.search(value)))
    stems = tuple(_stem(word) for word in _TEXT_WORD.findall(value) if word not in _GENERIC and len(word) > 2)
    return families or (OTHER,), stems, value if value.replace(".", "").isdigit() else ""


def _stem(word: str) -> str:
    """The word without what its number and gender change."""
    return word if len(word) < 4 else re.sub(r"(?:oes|aes|os|as|es|s|o|a|e)$", "", word)


def _shows(copy: Copy, field: str, text: Text, start: int, sentence: str, trait: _Trait) -> bool:
    if any(family.outright.search(sentence) and not _quoted(copy, family, sentence) for family in trait.families):
        return True
    if trait.number and _numbered(copy, trait, sentence):
        return True
    value = _value(trait, sentence)
    sensitive = any(family.sensitive for family in trait.families)
    if PLACE in trait.families:
        return value is not None and _placed(copy, field, text, start, sentence, value)
    spans = [value] if value else []
    spans += [match.span() for family in trait.families for match in family.words.finditer(sentence)]
    if not spans:
        return False
    if sensitive and sentence.rstrip(" \"'”").endswith("?") and sentence.count(" ") < 9:
        return value is not None or _YOU.search(sentence) is not None or sentence.count(" ") < 5
    for first, last in spans:
        if _near(_KNOWING, sentence, first, 48):
            return True
        if (
            (sensitive or value == (first, last))
            and _near(_HAVING, sentence, first, 12)
            and (sensitive or not _told(copy, sentence[first:last]))
        ):
            return True
        if re.match(r"[^.!?]{0,30}\b(?:como voce|como tu|like you|como usted)\b", sentence[last:]):
            return True
    # A telling word that evidence does not have can only have come from the lead.
    if value and sensitive and _YOU.search(sentence):
        return not _told(copy, sentence[value[0] : value[1]])
    return False


def _near(pattern: re.Pattern[str], sentence: str, at: int, reach: int) -> bool:
    """Whether it stands before that place, no further off than so many letters."""
    return any(
        match.end() <= at + 2 and at - match.end() <= reach or match.start() <= at < match.end()
        for match in pattern.finditer(sentence)
    )


def _value(trait: _Trait, sentence: str) -> tuple[int, int] | None:
    """Where the value's words stand: all of a short value, or half of a long one."""
    if not trait.stems:
        return None
    spans = [
        match.span()
        for stem in trait.stems
        if (match := re.search(rf"\b{re.escape(stem)}(?:oes|aes|inh[oa]s?|it[oa]s?|[oae]?s?|ies|y)\b", sentence))
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
    """Whether the reader is told the number: an age with its years, an amount or a count that no evidence has."""
    number = re.escape(trait.number.removesuffix(".0")).replace(r"\.", "[.,]")
    if AGE in trait.families:
        return re.search(rf"\b(?:aos|a los|a tus|os|los|tem|tienes|have|turn\w*|at|aged?|completou|faz|fez|cumpl\w+) {number}\b(?! ?(?:%|x\b|reais|[€$]|euros|pesos|km|ml|g\b|kg|min|dias|days|h\b|cm|itens|pecas))(?: anos| years)?", sentence) is not None or (re.search(rf"\b{number}[- ](?:anos|years?)(?:[- ]old| de idade| de edad)?\b", sentence) is not None and _YOU.search(sentence) is not None and not _told_number(copy, trait))  # fmt: skip
    pattern = rf"\b(?:seus?|suas?|tus?|your|voce\W+\w+|you\W+\w+|tienes|llevas|fizeste|hiciste) (?:\w+ ){{0,3}}?(?:r\$ ?|\$ ?|€ ?|£ ?)?{number}\b"
    return re.search(pattern, sentence) is not None and not _told_number(copy, trait)


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
    return (
        not _told(copy, sentence[value[0] : value[1]])
        and copy.fields[field][first : first + 1].isupper()
        and not _at_start(text, first)
    )


def _at_start(text: Text, at: int) -> bool:
    start, _ = text.sentence(at)
    return not text.folded[start:at].strip(" ¡¿\"'“")


def _finding(copy: Copy, field: str, start: int, end: int, trait: _Trait) -> Finding:
    whole = copy.fields[field]
    while start < end and whole[start] in " \n":
        start += 1
    code = "privacy.select_only" if trait.use == "select" else "privacy.forbidden"
    return copy.finding(code, field, start, len(whole[:end].rstrip()), name=trait.name)
