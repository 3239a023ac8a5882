"""Attributes that say what must not be used, told by their names in Portuguese, English and Spanish.

Health, religion, politics, ethnicity, sexuality, biometrics, genetics and unions (LGPD art. 5, GDPR 9), criminal
records (GDPR 10), gender, identity documents, secrets, and notes, which hold any of it. A harmless `genero_musical` is
forbidden as well: better that than the other way round.
"""

from __future__ import annotations

import re

# a word of a name that begins with one of these: `religi` is religion, religioso, religião
_STEMS = tuple(
    """
    health saude salud medic doenca enferm disease illness diagnos sintoma symptom alerg allerg deficien disab
    discapac gravid gestante pregnan embaraz patient pacient terapia therap psicolog psychol psiquiatr psychiatr
    vacina vaccin
    religi creencia crenca politic partidari ethnic etnia etnic racial racism indigen quilombol sexual sexuali biometr
    fingerprint genetic genom sindic sangu gender transgen homossex homosex bissex bisex lesbic lesbian criminal
    passport passaport pasaport password senha contrasena observac coment
    """.split()  # noqa: SIM905
)
# whole words, too short or too common to be stems
_WORDS = frozenset(
    """
    race raca raza cor_da_pele skin_color color_de_piel union church igreja iglesia faith belief dogma ateu atheist
    partido vote voto eleitor votante gay lgbt lgbtqia trans sexo sex genero orientacao orientacion orientation
    hiv hiv_aids aids dst sida imc bmi blood sangre impressao_digital huella face_id faceid dna adn
    notes note notas obs comments cpf rg ssn dni cnh nif nie curp antecedentes
    """.split()  # noqa: SIM905
)
SENSITIVE = _WORDS | frozenset(_STEMS)


def is_sensitive(attribute: str) -> bool:
    """Whether an attribute of that name can only be forbidden: `health_condition`, `estado_de_saude`, `religiao`."""
    words = [re.sub(r"\d+", "", word) for word in attribute.split("_")]
    phrases = {"_".join(words[start:end]) for start in range(len(words)) for end in range(start + 1, len(words) + 1)}
    if phrases & _WORDS or any(word.startswith(_STEMS) for word in words):
        return True
    joined = (stem for word in words for stem in _STEMS if len(stem) >= 5 and stem in word)  # `healthcondition`
    return next(joined, None) is not None
