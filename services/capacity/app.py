"""Composes capacity: the only file that knows everything."""

from pathlib import Path

from fastapi import FastAPI

from contracts.capacity import EVENTS
from services.capacity import handlers
from services.capacity.api import routers
from services.capacity.consumers import subscriptions
from services.capacity.domain import errors
from services.capacity.settings import Settings
from services.capacity.sweeps import SWEEPS
from shared.db import UnitOfWork
from shared.service import create_service

BATCH = 20
"""Allocation is serial: a transaction stays below ~100 ms."""

ERRORS = {
    errors.NotFound: 404,
    errors.OfferGone: 409,
    errors.WrongStayState: 409,
    errors.NothingSought: 409,
    errors.OccupancyEntered: 409,
    errors.MoreThanPlaces: 422,
}


def create_app(settings: Settings) -> FastAPI:
    async def import_directory(uow: UnitOfWork) -> None:
        async with uow.begin() as tx:
            await handlers.import_directory(tx, settings.directory, uow.clock)

    return create_service(
        settings,
        title="Punte: capacitate / capacity",
        routers=routers,
        subscriptions=subscriptions,
        sweeps=SWEEPS,
        migrations=Path(__file__).parent / "migrations",
        errors=ERRORS,
        batch_size=BATCH,
        on_start=import_directory,
        followed=EVENTS,
    )
