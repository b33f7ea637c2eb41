"""The values of the four rows of a hop, for those who write them by hand."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from shared.ids import uuid7
from tests.integration.shared.models import Doubled

Row: TypeAlias = tuple[Any, ...]


def inbox(record: Any, headers: Mapping[str, str], now: datetime) -> Row:
    """id, digest, topic, partition, offset, received_at"""
    digest = hashlib.sha256(record.value).digest()
    return headers["ce_id"], digest, record.topic, record.partition, record.offset, now


def heard(headers: Mapping[str, str], number: int, now: datetime) -> Row:
    """id, key, number, at"""
    return UUID(headers["ce_id"]), headers["ce_subject"], number, now


def doubled(headers: Mapping[str, str], number: int, note: str) -> Row:
    """id, number, note"""
    return UUID(headers["ce_id"]), number * 2, note


def outbox(headers: Mapping[str, str], number: int, now: datetime) -> Row:
    """event_id, topic, key, sequence, headers, value, created_at"""
    event_id = uuid7()
    about = {
        **headers,
        "ce_id": str(event_id),
        "ce_type": Doubled.ce_type,
        "ce_time": now.isoformat(),
    }
    value = json.dumps({"number": number * 2}).encode()
    sequence = int(headers["ce_sequence"])
    return event_id, Doubled.topic, headers["ce_subject"], sequence, json.dumps(list(about.items())), value, now
