"""Words that have a capital without being a name that evidence must give."""

from __future__ import annotations

import re

from service.checks.words import wordset

_CALENDAR = (
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august"
    " september october november december janeiro fevereiro marco abril maio junho julho agosto setembro outubro"
    " novembro dezembro enero febrero marzo mayo junio julio septiembre octubre noviembre diciembre"
    " segunda terca quarta quinta sexta sabado domingo lunes martes miercoles jueves viernes"
    " mon tue wed thu fri sat sun jan feb mar apr jun jul aug sep sept oct nov dec"
)
_FEAST_WORDS = (
    "natal pascoa carnaval reveillon christmas easter halloween thanksgiving hanukkah ramadan diwali navidad pascua"
    " nochebuena nochevieja reyes dia dias maes pais namorados criancas mothers mother's fathers father's valentine"
    " valentine's labor black friday cyber monday advent lent eve year's new halloween consumidor trabalhador"
)
_TONGUES = (
    "english spanish portuguese french italian german japanese chinese brazilian american british european mexican"
    " argentinian latin portugues espanhol ingles frances espanol"
)
_LANDS = (
    "brasil brazil mexico argentina chile colombia peru uruguay paraguai paraguay bolivia ecuador equador venezuela"
    " espana espanha spain portugal eua usa uk america americas europa europe latina africa asia estados unidos united"
    " states kingdom england scotland wales ireland france franca francia italia italy alemania alemanha germany"
    " canada japao japan japon china sudamerica latinoamerica centroamerica norteamerica iberoamerica britain oceania"
    " australia norte sul nordeste sudeste centro-oeste north south east west sur este oeste"
)
_THINGS = (
    "pix whatsapp sms wi-fi wifi internet bluetooth pdf app cdc procon lgpd google instagram facebook youtube telegram"
    " iphone ios android windows mac email e-mail vip faq dr dra sr sra sra. mr mrs ms don dona d srta i i'm i'll i've"
    " i'd ok voce usted tv usb led cep cpf cnpj rg sac deus god oi ola hi hello hey hola ps qr zip id gps 4g 5g"
)
LANDS = frozenset(_LANDS.split())
COMMON = frozenset(" ".join((_CALENDAR, _FEAST_WORDS, _TONGUES, _LANDS, _THINGS)).split())
"""Months, weekdays, feasts, tongues, countries, and things that everybody names."""

FEASTS = re.compile(
    r"(?:(?:feliz|happy|noite de|noche de|dia d(?:[aeo]s?|el|e l[ao]s?)|vispera de|semana d[eo]|fi?esta de) )?(?:"
    r"s(?:ao|an) (?:joao|valentim|valentin|silvestre|fermin|isidro|patricio)|corpus christi"
    r"|st\.? (?:patrick|valentine|george|andrew|david)(?:'?s)?(?: day)?"
    r"|(?:semana|sexta(?:-feira)?|viernes) sant[oa]|todos (?:os|los) santos|festas? juninas?|muertos|difuntos"
    r"|candelaria|finados|reis magos|reyes magos|tiradentes|independencia|independence day|proclamacao da republica"
    r"|(?:nossa senhora|virgen) (?:aparecida|de guadalupe)|cinco de mayo|fourth of july|memorial day"
    r"|new year(?:'?s)?(?: eve| day)?|ano n(?:ov|uev)o"
    r"|veterans day|presidents'? day|juneteenth|boxing day|bonfire night|guy fawkes(?: night)?|good friday"
    r"|mardi gras|buen fin|hot sale|volta as aulas|vuelta al cole|back to school|amor y (?:la )?amistad"
    r"|fiestas patrias|rosh hashanah|yom kippur|eid(?: al-fitr)?|lunar new year|sant jordi|hispanidad|padre|madre|nino"
    r"|consciencia negra|pentecost\w*)"
)
"""Feasts whose words could be names, and days of sales that belong to nobody, folded."""

TITLES = wordset("dr dra sr sra don dona mr mrs ms chef prof professor professora doctor doctora maestra mestre")

GREETINGS = (
    "oi", "ola", "bom dia", "boa tarde", "boa noite", "hi", "hello", "hey", "dear", "good morning", "good afternoon",
    "good evening", "hola", "buenos dias", "buenas tardes", "buenas noches", "caro", "cara", "querido", "querida",
    "estimado", "estimada", "prezado", "prezada", "obrigado", "obrigada", "thanks", "thank you", "gracias", "welcome",
    "parabens", "felicidades", "congratulations",
)  # fmt: skip
"""What comes before the reader's own name."""

STREETS = wordset(
    "rua avenida av travessa alameda praca rodovia estrada calle carrera plaza paseo camino street st road rd lane"
    " avenue ave drive boulevard court way square terrace cra cl cll av jr jiron blvd pje pasaje trv transversal"
    " diagonal dg rod al calzada r"
)
"""What a street's name begins or ends with."""

ROOMS = wordset(
    "apt apto apartment apartamento suite unit flat room floor bloco bl piso depto sala andar loja box"
    " conjunto conj casa"
    " torre tower local oficina puerta gate platform bay aisle plataforma portao stand quadra lote km edificio"
)
"""What has a number in a building or an address."""
