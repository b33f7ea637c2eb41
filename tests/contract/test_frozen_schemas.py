"""The schemas in contracts/schemas are a promise: the models may only add to it."""

import json

import pytest

from contracts.catalog import EVENTS
from contracts.compatibility import breaks
from contracts.documents import json_schema
from contracts.generate import FOLDER, differences

FROZEN = {path.stem: json.loads(path.read_text("utf-8")) for path in (FOLDER / "schemas").glob("*.json")}


@pytest.mark.parametrize("ce_type", sorted(FROZEN))
def test_the_model_breaks_nothing_of_its_frozen_schema(ce_type: str) -> None:
    assert breaks(FROZEN[ce_type], json_schema(EVENTS[ce_type])) == []


def test_every_event_has_a_frozen_schema_and_every_schema_an_event() -> None:
    assert FROZEN.keys() == EVENTS.keys()


def test_the_committed_documents_are_those_of_the_models() -> None:
    assert differences(FOLDER) == []


def test_no_schema_refuses_unknown_fields() -> None:
    for ce_type, schema in FROZEN.items():
        assert '"additionalProperties": false' not in json.dumps(schema), ce_type
