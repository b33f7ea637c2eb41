"""The four services as processes of the stack."""

import sys
from collections.abc import Mapping
from pathlib import Path

import httpx

from deploy.local.env import SERVICES
from deploy.local.processes import Program

INTAKES = ("reports", "hotline")


async def start(state: Path, service: str, env: Mapping[str, str]) -> None:
    """Return when the service says it is ready; one that runs already is left alone."""
    program = Program(state, service)
    if not program.process():
        program.start([sys.executable, "-m", f"services.{service}"], known_to(service, env))
    async with httpx.AsyncClient(base_url=env[f"PUNTE_{service.upper()}_URL"], trust_env=False) as client:
        await program.until_ready(lambda: ready(client))


def known_to(service: str, env: Mapping[str, str]) -> dict[str, str]:
    """What one service may know: no other's database, and how reporters are hashed only where they are taken in."""
    secret = {f"PUNTE_{other.upper()}_DSN" for other in SERVICES if other != service}
    if service not in INTAKES:
        secret.add("PUNTE_REPORTER_HASH_KEY")
    return {key: value for key, value in env.items() if key not in secret}


async def ready(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/readyz")).is_success
    except httpx.HTTPError:
        return False
