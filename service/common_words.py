"""Words that nearly every text has: they tell nothing of who writes. Folded. Pure."""

from __future__ import annotations

from service.checks.words import wordset

COMMON_WORDS = wordset(
    # Portuguese
    "para pela pelo pelas pelos por com sem como mais menos muito muita muitos muitas mesmo cada esse essa isso este"
    " esta isto aquele aquela quem onde quando porque pois entao assim tambem ainda depois antes agora hoje sobre entre"
    " desde sua seu suas seus voce voces nosso nossa nossos nossas dele dela deles delas todo toda todos todas outro"
    " outra outros outras qual quais tudo nada algo ser estar estao ter tem temos fazer pode podem deve vai vao sao"
    " seja foi foram aqui ali"
    # English
    " that this these those with without from into your yours their them they what when where which while there here"
    " have has been were will would could should about after before more less most only just also than then very each"
    " other some such over under again because"
    # Spanish
    " la pero sino donde cuando cual cuales quien esto estos estas ese esa eso esos esas aquel aquella con sin hasta"
    " hacia otro otra otros otras muy mucho mucha muchos muchas mas tambien aun todavia despues ahora hoy usted ustedes"
    " nuestro nuestra tiene tienen puede pueden sido alla"
)
