"""The consumer groups: what each of them reads, and with which functions."""

from collections.abc import Mapping

from contracts.topics import TOPICS
from services.capacity.consumers import subscriptions as capacity
from services.hotline.consumers import subscriptions as hotline
from services.reports.consumers import subscriptions as reports
from services.triage.consumers import subscriptions as triage
from shared.consumer import Subscriptions

GROUPS: Mapping[str, Subscriptions] = {"reports": reports, "hotline": hotline, "triage": triage, "capacity": capacity}


def topics_of(group: str) -> list[str]:
    """Unprefixed."""
    return [topic.name for topic in TOPICS if group in topic.consumers]
