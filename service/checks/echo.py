"""Instructions, prompt text and model talk, which no reader should meet."""

from __future__ import annotations

import re
from collections.abc import Iterator

from service.checks.copy import Copy
from service.checks.models import Finding
from service.checks.phrases import Phrases

_PT_COPY = r"(?:versao|versoes|opcao|opcoes|variacao|variacoes|sugestao|sugestoes|rascunho|alternativas?|proposta|ideias? de|exemplos? de|texto|copy|e-?mail|mensagem|notificac\w+|resposta|titulos?|assuntos?|legenda)"
_ES_COPY = r"(?:version|versiones|opcion|opciones|variacion|variaciones|sugerencias?|borrador|alternativas?|propuestas?|ideas? de|ejemplos? de|texto|copy|correo|mensaje|notificac\w+|respuesta|titulos?|asuntos?)"
_EN_COPY = r"(?:versions?|options?|variations?|variants?|suggestions?|drafts?|alternatives?|rewrite|revision|copy|e-?mails?|message|notifications?|response|subject lines?|headlines?|captions?|taglines?|text|take|examples? of|revised)"

_TALK = Phrases(
    pt=(
        r"como (?:um |uma |sou um |sou uma )?(?:ia|inteligencia artificial|modelo de (?:linguagem|ia)|assistente (?:virtual|de ia|de inteligencia)|llm)\b",
        r"sou (?:apenas |so )?(?:um |uma )?(?:ia|modelo de|inteligencia artificial|assistente de ia)\b(?: \w+)?", r"nao (?:tenho acesso|posso (?:ajudar|atender|gerar|criar|fornecer|escrever|cumprir)|consigo (?:gerar|acessar|ajudar))\b(?: \w+){0,4}",
        rf"(claro|certo|perfeito|entendido|pronto|otimo|combinado|beleza)[!,.:]+ (?:\w+ )?(?:aqui|segue|seguem|abaixo|vou|eis|veja|vai|posso)(?: \w+){{0,6}}",
        rf"(aqui|segue|seguem|eis|abaixo|veja)(?: (?:esta|estao|vai|vao|tem|voce tem|abaixo|segue|seguem|uma|um|as|os|a|o|tres|duas|dois|quatro|cinco|\d+|algumas|alguns|sua|seu|minha|nova|outra|a seguir)){{0,5}} {_PT_COPY}\b(?=[^.!?\n]{{0,60}}(?::| mais | d[eo] | para | com | revisad| reescrit| ajustad))",
        r"(versao|texto) (?:mais )?(?:persuasiv\w+|revisad\w+|reescrit\w+|melhorad\w+|otimizad\w+|ajustad\w+)(?: \w+){0,3}", r"espero (?:ter ajudado|que (?:ajude|isso ajude|atenda|seja util))(?: \w+){0,3}",
        r"se (?:quiser|desejar|preferir),? (?:eu )?posso(?: \w+){0,4}", r"(posso|quer que eu|gostaria que eu) (?:ajust|reescrev|encurt|adapt|refin|cri|ger)\w*(?: \w+){0,4}", r"me avise se (?:quiser|precisar)(?: \w+){0,4}", r"conforme solicitado", r"conforme (?:o |seu )?(?:pedido|briefing|prompt)(?: \w+)?",
    ),
    en=(
        r"as (?:an|a) (?:\w+ )?(?:ai|a\.i\.|language model|llm|large language|artificial intelligence|virtual assistant|chatbot)\b(?: \w+)?", r"i(?:'m| am) (?:just |only )?an? (?:ai|language model|large language|llm|artificial|assistant)\b(?: \w+)?", r"i=>i (?:can't|cannot|can not|am unable to|'m unable to|don't) (?:help|assist|comply|access|have access|generate|write|fulfil|provide|create|browse)\b(?: \w+){0,4}", r"i'm sorry,? but i\b(?: \w+){0,4}", r"i'd be happy to(?: \w+){0,4}", r"i've (?:written|created|drafted|made|rewritten|kept|shortened|crafted|used|included)(?: \w+){0,5}", r"i (?:have )?(?:written|drafted|rewrote|crafted|rewritten|shortened)(?: \w+){0,5}",
        r"(sure|certainly|absolutely|okay|got it|great|understood|alright|no problem)[!,.:]+ (?:\w+ )?(?:here|below|i|let|this is|see)\b(?:'s|'ll|'ve)?(?: \w+){0,6}", r"of course[!,.:]+ (?:here|below|i|let)\b(?:'s|'ll|'ve)?(?: \w+){0,6}", r"(ok)[!,.:]+ (?:here|below|i)\b(?:'s|'ll)?(?: \w+){0,6}",
        rf"(here|below|here's)(?:'s| is| are|'re)?(?: (?:is|are|a|an|the|your|some|my|three|two|four|five|\d+|another|few|revised|new|possible|updated|shorter|more|other|different|improved|polished|punchier|friendlier|catchy)){{0,5}}(?: \w+,?){{0,2}} {_EN_COPY}\b(?=[^.!?\n]{{0,60}}(?::| for | of | that | with | to |\.))",
        r"let me know if (?:you(?:'d)?|this|there|i)\b(?: \w+){0,6}", r"(hope|hopefully) this (?:helps|works|meets)(?: \w+){0,3}", r"would you like me to(?: \w+){0,4}", r"feel free to (?:adjust|edit|modify|tweak|customi[sz]e|let me know)(?: \w+){0,4}", r"as requested[,:]?(?: \w+){0,3}", r"(knowledge cutoff|training data)", r"knowledge cut-?off(?: \w+)?", r"my (?:training|knowledge|instructions|guidelines|programming|prompt)\b(?: \w+){0,3}",
    ),
    es=(
        r"como (?:un |una |soy un |soy una )?(?:ia|inteligencia artificial|modelo de (?:lenguaje|ia)|asistente (?:virtual|de ia)|llm)\b", r"soy (?:solo )?(?:un |una )?(?:ia|modelo de|inteligencia artificial|asistente de ia)\b(?: \w+)?", r"no (?:tengo acceso|puedo (?:ayudar|atender|generar|crear|proporcionar|escribir|cumplir|acceder))\b(?: \w+){0,4}", r"lo siento,? (?:pero )?(?:no puedo|como)\b(?: \w+){0,4}",
        r"(claro|por supuesto|perfecto|entendido|listo|desde luego|vale|genial|de acuerdo)[!,.:]+ (?:\w+ )?(?:aqui|abajo|a continuacion|te dejo|va|van|este|esta|puedo|he)\b(?: \w+){0,6}", r"por supuesto[!,.:]+ (?:aqui|a continuacion|te|va)\b(?: \w+){0,6}", r"claro que si[!,.:]+ (?:aqui|a continuacion|te|va)\b(?: \w+){0,6}", r"desde luego[!,.:]+ (?:aqui|a continuacion|te|va)\b(?: \w+){0,6}",
        rf"(aqui|abajo|te dejo|estas son|esta es)(?: (?:esta|estan|va|van|tienes|te dejo|hay|una|un|las|los|la|el|tres|dos|cuatro|cinco|\d+|algunas|algunos|tu|mi|nueva|otra)){{0,5}} {_ES_COPY}\b(?=[^.!?\n]{{0,60}}(?::| mas | de | para | con | revisad| reescrit| mejorad))", rf"a continuacion(?: \w+){{0,4}} {_ES_COPY}\b", r"(version|texto) (?:mas )?(?:persuasiv\w+|revisad\w+|reescrit\w+|mejorad\w+|optimizad\w+)(?: \w+){0,3}",
        r"espero que (?:te )?(?:ayude|sirva|sea util|te guste)(?: \w+){0,3}", r"(quieres|quieres que|deseas) que (?:lo|la|te|ajuste|reescrib|acorte)\w*(?: \w+){0,4}", r"(puedo) (?:ajustar|reescribir|acortar|adaptar|generar|crear)\w*(?: \w+){0,4}", r"(avisame|dime) si (?:quieres|necesitas|deseas)(?: \w+){0,4}", r"como (?:has |me )?(?:solicitado|pediste|pedido)(?: \w+)?", r"segun lo solicitado",
    ),
)  # fmt: skip

