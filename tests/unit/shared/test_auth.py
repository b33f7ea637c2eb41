"""Who may pass: signed by our issuer, for us, in time, with the role that the door names."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import KeySet, OKPKey, RSAKey

from shared.auth import Verifier
from shared.http import Problem
from tests.unit.shared import doors
from tests.unit.shared.doors import claims

OURS = OKPKey.generate_key("Ed25519", {"kid": "ours"})
RSA = RSAKey.generate_key(2048, {"kid": "rsa"})
THEIRS = OKPKey.generate_key("Ed25519", {"kid": "ours"})
UNKNOWN = OKPKey.generate_key("Ed25519", {"kid": "unknown"})
NOW = int(time.time())


def publish(folder: Path, *keys: OKPKey | RSAKey) -> Path:
    file = folder / "jwks.json"
    file.write_text(json.dumps(KeySet(list(keys)).as_dict(private=False)))
    return file


@pytest.fixture(scope="module")
def jwks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish(tmp_path_factory.mktemp("keys"), OURS, RSA)


@pytest.fixture
async def client(jwks: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with doors.client(doors.application(jwks)) as client:
        yield client


def signed(key: Any = OURS, algorithm: str = "Ed25519", **changed: Any) -> str:
    header = {"alg": algorithm, "kid": key.kid}
    return jwt.encode(header, dict(claims(**changed)), key, algorithms=[algorithm])


def part(content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


def unsigned() -> str:
    return f"{part({'alg': 'none', 'kid': 'ours'})}.{part(dict(claims()))}."


def signed_with_the_public_key() -> str:
    """HS256 with what everybody knows as the secret: a verifier that trusts the header's word accepts it."""
    content = f"{part({'alg': 'HS256', 'kid': 'rsa'})}.{part(dict(claims()))}"
    digest = hmac.new(RSA.as_pem(private=False), content.encode(), hashlib.sha256).digest()
    return f"{content}.{base64.urlsafe_b64encode(digest).decode().rstrip('=')}"


async def knock(client: httpx.AsyncClient, token: str, door: str = "/studio") -> httpx.Response:
    return await client.get(door, headers={"Authorization": f"Bearer {token}"})


async def test_a_valid_token_tells_who_comes(client: httpx.AsyncClient) -> None:
    answer = await knock(client, signed())
    assert (answer.status_code, answer.json()) == (200, {"subject": "ana", "name": "Ana", "roles": ["painter"]})


@pytest.mark.parametrize(("key", "algorithm"), [(OURS, "Ed25519"), (OURS, "EdDSA"), (RSA, "RS256")])
@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
async def test_the_algorithms_that_pass(client: httpx.AsyncClient, key: Any, algorithm: str) -> None:
    assert (await knock(client, signed(key, algorithm))).status_code == 200


@pytest.mark.parametrize(
    "token",
    [
        pytest.param(signed(aud="other"), id="for others"),
        pytest.param(signed(aud=None), id="for nobody"),
        pytest.param(signed(iss="https://evil.example"), id="of another issuer"),
        pytest.param(signed(iss=None), id="of no issuer"),
        pytest.param(signed(exp=NOW - 60), id="expired"),
        pytest.param(signed(exp=None), id="without an end"),
        pytest.param(signed(nbf=NOW + 600), id="not valid yet"),
        pytest.param(signed(sub=None), id="of nobody"),
        pytest.param(signed(THEIRS), id="signed by another key of that name"),
        pytest.param(signed(UNKNOWN), id="signed by an unknown key"),
        pytest.param(unsigned(), id="not signed"),
        pytest.param(signed_with_the_public_key(), id="signed with the public key as a secret"),
        pytest.param(signed(RSA, "PS256"), id="signed by an algorithm that is not ours"),
        pytest.param(signed(roles="painter"), id="roles that are no list"),
        pytest.param(signed(roles=[{"painter": True}]), id="roles that are no names"),
        pytest.param(signed(centers=[7]), id="a scope that is no name"),
        pytest.param(signed(exp="soon"), id="an end that is no time"),
        pytest.param("x.y.z", id="no token"),
        pytest.param(f"{part([])}.{part({})}.x", id="a header that is none"),
        pytest.param(f"{part({'alg': ['Ed25519'], 'kid': {}})}.{part({})}.x", id="a header of other types"),
        pytest.param(signed()[:-4] + "AAAA", id="another signature"),
    ],
)
async def test_a_token_that_is_not_valid_opens_nothing(client: httpx.AsyncClient, token: str) -> None:
    for door in ("/studio", "/street"):
        answer = await knock(client, token, door)
        assert (answer.status_code, answer.headers.get("www-authenticate")) == (401, "Bearer")
        assert answer.headers["content-type"] == "application/problem+json"


async def test_a_small_difference_of_clocks_is_borne(client: httpx.AsyncClient) -> None:
    assert (await knock(client, signed(exp=int(time.time()) - 5))).status_code == 200


@pytest.mark.parametrize("roles", [[], ["Painter"], ["auditor"], None])
async def test_a_missing_role_is_forbidden_and_the_needed_ones_are_named(
    client: httpx.AsyncClient, roles: list[str] | None
) -> None:
    answer = await knock(client, signed(roles=roles))
    assert answer.status_code == 403
    assert "painter, sculptor" in answer.json()["detail"]


async def test_without_a_token_only_the_open_door_opens(client: httpx.AsyncClient) -> None:
    assert (await client.get("/studio")).status_code == 401
    assert (await client.get("/street")).json() == "somebody"


@pytest.mark.parametrize("credentials", ["Basic YTpi", "Bearer", "", "Token abc"])
async def test_credentials_of_another_kind_are_refused_even_at_the_open_door(
    client: httpx.AsyncClient, credentials: str
) -> None:
    assert (await client.get("/street", headers={"Authorization": credentials})).status_code == 401


@given(st.text())
async def test_no_text_is_taken_for_a_token(token: str) -> None:
    with pytest.raises(Problem) as caught:
        await verifier_of_memory().check(token)
    assert caught.value.status == 401


def verifier_of_memory() -> Verifier:
    verifier = Verifier(doors.ISSUER, doors.AUDIENCE, "keys.json")
    verifier._keys = KeySet([OURS])
    verifier._loaded = time.monotonic()
    return verifier


async def test_a_header_nested_without_end_is_no_token(client: httpx.AsyncClient) -> None:
    deep = base64.urlsafe_b64encode(b'{"alg":' * 50_000).decode()
    assert (await knock(client, f"{deep}.e30.x")).status_code == 401


async def test_without_keys_nobody_is_judged(tmp_path: Path) -> None:
    async with doors.client(doors.application(tmp_path / "missing.json")) as client:
        answer = await knock(client, signed())
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")


async def test_a_new_key_is_read_when_it_signs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.auth.RELOAD_SECONDS", 0.0)
    verifier = Verifier(doors.ISSUER, doors.AUDIENCE, str(publish(tmp_path, OURS)))
    await verifier.check(signed())
    publish(tmp_path, OURS, UNKNOWN)
    assert (await verifier.check(signed(UNKNOWN))).subject == "ana"
