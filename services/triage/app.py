"""Composition root of triage: the only file that knows everything."""

from pathlib import Path

from fastapi import FastAPI

from services.triage import api, handlers, store
from services.triage.consumers import subscriptions
from services.triage.domain import errors
from services.triage.settings import Settings
from shared.service import create_service
from shared.sweeper import Sweep

MIGRATIONS = Path(__file__).with_name("migrations")

ERRORS: dict[type[Exception], int] = {
    errors.CaseNotFound: 404,
    errors.AlreadyClosed: 409,
    errors.AlreadyPlaced: 409,
    errors.RiskStillOpen: 409,
    errors.NoteRequired: 422,
    errors.NothingSoughtAtU5: 422,
}

BATCH = 100
"""Sources opened in one transaction: each makes three rows and up to three events, and it stays below 100 ms."""

SWEEPS = [Sweep("case-clock", store.due, handlers.escalate)]


def create_app(settings: Settings) -> FastAPI:
    return create_service(
        settings,
        title="Punte: triage",
        routers=[api.router],
        subscriptions=subscriptions,
        sweeps=SWEEPS,
        migrations=MIGRATIONS,
        errors=ERRORS,
        batch_size=BATCH,
    )
