"""Money back, which evidence may promise in other words: `recebe de volta tudo` where it `devolve o valor pago`."""

from __future__ import annotations

import re

from service.checks.copy import Source, support, wording_of
from service.checks.models import Support
from service.checks.phrases import Text, known_text, stems
from service.checks.wordings import words

_REFUNDS = re.compile(
    r"\b(?:reembols|devol|devuel|estorn|ressarc|refund|money[- ]back|money back|reintegr|de volta|de vuelta"
    r"|satisfa|refaz|rehac|redo|remake|replac)"
)
_NOT = re.compile(
    r"\b(?:nao|no|not|never|nunca|sem|sin|without)(?: (?:e|se|sera|ha|hay|be|is|fazemos|hacemos|oferecemos))? \Z"
)
_WHOLE = re.compile(
    r"\b(?:tudo|tod[oa]|inteir[oa]|integr\w+|cada|total|100 ?%|full\w*|every\w*|all|enter[oa]|complet[oa])\b"
)
_PART = re.compile(
    r"(?<![\d,.])\d{1,2}(?:[,.]\d+)? ?%|\b(?:metade|half|mitad|parte|part|proporciona\w+|credito|vale|credit|voucher"
    r"|unused|restantes?)\b|\b(?:nao|no) (?:dad|usad|utilizad|gozad)[oa]s\b"
)
_FAULT = re.compile(
    r"\b(?:quando|se|caso|if|when|si|cuando|em caso de|in case of|en caso de) (?:[^\W\d]+ ){0,4}?"
    r"((?<!se )cancel\w*|defeit\w+|defect\w*|atras\w+|retras\w+|late|delay\w*|damage\w*|danific\w+|danad\w+|rot[oa]s?"
    r"|broken|faulty|wrong|errad[oa]s?|equivocad[oa]s?)"
)
"""What has to go wrong on the side of the shop."""
_UNLESS = re.compile(
    r"\b(?:se|caso|if|si) (?:voce |vc |you |it |he |she |ele |ela |te |lhe )?(?:nao|no|don't|doesn't|do not|does not)"
    r"((?: [^\W\d]+){1,4})"
)
"""What result has to fail to come: `se não ficar fluente`."""
_ANY_REASON = re.compile(
    r"\b(?:qualquer|cualquier|any|no questions|sem (?:perguntas|motivo)|sin (?:preguntas|motivo))\b"
)
_UNTIL = re.compile(r" (?:by|in|within|before|until|em|ate|en|hasta|antes|dentro) ")
_LIKED = words("guarantees", "liked")
_MONEY = words("guarantees", "money") | words("guarantees", "common")


def refunded(source: Source, text: Text, start: int, end: int) -> Support | None:
    """The sentence of evidence that gives the money back too: as much of it, and in the same case."""
    said, around = text.folded[start:end], text.said(start)
    asked = (stems(_UNTIL.split(said)[0]) or stems(said)) - _MONEY
    unless = stems(unmet[1]) - _LIKED if (unmet := _UNLESS.search(around)) else frozenset[str]()
    wording = known_text(wording_of(source))
    for begin, close in wording.sentences:
        sentence = wording.folded[begin:close]
        word = _REFUNDS.search(sentence)
        if word is None or _NOT.search(sentence, 0, word.start()):
            continue
        theirs = wording.stems if close - begin == len(wording.folded) else stems(sentence)
        if _WHOLE.search(said) and _PART.search(sentence) and not _PART.search(around):
            continue
        if (fault := _FAULT.search(sentence)) and fault[1][:5] not in stems(around):
            continue
        if unless and unless.isdisjoint(theirs) and not _ANY_REASON.search(sentence):
            continue
        if not asked or asked & theirs:
            return support(source, begin, close)
    return None
