"""HTTP of triage."""

from services.triage.api.routes import router

__all__ = ["router"]
