"""The urgency protocol: versioned data and a small pure evaluator. Triage decides with it, hotline previews with it."""

from contracts.protocol.data import Protocol, load
from contracts.protocol.evaluate import Assessment, assess

PROTOCOL = load()

__all__ = ["PROTOCOL", "Assessment", "Protocol", "assess"]
