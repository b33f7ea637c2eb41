"""What the terminal says."""

from typing import Any

import pytest

from contracts.situation import Person, Situation
from deploy.demo import words


@pytest.mark.parametrize(
    ("person", "ro", "en"),
    [
        (Person(age=1, sex="f"), "1 an f", "1 year f"),
        (Person(age=19), "19 ani", "19 years"),
        (Person(age=20), "20 de ani", "20 years"),
        (Person(age_min=45, age_max=55, sex="m"), "45–55 de ani m", "45–55 years m"),
        (Person(age_min=17, age_max=18), "17–18 ani", "17–18 years"),
        (Person(age=101), "101 ani", "101 years"),
        (Person(), "? ani", "? years"),
    ],
)
def test_an_age_is_said_as_people_say_it(person: Person, ro: str, en: str) -> None:
    said = words.age_and_sex(person)
    assert (said.ro, said.en) == (ro, en)


def test_a_situation_about_nobody_is_said_so() -> None:
    assert words.who(None) == words.who(Situation())
    assert words.where(None) == words.where(Situation()) == "—"


def offered(**details: str) -> dict[str, Any]:
    return {"what": "ReferralOffered", "who": None, "details": {"service_id": "1", **details}}


def test_a_service_is_named_with_its_offer() -> None:
    named = words.entry(offered(row="S2-6", service="Cireșarii", code="8790 CR-C-II"))
    assert named.ro == "oferit S2-6 Cireșarii"


def test_of_a_confidential_service_only_the_code_is_said() -> None:
    assert words.entry(offered(code="8790 CR-C-I")).ro.startswith("oferit 8790 CR-C-I (serviciu confidențial")


def test_a_way_is_said_in_short() -> None:
    told = [offered(row="S2-6"), {"what": "ReferralDeclined", "details": {"row": "S2-6"}}, {"what": "other"}]
    assert words.in_short(told) == "oferit / offered S2-6 → refuzat / declined"
