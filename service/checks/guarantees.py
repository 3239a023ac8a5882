"""Promises of a result, of money back or of safety, which evidence has to make as well."""

from __future__ import annotations

import re
from collections.abc import Iterator

from service.checks.copy import Copy, Source, support, wording_of
from service.checks.models import Claim, Support
from service.checks.phrases import Phrases, Text, known_text, stems

_REST = r"[^.!?,;:\n]{0,60}"
_SHORT = r"(?: \w+){0,4}"

# A guarantee by its own name: evidence has to give one for the same thing.
_NAMED = Phrases(
    pt=(
        r"(garantid[oa]s?|garantidas?|garantidos?)" + _SHORT, r"garantimos" + _REST, r"garantia (?:total|absoluta|de (?:satisfacao|resultados?|aprovacao|sucesso|eficacia|emprego|retorno|devolucao|lucro))" + _SHORT,
        r"(prometemos|asseguramos)" + _REST, r"(assegurad)[oa]s?",
    ),
    en=(
        r"guaranteed?" + _SHORT, r"we (?:guarantee|promise|assure)" + _REST, r"(money-back|satisfaction) guarantee",
        r"(assured|ensured)",
    ),
    es=(
        r"garantizad[oa]s?" + _SHORT, r"(garantizamos|aseguramos|prometemos)" + _REST,
        r"garantia (?:total|absoluta|de (?:satisfaccion|resultados?|aprobacion|exito|eficacia|empleo|devolucion|ganancias?))" + _SHORT,
        r"(asegurad)[oa]s?",
    ),
)  # fmt: skip

# Money back, no risk, no failure: evidence has to use words of the same family.
_REFUND = Phrases(
    pt=(
        r"(dinheiro|grana|valor|investimento) (?:todo )?(?:de volta|devolvido|reembolsado)", r"devolvemos" + _REST, r"(reembolsamos|ressarcimos)" + _REST,
        r"reembolso (?:total|integral|completo|imediato|sem|garantido|de 100)" + _SHORT, r"devolucao (?:total|integral|garantida|do dinheiro|do valor)" + _SHORT,
        r"(satisfacao) (?:garantida|total|assegurada|ou)" + _SHORT,
    ),
    en=(
        r"money[- ]back" + _SHORT, r"(your|full|every) (?:money|refund|penny|cent|payment)(?: \w+)? (?:back|refunded|returned)", r"full refunds?", r"refunds? (?:guaranteed|no questions|on everything)" + _SHORT,
        r"no[- ]questions[- ]asked", r"(we'll|we)=>we(?:'ll| will) (?:refund|return|give you|pay you) (?:your|every|all|the|back)" + _REST, r"satisfaction (?:guaranteed|or|assured|is guaranteed)" + _SHORT,
        r"or we (?:pay|refund|give)" + _REST,
    ),
    es=(
        r"(dinero|importe) (?:de vuelta|devuelto|reembolsado)", r"(devolvemos|reembolsamos|reintegramos)" + _REST, r"reembolso (?:total|integro|completo|inmediato|garantizado|sin)" + _SHORT,
        r"devolucion (?:total|integra|garantizada|del dinero|del importe|de tu dinero)" + _SHORT, r"satisfaccion (?:garantizada|total|asegurada|o)" + _SHORT,
    ),
)  # fmt: skip
_REFUNDS = re.compile(
    r"\b(?:reembols|devol|estorn|ressarc|refund|money[- ]back|money back|reintegr|de volta|de vuelta|satisfa)"
)

