"""Calls as operators type them, for the pages of the API."""

from typing import Any

EXAMPLES: dict[str, Any] = {
    "copil-lovit": {
        "summary": "119: un vecin despre un copil lovit / 119: a neighbour about a beaten child",
        "value": {
            "line": "child-119",
            "call_type": "about-other",
            "started_at": "2026-01-15T21:42:00+02:00",
            "situation": {
                "need": "child-abuse-leave-home",
                "narrative": "Copilul de la etajul 3, vreo 4 ani, plânge de ieri și are vânătăi proaspete.",
                "location": {"sector": 2, "address": "Șos. Colentina 26, bl. 64, et. 3"},
                "people": [{"role": "subject", "age": 4, "sex": "m"}],
                "risk_factors": ["fresh-violence", "aggressor-has-access"],
            },
            "reporter": {"relation": "neighbour", "phone": "0700 000 003"},
        },
    },
    "om-in-ger": {
        "summary": "Urgențe sociale: un om în ger / social emergencies: a man in the frost",
        "value": {
            "line": "emergency-s2",
            "call_type": "about-other",
            "started_at": "2026-01-15T23:05:00+02:00",
            "situation": {
                "need": "homeless-adult",
                "narrative": "Bărbat de vreo 50 de ani doarme în stația STB Obor, sunt minus 8 grade.",
                "location": {"sector": 2},
                "people": [{"role": "subject", "age_min": 45, "age_max": 55, "sex": "m"}],
                "risk_factors": ["homeless-in-frost"],
            },
            "reporter": {"relation": "passer-by"},
        },
    },
    "pensionara-singura": {
        "summary": "Telefonul vârstnicului: despre sine / elderly line: about herself",
        "value": {
            "line": "elderly-s2",
            "call_type": "about-self",
            "started_at": "2026-01-16T10:12:00+02:00",
            "ended_at": "2026-01-16T10:20:00+02:00",
            "situation": {
                "need": "elderly-loneliness",
                "narrative": "Am 76 de ani, stau singură, aș vrea să merg la un club.",
                "location": {"sector": 2},
                "people": [{"role": "subject", "age": 76, "sex": "f"}],
            },
            "reporter": {"relation": "self", "name": "Elena Popescu", "phone": "0700 000 002"},
        },
    },
    "apel-mut": {
        "summary": "Apel mut / a silent call",
        "value": {"line": "child-119", "call_type": "silent", "started_at": "2026-01-16T02:31:00+02:00"},
    },
}
