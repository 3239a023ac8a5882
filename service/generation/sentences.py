"""Evidence read sentence by sentence, and the sentences that can stand in an e-mail by themselves."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache

from retrieval.types import Language

_HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*$")
_BULLET = re.compile(r"^(?:[-*+•]|\d{1,2}[.)])\s+")
_LABEL = re.compile(r"^(?:\*\*[^*]{2,80}?(?::\*\*|\*\*:)|[A-ZÀ-Ý][^.:!?*]{1,60}:)\s+(?=[A-ZÀ-Ý])")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_EMPHASIS = re.compile(r"\*\*|__|`+|(?<!\w)[*_](?=\S)|(?<=\S)[*_](?!\w)")
_RULE = re.compile(r"^(?:[-*_]\s*){3,}$|^```")
_BREAK = re.compile(
    r"(?<=[.!?…])(?<!\bSr\.)(?<!\bDr\.)(?<!\bSra\.)(?<!\bDra\.)(?<!\bex\.)(?<!\bMr\.)(?<!\bn[ºo]\.)"
    r"\s+(?=[\"“«(]?[A-ZÀ-Ý¿¡\d])"
)
_STEM = re.compile(r"[^\W\d_]{4,}")
_COMMON = """
para com como mais pelo pela sobre entre esse essa este esta isso quem onde quando seus suas casa melhor convidar
apresentar divulgar vender mostrar about with from your that this what have more invite show present their invitar
presentar desde hasta mejor
"""
_STOP = frozenset(_COMMON.split())

# What leans on a sentence before it, or on the page it stands on, cannot open a paragraph elsewhere.
_LEANING: dict[Language, re.Pattern[str]] = {
    "pt": re.compile(
        r"(?:[nd]?(?:isso|isto|aquilo|ess[ae]s?|est[ae]s?|aquel[ae]s?)|[ao] mesm[ao]|os? dois|as? duas|[ao]s três|ambos"
        r"|el[ea]s?|seus?|suas?|além d|depois|antes disso|também|assim|porém|no entanto|contudo|mas|e|ou|já|se|quando"
        r"|por (?:isso|ser)|ao (?:retirar|sair|investir)|sim|não,|depende|cada uma?|a seguir|aqui|abaixo|acima|hoje"
        r"|pode|podem|são|está|estão|tem|traz|combina|em resumo|outr[ao]s?|trata-se|do mesmo|apesar d|por fim|um lado"
        r"|reunimos|escolhemos)\b",
        re.I,
    ),
    "en": re.compile(
        r"(?:it|its|they|their|them|this|that|these|those|he|she|and|but|or|also|then|so|however|yes|no|such"
        r"|both|here|if|one|another|below|above|moreover|in short|depends?)\b",
        re.I,
    ),
    "es": re.compile(
        r"(?:eso|esto|es[ae]s?|est[aeo]s?|aquell[ao]s?|ell[ao]s?|él|sus?|a esa|también|además|después|luego|pero|y|o"
        r"|así|sin embargo|sí|no,|depende|aquí|son|es|está|se|si|cuando|al sacar\w*|en ese|ambos|un lado|tiene)\b",
        re.I,
    ),
}
_PRONOUN = re.compile(r"\b(?:el[ea]s?|ell[ao]s|they|them)\b", re.I)
_POINTING = re.compile(r"\b(?:[dn]?ess[ae]s?|these|those|es[ao]s|esas?) ([^\W\d_]{4,})", re.I)
_SELF = re.compile(
    r"\b(?:n?d?este (?:artigo|guia|texto)|a seguir|abaixo|acima|this (?:guide|article|page)|below|above|este artículo"
    r"|esta guía|a continuación)\b|:$|^(?:est[ae]s? (?:são|é|son|es)|this is (?:the|how)|reunimos|escolhemos)\b",
    re.I,
)
_REFERRING: dict[Language, re.Pattern[str]] = {
    "pt": re.compile(r"(?:el[ea]s?|pode|podem|são|tem|traz|combina|está|os?|as?)\b(?! (?:mesm|dois|duas|três))", re.I),
    "en": re.compile(r"(?:it|they|the)\b", re.I),
    "es": re.compile(r"(?:él|ellas?|ellos|son|es|se|tiene|las?|los?|el)\b", re.I),
}
_VERBS = re.compile(
    r"^(?:[AO]s? |Uma? |[A-ZÀ-Ý][a-zà-ÿ]{2,}[ae] (?!d[aeo]s?\b))"
    r"|\b(?:é|são|pode|podem|tende|tendem|deve|permite|ajuda)\b"
    r"|\b(?!\w*(?:gem|bém|lém|tem)\b)\w{3,}(?:am|em)\b"
)
_TROUBLE = re.compile(
    r"\b(?:nunca|n[ãa]o|sem troca|perder?|quebrad\w+|ferrugem|queimar|tóxic\w+|reembolso|desistir|defeito|trincad\w+"
    r"|machucad\w+|maltrata|invasiva|inviável|risco|saio|saída|complexo|diferenças|variações|controles|desafios?"
    r"|never|not|cannot|without giving|rust\w*|broken|bitter|mud|stale|return|cancel"
    r"|diferencias|rot[ao]s?|rompe|impuestos|aduana)\b",
    re.I,
)
_NAMED = re.compile(
    r"(?:[AO]s?|Uma?|Uns|Umas|The|An?|El|La|Los|Las|Un|Una|Unos|Unas|Cada|Each) "
)  # says what it is about
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*\s?(?:%|°C|º|ml|g|kg|cm|m|mm|l|W|km|h)\b|\d{2,}")
_GAIN = re.compile(
    r"\b(?:ajuda|permite|mantém|mantêm|evita|conserva|facilita|aument\w+|protege|melhora|rende|basta\w*|fortalec\w+"
    r"|valoriz\w+|suporta|combina|extrai bem|(?<!dia )útil|deixam?|economiz\w+|prolong\w+|também pode\w*|resolve"
    r"|faz(?:em)? diferença|helps?|keeps?|lets?|suits?|easy|ready|makes?|saves?|useful|ayuda|mantiene|bastan?|sirven?"
    r"|alcanza|cómod[ao]s?|rinde)\b",
    re.I,
)

# What speaks to a model instead of a reader; content can be planted, and a quote would carry it on.
_ORDER = re.compile(
    r"\b(?:ignor\w+|desconsider\w+|esque[çc]\w+|disregard|forget|overrid\w+|olvid\w+)\b.{0,40}\b(?:instru\w+|regras?"
    r"|rules?|reglas?|orienta[çc]\w+|prompts?|anterior\w*|previous|above|acima|directives?|diretrizes)\b"
    r"|\b(?:system prompt|prompts? d[eo] sistema|prompt del sistema|jailbreak|developer mode|modo desenvolvedor)\b"
    r"|\b(?:voc[êe] agora [ée]|a partir de agora,? voc[êe]|you are now|from now on,? you|ahora eres|as an ai\b"
    r"|como (?:um )?modelo de linguagem|como modelo de lenguaje|aja como|act as an?|act[úu]a como|finja ser"
    r"|pretend to be)"
    r"|\b(?:responda|escreva|diga|answer|reply|respond|write|say|responde|escribe|di) (?:apenas|somente|s[óo]|only"
    r"|exactly|exatamente|solo|[úu]nicamente)\b"
    r"|\b(?:revel\w+|mostre|imprima|reveal|print|show|muestra) (?:(?:o|as?|os|el|las?|los|your|the|suas?|seus?|tus?) )*"
    r"(?:prompt|instru\w+|system|sistema)"
    r"|^\W*(?:system|sistema|assistant|assistente|user|usu[áa]rio)\s*:",
    re.I,
)
_FOREIGN = re.compile(r"[<>{}\[\]|]|%%|https?:|www\.|\S@\S", re.I)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A whole sentence of some evidence; `place` counts within it, `block` is the paragraph, `first` opens one."""

    text: str
    heading: str
    block: int
    place: int
    first: bool
    listed: bool

    @property
    def words(self) -> int:
        """How many words it has."""
        return self.text.count(" ") + 1


