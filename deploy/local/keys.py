"""The local stack's signing key and its tokens, until sign-in by an OpenID provider exists."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from joserfc import jwt
from joserfc.jwk import KeySet, OKPKey

from deploy.local.errors import StackError
from deploy.local.files import write_private

ISSUER = "punte-local"
AUDIENCE = "punte"
ROLES = ("operator", "caseworker", "center_staff", "supervisor", "auditor", "admin", "partner")
AUTHORITIES = ("S2", "S6")
LIFETIME = timedelta(hours=12)
ALGORITHM = "Ed25519"  # RFC 9864


def jwks_file(state: Path) -> Path:
    return state / "keys" / "jwks.json"


def signing_key(state: Path) -> OKPKey:
    """This stack's private key, made at the first call together with the public JWKS (RFC 7517)."""
    private = state / "keys" / "signing.json"
    if not private.exists():
        key = OKPKey.generate_key("Ed25519", {"alg": ALGORITHM, "use": "sig"}, auto_kid=True)
        write_private(private, json.dumps(key.as_dict(private=True)))
        jwks_file(state).write_text(json.dumps(KeySet([key]).as_dict(private=False)))
    return OKPKey.import_key(json.loads(private.read_text()))


def token(
    state: Path, role: str, centers: Sequence[str] = (), authorities: Sequence[str] = (), now: datetime | None = None
) -> str:
    """A bearer token (RFC 7519) for one of ROLES, valid for LIFETIME; without authorities, for all of them."""
    if role not in ROLES:
        raise StackError(f"ROLE is {role!r}: choose one of {', '.join(ROLES)}.")
    key = signing_key(state)
    begun = now or datetime.now(UTC)
    claims = {
        "sub": f"local-{role}",
        "name": f"Local {role.replace('_', ' ')}",
        "roles": [role],
        "centers": list(centers),
        "authorities": list(authorities or AUTHORITIES),
        "iss": ISSUER,
        "aud": AUDIENCE,
        "iat": int(begun.timestamp()),
        "exp": int((begun + LIFETIME).timestamp()),
    }
    return jwt.encode({"alg": ALGORITHM, "kid": key.kid}, claims, key, algorithms=[ALGORITHM])
