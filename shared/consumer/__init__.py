"""Receives events in batches: each has its effect once, a bad one stops nobody."""

from shared.consumer.subscriber import Consumer
from shared.consumer.subscriptions import Subscriptions

__all__ = ["Consumer", "Subscriptions"]
