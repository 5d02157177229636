"""The application over HTTP, and clients of several people."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from starlette.applications import Starlette

from app.container import Container
from app.main import make_app
from tests.factories import account
from tests.graphql_client import GraphQLClient, token_for

ClientOf = Callable[[str], Awaitable[GraphQLClient]]


@pytest.fixture
def app(container: Container) -> Starlette:
    """The application over the test's product."""
    return make_app(container=container)


@pytest.fixture
def client_of(app: Starlette, container: Container) -> ClientOf:
    """Answers a signed-in client of a demo account."""

    async def make(username: str) -> GraphQLClient:
        return GraphQLClient(app, await token_for(container, (await account(username)).staff_id))

    return make


@pytest.fixture
def nobody(app: Starlette) -> GraphQLClient:
    """A client that is not signed in."""
    return GraphQLClient(app)
