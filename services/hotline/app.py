"""Composition root of the hotline: the only file that knows everything."""

from pathlib import Path

from fastapi import FastAPI

from services.hotline import api, domain
from services.hotline.consumers import subscriptions
from services.hotline.settings import Settings
from shared.service import create_service

MIGRATIONS = Path(__file__).with_name("migrations")

ERRORS: dict[type[Exception], int] = {
    domain.CallNotFound: 404,
    domain.UnknownLine: 422,
    domain.LineEnded: 422,
    domain.CallInFuture: 422,
    domain.CallEndsBeforeStart: 422,
}


def create_app(settings: Settings) -> FastAPI:
    return create_service(
        settings,
        title="Punte: apeluri / hotline",
        routers=[api.router],
        subscriptions=subscriptions,
        sweeps=[],
        migrations=MIGRATIONS,
        errors=ERRORS,
    )
