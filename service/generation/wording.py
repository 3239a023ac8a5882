"""Titles, questions and clauses, worded for a locale."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from retrieval.types import Language
from service.generation.sentences import Sentence, leans, troubling
from service.types import Locale, language_of

_SPLIT = re.compile(r"\s*(?::|\s[-–—|])\s+")
_SMALL = """
a o as os um uma de do da dos das em no na nos nas para por com sem sobre e ou que como entre até ao à às
the of in on at for with and or to from an by
el la los las un una del al en y con sin su
"""
_FUNCTION = frozenset(_SMALL.split())
_ASKING: dict[Language, re.Pattern[str]] = {
    "pt": re.compile(r"(?:por onde|como|o que|quando|quanto|quantos|quantas|onde|qual|quais|por que)\b", re.I),
    "en": re.compile(r"(?:how to|how|what|when|where|which|why)\b", re.I),
    "es": re.compile(r"(?:por dónde|cómo|qué|cuándo|cuánto|dónde|cuál|cuáles|por qué)\b", re.I),
}
_DEFINING: dict[Language, re.Pattern[str]] = {
    "pt": re.compile(r"((?:[AO]s? )?(?:[\w-]+ ){0,4}?[\w-]+) (?:consiste em|refere-se|é (?:o|a|um|uma) )", re.I),
    "en": re.compile(r"((?:The |An? )?(?:[\w-]+ ){0,4}?[\w-]+) (?:is (?:an? |the )|consists of|refers to)", re.I),
    "es": re.compile(
        r"((?:El |La |Los |Las )?(?:[\w-]+ ){0,4}?[\w-]+) (?:consiste en|se refiere|es (?:el|la|un|una) )", re.I
    ),
}
_BACK = re.compile(r"\b(?:el[ea]s?|ell[ao]s|isso|eso|they|them|it|this|that)\b", re.I)  # to what was asked before
_WHAT = {"pt": "O que é {}?", "en": "What is {}?", "es": "¿Qué es {}?"}
_MASCULINE = ("ema", "oma", "ama", "dia", "mapa", "sofá", "chá", "crachá", "planeta", "grama")
_FEMININE = ("a", "ã", "ção", "são", "dade", "gem", "tude", "ción", "sión", "dad", "tud")


class Question(NamedTuple):
    """A question, and the sentence that answers it where it is one."""

    text: str
    answer: Sentence | None = None
    evidence: str = ""


@lru_cache(maxsize=1_024)
def sentence_case(title: str, text: str, locale: Locale) -> str:
    """A Title Written Like This as Portuguese and Spanish write it; names and short forms stay."""
    words = title.split()
    long = [word for word in words[1:] if len(word) > 3]
    if locale == "en" or sum(word[0].isupper() for word in long) <= 0.6 * len(long):
        return title
    prose = re.sub(r"\([^)]*\)", "", "\n".join(line for line in text.splitlines() if not line.startswith("#")))
    names = set(re.findall(r"(?:[a-zà-ÿ,]|\b[AOEL][ls]?|\b[A-ZÀ-Ý][\w-]+) (?=([A-ZÀ-Ý][\w-]+))", prose))
    kept = [
        word
        if index == 0 or word.isupper() or any(c.isupper() for c in word[1:]) or word.strip(":,.?!") in names
        else word.lower()
        for index, word in enumerate(words)
    ]
    return " ".join(kept)


def topic(title: str) -> str:
    """What a title is about: what stands before its colon."""
    head, *tail = _SPLIT.split(title)
    about = re.sub(r"^(?:Sobre|About|Acerca de) ", "", head.strip(" ?.!"))
    if tail and about != head.strip(" ?.!"):  # "Sobre a casa: entregas e trocas" is about the latter
        about = tail[0].strip(" ?.!")
    return about[:1].upper() + about[1:]


def asks(title: str, locale: Locale) -> bool:
    """Whether a title says how or why, as "Como escolher lençol" does."""
    return _ASKING[language_of(locale)].match(title) is not None


def inline(phrase: str, text: str) -> str:
    """A phrase as it stands within a sentence: its first letter small, unless it is a name in that text."""
    first, _, rest = phrase.partition(" ")
    name = f"{first} {rest.split(maxsplit=1)[0]}" if rest[:1].isupper() else None
    if name and re.search(rf"\w {re.escape(name)}(?!\w)", text):
        return phrase
    small = first.lower()
    if first.isupper() and len(first) > 1:
        return phrase
    common = rest[:1].islower() and not re.search(rf"\w {re.escape(first)}(?!\w)", text)
    if common or re.search(rf"(?<!\w){re.escape(small)}(?!\w)", text) or small in _FUNCTION or rest == "":
        return f"{small} {rest}".strip()
    return phrase


def with_article(phrase: str, text: str, locale: Locale) -> str:
    """A phrase with the article that its first word has in that text, where it has one there."""
    first = phrase.split(maxsplit=1)[0] if phrase else ""
    if locale == "en" or first.lower() in _FUNCTION:
        return phrase
    articles = "[oa]s?" if locale == "pt-BR" else "el|la|los|las"
    match = re.search(rf"(?<!\w)({articles}) {re.escape(first)}(?!\w)", text, re.IGNORECASE)
    return f"{match[1].lower()} {phrase}" if match else phrase


def the(phrase: str, locale: Locale) -> str:
    """A product's name with its article, as far as its ending tells the gender."""
    return f"{_article(phrase, locale)} {phrase}"


