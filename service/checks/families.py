"""Families of attributes: by what names leads carry them, the words that tell them, and what gives them away outright.

All three languages stand together, in small letters without accents: what a model leaks does not keep to one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_NEVER = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class Family:
    """Attributes of one kind.

    `names` are read in the attribute's name. `words` speak of the matter, and point at the reader where they stand next
    to one; `outright` points at the reader by itself. `sensitive` matters are told by "your" alone: "your pregnancy".
    """

    names: re.Pattern[str]
    words: re.Pattern[str] = _NEVER
    outright: re.Pattern[str] = _NEVER
    sensitive: bool = False


def _family(names: str, words: str = "", outright: str = "", *, sensitive: bool = False) -> Family:
    return Family(
        re.compile(names),
        re.compile(rf"\b(?:{words})") if words else _NEVER,
        re.compile(rf"(?<!\w)(?:{outright})(?!\w)") if outright else _NEVER,
        sensitive,
    )


PLACE = _family(r"city|cidade|ciudad|state|estado(?!_civil)|region|regiao|country|pais|neighbo|bairro|barrio|zip|\bcep\b|location|district|home_area|^uf$|town|municip|localid")  # fmt: skip
AGE = _family(
    r"(?:^|_)age(?:$|_)|idade|edad|birth|nascimento|nacimiento|born|generation|geracao|generacion",
    r"melhor idade|terceira idade|tercera edad|senior|idos[oa]|aposentad|jubilad|mayores de|golden years|midlife|meia-idade|mediana edad|anos de idade|anos de edad|years old",
    r"(?:na|a|com|para) (?:a )?sua idade|na tua idade|quem tem a sua idade|pessoas? da sua idade|(?:melhor|terceira) idade|depois dos \w+enta|(?:vinte|trint|quarent|cinquent|sessent|setent|oitent)(?:ao|ona|oes|onas|inha|inho|oe?s)"
    r"|(?:aos|chegou aos|passou dos|na casa dos|beirando os|depois dos|apos os|com seus) (?:\d\d|vinte|trinta|quarenta|cinquenta|sessenta|setenta|oitenta)(?! ?(?:%|reais|km|kg|ml|minutos|dias|por cento|graus|de (?:janeiro|fevereiro)))(?: e \w+)?(?: anos)?"
    r"|(?:at|for) your age|people your age|someone your age|in your (?:teens|twenties|thirties|forties|fifties|sixties|seventies|eighties|\d0s)|(?:over|past|after|turning|turned|nearing|approaching|hitting|pushing) (?:the big )?(?:thirty|forty|fifty|sixty|seventy|eighty|[3-8]0)(?![\d%]| (?:recipes|colours|years of|brands|stores|people|countries))|(?:thirty|forty|fifty|sixty|seventy)-?something|(?:at|now) (?:you're|you are) \d\d|senior citizens?|(?:when|now that) you're \d\d"
    r"|a (?:tu|su) edad|(?:gente|personas|alguien) de (?:tu|su) edad|(?:rondas?|rozas?|pasas?|cumples?|cumplir|cumpliste|llegas? a|pasados|pasando|cumplidos|superas?) (?:ya )?(?:de )?los (?:\d\d|veinte|treinta|cuarenta|cincuenta|sesenta|setenta|ochenta)|a (?:tus|sus|los) (?:\d\d|treinta|cuarenta|cincuenta|sesenta|setenta)(?: y \w+)?(?: anos)?(?! ?(?:%|euros|pesos|minutos|dias|km|grados))|(?:treint|cuarent|cincuent|sesent|setent)(?:on|ona|ones|onas|anero|anera|aneros|aneras)|tercera edad|cumpl(?:es|iste|ir|iras) \w+ anos",
    sensitive=True,
)
BIRTHDAY = _family(
    r"birth|aniversar|cumple|nasc|nacim|\bdob\b", "",
    r"feliz aniversario|feliz cumpleanos|feliz cumple|happy birthday|(?:seu|teu) aniversario|(?:your|ur) (?:birthday|big day|special day)|tu cumple(?:anos)?|parabens pel[oa] seu (?:dia|aniversario)|mes do seu aniversario|birthday (?:month|girl|boy|treat|gift)|mais um ano de vida|apagar as velinhas|sopla(?:r)? (?:las )?vel(?:it)?as|blow out (?:the|your) candles",
)  # fmt: skip
GENDER = _family(
    r"gender|genero(?!_fav)|(?:^|_)sex(?:o|$)", "",
    r"(?:como|sendo|uma|toda|voce,?|siendo|para una?|para um) (?:uma? )?(?:mulher|homem|mujer|hombre|dama|cavalheiro)(?: como (?:voce|tu|usted))?|(?:a|as a|for a|being a|every) (?:busy |modern |strong |real )?(?:woman|man|lady|gentleman|girl|guy)(?: like you)|as a (?:woman|man|lady|girl|guy)|(?:ladies|gentlemen|girls|guys|meninas|garotas|mulherada|rapazes|chicas|chicos|senoras|caballeros|queridas|amigas|girlfriend|sister|brother|moca|mocas|lindas?|guerreiras?),|(?:for|para) (?:women|men|mulheres|homens|mujeres|hombres) (?:like you|como voce|como tu)|(?:mulher|homem|mujer|hombre|woman|man) (?:como voce|como tu|like you)|seu lado (?:feminino|masculino)|your (?:feminine|masculine) side|tu lado (?:femenino|masculino)",
    sensitive=True,
)  # fmt: skip
HEALTH = _family(
    r"health|saude|salud|condition|condicao|condicion|diseas|doenc|enfermedad|diagnos|illness|medic|allerg|alerg|disab|defic|discap|hearing|audic|visao|vision|graduac|sight|therap|terapia|mental|symptom|sintoma|blood|chronic|cronic|dental|smok|fuma|weight|peso|bmi|imc|sleep|sono|sueno",
    r"diabet|hipertens|hypertens|pressao alta|presion alta|high blood pressure|blood pressure|colesterol|cholesterol|asma\b|asmatic|asthma|alergi|allerg|enxaqueca|migrana|jaqueca|migraine|ansiedade|ansiedad|anxiety|depress|insonia|insomni|cancer|artrit|artros|arthrit|rosacea|acne\b|psoria|dermatit|eczema|celiac|intoleran|doenca|enfermedad|illness|sindrome|syndrome|audicao|ouvido|surdez|surd[oa]\b|hearing|oido|sordera|sord[oa]\b|deaf|audicion|miop|astigmat|presbi|eyesight|shortsighted|nearsighted|vista cansada|sua visao|tu vista|tdah|adhd|autis|sobrepeso|overweight|obes|refluxo|reflujo|gastrit|dores? nas? (?:costas|coluna|articul)|back pain|joint pain|chronic pain|dolor de (?:espalda|rodilla|cabeza)|deficien|disabilit|disabled|discapac|cadeira de rodas|wheelchair|silla de ruedas|menopaus|hemorr|incontinen|calvic|calvo|careca|hair loss|bald|queda de cabelo|caida del (?:cabello|pelo)|acima do peso|quilos (?:a mais|extras)|extra (?:pounds|kilos|weight)|kilos de mas|emagrec|lose weight|perder peso|bajar de peso|adelgaz|tireoide|tiroid|thyroid|anemi|hiv\b|vih\b|hepatit|epilep|parkinson|alzheimer|lupus|fibromialg|fibromyalg|endometrios|infertil|ozempic|insulin|fumante|smok|fumador|dente|implante|glicemia|glucosa|blood sugar|acucar no sangue|azucar en (?:la )?sangre|condicao|condicion|condition\b|diagnos|tratamento|tratamiento|treatment|flare-?ups?|crises|sintomas|symptoms|dorm(?:e|ir) mal|trouble sleeping",
    sensitive=True,
)  # fmt: skip
PREGNANCY = _family(
    r"pregnan|gravid|gestant|gestac|embaraz|maternity|matern|due_date|trimest",
    r"gravid|gestac|gestant|bebe (?:a|no) caminho|bebe (?:que )?(?:vem|esta (?:chegando|por vir))|baby on the way|little one on the way|expecting|pregnan|(?:mom|mum|mother|dad|parent)-?s?-to-be|embaraz|futur[oa] ma(?:ma|dre|mae|e)|bebe (?:en camino|que viene)|dulce espera|enxoval|maternidade|maternity|baby bump|barrig(?:ao|uinha)|trimestre|trimester|due date|nine months|nove meses|nueve meses",
    r"parabens,? (?:futura )?mamae|(?:esperando|espera) (?:um|o seu|seu|a sua) (?:bebe|filh\w+|nenem)|esperas? (?:un )?bebe|felicidades,? (?:futura )?mama|congratulations,? (?:mom|mum|mama)|comer por dois|eating for two|comer por dos|(?:seu|tu|your) (?:bebe|baby)(?: que| esta| is| on| llega)? ?(?:vem|chega|chegando|viene|llega|due|arrives|on the way|en camino|a caminho)|your bump|sua barriga",
    sensitive=True,
)  # fmt: skip
RELIGION = _family(
    r"relig|faith|(?:^|_)fe(?:$|_)|crenca|creencia|igreja|church|iglesia|worship",
    r"evangelic|catolic|catholic|cristao|crista\b|cristian|christian|judeu|judai|judia|jewish|jew\b|judio|muslim|muculman|musulman|islam|espirit(?:a|ismo)|budis|buddhis|umband|candombl|protestant|ateu|ateia|ateo|atheis|hindu|mormon|testemunha de jeova|igreja|church|iglesia|sua fe\b|your faith|tu fe\b|missa\b|paroquia|parish|parroquia|temple|templo|mosque|mezquita|sinagog|synagog|irmao em cristo|irma em cristo|sua crenca|tu creencia|ramadan|ramada|quaresma|cuaresma|lent\b|deus abencoe|god bless|dios te bendiga",
    sensitive=True,
)  # fmt: skip
POLITICS = _family(
    r"politic|party|partido|(?:^|_)vot[eo]|ideolog|union|sindicat",
    r"esquerda|direita|izquierda|derecha|conservador|conservative|progressis|progressive|liberal|democrat|republican|petista|bolsonar|lulista|socialis|comunis|militan|sindicat|union member|vot(?:ou|aste|ed)",
    sensitive=True,
)  # fmt: skip
MARITAL = _family(
    r"marital|civil|spouse|relationship|relacion|conyug|conjug|evento_vital|life_event|evento_de_vida|divorc|wed|casament|boda",
    r"casad[oa]|solteir|soltera|soltero|divorc|viuv|viud|separ(?:ou|ad|aste|aci|aca)|recem-?casad|recien casad|newlywed|single\b|married|widow|wife|husband|spouse|marido|esposa|esposo|noiv[oa]|novi[oa]\b|fiance|engaged|pareja|parceir|partner|matrimoni|casamento|boda|wedding|breakup|break-up|termino|sozinh|living alone|vive sol[oa]|mora sozinh|luto|duelo|bereave|perda|loss\b",
    r"(?:acabou de|recem|ahora que te|como recien te|recien te|now that you're|newly|recently|just) (?:se )?(?:cas|separ|divorc|enviuv|enviud|singl|married|got married|got engaged|widow)\w*|(?:te|se) (?:acabas|acaba|acabou) de (?:te |se )?(?:cas|separ|divorc)\w*|vida de solteir[oa]|single life|vida de solter[oa]",
    sensitive=True,
)  # fmt: skip
CHILDREN = _family(
    r"child|filh|kids|hij[oa]|parent(?!al_cons)|family|familia|dependent|household|tamanho_da|hogar|(?:^|_)son(?:s|$)|daughter|bebe|baby",
    r"filh[oa]s?\b|filhinh|hij[oa]s?\b|hijit|kids?\b|child\b|children|bebe|baby|mamae|papai|mom\b|moms\b|mum\b|mums\b|dad\b|dads\b|mae\b|maes\b|pai\b|pais de|madre|padre|mama\b|papa\b|parent|pequenos em casa|crianca|son\b|daughter|toddler|teenager|adolescente|nin[oa]s",
)  # fmt: skip
PETS = _family(
    r"(?:^|_)pets?(?:$|_)|species|especie|animal|(?:^|_)dogs?(?:$|_)|(?:^|_)cats?(?:$|_)|(?:^|_)cao(?:$|_)|gato|perro|mascota|breed|raca_d|raza",
    r"cao\b|caes\b|cachorr|gat[oa]s?\b|gatinh|felin|canin|perr[oa]s?\b|perrit|mascota|pets?\b|dogs?\b|pupp|cats?\b|kitten|coelh|rabbit|conej|bunn|passarinh|hamster|bichinho|bichano|peludo|furry|four-legged|quatro patas|cuatro patas|parrot|loro\b|papagaio|tartarug|tortuga|turtle|horse|cavalo|caballo|peixe|(?:gold)?fish\b",
)  # fmt: skip
INCOME = _family(
    r"income|renda|salar|ingreso|wage|earn|sueldo|net_worth|patrimon|faixa_de|social_class|classe|wealth|riqueza|orcament|budget",
    r"ganha\b|ganham\b|ganhando|salario|sueldo|renda\b|ingresos|income|earn|wage|paycheck|pay check|orcamento (?:apertado|curto|justo)|presupuesto (?:ajustado|apretado)|baixa renda|low[- ]income|bajos (?:ingresos|recursos)|ganas\b|bolsa familia|tight budget|tight on money|money(?:'s| is) tight|fim do mes|fin de mes|dinheiro curto|sobra pouco|pouco dinheiro|poco dinero|minimum wage|altos? (?:ingresos|poder)|high[- ]income|high earner|alta renda|classe [abcde]\b|patrimonio|pocket|bolso|llegar a fin",
    r"(?:com|con|on) (?:o |um |a )?(?:seu|sua|tu|your) (?:salario|renda|sueldo|income|pay|paycheck|budget|orcamento|presupuesto|bolso|wage|ingresos?)|(?:cabe|cabem|caber|entra|quepa) n?[oe]n? ?(?:seu|tu) (?:salario|renda|sueldo)|orcamento apertado|dinheiro (?:anda |esta )?curto|money is tight|on a tight budget|low[- ]income|baixa renda|bajos ingresos|high earners?|(?:people|those) who earn|quem ganha (?:ate|mais|menos|pouco|bem)|quien(?:es)? gana(?:n)?",
    sensitive=True,
)  # fmt: skip
DEBT = _family(
    r"debt|divid|deuda|credit|negativ|(?:^|_)score|default|delinq|inadimpl|overdue|moros|restric|arrears|loan|emprestimo|prestamo|late_pay",
    r"negativad|nome sujo|nome limpo|limpar (?:o )?(?:seu )?nome|divida|endivid|indebt|score\b|spc\b|serasa|inadimpl|debt|bad credit|poor credit|credit (?:score|history|rating)|overdue|deuda|endeud|moros|buro\b|dicom|veraz|numeros rojos|no vermelho|in the red|atrasad|em atraso|arrears|owe\b|(?:voce|que) deve|debes\b|restricao|credito negado|denied credit|turned down|rejected",
    r"nome (?:sujo|negativado|limpo)|limpar (?:o )?seu nome|credit (?:problems?|trouble)|bad credit|(?:saia|sair|salir|sal|get) (?:do vermelho|das dividas|de (?:tus |las )?deudas|out of debt|de los numeros rojos)|(?:sua|suas|tu|tus|your) (?:divida|dividas|deuda|deudas|debts?|score|credit score|overdraft)",
    sensitive=True,
)  # fmt: skip
WORK = _family(
    r"(?:^|_)job|employ|emprego|empleo|profiss|profes|occup|ocupac|cargo|(?:^|_)work|trabalh|trabaj|role|career",
    r"desempreg|sem emprego|sem trabalho|perdeu o emprego|unemploy|between jobs|out of work|lost your job|laid off|desemplead|sin (?:trabajo|empleo)|en (?:el )?paro\b|autonom|freelanc|aposentad|retired|retire|jubilad|procurando (?:emprego|trabalho)|job ?hunt|job ?seek|buscas (?:trabajo|empleo)|busca de (?:emprego|empleo)|advogad|medic[oa]s?\b|engenheir|ingenier|professor|profesor|lawyer|attorney|abogad|nurse|doctor|enfermeir|enfermer|teacher|engineer|motorista|driver|chofer|pedreir|albanil|contador|accountant|estudante|student|servidor public|funcionari",
    r"perdeu o emprego|lost your job|perdiste (?:el|tu) (?:empleo|trabajo)|(?:your|sua|tu) (?:job search|busca por emprego|busqueda de empleo)|esta desempregad[oa]|you(?:'re| are) (?:unemployed|out of work|retired|between jobs)|estas (?:desemplead[oa]|en paro|sin trabajo)",
)  # fmt: skip
PURCHASES = _family(
    r"order|purchas|compra|pedido|categor|product|brand|marca|spend|gast|ticket|loyal|cart|carrinh|carrit|abandon|wishlist|viewed|brows|histor|last_item|favou?rit|bought|interest|interes",
    "",
    r"(?:voce|vc) (?:sempre |ja |costuma |vive |adora |geralmente |tanto |mais |so |anda )*(?:compr(?:a|ou|ando|ar|ava)|ped(?:e|iu|ir)|lev(?:a|ou) (?:sempre|no mes)|gast(?:ou|a)|viu|olhou|visitou|pesquisou|largou|abandonou|esqueceu|favoritou)(?: \w+){0,3}|(?:sua|suas|tua) (?:ultima|ultimas|primeira|segunda|terceira|proxima) compras?|(?:seu|seus) (?:ultimo|ultimos|primeiro|segundo|terceiro|quarto|quinto|decimo|\d+[oº]?) pedidos?|(?:largou|deixou|esqueceu|abandonou|ficou|ficaram|esquecid[oa]|parad[oa]) (?:\w+ ){0,4}?(?:no|na) (?:seu |sua )?(?:carrinho|sacola|cesta)|(?:no|na) (?:seu|sua) (?:carrinho|sacola)|quem ja comprou|(?:ja|depois de) (?:fez |suas |seus )?(?:\d+|dois|duas|tres|quatro|cinco|\w+) (?:pedidos|compras) (?:com a gente|conosco|aqui|na)|(?:seu|sua) historico"
    r"|you(?:'ve)? (?:always |usually |often |recently |just |last |already |previously |never )*(?:bought|buy|ordered|order|purchased|purchase|viewed|looked at|browsed|spent|left|added|abandoned|been (?:looking|eyeing|browsing))(?: \w+){0,3}|your (?:last|recent|previous|past|first|second|third|next|\d+\w\w|usual) (?:orders?|purchases?|buys?)|left (?:\w+ ){0,5}?(?:in|behind in) (?:your |the )?(?:cart|basket|bag)|(?:in|still in) your (?:cart|basket)|your (?:cart|basket|purchase history|order history|wish ?list)|based on your (?:\w+ )?(?:purchases?|orders?|history|browsing|activity)"
    r"|(?:siempre |ya |sueles |tanto |hace poco )*(?:compraste|compras siempre|sueles comprar|siempre compras|compras mucho|pediste|gastaste|viste|miraste|dejaste|abandonaste|olvidaste|has comprado|has pedido)(?: \w+){0,4}|(?:tu|tus) (?:ultima|ultimas|ultimo|ultimos|primera|primer|segunda|segundo|tercer|tercera|proxima) (?:compras?|pedidos?)|en tu (?:carrito|cesta|bolsa)|tu historial|(?:se )?(?:quedo|quedaron) (?:\w+ ){0,4}?en (?:tu|el) (?:carrito|cesta)",
)  # fmt: skip
ABSENCE = _family(
    r"visit|inactiv|inativ|last_|ultim|days|dias|recency|churn|login|engag|lapsed|frequen|lifecycle|ausenc|absence|since",
    "",
    r"(?:faz|ha|fazem|tem) (?:\w+ ){0,4}?(?:dias?|semanas?|mes|meses|anos?|tempo|tempao|tempinho),? (?:\w+ )?(?:que )?(?:voce |a gente |vc )?(?:\w+ )?nao(?: \w+){0,4}|(?:que )?(?:voce|vc) (?:\w+ )?(?:sumiu|sumid[oa]|desapareceu)|(?:sentimos|estamos com) (?:a )?(?:sua |tua )?(?:falta|saudades?)(?: de voce)?|saudades? de voce|(?:desde|depois d[ae]) (?:a )?sua ultima (?:visita|vez|passagem)|faz tempo que (?:nao|voce)(?: \w+){0,4}|quanto tempo(?: \w+)?|por onde (?:voce )?anda|volte para|ultima vez que voce"
    r"|we(?:'ve| have)? (?:really )?miss(?:ed)? you|(?:you )?haven't (?:seen|heard|visited|been|ordered|shopped|logged|opened|stopped|dropped|trained|used)(?: \w+){0,4}|it(?:'s| has) been (?:a while|ages|too long|a long time|(?:\w+ ){1,2}(?:days|weeks|months|years))(?: since)?(?: \w+){0,3}|long time no see|where have you been|since (?:your last|you last|we last saw)(?: \w+)?|you(?:'ve| have) been away|last time you(?: \w+){0,2}"
    r"|hace (?:mucho|tiempo|rato|(?:\w+ ){1,2}(?:dias|semanas|meses|anos)|un mes|una semana|un ano|mucho tiempo) (?:\w+ )?que no(?: \w+){0,4}|(?:te )?(?:extranamos|echamos de menos)|desde tu ultim[oa](?: \w+)?|tanto tiempo|donde (?:te has metido|andabas)|llevas (?:\w+ ){1,3}sin(?: \w+){0,3}|(?:no te vemos|no has (?:venido|entrado|comprado|vuelto))(?: \w+){0,4}",
)  # fmt: skip
MOVING = _family(
    r"mov(?:e|ing)|mudan|relocat|renov|reform|(?:^|_)obra|new_home|home_owner|vivienda|housing|rent|aluguel|alquiler|moradia",
    r"inquilin|aluguel|alquiler|renter|tenant|homeowner|casa propria|casa propia",
    r"(?:se mudou|acabou de (?:se )?mudar|mudou-se|mudou de (?:casa|endereco)|(?:sua|a) (?:casa nova|nova casa)|(?:seu|o) (?:novo lar|novo apartamento|novo endereco|apartamento novo|apto novo)|recem-mudad[oa]|casa nova)(?: \w+)?|te acabas de mudar|(?:acabas|acaba) de mudar(?:te|se)|te mudaste|recien (?:te )?(?:mudad[oa]|mudaste)|tu (?:nueva casa|casa nueva|nuevo hogar|nuevo piso|nuevo departamento|nuevo apartamento)|(?:ahora que|como) (?:te )?(?:has mudado|estrenas casa)|(?:just|recently|you've|now you've) (?:just )?moved(?: \w+)?|your (?:new|recent) (?:place|home|house|apartment|flat|move|neighbou?rhood)|settling in|(?:esta|estas|you(?:'re| are)) (?:reformando|renovating|remodeling|remodelando|de mudanca|em obra|en obras?)|(?:sua|tu|your) (?:reforma|obra|renovation|remodel|mudanca|mudanza)",
)  # fmt: skip
ORIGIN = _family(
    r"ethnic|(?:^|_)rac(?:e|a)(?:$|_)|etnia|raza$|orient|sexual|lgbt|nationalit|nacional|immigr|imigr|inmigr|indigen",
    r"negr[oa]s?\b|pret[oa]s?\b|pard[oa]s?\b|indigen|latin[oaxe]s?\b|hispan|asian|asiatic|african|afro|black (?:women|men|community|woman|man)|gay|lesbi|lesbic|bissex|bisex|transex|transgen|lgbt|queer|hetero|imigrant|immigrant|inmigrant|estrangeir|extranjer|foreigner",
    sensitive=True,
)  # fmt: skip
OTHER = _family(r".")
FAMILIES = (
    AGE, BIRTHDAY, GENDER, HEALTH, PREGNANCY, RELIGION, POLITICS, MARITAL, CHILDREN, PETS, INCOME, DEBT, WORK, PURCHASES,
    ABSENCE, MOVING, ORIGIN, PLACE,
)  # fmt: skip
