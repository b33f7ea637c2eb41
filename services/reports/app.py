"""Composition root of the reports: the only file that knows everything."""

from pathlib import Path

from fastapi import FastAPI

from services.reports import api, domain
from services.reports.consumers import subscriptions
from services.reports.settings import Settings
from shared.service import create_service

MIGRATIONS = Path(__file__).with_name("migrations")

ERRORS: dict[type[Exception], int] = {domain.ReportNotFound: 404}


def create_app(settings: Settings) -> FastAPI:
    return create_service(
        settings,
        title="Punte: sesizări / reports",
        routers=[api.router],
        subscriptions=subscriptions,
        sweeps=[],
        migrations=MIGRATIONS,
        errors=ERRORS,
    )
