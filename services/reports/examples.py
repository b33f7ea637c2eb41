"""Situations as people report them, for the pages of the API."""

from typing import Any

EXAMPLES: dict[str, Any] = {
    "copil-lovit": {
        "summary": "Copil lovit, prin aplicație / a beaten child, by the app",
        "value": {
            "channel": "esector6-app",
            "situation": {
                "need": "child-abuse-leave-home",
                "narrative": "Copilul de la etajul 3, vreo 4 ani, plânge de ieri și are vânătăi proaspete. "
                "Tatăl vitreg e acasă, beat.",
                "location": {"sector": 2, "address": "Șos. Colentina 26, bl. 64, et. 3"},
                "people": [{"role": "subject", "age": 4, "sex": "m"}],
                "risk_factors": ["fresh-violence", "aggressor-has-access"],
            },
            "reporter": {"anonymous": True, "relation": "neighbour"},
        },
    },
    "om-in-ger": {
        "summary": "Om fără adăpost, pe ger / a homeless man in the frost",
        "value": {
            "channel": "street-team",
            "situation": {
                "need": "homeless-adult",
                "narrative": "Bărbat de vreo 50 de ani, doarme pe o bancă în parc, sunt minus 8 grade.",
                "location": {"sector": 6, "note": "Parcul Drumul Taberei, lângă intrarea dinspre piață"},
                "people": [{"role": "subject", "age_min": 45, "age_max": 55, "sex": "m"}],
                "risk_factors": ["homeless-in-frost"],
            },
            "reporter": {"relation": "ngo", "name": "Echipa de stradă", "phone": "0700 000 001"},
        },
    },
    "pensionara-singura": {
        "summary": "Pensionară singură, prin site / a lonely pensioner, by the site",
        "value": {
            "channel": "web",
            "situation": {
                "need": "elderly-loneliness",
                "narrative": "Am 76 de ani, stau singură, aș vrea să merg la un club.",
                "location": {"sector": 2},
                "people": [{"role": "subject", "age": 76, "sex": "f"}],
            },
            "reporter": {"relation": "self", "name": "Elena Popescu", "phone": "0700 000 002"},
        },
    },
    "nu-stiu-ce-trebuie": {
        "summary": "Nu știu ce ajutor trebuie / the need is not known",
        "value": {
            "channel": "web",
            "situation": {"narrative": "O fetiță stă de două zile pe scara blocului.", "location": {"sector": 6}},
        },
    },
}
