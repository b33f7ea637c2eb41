"""HTTP: parse, call a use case, answer."""

from services.capacity.api import offers, placements, services, stays, stream

routers = (services.router, placements.router, offers.router, stays.router, stream.router)
