"""HTTP: parse, call a use case, answer."""

from services.capacity.api import offers, placements, places, services, stays, stream, unmet

routers = (services.router, places.router, placements.router, offers.router, stays.router, unmet.router, stream.router)
