"""Situations as people describe them, each with the one service that answers it in the real directory."""

from typing import Any

Json = dict[str, Any]


def situation(need: str | None, *people: Json, sector: int | None = 2, **more: Any) -> Json:
    return {"need": need, "location": {"sector": sector}, "people": people} | more


def adult(age: int = 40, sex: str = "f", **more: Any) -> Json:
    return {"role": "subject", "age": age, "sex": sex} | more


def lonely_pensioner(**more: Any) -> Json:
    """U4, decided by the protocol; the club of S2-13."""
    return situation("elderly-loneliness", adult(76), **more)


def rehabilitation(*factors: str) -> Json:
    """U4, and U3 with a raising factor; the rehabilitation of S2-15."""
    return situation("neuromotor-rehabilitation", adult(), risk_factors=factors)


def creche_wanted() -> Json:
    """U4; the crèche S6-6."""
    return situation("creche", {"role": "subject", "age": 1, "sex": "f"}, sector=6)


def child_at_risk() -> Json:
    """U3; the day centers S2-18, S2-22 and S2-23."""
    return situation("child-separation-risk", {"role": "subject", "age": 9, "sex": "m"})


def counselling_after_violence() -> Json:
    """U3; the counselling of S2-12."""
    return situation("domestic-violence-counselling", adult())


def disabled_adult_without_carer() -> Json:
    """U2, so a person decides; the center S2-2."""
    return situation("disability-crisis", adult(41, "m", flags=["disability"], consent="given"))


def abused_pensioner() -> Json:
    """U1, so a person decides; the home S2-1, then the casework of S2-46."""
    return situation("elder-abuse", adult(81, consent="given"))


def trafficked_girl() -> Json:
    """U1, so a person decides; the confidential center S2-11."""
    return situation("child-trafficking", {"role": "subject", "age": 15, "sex": "f"})


def pothole(narrative: str = "Groapă mare lângă stația de autobuz.") -> Json:
    """U5: nothing to place."""
    return situation("other-authority", narrative=narrative)