_SAFE = Phrases(
    pt=(
        r"sem (?:nenhum |qualquer |absolutamente nenhum |o menor )?riscos?(?: \w+)?", r"(risco|riscos) (?:zero|nenhum|inexistente)", r"zero riscos?", r"livres? de riscos?",
        r"(nenhum|qualquer) risco", r"100 ?% (?:segur|garantid|efica|livre de risco|natural e segur)\w*", r"(totalmente|completamente|absolutamente|inteiramente|comprovadamente) (?:segur|sem risco|livre de risco|efica|infaliv|inofensiv)\w*" + r"(?: risco)?",
        r"sem (?:efeitos? colatera|contraindica|efeitos? adverso)\w*(?: \w+)?", r"(infalivel|infaliveis|inofensivo|inofensiva)", r"a prova de (?:falhas|erros|fracasso)", r"nao tem (?:como dar )?(?:errado|erro)", r"nao ha (?:como )?(?:errar|risco|riscos)(?: \w+)?",
        r"sem (?:chance|possibilidade) de (?:erro|falha|perda|prejuizo)", r"nao (?:tem nada a perder|perde nada)", r"nada a perder", r"lucro certo", r"retorno certo", r"funciona (?:sempre|para todos|com todo mundo|de verdade|mesmo)", r"nunca falha",
    ),
    en=(
        r"(risk|danger|worry)[- ]free", r"(no|zero|without) (?:any |a )?risks?(?: (?:at all|whatsoever|involved))?", r"nothing to lose", r"you (?:can't|cannot|won't) (?:lose|go wrong|fail)\b", r"100 ?% (?:safe|secure|guaranteed|effective|risk)\w*",
        r"(totally|completely|absolutely|perfectly|entirely) (?:safe|secure|risk[- ]free|harmless|effective)", r"(fool|fail|bullet)-?proof", r"(foolproof|failproof|failsafe|infallible)", r"(no|zero|without|free) (?:of )?side[- ]effects?", r"never fails?", r"works every time", r"sure thing",
        r"can't (?:lose|fail|go wrong)",
    ),
    es=(
        r"sin (?:ningun |el menor |absolutamente ningun )?riesgos?(?: \w+)?", r"(riesgo|riesgos) (?:cero|nulo)", r"cero riesgos?", r"libres? de riesgos?", r"(ningun) riesgo", r"100 ?% (?:segur|garantizad|efica|efectiv|libre de riesgo)\w*",
        r"(totalmente|completamente|absolutamente) (?:segur|sin riesgo|libre de riesgo|efica|efectiv|inofensiv|infalib)\w*(?: riesgos?)?", r"sin (?:efectos secundarios|contraindicac\w+|efectos adversos)", r"(infalible|infalibles|inofensivo|inofensiva)", r"a prueba de (?:fallos|fallas|errores)",
        r"no tienes nada que perder", r"nada que perder", r"no (?:puede|puedes) (?:fallar|perder)", r"(funciona siempre|nunca falla|ganancia segura|rentabilidad segura|exito seguro)",
    ),
)  # fmt: skip
_SAFETY = re.compile(
    r"\b(?:risco|riesgo|risk|segur|safe|secure|efeito|side effect|efecto|contraindica|infal|falha|fail|fall|perder|lose)"
)

