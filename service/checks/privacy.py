"""Personal data belongs in tokens, never in copy that is shared by an audience."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from service.checks.calendar import MONTH, MONTHS
from service.checks.copy import Copy
from service.checks.identifiers import is_card, is_cnpj, is_cpf, is_legal_process, is_pis, is_voter_id
from service.checks.models import Finding
from service.checks.phrases import Text, known_text
from service.checks.wordings import words
from service.checks.words import fold
from service.generation.tokens import Token

__all__ = ["is_cnpj", "is_cpf", "is_name", "personal_data"]

_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+")
# Ten digits in a row may be an order number, so a landline needs a sign between its parts.
_PHONE = re.compile(
    r"(?<![\w.,/-])(?:(?:\+?55[\s.-]?)?(?:\([1-9]\d\)\s?|[1-9]\d[\s.-]?)"
    r"(?:9[\s.]?\d{4}[\s.-]?\d{4}|[2-5]\d{3}[\s.-]\d{4})(?![\w/]|[.,-]\d)"
    r"|\+\d{1,3}[\s.-]?(?:\(\d{1,4}\)[\s.-]?)?\d{1,4}(?:[\s.-]?\d{2,4}){2,4}(?![\w/]|[.,-]\d)"
    r"|\(\d{3}\)\s?\d{3}[\s.-]\d{4}(?![\w/]|[.,-]\d)|\d{3}-\d{3}-\d{4}(?![\w/]|[.,-]\d)"
    r"|\(\d{2,4}\)\s?\d{3,4}[\s.-]\d{3,4}(?![\w/]|[.,-]\d))"
)
_CPF = re.compile(r"(?<![\w.])\d{3}\.?\d{3}\.?\d{3}-?\d{2}(?!\w|[.-]\d)")
_CNPJ = re.compile(r"(?<![\w.])[A-Z0-9]{2}\.?[A-Z0-9]{3}\.?[A-Z0-9]{3}/?[A-Z0-9]{4}-?\d{2}(?!\w|[.-]\d)")
_PIS = re.compile(r"(?<![\w.])\d{3}\.?\d{5}\.?\d{2}-?\d(?!\w|[.-]\d)")
_VOTER = re.compile(r"(?<![\w.])\d{4}[ ]?\d{4,5}[ ]?\d{4}(?!\w|[.-]\d)")
_PROCESS = re.compile(r"(?<![\w.])\d{7}-?\d{2}\.?\d{4}\.?\d\.?\d{2}\.?\d{4}(?!\w|[.-]\d)")
_CARD = re.compile(r"(?<![\w.])(?:\d{4}[ -]){3}\d{4}(?!\w|[.-]\d)|(?<![\w.])\d{16}(?!\w)")
_PLAIN = re.compile(
    r"(?<![\w.,-])(?:\d{5}-\d{3}"  # CEP
    r"|\d{3}-\d{2}-\d{4}"  # US social security
    r"|\d{1,2}\.\d{3}\.\d{3}-[\dkKxX]"  # RG, RUT
    r"|\d{8}-?[A-HJ-NP-TV-Z]"  # DNI
    r"|[A-Z]{4}\d{6}[A-Z]{6}[A-Z0-9]\d"  # CURP
    r"|[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?"  # IBAN
    r")(?![\w]|[.,-]\d)"
)
# A number that is named for what it is needs no check digit.
_LABELLED = re.compile(
    r"\b(?:cpf|cnpj|rg|pis|nis|pasep|cnh|ctps|sus|passaporte|passport|pasaporte|ssn|dni|curp|rut|rfc|nie|cuit"
    r"|cedula|titulo de eleitor|matricula|prontuario|placa)"
    r"(?: (?:n[ºo.°]*|numero|number|no\.?|num\.?|final|e"
    r"|de))?:? ?(?P<value>(?=[\w./-]*\d[\w./-]*\d)[\w][\w./-]{4,22}[\w])"
    r"|\b(?:conta(?: corrente| poupanca)?|account(?: number| no\.?)?|cuenta) ?(?:n[ºo.]*"
    r"|numero)? ?(?P<account>\d{4,12}-?[\dxX]?)\b"
    r"|\bag(?:encia|\.) ?(?P<branch>\d{3,5}(?:-\d)?(?:,? (?:e )?(?:conta|c/c|cc)[a-z ]{0,12}\d{4,12}-?[\dxX]?)?)"
)
_PLATE = re.compile(r"\b(?:placa|plate|matricula)s?:? ?(?P<value>[a-z]{3}[- ]?\d[a-z0-9]\d{2})\b")
_STREETS = re.compile(
    r"(?<!\w)(?:(?:[Rr]ua|R\.|[Aa]venida|[Aa]v\.|[Tt]ravessa|[Aa]lameda|[Pp]raça|[Rr]odovia|[Ee]strada"
    r"|[Ll]argo|[Ll]adeira|[Vv]iela"
    r"|[Cc]alle|C/|[Aa]vda\.?|[Cc]arrera|[Cc]ra\.?|[Cc]alzada|[Pp]aseo|[Pp]asaje|[Cc]amino|[Pp]laza)"
    r"(?: (?:d[aeo]s?|del?|los|las|la|el|e|y|[A-ZÀ-Þ0-9ºª][\w.'’º-]*)){1,7},? ?(?:n[.ºo°]* ?|#|número "
    r"|no\. )?\d{1,5}(?:[- ]\d{1,4})?(?:,? (?:ap(?:to|art\w*)?|casa|bloco|bl|piso|depto|sala"
    r"|conj\w*)\.? ?\w{1,6})?"
    r"|\d{1,5} (?:[NSEW]\.? )?(?:[A-Z][\w'’]+ ){1,3}(?:Street|St|Lane|Ln|Road|Rd|Avenue|Ave|Drive|Dr|Court|Ct"
    r"|Way|Place|Pl|Close|Crescent|Boulevard|Blvd|Terrace|Gardens|Row|Square|Mews|Grove|Hill"
    r"|Park)\b(?:\.?,? (?:Apt|Apartment|Unit|Flat|Suite)\.? ?\w{1,5})?)"
)
# "Praça do Coreto, 18 km", "Rua das Flores, 12 de maio, 19h": the number is no house's.
_NO_HOUSE = re.compile(
    rf"[\s-]?(?:%|[h:]\d?|(?:k?m|kg|h|min|horas?|hours?|minut\w+|dias?|days?|anos?|años?|years?|vagas|lugares|places|seats"
    rf"|plazas|pessoas|people|personas|reais|euros|pesos|(?:de )?(?:{MONTH}))\b)",
    re.IGNORECASE,
)
_STREET_WORDS = words("privacy", "streets")
_STREET_LETTERS = frozenset("rc")
_BORN = re.compile(
    r"\b(?:nascid[oa]|nasceu|nascimento|born|birth(?:day|date)?|nacid[oa]|naciste|nacimiento|cumpleanos"
    r"|aniversario|dob)\b[^.\n]{0,20}?"
    r"(?P<value>\d{1,2}[/.-]\d{1,2}(?:[/.-](?:19|20)?\d{2})?|(?:19|20)\d{2}-\d{2}-\d{2}"
    rf"|\d{{1,2}} de (?:{MONTH})(?: de (?:19|20)\d{{2}})?|(?:{MONTH}) \d{{1,2}}(?:, (?:19|20)\d{{2}})?)"
)
_LABELS = words("privacy", "labels")
_DIGITS, _PLAIN_DIGITS = (
    re.compile(rf"{d}(?:(?:\W?\W?{d}){{5}}|{d}{{3}})") for d in (r"\d", "[0-9]")
)  # whatever is a number of someone has this, and most copy has not
_LONG_DIGITS = re.compile(r"\d[\d.-]{6}")  # one of these two is in all that tells a person without a label
_LETTERED = re.compile(r"[A-Z][A-Z\d]\d\d")
_LONG = re.compile(r"[A-Z0-9][A-Z0-9().+/\s-]{8,20}\d")
_CHECKED: tuple[tuple[re.Pattern[str], Callable[[str], bool]], ...] = (
    (_CPF, is_cpf), (_PROCESS, is_legal_process), (_CARD, is_card), (_CNPJ, is_cnpj), (_PIS, is_pis),
    (_VOTER, is_voter_id),
)  # fmt: skip

_NAMES = re.compile(
    r"(?:^|_)(?:name|nome|nombre|sobrenome|apellido|nickname|apelido|surname|apodo)(?:$|_)|firstname|lastname|fullname"
)
_GREETING = re.compile(
    r"\b(?:ola|oi|oie|e ai|bom dia|boa tarde|boa noite|prezad[oa]|car[oa]|querid[oa]|hola|buenos dias"
    r"|buenas(?: tardes| noches)?|estimad[oa]|hi|hello|hey|dear|good (?:morning|afternoon|evening)"
    r"|welcome(?: back)?|thanks|thank you|bem-vind[oa]|bienvenid[oa]|obrigad[oa]|gracias|parabens|felicidades"
    r"|congratulations|congrats)[,.!]? ?$"
)
_TITLE = re.compile(r"\b(?:sr|sra|srta|mr|mrs|ms|miss|don|dona|senhora?|senor|senora|senorita)\.? $")
_YOU = re.compile(r"\b(?:you|your|you're|voce|seu|sua|seus|suas|tu|tus|te|ti|usted|su|sus|we|nos)\b")
# Names that are words as well: at the beginning of a sentence their capital tells nothing.
_WORDS = words("privacy", "names") | frozenset(map(fold, MONTHS))


def personal_data(copy: Copy) -> Iterator[Finding]:
    """Addresses and numbers of people, and the lead's own values, that are not the sender's, told by evidence."""
    values = dict(_raw(copy))
    for name, text in copy.fields.items():
        found = list(_own(copy, name, values)) if values else []
        found += [
            (start, end, None) for start, end in _spans(text, copy.texts[name]) if not _stated(copy, text[start:end])
        ]
        taken: list[tuple[int, int]] = []
        for start, end, instead in found:
            if all(end <= first or last <= start for first, last in taken):
                taken.append((start, end))
                yield copy.finding("privacy.pii", name, start, end, replacement=instead)


def is_name(attribute: str) -> bool:
    """Whether an attribute is called as one that names the person."""
    return _NAMES.search(attribute.lower()) is not None


def _stated(copy: Copy, found: str) -> bool:
    return any(found in source.text or found in source.title for source in copy.evidence) or found in copy.context


def _spans(text: str, read: Text) -> Iterator[tuple[int, int]]:
    """Where what looks like somebody's data stands."""
    if "@" in text:
        yield from (match.span() for match in _EMAIL.finditer(text))
    if not read.numbered:
        return
    if _names_street(text, read.words):
        yield from (match.span() for match in _STREETS.finditer(text) if not _NO_HOUSE.match(text, match.end()))
    if not _LABELS.isdisjoint(read.words):
        for pattern in (_LABELLED, _PLATE, _BORN):
            for match in pattern.finditer(read.folded):
                group = next(name for name, value in match.groupdict().items() if value)
                yield match.start() if group == "branch" else match.start(group), match.end(group)
    if not (_PLAIN_DIGITS if read.raw else _DIGITS).search(text):
        return
    if _LONG.search(text):
        for pattern, valid in _CHECKED:
            yield from (match.span() for match in pattern.finditer(text) if valid(match[0]))
        yield from (match.span() for match in _PHONE.finditer(text))
    if _LONG_DIGITS.search(text) or _LETTERED.search(text):
        yield from (match.span() for match in _PLAIN.finditer(text))


