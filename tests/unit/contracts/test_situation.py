"""What is known of an event: nothing is mandatory, doubt is for the child."""

import pytest
from pydantic import ValidationError

from contracts.situation import Person, Situation


@pytest.mark.parametrize(
    ("person", "youngest", "child"),
    [
        (Person(age=17), 17, True),
        (Person(age=18), 18, False),
        (Person(age_min=17, age_max=18), 17, True),
        (Person(age_min=18, age_max=25), 18, False),
        (Person(age=18, age_min=17), 17, True),
        (Person(age_max=12), 12, True),
        (Person(age=0), 0, True),
        (Person(), None, False),
    ],
    ids=lambda value: str(value) if not isinstance(value, Person) else f"{value.age} {value.age_min}-{value.age_max}",
)
def test_seventeen_or_eighteen_in_doubt_is_a_child(person: Person, youngest: int | None, child: bool) -> None:
    assert person.youngest == youngest
    assert person.is_child == child


@pytest.mark.parametrize(
    ("roles", "chosen"),
    [
        (["parent", "subject", "child"], 1),
        (["parent", "child", "child"], 1),
        (["subject", "subject"], 0),
        (["bunica", "parent"], 0),
    ],
)
def test_the_help_is_for_the_subject_else_the_first_child_else_the_first(roles: list[str], chosen: int) -> None:
    people = tuple(Person(role=role, age=20 + n) for n, role in enumerate(roles))
    assert Situation(people=people).subject is people[chosen]


def test_without_people_there_is_no_subject() -> None:
    assert Situation().subject is None


def test_nothing_is_mandatory() -> None:
    assert Situation.model_validate({}) == Situation()


def test_unknown_roles_flags_needs_and_factors_are_kept() -> None:
    situation = Situation.model_validate(
        {"need": "nevoie-noua", "people": [{"role": "bunica", "flags": ["surdo-mut"]}], "risk_factors": ["ceva-nou"]}
    )
    assert situation.people[0].role == "bunica"
    assert situation.people[0].flags == ("surdo-mut",)
    assert (situation.need, situation.risk_factors) == ("nevoie-noua", ("ceva-nou",))


@pytest.mark.parametrize(
    "wrong",
    [
        {"ned": "creche"},
        {"need": "Creșă"},
        {"people": [{"age": -1}]},
        {"people": [{"age": 131}]},
        {"location": {"sector": 7}},
        {"location": {"latitude": 91}},
        {"harm": ["rau"]},
        {"occurred_at": "2026-11-23T10:00:00"},
        {"narrative": "a" * 20_001},
        {"narrative": "a\0b"},
        {"people": [{}] * 51},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_what_cannot_be_meant_is_refused_at_the_door(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Situation.model_validate(wrong)
