import json
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from deploy.local.errors import StackError
from deploy.local.keys import jwks_file, signing_key, token

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def claims(state: Path, text: str) -> dict[str, object]:
    keys = KeySet.import_key_set(json.loads(jwks_file(state).read_text()))
    return jwt.decode(text, keys, algorithms=["Ed25519"]).claims


def test_a_token_says_who_where_and_for_how_long(tmp_path: Path) -> None:
    assert claims(tmp_path, token(tmp_path, "center_staff", ["S2-7"], ["S2"], NOW)) == {
        "sub": "local-center_staff",
        "name": "Local center staff",
        "roles": ["center_staff"],
        "centers": ["S2-7"],
        "authorities": ["S2"],
        "iss": "punte-local",
        "aud": "punte",
        "iat": int(NOW.timestamp()),
        "exp": int(NOW.timestamp()) + 12 * 3600,
    }


def test_a_token_without_authority_is_for_both(tmp_path: Path) -> None:
    assert claims(tmp_path, token(tmp_path, "caseworker"))["authorities"] == ["S2", "S6"]


def test_an_unknown_role_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(StackError, match=r"'director'.*caseworker"):
        token(tmp_path, "director")


def test_the_published_keys_hold_nothing_private(tmp_path: Path) -> None:
    signing_key(tmp_path)
    assert "d" not in json.loads(jwks_file(tmp_path).read_text())["keys"][0]


def test_the_private_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    assert signing_key(tmp_path).thumbprint() == signing_key(tmp_path).thumbprint()
    assert stat.S_IMODE((tmp_path / "keys" / "signing.json").stat().st_mode) == 0o600


def test_a_token_of_another_stack_is_worth_nothing(tmp_path: Path) -> None:
    signing_key(tmp_path / "ours")
    with pytest.raises(JoseError):
        claims(tmp_path / "ours", token(tmp_path / "theirs", "admin"))