def _names_street(text: str, words: frozenset[str]) -> bool:
    """Whether a word for a street stands there; `R` and `C` are some only as `R.` and `C/`, and not in `R$`."""
    named = _STREET_WORDS & words
    return bool(named - _STREET_LETTERS) or (bool(named) and ("R." in text or "C/" in text))


def _raw(copy: Copy) -> Iterator[tuple[str, str]]:
    """The lead's values that only a token may show, and those that name the person whatever they are for."""
    for name, value in copy.traits.items():
        text = str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
        digits = sum(character.isdigit() for character in text)
        told = digits > 5 or "@" in text or (copy.uses.get(name) == "mention" and not text.isdigit())
        if len(text) > 1 and told:
            yield name, text


def _own(copy: Copy, field: str, values: Mapping[str, str]) -> Iterator[tuple[int, int, str | None]]:
    """Where the lead's values stand in the field, outside of tokens, and the token for each."""
    text = copy.fields[field]
    inside = [(found.start, found.end) for found in copy.braces[field].tokens]
    places = []
    for name, value in values.items():
        if value not in text and fold(value) not in copy.texts[field].folded:
            continue
        for match in re.finditer(rf"(?<!\w){re.escape(fold(value))}(?!\w)", copy.texts[field].folded):
            start, end = match.span()
            if any(first <= start < last for first, last in inside):
                continue
            if _named(copy, field, start, end, person=is_name(name)):
                places.append(
                    (start, end, str(Token(name, copy.tokens[name] or "...")) if name in copy.tokens else None)
                )
    places.sort(key=lambda place: place[:2])
    merged: list[tuple[int, int, str | None]] = []
    for start, end, instead in places:
        if merged and not text[merged[-1][1] : start].strip():
            first, _, before = merged.pop()
            merged.append((first, end, f"{before} {instead}" if before and instead else None))
        else:
            merged.append((start, end, instead))
    yield from merged