def of_the(phrase: str, locale: Locale) -> str:
    """The same after "of": `do kit`, `da caneca`, `del juego`, `of the set`."""
    article = _article(phrase, locale)
    if locale == "pt-BR":
        return f"d{article} {phrase}"
    return f"del {phrase}" if article == "el" else f"{'of' if locale == 'en' else 'de'} {article} {phrase}"


def _article(phrase: str, locale: Locale) -> str:
    if locale == "en":
        return "the"
    first = phrase.split(" ", maxsplit=1)[0].lower()
    plural = first.endswith("s") and len(first) > 3 and not first.endswith(("ês", "us"))
    stem = first.removesuffix("s") if plural else first
    feminine = stem.endswith(_FEMININE) and not stem.endswith(_MASCULINE)
    articles = {"pt-BR": ("o", "a", "os", "as"), "es": ("el", "la", "los", "las")}[locale]
    return articles[feminine + 2 * plural]


def cut(phrase: str, limit: int) -> str:
    """The phrase within the limit, cut before a small word so that what is left still reads as one."""
    if len(phrase) <= limit:
        return phrase
    listed = re.search(r",| entre | between ", phrase)
    if listed and 0 < listed.start() <= limit:  # half a list reads as a mistake
        head, tail = phrase[: listed.start()], phrase[listed.end() :].strip()
        if " " in head:
            return head
        if listed[0] != "," and len(tail) <= limit:  # of "integration between A, B and C", A, B and C say more
            return tail[:1].upper() + tail[1:]
    words = phrase.split()
    ends = [n for n in range(2, len(words)) if words[n].lower() in _FUNCTION and words[n - 1].lower() not in _FUNCTION]
    whole = [" ".join(words[:n]) for n in ends if len(" ".join(words[:n])) <= limit]
    if whole:
        return whole[-1].rstrip(",;:")
    while words and (len(" ".join(words)) > limit or words[-1].lower() in _FUNCTION):
        words.pop()
    return " ".join(words).rstrip(",;:")


def questions(title: str, text: str, pool: Sequence[tuple[Sentence, str]], locale: Locale) -> Iterator[Question]:
    """The questions that the evidence asks and answers, best first; the title's own may be answered by all of it."""
    language = language_of(locale)
    for sentence, id_ in pool:
        heading = sentence.heading
        if heading.endswith("?") and len(heading) <= 60 and sentence.first and not _BACK.search(heading):
            yield Question(sentence_case(heading, text, locale), sentence, id_)
    head, *tail = _SPLIT.split(title)
    if title.endswith("?") or _ASKING[language].match(head):
        yield Question(_asked(head, locale))
    elif tail and _ASKING[language].match(tail[0]):
        whole = f"{head}: {_asked(tail[0], locale)}"
        yield Question(whole if len(whole) <= 60 else _asked(tail[0][0].upper() + tail[0][1:], locale))
    for sentence, id_ in pool:
        match = _DEFINING[language].match(sentence.text)
        if (
            match
            and len(match[1]) <= 44
            and not (sentence.listed or troubling(sentence.text) or leans(sentence.text, language))
        ):
            subject = match[1][0].lower() + match[1][1:] if match[1][1:2] in (" ", "s") else match[1]
            if language == "en" or subject[0].islower():
                yield Question(_WHAT[language].format(inline(subject, text)), sentence, id_)


def _asked(phrase: str, locale: Locale) -> str:
    phrase = phrase.rstrip(" ?.!")
    return f"¿{phrase.lstrip('¿')}?" if locale == "es" else f"{phrase}?"


_SUBORDINATE = re.compile(
    r"(?:se|quando|antes|para|com|em|ao|quem|por|desde|como|embora|if|when|before|with|as|once|to|cuando|si|antes|con|en|al|bien)\b",
    re.I,
)
_CLAUSE = re.compile(r";|,\s(?:e|pois|porque|que|and|because|which|so|since|y|por lo|\w+ndo)\b")
# What is left out must not be what limits the promise.
CONDITION = re.compile(
    r"\b(?:só|somente|apenas|exceto|menos|desde|mínim\w+|válid\w+|partir|até|não|caso|se|only|except|unless|minimum|valid"
    r"|from|until|not|if|solo|excepto|salvo|hasta|no|si)\b",
    re.I,
)


@lru_cache(maxsize=4_096)
def clause(sentence: str, limit: int) -> str | None:
    """The whole sentence where it fits, or its main clause; None where neither does."""
    if len(sentence) <= limit:
        return sentence
    if _SUBORDINATE.match(sentence):
        return None
    for match in reversed(list(_CLAUSE.finditer(sentence))):
        head = sentence[: match.start()]
        if CONDITION.search(sentence, match.start()):
            return None
        if len(head) < limit and head.count(" ") >= 4 and "," not in head:
            return head + "."
    return None
