"""Situations of every kind, for properties of the protocol."""

from hypothesis import strategies as st

from contracts.protocol import PROTOCOL
from contracts.situation import Aggressor, Person, Situation
from contracts.vocabulary import Consent, Harm, PersonRole, ReporterRelation, Sex

FACTORS = sorted(PROTOCOL.factors)
UNKNOWN = st.sampled_from(["cuvant-nou", "x", "child-alone-2"])

needs = st.none() | st.sampled_from(sorted(PROTOCOL.needs)) | UNKNOWN
factors = st.sampled_from(FACTORS)
relations = st.sampled_from([*ReporterRelation, "vecin-de-palier"])
ages = st.none() | st.integers(0, 130)
flags = st.sampled_from(["disability", "severe", "mild", "pregnant", "other", "nou"])

people = st.builds(
    Person,
    role=st.sampled_from([*PersonRole, "reporter", "aggressor", "bunica"]),
    age=ages,
    age_min=ages,
    age_max=ages,
    sex=st.none() | st.sampled_from(Sex),
    flags=st.lists(flags, max_size=3).map(tuple),
    consent=st.none() | st.sampled_from(Consent),
)

situations = st.builds(
    Situation,
    need=needs,
    harm=st.lists(st.sampled_from(Harm), max_size=2).map(tuple),
    people=st.lists(people, max_size=4).map(tuple),
    risk_factors=st.lists(factors | UNKNOWN, max_size=6).map(tuple),
    risk_unknown=st.lists(factors | UNKNOWN, max_size=3).map(tuple),
    aggressor=st.none() | st.just(Aggressor(relation="soț")),
)
