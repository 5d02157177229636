"""A client that speaks to the application as a program does: JSON over HTTP with a bearer token."""

from __future__ import annotations

from typing import Any

import httpx
from starlette.applications import Starlette

from services.staff import digest


class GraphQLClient:
    """`ask` answers data and errors as they came; `data` fails the test when there are errors."""

    def __init__(self, app: Starlette, token: str = "") -> None:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        transport = httpx.ASGITransport(app=app)
        self.http = httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers)

    async def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """The whole answer."""
        answer = await self.http.post("/graphql", json={"query": query, "variables": variables})
        found: dict[str, Any] = answer.json()
        return found

    async def data(self, query: str, **variables: Any) -> dict[str, Any]:
        """The data of an answer without errors."""
        answer = await self.ask(query, **variables)
        assert "errors" not in answer, answer["errors"]
        found: dict[str, Any] = answer["data"]
        return found


async def token_for(container: Any, staff_id: int) -> str:
    """A session of that staff member, without going through the sign-in page (argon2 takes its time)."""
    from db.models.staff import Session

    ports = container.ports
    row_id, now = ports.store.ids.one(), ports.store.clock()
    token = f"token-{row_id}"
    await Session.create(
        id=row_id,
        staff_id=staff_id,
        token_hash=digest(token),
        created_at=now,
        last_seen_at=now,
        expires_at=now + 3600_000,
    )
    return token
