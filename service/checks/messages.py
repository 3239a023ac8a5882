"""What findings say to people, in the copy's locale: what is wrong and why, and what would mend it."""

from __future__ import annotations

from collections.abc import Mapping

from service.types import Locale

_MESSAGES: dict[str, dict[Locale, tuple[str, str | None]]] = {
    "claim.price": {
        "pt-BR": ("O valor “{quote}” não está nas evidências nem resulta delas.", "Use um valor das evidências."),
        "en": (
            "The amount “{quote}” is in no evidence and does not follow from any.",
            "Use an amount from the evidence.",
        ),
        "es": (
            "El importe “{quote}” no está en las evidencias ni resulta de ellas.",
            "Usa un importe de las evidencias.",
        ),
    },
    "claim.percent": {
        "pt-BR": (
            "O percentual “{quote}” não está nas evidências nem resulta delas.",
            "Use um percentual das evidências.",
        ),
        "en": (
            "The percentage “{quote}” is in no evidence and does not follow from any.",
            "Use one from the evidence.",
        ),
        "es": ("El porcentaje “{quote}” no está en las evidencias ni resulta de ellas.", "Usa uno de las evidencias."),
    },
    "claim.date": {
        "pt-BR": ("Nenhuma evidência traz a data “{quote}”.", "Use a data das evidências ou retire-a."),
        "en": ("No evidence gives the date “{quote}”.", "Use the date in the evidence, or leave it out."),
        "es": ("Ninguna evidencia da la fecha “{quote}”.", "Usa la fecha de las evidencias o quítala."),
    },
    "claim.quantity": {
        "pt-BR": ("Nenhuma evidência traz a quantidade “{quote}”.", "Use um número das evidências ou retire-o."),
        "en": ("No evidence gives the number “{quote}”.", "Use a number from the evidence, or leave it out."),
        "es": ("Ninguna evidencia da la cantidad “{quote}”.", "Usa un número de las evidencias o quítalo."),
    },
    "claim.expired": {
        "pt-BR": (
            "“{quote}” só aparece em uma evidência que já não vale.",
            "Retire a afirmação ou use uma oferta vigente.",
        ),
        "en": ("“{quote}” rests only on evidence that is no longer valid.", "Leave it out or use a current offer."),
        "es": ("“{quote}” solo se apoya en una evidencia que ya no vale.", "Quítalo o usa una oferta vigente."),
    },
    "claim.link": {
        "pt-BR": ("O endereço “{quote}” não está nas evidências.", "Aponte para um conteúdo das evidências."),
        "en": ("The address “{quote}” is in no evidence.", "Point to a content item in the evidence."),
        "es": ("La dirección “{quote}” no está en las evidencias.", "Apunta a un contenido de las evidencias."),
    },
    "claim.reference": {
        "pt-BR": ("O campo {field} aponta para “{target}”, que não está nas evidências ou não tem endereço.", None),
        "en": ("The field {field} points to “{target}”, which is not in the evidence or has no address.", None),
        "es": ("El campo {field} apunta a “{target}”, que no está en las evidencias o no tiene dirección.", None),
    },
    "claim.entity": {
        "pt-BR": ("O nome ou cupom “{quote}” não está nas evidências.", "Use o das evidências ou retire-o."),
        "en": ("The name or coupon “{quote}” is in no evidence.", "Use the one in the evidence, or leave it out."),
        "es": ("El nombre o cupón “{quote}” no está en las evidencias.", "Usa el de las evidencias o quítalo."),
    },
    "token.unknown": {
        "pt-BR": ("O contrato de atributos não permite mencionar “{name}”.", "Permitidos: {allowed}."),
        "en": ("The attribute contract does not allow “{name}” to be mentioned.", "Allowed: {allowed}."),
        "es": ("El contrato de atributos no permite mencionar “{name}”.", "Permitidos: {allowed}."),
    },
    "token.fallback": {
        "pt-BR": (
            "“{quote}” não tem o texto alternativo combinado para quem não informou o dado.",
            "Escreva {wanted}.",
        ),
        "en": ("“{quote}” lacks the agreed fallback for leads without a value.", "Write {wanted}."),
        "es": ("“{quote}” no tiene el texto alternativo acordado para quien no dio el dato.", "Escribe {wanted}."),
    },
    "token.malformed": {
        "pt-BR": ("“{quote}” parece um campo de mala direta e sairia assim, sem ser trocado.", "Escreva {wanted}."),
        "en": ("“{quote}” looks like a merge field and would be sent as it stands.", "Write {wanted}."),
        "es": ("“{quote}” parece un campo combinado y saldría así, sin reemplazar.", "Escribe {wanted}."),
    },
    "privacy.pii": {
        "pt-BR": ("“{quote}” parece um dado pessoal.", "Retire-o ou use um token."),
        "en": ("“{quote}” looks like personal data.", "Leave it out or use a token."),
        "es": ("“{quote}” parece un dato personal.", "Quítalo o usa un token."),
    },
    "injection.markup": {
        "pt-BR": ("“{quote}” é marcação ou traz sinais escondidos; este campo é só texto.", "Escreva texto puro."),
        "en": ("“{quote}” is markup or has hidden signs; this field is plain text.", "Write plain text."),
        "es": ("“{quote}” es marcado o trae signos ocultos; este campo es solo texto.", "Escribe texto plano."),
    },
    "claim.scarcity": {
        "pt-BR": (
            "“{quote}” apressa o leitor, e nenhuma evidência traz o prazo ou o estoque.",
            "Diga o prazo ou o estoque da oferta, ou retire a pressa.",
        ),
        "en": (
            "“{quote}” presses the reader, and no evidence gives a deadline or a stock.",
            "Say the offer's deadline or stock, or leave the pressure out.",
        ),
        "es": (
            "“{quote}” mete prisa, y ninguna evidencia da el plazo o las existencias.",
            "Di el plazo o las existencias de la oferta, o quita la prisa.",
        ),
    },
    "claim.superlative": {
        "pt-BR": ("Nenhuma evidência prova “{quote}”.", "Diga o que o produto tem, sem compará-lo com os outros."),
        "en": ("No evidence proves “{quote}”.", "Say what the product has, without ranking it."),
        "es": ("Ninguna evidencia prueba “{quote}”.", "Di lo que tiene el producto, sin compararlo con otros."),
    },
    "claim.guarantee": {
        "pt-BR": ("Nenhuma evidência promete “{quote}”.", "Prometa só o que a evidência promete."),
        "en": ("No evidence promises “{quote}”.", "Promise only what the evidence promises."),
        "es": ("Ninguna evidencia promete “{quote}”.", "Promete solo lo que promete la evidencia."),
    },
    "claim.scope": {
        "pt-BR": ("“{quote}” vai além das condições da evidência.", "Diga para quem e onde o benefício vale."),
        "en": ("“{quote}” goes beyond the terms in the evidence.", "Say whom and where the benefit is for."),
        "es": ("“{quote}” va más allá de las condiciones de la evidencia.", "Di para quién y dónde vale el beneficio."),
    },
    "token.agreement": {
        "pt-BR": (
            "“{quote}” concorda com um gênero que o token não tem para todos.",
            "Escreva “{replacement}”, que serve a qualquer pessoa.",
        ),
        "en": ("“{quote}” takes a gender that the token does not have for everyone.", "Write “{replacement}”."),
        "es": (
            "“{quote}” concuerda con un género que el token no tiene para todos.",
            "Escribe “{replacement}”, que sirve a cualquier persona.",
        ),
    },
    "privacy.forbidden": {
        "pt-BR": ("“{quote}” mostra um dado que o contrato proíbe usar: {name}.", "Escreva sem apontar para ele."),
        "en": ("“{quote}” shows an attribute that the contract forbids: {name}.", "Write without pointing at it."),
        "es": ("“{quote}” muestra un dato que el contrato prohíbe: {name}.", "Escribe sin señalarlo."),
    },
    "privacy.select_only": {
        "pt-BR": ("“{quote}” diz um dado que só pode escolher o conteúdo: {name}.", "Fale do produto, não da pessoa."),
        "en": ("“{quote}” tells an attribute that may only choose content: {name}.", "Speak of the product instead."),
        "es": ("“{quote}” dice un dato que solo puede elegir el contenido: {name}.", "Habla del producto."),
    },
    "injection.echo": {
        "pt-BR": ("“{quote}” é fala de modelo ou instrução, e não texto para o leitor.", "Retire esse trecho."),
        "en": ("“{quote}” is model talk or an instruction, not copy for a reader.", "Leave it out."),
        "es": ("“{quote}” es habla de modelo o una instrucción, no texto para el lector.", "Quita ese fragmento."),
    },
    "style.language": {
        "pt-BR": ("“{quote}” não está em português.", "Escreva em português."),
        "en": ("“{quote}” is not in English.", "Write it in English."),
        "es": ("“{quote}” no está en español.", "Escríbelo en español."),
    },
    "style.shouting": {
        "pt-BR": ("“{quote}” grita com o leitor.", "Escreva “{replacement}”."),
        "en": ("“{quote}” shouts at the reader.", "Write “{replacement}”."),
        "es": ("“{quote}” le grita al lector.", "Escribe “{replacement}”."),
    },
    "style.spam": {
        "pt-BR": ("“{quote}” é frase típica de spam.", "Diga o que o leitor encontra ou faz."),
        "en": ("“{quote}” is a stock spam phrase.", "Say what the reader finds or does."),
        "es": ("“{quote}” es una frase típica de spam.", "Di lo que el lector encuentra o hace."),
    },
    "terms.banned": {
        "pt-BR": ("O espaço de trabalho não usa “{quote}”.", "Troque a palavra."),
        "en": ("This workspace does not use “{quote}”.", "Use another word."),
        "es": ("Este espacio de trabajo no usa “{quote}”.", "Cambia la palabra."),
    },
    "terms.required": {
        "pt-BR": ("Nenhum campo traz “{term}”.", "Inclua “{term}”."),
        "en": ("No field holds “{term}”.", "Include “{term}”."),
        "es": ("Ningún campo contiene “{term}”.", "Incluye “{term}”."),
    },
    "style.too_long": {
        "pt-BR": ("Tem {length} caracteres; o limite deste campo é {limit}.", "Encurte para até {limit}."),
        "en": ("Has {length} characters; this field's limit is {limit}.", "Shorten it to {limit} or fewer."),
        "es": ("Tiene {length} caracteres; el límite de este campo es {limit}.", "Acórtalo a {limit} o menos."),
    },
    "style.long": {
        "pt-BR": ("Tem {length} caracteres; até {limit} costuma ser lido inteiro.", None),
        "en": ("Has {length} characters; up to {limit} is usually seen in full.", None),
        "es": ("Tiene {length} caracteres; hasta {limit} suele verse completo.", None),
    },
    "style.empty": {
        "pt-BR": ("O campo {field} está vazio.", None),
        "en": ("The field {field} is empty.", None),
        "es": ("El campo {field} está vacío.", None),
    },
    "style.repeats": {
        "pt-BR": ("Repete o campo {other}.", "Diga algo que complete o outro campo."),
        "en": ("Repeats the field {other}.", "Say something that adds to the other field."),
        "es": ("Repite el campo {other}.", "Di algo que complete el otro campo."),
    },
}


def explain(code: str, locale: Locale, details: Mapping[str, object]) -> tuple[str, str | None]:
    """The message of a finding and its fix, if there is one to give."""
    message, fix = _MESSAGES[code][locale]
    return message.format_map(details), fix.format_map(details) if fix else None
