"""Whether a report is believed, whose it is, and what of it is published."""

import pytest

from contracts.vocabulary import Channel, PublicStatus
from services.reports import events
from services.reports.api import STATUS_LABELS
from services.reports.domain import authority_in, is_verified
from tests.unit.reports.building import REPORT_ID, report

OFFICIAL = {Channel.INSTITUTION, Channel.WALK_IN, Channel.STREET_TEAM}


@pytest.mark.parametrize("channel", Channel)
def test_official_channels_are_verified_by_a_token_and_the_others_need_none(channel: Channel) -> None:
    assert is_verified(channel, signed_in=True)
    assert is_verified(channel, signed_in=False) == (channel not in OFFICIAL)


@pytest.mark.parametrize(("sector", "authority"), [(2, "S2"), (6, "S6"), (3, None), (None, None)])
def test_a_report_belongs_to_the_authority_of_its_sector(sector: int | None, authority: str | None) -> None:
    assert authority_in(sector) == authority


def test_a_report_begins_its_own_story() -> None:
    outgoing = events.submitted(report())
    assert (outgoing.key, outgoing.correlation_id, outgoing.sequence) == (str(REPORT_ID), str(REPORT_ID), 1)
    assert outgoing.traceparent == report().traceparent


def test_the_tracking_code_is_not_published() -> None:
    assert report().tracking_code not in events.submitted(report()).event.model_dump_json()


def test_every_public_status_has_words() -> None:
    assert set(STATUS_LABELS) == set(PublicStatus)
