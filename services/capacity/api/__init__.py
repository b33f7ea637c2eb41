"""HTTP: parse, call a use case, answer."""

from services.capacity.api import offers, placements, places, services, stays, stream

routers = (services.router, places.router, placements.router, offers.router, stays.router, stream.router)
