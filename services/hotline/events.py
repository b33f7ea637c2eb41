"""A call as others may read it: without the reporter."""

from dataclasses import asdict

from contracts import hotline
from contracts.base import Actor
from contracts.situation import Situation
from services.hotline.domain import Call
from shared.outbox import Outgoing


def logged(call: Call) -> Outgoing:
    """The first event of a call. Its id leads from here to the last event of its case."""
    return Outgoing(
        hotline.CallLogged(call=_public(call)),
        key=str(call.call_id),
        sequence=1,
        correlation_id=str(call.call_id),
        traceparent=call.traceparent,
    )


def _public(call: Call) -> hotline.Call:
    return hotline.Call(
        call_id=call.call_id,
        line=call.line,
        call_type=call.call_type,
        authority=call.authority,
        operator=Actor(**asdict(call.operator)),
        started_at=call.started_at,
        ended_at=call.ended_at,
        situation=Situation.model_validate(call.situation) if call.situation is not None else None,
        proposed_urgency=call.proposed_urgency,
        reporter_relation=call.reporter_relation,
        reporter_hash=call.reporter_hash,
    )
