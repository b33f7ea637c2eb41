"""Sleeping that an event cuts short."""

import asyncio


async def wait_any(seconds: float, *events: asyncio.Event) -> bool:
    """Sleep until one of the events is set. False when the time ran out."""
    waiters = [asyncio.ensure_future(event.wait()) for event in events]
    try:
        await asyncio.wait(waiters, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for waiter in waiters:
            waiter.cancel()
    return any(event.is_set() for event in events)