def _named(copy: Copy, field: str, start: int, end: int, *, person: bool) -> bool:
    """Whether it is the lead that is named, and not a word or someone else of the same name."""
    text, folded = copy.fields[field], copy.texts[field].folded
    said = text[start:end]
    if not person:
        telling = any(character.isupper() or character.isdigit() or character == "@" for character in said)
        return telling and not _stated(copy, said) and not any(folded[start:end] in fold(one) for one in copy.wordings)
    first = copy.texts[field].sentence(start)[0]
    if not said[:1].isupper():
        return False
    if _GREETING.search(folded, first, start):
        return not (_stated(copy, said) and text[end + 1 : end + 2].isupper())
    if _stated(copy, said) or any(fold(said) in known_text(one).words for one in copy.wordings):
        return False  # the herb basil, and a Heather who is not the lead
    return (
        fold(said) not in _WORDS or bool(_TITLE.search(folded, first, start)) or _called(copy, field, first, start, end)
    )


def _called(copy: Copy, field: str, first: int, start: int, end: int) -> bool:
    """Whether the sentence calls somebody by that word, at its beginning or at its end."""
    text, folded = copy.fields[field], copy.texts[field].folded
    if not folded[first:start].strip(" ¡¿\"'“"):
        return text[end : end + 1] == "," and text[end + 1 : end + 3].strip()[:1].islower() and _speaks(folded, first)
    ends = text[end : end + 1] in (",", "!", "?", ":") or not text[end:].strip(" .")
    return ends and folded[:start].rstrip().endswith(",")


def _speaks(folded: str, first: int) -> bool:
    """Whether the sentence speaks to somebody."""
    return _YOU.search(folded, first, first + 120) is not None