# What will happen, or never again: evidence has to speak of the same thing.
_RESULT = Phrases(
    pt=(
        r"nunca mais(?! (?:se )?(?:vai|sera|esqueci))" + _REST, r"jamais (?:volt|sofr|perd|ter|fal|precis|passa|fic)\w*" + _REST, r"(nenhum|nenhuma) (?:\w+ ){1,2}?(?:volta|vai|escapa|resiste|sobra|fica|mais|volt|some)\w*" + _REST,
        r"(acab|elimin|remov|combat|extermin|somem|some|sumir|resolv|termin|livre-se|livr|cura|curar|curam|apag)\w* (?:\w+ ){0,3}?(?:de vez|de uma vez|para sempre|por completo|definitivamente|completamente|totalmente|100 ?%|da noite para o dia|na hora|em (?:poucos|poucas|\d+) \w+)" + _REST,
        r"(acaba|acabe|acabar|acabam|fim) (?:com|da|das|do|dos) (?:(?:a|o|as|os|su[ao]s?) )?(?:gripe|dor|dores|acne|espinh|rugas?|celulite|caspa|ansiedade|insonia|queda|mancha|estresse|enxaqueca|diabetes|cancer|depress|alerg|infec|varize|artrite|artrose|gordura|flacidez|olheira|estria|fadiga|febre|resfriado|rinite|gastrite|azia|divida)\w*",
        r"cura=>(?<!meia )(?<!semi)(?<!meia-)(?:cura|curam|curar|curou|cure) (?:a|o|as|os|sua|seu|suas|seus|qualquer|tod[oa]s?|ate|de vez|doen\w+|definitiv\w+)" + _SHORT, r"(curam|curar|curou) (?:a|o|as|os|sua|seu|suas|seus|qualquer|tod[oa]s?|ate|doen\w+)" + _SHORT,
        r"(diga adeus|de adeus|adeus) (?:a|as|ao|aos|para|de vez|pra)(?: \w+){1,3}", r"(voce|vc) (?:vai|ira|sempre vai|com certeza vai) (?:\w+ )?(?:emagrec|perder (?:peso|quilo|\d)|passar (?:n|em|d|de primeira)|ser aprovad|falar|dobrar|triplicar|fatur|enriquec|conquistar|ficar (?:ric|fluente|curad|livre|sem dor|mais jovem)|dominar|rejuvenesc|nunca|conseguir|ganhar dinheiro|lucrar|dormir (?:bem|a noite|como))\w*" + _REST,
        r"(emagreca|emagrecer|perca|perder|elimine|dobre|triplique|ganhe|fature|lucre|rejuvenesca|aprenda|fale|seque) (?:\w+ ){0,4}?(?:em (?:so |apenas )?(?:\d+|um|uma|dois|duas|tres|poucos|poucas|sete|dez|trinta) (?:dia|semana|mes|hora|minuto)\w*|sem (?:esforco|dieta|estudar|sair|fazer nada))" + _SHORT,
        r"(fluente|fluencia) (?:em|ate) (?:\d+|\w+) \w+", r"(aprovacao|resultado|resultados|sucesso|emprego|contemplacao|retorno|lucro|lucros|cura|emagrecimento) (?:cert[oa]s?|imediat[oa]s?|instantane[oa]s?|definitiv[oa]s?|permanentes?|milagros[oa]s?|em (?:\d+|poucos|poucas|uma|dois|duas|tres) \w+)" + _SHORT, r"(milagros|instantane)[oa]s?(?: \w+)?", r"de primeira=>de primeira(?= tentativa)",
        r"(todo mundo|todos|quem \w+) (?:\w+ )?(?:passa|emagrece|consegue|sai fluente|sai empregad)\w*" + _SHORT, r"sem (?:precisar )?(?:esforco|dor)(?: algum| nenhum| nenhuma| alguma)", r"para sempre (?:livre|sem|jovem)" + _SHORT, r"(volta|voltam|volte) a (?:ser jovem|enxergar|ouvir|andar|nascer|crescer)" + _SHORT,
    ),
    en=(
        r"never (?!mind)(?:\w+ ){1,8}?again\b", r"no more (?!than)" + r"\w+(?: \w+){0,3}", r"(you'll|you will|you)=>you(?:'ll| will) never" + _REST, r"you=>you(?:'ll| will| are going to) (?:\w+ )?(?:be (?:fluent|rich|cured|pain|free of|approved|hired|debt|slimmer|thinner|younger|able to)|lose (?:weight|\w+ (?:pounds|kilos|kg|lbs|inches))|double|triple|pass|speak|earn|make money|look (?:\w+ )?younger|master|sleep (?:like|through|better)|land|win|save thousands|become|ace|get (?:the job|hired|approved|rich|results))\w*" + _REST,
        r"whatever happens,? you" + _REST, r"(cures|curing|cured) (?:\w+ ?){1,3}", r"cure (?:for|your|any|all|the|a|chronic)" + _SHORT, r"once and for all", r"(gone|away|eliminated|banish\w*|rid|ends|end|disappear|vanish|beat|stops) (?:\w+ ){0,3}?(?:for good|forever|overnight|permanently|for ever)", r"for good=>for good(?=[.!,]|$)",
        r"(say|wave) goodbye to(?: \w+){1,3}", r"goodbye,? (?:to )?(?:wrinkle|pain|acne|stress|debt|back|spots|cellulite|headache|dandruff|bugs|stains)\w*", r"(lose|drop|shed|double|triple|earn|make|gain|learn|speak) (?:[\w$£€,%]+ ){0,4}?in (?:just |only )?(?:\d+|a|one|two|three|seven|ten|thirty) (?:day|week|month|hour|minute)\w*", r"(instant|overnight|miracle|miraculous|permanent|immediate|certain|proven) (?:results?|cure|success|relief|weight loss|approval|fix|remedy)",
        r"results? (?:in|within|after) (?:just |only )?(?:\d+|a|one|two|three|days|hours|minutes|weeks)(?: \w+)?", r"(eliminates?|erases?|removes?|kills?|stops?|fixes|heals?|ends?|wipes out) (?:all |every |any |100 ?% of |your )+(?:\w+ ?){1,3}", r"(fluent|rich|slim|debt-free|pain-free) (?:by|in|within) \w+(?: \w+)?", r"mark (?:our|my) words", r"(everyone|everybody|all students) (?:passes|succeeds|wins|gets in|loses weight)",
        r"without (?:any )?(?:effort|lifting a finger|dieting|studying)",
    ),
    es=(
        r"nunca mas" + _REST, r"jamas (?:volver|vuelv|sufr|perd|tendr|necesit)\w*" + _REST, r"no (?:volveras|vuelves|volvera) a" + _REST, r"(ningun|ninguna) (?:\w+ ){1,2}?(?:vuelve|volvera|se resiste|escapa|queda|sobrevive)\w*" + _REST,
        r"(acab|elimin|quit|combat|extermin|desaparec|resuelv|termin|librat|cura|borr)\w* (?:\w+ ){0,3}?(?:de una vez|para siempre|por completo|definitivamente|completamente|totalmente|100 ?%|de la noche a la manana|al instante|en (?:pocos|pocas|\d+) \w+|de raiz)" + _REST,
        r"(acaba|acabe|acabar|acaban|fin) (?:con|de|a|del) (?:(?:el|la|los|las|tu|tus) )?(?:gripe|dolor|acne|granos|arrugas?|celulitis|caspa|ansiedad|insomnio|caida|mancha|estres|migrana|diabetes|cancer|depres|alerg|infec|varice|artritis|grasa|ojera|estria|fatiga|fiebre|resfriado|deuda)\w*", r"(cura|curan|curar|curara|cure) (?:el|la|los|las|tu|tus|cualquier|tod[oa]s?|enferm\w+|definitiv\w+)" + _SHORT,
        r"(dile adios|di adios|adios|despidete|olvidate) (?:a|al|de|del)(?: \w+){1,3}", r"(vas a|lograras|conseguiras|hablaras|adelgazaras|perderas|ganaras|duplicaras|triplicaras|aprobaras|seras|dominaras|dormiras|rejuveneceras|facturaras|obtendras) (?:\w+ ?)?(?:aprob|hablar|adelgaz|peso|kilos|fluid|aprobad|ingles|bilingue|rico|millonari|dinero|ingresos|ventas|el examen|la oposicion|\d|el trabajo|empleo|joven|ganar|dormir|resultado|dupli|en )\w*" + _REST,
        r"(adelgaza|pierde|baja|duplica|triplica|gana|aprende|habla|rejuvenece|quema) (?:[\w$€,%]+ ){0,4}?(?:en (?:solo |apenas |tan solo )?(?:\d+|un|una|dos|tres|pocos|pocas|siete|diez|treinta) (?:dia|semana|mes|hora|minuto)\w*|sin (?:esfuerzo|dieta|estudiar|hacer nada))" + _SHORT, r"(aprobacion|resultado|resultados|exito|empleo|cura) (?:segur[oa]s?|inmediat[oa]s?|instantane[oa]s?|definitiv[oa]s?|permanentes?|milagros[oa]s?|en (?:\d+|pocos|pocas|una|dos|tres) \w+)" + _SHORT,
        r"(milagros|instantane)[oa]s?(?: \w+)?", r"pase lo que pase,?" + _REST, r"pagaras menos" + _REST, r"(todos|todo el mundo|quien \w+) (?:\w+ )?(?:aprueba|adelgaza|consigue)\w*" + _SHORT, r"sin (?:ningun )?(?:esfuerzo|dolor) (?:alguno|ninguno)",
    ),
)  # fmt: skip

