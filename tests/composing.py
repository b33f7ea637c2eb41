"""A service by its name, composed as in its own process but with settings of a test's own."""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

from fastapi import FastAPI


def composed(service: str, settings: Mapping[str, str]) -> FastAPI:
    model = import_module(f"services.{service}.settings").Settings
    app: FastAPI = import_module(f"services.{service}.app").create_app(model.model_validate(settings))
    return app


def migrations_of(service: str) -> Path:
    return Path(import_module(f"services.{service}.app").__file__ or "").with_name("migrations")
