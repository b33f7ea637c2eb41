"""What a stack tells its services and its users: `KEY=value` lines in `<state>/env`."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from pathlib import Path

from deploy.local.files import write_private
from deploy.local.keys import AUDIENCE, ISSUER, jwks_file
from deploy.local.ports import HOST, port

SERVICES = ("reports", "hotline", "triage", "capacity")


def password(state: Path, purpose: str) -> str:
    """A password of this stack: derived from one random secret, so the same at every start."""
    secret = state / "secret"
    if not secret.exists():
        write_private(secret, secrets.token_hex(32))
    return hmac.new(bytes.fromhex(secret.read_text()), purpose.encode(), hashlib.sha256).hexdigest()


def environment(state: Path, base: int, settings: Mapping[str, str]) -> dict[str, str]:
    return {
        "PUNTE_LOCAL": "1",
        "PUNTE_PORT_BASE": str(base),
        "PUNTE_KAFKA": f"{HOST}:{port(base, 'kafka')}",
        **{f"PUNTE_{service.upper()}_DSN": dsn(state, base, service) for service in SERVICES},
        **{f"PUNTE_{service.upper()}_URL": f"http://{HOST}:{port(base, service)}" for service in SERVICES},
        "PUNTE_ISSUER": ISSUER,
        "PUNTE_AUDIENCE": AUDIENCE,
        "PUNTE_JWKS": str(jwks_file(state)),
        "PUNTE_REPORTER_HASH_KEY": password(state, "reporter-hash-key"),
        **settings,
    }


def dsn(state: Path, base: int, service: str) -> str:
    return f"postgresql://{service}:{password(state, service)}@{HOST}:{port(base, 'postgres')}/{service}"


def write(state: Path, values: Mapping[str, str]) -> None:
    write_private(state / "env", "".join(f"{key}={value}\n" for key, value in values.items()))


def read(state: Path) -> dict[str, str]:
    """The stack's settings; empty where none was ever started."""
    file = state / "env"
    lines = file.read_text().splitlines() if file.exists() else []
    return dict(line.split("=", 1) for line in lines)
