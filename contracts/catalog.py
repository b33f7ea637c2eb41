"""Every event that is published, by its CloudEvents type."""

from contracts import capacity, hotline, reports, triage
from contracts.base import Event

EVENTS: dict[str, type[Event]] = {
    event.ce_type: event for event in (*reports.EVENTS, *hotline.EVENTS, *triage.EVENTS, *capacity.EVENTS)
}
