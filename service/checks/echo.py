"""Instructions, prompt text and model talk, which no reader should meet."""

from __future__ import annotations

import re
from collections.abc import Iterator

from service.checks.copy import Copy
from service.checks.models import Finding
from service.checks.phrases import Text
from service.checks.wordings import wordings
from service.checks.words import wordset

_TALK = wordings("echo", "talk")

_ORDERS = wordings("echo", "orders")

_POLITE = wordings("echo", "polite")

# Models fall back to English, and instructions are mostly written in it.
_FAMILIES = (_TALK, _ORDERS, _TALK.abroad("en"), _ORDERS.abroad("en"))
_BUT_IN_CHAT = (_POLITE, _POLITE.abroad("en"))

_MARKS = re.compile(
    r"[\[(](?:e|ev|p|o|b|src|ref|doc|s)[-_]?\d{1,3}(?:, ?(?:e|ev|p|o|b)\d{1,3})*[\])]|\[(?:\d{1,2})\]"
    r"|</?(?:evidence|system|user|assistant|context|instructions?|prompt|brief|output|copy|lead"
    r"|task)\b[^>\n]{0,80}>?|<\|[a-z_]+\|?>?|\[/?inst\]|\[/?sys\]"
    r"|[{,]\s*[\"'][a-z_]+[\"']\s*:|^\s*[\"'](?:subject|headline|body|cta|text|title|preheader|alt"
    r"|button)[\"']\s*:|[\"']\s*:\s*[\"'\[{]|```(?:json)?"
    r"|(?:^|\n)\s*#{2,} ?(?:instruc\w+|system|prompt|response|output|resposta|respuesta|task)\b"
    r"|(?:^|\n)\s*[\[(*\"]{0,2}(?:system|assistant|user|human|sistema|usuario|asistente|assistente|prompt"
    r"|instruc(?:ao|oes|cion|ciones|tions?))[\])*]{0,2} ?:[^.!?\n]{0,80}"
    r"|(?:^|\n)\s*\*{0,2}(?:subject(?: line)?|preheader|headline|body|cta|assunto|titulo|corpo|asunto|cuerpo"
    r"|call to action|version \d|versao \d|option [\da-c]|opcao [\da-c]|opcion [\da-c]|variant [\da-c]|output"
    r"|resposta|respuesta)\*{0,2} ?: "
    r"|\[(?:tono?|tom|tone|nota|note|insert|inserir|insira|insertar|instruc|placeholder|cta|imagem|image"
    r"|imagen|link|max|audience|publico|angulo|angle|brief|todo)\b[^\]\n]{0,160}\]?"
    r"|\b(?:angle|angulo|tone|locale|channel|evidence_ids?|content_id|claim_ids?|traits?|first_name"
    r"|contract)\s*[:=] ?\"?(?:benefit|urgency|beneficio|proof|curiosity|pt-br|en|es|email|banner|friendly|\["
    r"|e\d|\w+_\w+)\b"
)
_SIGNS = frozenset("[<`#")
_QUOTES = frozenset("\"'")
_GIVEN = frozenset('({"')
_REFERENCE = re.compile(r"\([a-z]{1,3}[-_]?\d")
_LABELS = wordset(
    "system assistant user human sistema usuario asistente assistente prompt instrucao instrucoes instruccion"
    " instrucciones instruction instructions subject preheader headline body cta assunto titulo"
    " corpo asunto cuerpo call version versao option opcao opcion variant output resposta respuesta angle angulo tone"
    " locale channel evidence content claim trait traits contract"
)
"""The words before a colon or a sign of equality that are those of prompts, but for the one that tokens have too."""
_NAME = re.compile(r"first_name\s*[:=]")


def echo(copy: Copy) -> Iterator[Finding]:
    """Every sentence that speaks to a model, or is a model speaking of its work."""
    families = _FAMILIES if copy.channel == "chat" else (*_FAMILIES, *_BUT_IN_CHAT)
    for name, text in copy.texts.items():
        if not text.folded:
            continue
        worded = families if name in copy.worded else ()
        spans = [match.span() for family in worded for match in family.find(text, copy.locale)]
        if _may_be_marked(text):
            spans += [match.span() for match in _MARKS.finditer(text.folded)]
        end = -1
        for start, last in sorted(spans):
            if start >= end:
                _, end = text.sentence(start)
                end = max(last, end)
                first = start + len(text.folded[start:end]) - len(text.folded[start:end].lstrip())
                yield copy.finding("injection.echo", name, first, len(copy.fields[name][:end].rstrip()))


def _may_be_marked(text: Text) -> bool:
    """Whether there is what each of those marks has: nearly no copy need be gone through for them."""
    signs = text.signs
    if not _SIGNS.isdisjoint(signs) or ("(" in signs and _REFERENCE.search(text.folded)):
        return True
    told = ":" in signs or ("=" in signs and not _GIVEN.isdisjoint(signs))
    quoted = not _QUOTES.isdisjoint(signs)
    return told and (quoted or not _LABELS.isdisjoint(text.words) or _NAME.search(text.folded) is not None)
