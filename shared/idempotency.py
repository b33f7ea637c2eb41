"""Requests that may be sent twice and have their effect once."""

import hashlib
from collections.abc import Awaitable, Callable

from fastapi import Response
from pydantic import BaseModel

from shared.db import Tx
from shared.http import Problem


async def once(
    tx: Tx,
    key: str | None,
    who: str,
    sent: bytes,
    answer: Callable[[], Awaitable[BaseModel]],
    *,
    status: int = 201,
) -> Response:
    """Run `answer` in this transaction unless `who` sent that key before; a repeat gets the first answer, for 48 h.

    `sent` is the whole request: method, path and body. Without a key there is nothing to compare. Of two at once the
    second waits for the first. Raises Problem 422 when the key came with another request.
    """
    if not key:
        return _response(status, (await answer()).model_dump_json())
    digest = hashlib.sha256(sent).digest()
    first = await tx.fetchval(
        "INSERT INTO idempotency (caller, key, digest) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING true",
        who,
        key,
        digest,
    )
    if not first:
        return await _first_answer(tx, key, who, digest)
    content = (await answer()).model_dump_json()
    await tx.execute(
        "UPDATE idempotency SET status = $3, answer = $4 WHERE caller = $1 AND key = $2", who, key, status, content
    )
    return _response(status, content)


async def _first_answer(tx: Tx, key: str, who: str, digest: bytes) -> Response:
    row = await tx.fetchrow("SELECT digest, status, answer FROM idempotency WHERE caller = $1 AND key = $2", who, key)
    assert row is not None
    if row["digest"] != digest:
        raise Problem(
            422,
            "Cheie de idempotență refolosită / Idempotency key reused",
            "Cheia a fost trimisă înainte cu altă cerere. / The key was sent before with another request.",
        )
    return _response(row["status"], row["answer"], {"Idempotency-Replayed": "true"})


def _response(status: int, content: str, headers: dict[str, str] | None = None) -> Response:
    return Response(content, status, headers, media_type="application/json")