@lru_cache(maxsize=2_048)
def sentences(text: str, heading: str = "") -> tuple[Sentence, ...]:
    """The whole sentences of a passage under that heading. What is cut off, or is no sentence, is left out."""
    found: list[Sentence] = []
    for block, (title, paragraph, listed) in enumerate(_blocks(text, heading)):
        if commands(title):
            continue
        for index, piece in enumerate(_BREAK.split(paragraph)):
            if _is_sentence(piece):
                found.append(Sentence(piece, title, block, len(found), index == 0, listed))
    return tuple(found)


@lru_cache(maxsize=8_192)
def leans(text: str, language: Language) -> bool:
    """Whether a sentence needs the one before it, or the page it was written for, to make sense."""
    pointing = any(match[1].lower() not in text[: match.start()].lower() for match in _POINTING.finditer(text))
    pronoun = _PRONOUN.search(" ".join(text.split()[:7]))
    return bool(pointing or pronoun or _LEANING[language].match(text) or _SELF.search(text))


def refers(text: str, language: Language) -> bool:
    """Whether a sentence that cannot stand alone can follow the name of what it is about: "It holds four litres."."""
    return bool(_REFERRING[language].match(text)) and not about_itself(text)


@lru_cache(maxsize=8_192)
def commands(text: str) -> bool:
    """Whether it gives orders to a language model."""
    return bool(_ORDER.search(text))