_NOT = re.compile(
    r"\b(?:nao|no|not|nem|never|nunca|sem|sin|without|cannot|isn't|aren't|don't|nenhuma?|ningun[oa]?|ni)\b(?: \w+){0,3} ?$"
)
_GUARANTEE = re.compile(r"garant|guarant|assegur|asegur|assur|promis|promet")
_COMMON = frozenset(
    "garan guara asseg asegu assur prome promi nunca jamai never again mais para sempr voce sua seus com sem total compl"
    " absol tudo todo todos todas qualq cualq every happe whate pase adeus adios dile goodb forev siemp vez over your you'l"
    " will what nenhu ningu volta vuelv volve preci neces defin diga despi satis resul dinhe dinero money back volta vuelt"
    " quien quem isso este esta that this more with from into have been were they them then than".split()
) - {"satis", "resul", "dinhe", "diner", "money"}  # fmt: skip


def guarantees(copy: Copy) -> Iterator[Claim]:
    """What copy promises, with the evidence that makes the same promise."""
    for name, text in copy.texts.items():
        taken = -1
        for family, needed in ((_NAMED, _GUARANTEE), (_REFUND, _REFUNDS), (_SAFE, _SAFETY), (_RESULT, None)):
            for match in family.find(text, copy.locale):
                if match.start() < taken or _denied(text, match):
                    continue
                taken = max(taken, match.end())
                yield _claim(copy, name, text, match, needed)


