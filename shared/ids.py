"""Identifiers that sort by time of creation."""

from uuid import UUID

from uuid_utils import compat


def uuid7() -> UUID:
    """A UUIDv7 (RFC 9562): time-ordered, so that index pages fill one after the other."""
    return compat.uuid7()