def quotable(text: str) -> bool:
    """Whether it is words for readers: no orders to a model, no markup, merge syntax or address."""
    return not _FOREIGN.search(text) and not commands(text)


def about_itself(text: str) -> bool:
    """Whether a sentence is about the page it stands on."""
    return bool(_SELF.search(text))


def complete(text: str, language: Language) -> bool:
    """Whether an entry of a list is a sentence with a verb, as far as can be told; Portuguese lists often have none."""
    return language != "pt" or bool(_VERBS.search(" ".join(text.split()[:5])))


@lru_cache(maxsize=8_192)
def weight(sentence: Sentence) -> float:
    """How well a sentence carries a piece of copy, apart from what it is about."""
    words = sentence.words
    length = 1.5 if 8 <= words <= 22 else 0.8 if words <= 26 else -0.5 if words <= 32 else -2.5
    if words < 6:
        length = -1.0
    return (
        length
        + 1.2 * sentence.first
        + 1.0 * bool(_NAMED.match(sentence.text))
        - 0.8 * sentence.listed
        - 2.0 * troubling(sentence.text)
        - 0.5 * sentence.text.endswith("!")
    )


@lru_cache(maxsize=8_192)
def troubling(text: str) -> bool:
    """Whether it is about what can go wrong, or says no: useful on the page, no opening for an invitation."""
    return bool(_TROUBLE.search(text))


@lru_cache(maxsize=8_192)
def concrete(text: str) -> bool:
    """Whether it states a figure."""
    return bool(_FIGURE.search(text))


def named(text: str) -> bool:
    """Whether it begins by naming what it is about; a step of some instructions does not."""
    return bool(_NAMED.match(text))


@lru_cache(maxsize=8_192)
def gainful(text: str) -> bool:
    """Whether it says what something is good for."""
    return bool(_GAIN.search(text))


@lru_cache(maxsize=8_192)
def stems(text: str) -> frozenset[str]:
    """The beginnings of the telling words of a text, without accents, for finding what two texts share."""
    folded = "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c))
    return frozenset(word[:5] for word in _STEM.findall(folded) if word not in _STOP)


def shared(text: str, wanted: Collection[str]) -> int:
    """How many of the wanted stems a text has."""
    return len(stems(text) & frozenset(wanted))


def _blocks(text: str, heading: str) -> Iterator[tuple[str, str, bool]]:
    lines = list[str]()
    for raw in [*text.splitlines(), ""]:
        line = raw.strip()
        title, bullet = _HEADING.match(line), _BULLET.match(line)
        if lines and (not line or title or bullet or _RULE.match(line)):
            yield heading, _plain(_LABEL.sub("", " ".join(lines))), False
            lines = []
        if title:
            heading = _plain(title[1])
        elif bullet:
            yield heading, _plain(_LABEL.sub("", line[bullet.end() :])), True
        elif line and not _RULE.match(line) and not line.startswith("|"):
            lines.append(line)


def _plain(text: str) -> str:
    return " ".join(_EMPHASIS.sub("", _LINK.sub(r"\1", text)).split())


def _is_sentence(text: str) -> bool:
    begins = text[:1].isupper() or text[:1] in '¿¡"“«' or text[:1].isdigit()
    return begins and text[-1:] in ".!?" and not text.endswith("...") and text.count(" ") >= 2 and quotable(text)