def _denied(text: Text, match: re.Match[str]) -> bool:
    return _NOT.search(text.folded, text.sentence(match.start())[0], match.start()) is not None


def _claim(copy: Copy, name: str, text: Text, match: re.Match[str], needed: re.Pattern[str] | None) -> Claim:
    start, end = match.span()
    if needed is _GUARANTEE:
        start = _object(text, start)
    quote = copy.fields[name][start:end].rstrip(" ,;:")
    asked = _asked(text, start, end)
    supports = [one for source in copy.valid if (one := _promised(source, asked, needed))]
    expired = not supports and any(_promised(source, asked, needed) for source in copy.lapsed)
    return Claim(
        kind="guarantee", field=name, start=start, end=start + len(quote), text=quote, value=match[0].strip(),
        support=supports, expired=expired,
    )  # fmt: skip


def _object(text: Text, start: int) -> int:
    """From the thing that is guaranteed, where it stands before: `resultado garantido`."""
    before = re.search(
        r"(?:\w+ )?(?:(?:e|is|are|esta|estan|com|with|con) )?$", text.folded[text.sentence(start)[0] : start]
    )
    return start - len(before[0]) if before else start


def _asked(text: Text, start: int, end: int) -> frozenset[str]:
    """The words that say what is promised; those of the whole sentence where the promise itself has none."""
    return stems(text.folded[start:end]) - _COMMON


def _promised(source: Source, asked: frozenset[str], needed: re.Pattern[str] | None) -> Support | None:
    """The sentence of evidence that promises it too, and does not deny it."""
    wording = known_text(wording_of(source))
    for start, end in wording.sentences:
        sentence = wording.folded[start:end]
        word = needed.search(sentence) if needed else None
        if needed and (word is None or (needed is _GUARANTEE and _NOT.search(sentence[: word.start()]))):
            continue
        if asked & stems(sentence) or (word and not asked):
            return support(source, start, end)
    return None