_ORDERS = Phrases(
    pt=(
        r"(ignore|ignora|ignorar|desconsidere|esqueca|esquece|desobedeca|descarte|anule|desconsiderar) (?:\w+ ){0,3}?(?:instruc\w+|regras|ordens|orientac\w+|prompts?|comandos|diretrizes|acima|que foi dito|anterior\w*)(?: \w+){0,3}", r"(prompt|mensagem|instruc\w+) (?:do|de) sistema", r"(voce|vc) e (?:agora )?(?:um|uma) (?:assistente|redator\w*|especialista|copywriter|modelo|ia|profissional de marketing|chatbot)(?: \w+){0,3}", r"(aja|atue|comporte-se|finja|responda) (?:como|que|ser|apenas|somente|so) (?:\w+ ?){1,4}",
        r"(responda|escreva|redija|gere|retorne|devolva|crie|reescreva|traduza|resuma|produza|use|mantenha|inclua|adote) (?:\w+ ){0,4}?(?:json|tom (?:\w+)|palavras|caracteres|e-?mail (?:\w+ )?(?:de|para|sobre|mais)|prompt|evidencias?|token|assunto (?:curto|com)|texto acima|texto abaixo|portugues|ingles|espanhol|linguagem|persona|cta)\b(?: \w+){0,4}", r"nao (?:mencione|mencionar|cite|citar|use|inclua|incluir|revele|revelar|invente|inventar|fale) (?:\w+ ){0,3}?(?:concorren\w+|preco\w*|nome|lead|cliente|evidenc\w+|instruc\w+|prompt|dados|emojis?|maiusculas|marca)\b(?: \w+)?", r"(tom|angulo|publico|publico-alvo|tom de voz|persona|objetivo|briefing|estilo|formato|canal|locale|idioma)(?: de voz)?: ?\w+(?: \w+){0,3}", r"(maximo|limite) (?:de )?\d+ (?:palavras|caracteres)", r"(ate|maximo|minimo|menos de) (?:de )?\d+ (?:palavras|caracteres)", r"(revele|mostre|repita|imprima|exiba) (?:\w+ ){0,3}?(?:prompt|instruc\w+|sistema)\b", r"(segundo|conforme|de acordo com|ver|fonte|com base n[ao]s?) (?:a |as |o |os )?(?:evidencias? \w+|evidencia|evidencias fornecidas|fonte e\d|contexto fornecido|passagem \w?\d+)", r"evidencias? [a-z]?\d+", 
    ),
    en=(
        r"(ignore|disregard|forget|override|bypass|discard|overlook|neglect) (?:\w+ ){0,4}?(?:instructions?|rules|orders|prompts?|commands?|guidelines|directions|above|previous|prior|everything|tasks?|assignments?|information)\b(?: \w+){0,5}", r"(system|hidden|original|initial|developer) (?:prompt|message|instructions?)", r"prompt injection", r"you are (?:now )?(?:a|an|the) (?:\w+ )?(?:assistant|copywriter|ai|expert|chatbot|language|marketing|marketer|helpful|model|senior|professional writer|bot)\b(?: \w+){0,4}", r"(act|pretend|behave|respond|roleplay) (?:as|like|that|to be|only|exclusively) (?:\w+ ?){1,4}",
        r"(answer|respond|reply|write|return|output|generate|create|rewrite|translate|summari[sz]e|produce|use|keep|include|compose|make|draft) (?:\w+ ){0,4}?(?:json|friendly tone|\w+ tone|tone|words|characters|e-?mail|prompt|evidence|token|subject line|text above|text below|paragraph|in english|in spanish|in portuguese|persona|cta|placeholders?|copy)\b(?: \w+){0,4}", r"do not (?:mention|include|reveal|cite|invent|refer to)(?: \w+){0,4}", r"don't (?:mention|include|reveal|cite|invent|refer to)(?: \w+){0,4}", r"(tone|angle|audience|target audience|persona|objective|goal|brief|briefing|style|format|channel|locale|language|instruction|instructions|constraints|context|role)(?: of voice)?: ?\w+(?: \w+){0,3}", r"(max|maximum|limit|under|within|at most|no more than|up to|fewer than) (?:of )?\d+ (?:words|characters|chars)", r"(no more|at most|up to|less|fewer) (?:than )?\d+ (?:words|characters|chars)", r"(reveal|show|repeat|print|display|tell) (?:\w+ ){0,3}?(?:prompt|instructions|system message)\b", r"(according to|based on|per|see|as per|from) (?:the )?(?:evidence(?: \w?\d+)?|provided (?:context|evidence|passages)|source e?\d|passage \w?\d+)", r"(based on|according to|as per) the (?:evidence|provided|context|passages?|sources?)\b(?: \w+)?", r"evidence [a-z]?\d+", r"per evidence(?: \w+)?",
    ),
    es=(
        r"(ignora|ignore|ignorar|ignoren|omite|olvida|olvide|olvidate|descarta|desestima|desobedece) (?:de )?(?:\w+ ){0,3}?(?:instruc\w+|reglas|ordenes|indicac\w+|prompts?|comandos|directrices|anterior\w*|lo dicho)(?: \w+){0,3}", r"(prompt|mensaje|instruc\w+) (?:del|de) sistema", r"eres (?:ahora )?(?:un|una) (?:asistente|redactor\w*|expert\w+|copywriter|modelo|ia|profesional|chatbot)(?: \w+){0,3}", r"(actua|comportate|finge|responde) (?:como|que|ser|solo|unicamente) (?:\w+ ?){1,4}",
        r"(responde|responda|escribe|escriba|redacta|redacte|genera|genere|devuelve|crea|reescribe|traduce|resume|produce|usa|usar|manten|incluye|adopta) (?:\w+ ){0,4}?(?:json|tono \w+|palabras|caracteres|correo (?:\w+ )?(?:de|para|sobre|mas)|prompt|evidencias?|token|asunto (?:corto|con)|texto anterior|texto de arriba|espanol|ingles|portugues|lenguaje|persona|cta)\b(?: \w+){0,4}", r"no (?:menciones|mencionar|mencione|cites|citar|uses|usar|incluyas|incluir|reveles|revelar|inventes|inventar|hables) (?:\w+ ){0,3}?(?:competenc\w+|precio\w*|nombre|lead|cliente|evidenc\w+|instruc\w+|prompt|datos|emojis?|mayusculas|marca)\b(?: \w+)?", r"(tono|angulo|publico|publico objetivo|persona|objetivo|briefing|estilo|formato|canal|locale|idioma)(?: de voz)?: ?\w+(?: \w+){0,3}", r"(maximo|limite) (?:de )?\d+ (?:palabras|caracteres)", r"(hasta|maximo|minimo|menos de) (?:de )?\d+ (?:palabras|caracteres)", r"(revela|muestra|repite|imprime) (?:\w+ ){0,3}?(?:prompt|instruc\w+|sistema)\b", r"(segun|conforme|de acuerdo con|ver|fuente|con base en) (?:a )?(?:la |las |el |los )?(?:evidencias? \w+|evidencia|fuente e\d|contexto proporcionado|pasaje \w?\d+)", r"evidencias? [a-z]?\d+",
    ),
)  # fmt: skip

_MARKS = re.compile(
    r"[\[(](?:e|ev|p|o|b|src|ref|doc|s)[-_]?\d{1,3}(?:, ?(?:e|ev|p|o|b)\d{1,3})*[\])]|\[(?:\d{1,2})\]"
    r"|</?(?:evidence|system|user|assistant|context|instructions?|prompt|brief|output|copy|lead|task)\b[^>\n]{0,80}>?|<\|[a-z_]+\|?>?|\[/?inst\]|\[/?sys\]"
    r"|[{,]\s*[\"'][a-z_]+[\"']\s*:|^\s*[\"'](?:subject|headline|body|cta|text|title|preheader|alt|button)[\"']\s*:|[\"']\s*:\s*[\"'\[{]|```(?:json)?"
    r"|(?:^|\n)\s*#{2,} ?(?:instruc\w+|system|prompt|response|output|resposta|respuesta|task)\b"
    r"|(?:^|\n)\s*[\[(*\"]{0,2}(?:system|assistant|user|human|sistema|usuario|asistente|assistente|prompt|instruc(?:ao|oes|cion|ciones|tions?))[\])*]{0,2} ?:[^.!?\n]{0,80}"
    r"|(?:^|\n)\s*\*{0,2}(?:subject(?: line)?|preheader|headline|body|cta|assunto|titulo|corpo|asunto|cuerpo|call to action|version \d|versao \d|option [\da-c]|opcao [\da-c]|opcion [\da-c]|variant [\da-c]|output|resposta|respuesta)\*{0,2} ?: "
    r"|\[(?:tono?|tom|tone|nota|note|insert|inserir|insira|insertar|instruc|placeholder|cta|imagem|image|imagen|link|max|audience|publico|angulo|angle|brief|todo)\b[^\]\n]{0,160}\]?"
    r"|\b(?:angle|angulo|tone|locale|channel|evidence_ids?|content_id|claim_ids?|traits?|first_name|contract)\s*[:=] ?\"?(?:benefit|urgency|beneficio|proof|curiosity|pt-br|en|es|email|banner|friendly|\[|e\d|\w+_\w+)\b"
)
_SIGNS = ("[", "<", "{", "```", "##", '"', ":", "(")


def echo(copy: Copy) -> Iterator[Finding]:
    """Every sentence that speaks to a model, or is a model speaking of its work."""
    for name, text in copy.texts.items():
        if not text.folded:
            continue
        spans = [match.span() for family in (_TALK, _ORDERS) for match in family.find(text, copy.locale)]
        if copy.locale != "en":
            # Models fall back to English, and instructions are mostly written in it.
            spans += [match.span() for family in (_TALK, _ORDERS) for match in family.find(text, "en")]
        if any(sign in text.folded for sign in _SIGNS):
            spans += [match.span() for match in _MARKS.finditer(text.folded)]
        end = -1
        for start, last in sorted(spans):
            if start >= end:
                _, end = text.sentence(start)
                end = max(last, end)
                while text.folded[start] in " \n":
                    start += 1
                yield copy.finding("injection.echo", name, start, len(copy.fields[name][:end].rstrip()))
