"""The GraphQL endpoint: one federated schema with limits, masked errors and live transports."""

from __future__ import annotations

import logging
import secrets
from contextlib import suppress
from functools import cache
from typing import Any

import strawberry
from graphql import GraphQLError, OperationDefinitionNode, OperationType, parse
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.extensions import (
    AddValidationRules,
    DisableIntrospection,
    MaskErrors,
    MaxAliasesLimiter,
    MaxTokensLimiter,
    ParserCache,
    QueryDepthLimiter,
    ValidationCache,
)
from strawberry.federation.schema import FederationAny
from strawberry.schema.config import StrawberryConfig
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import BaseGraphQLTransportWSHandler
from strawberry.types import Info

from app import auth
from app.container import Container
from app.limits import TooLarge, limited
from app.query_limits import NoCircles, NoSdl, RowLimit
from domain.errors import Refusal
from resolvers.root import Mutation, Query, Subscription
from schema.context import Context
from schema.permissions import Denied
from schema.scalars import SCALARS

log = logging.getLogger("shebao.graphql")

DEEPEST = 12
MOST_ALIASES = 30
MOST_TOKENS = 2000
LARGEST_BODY = 1024 * 1024
MOST_ENTITIES = 200
_SPECIFIED = "application/graphql-response+json"


class Incidents(MaskErrors):
    """Refusals and denials are told as they are; anything unexpected becomes an incident number, the rest is logged."""

    def anonymise_error(self, error: GraphQLError) -> GraphQLError:
        cause = error.original_error
        if isinstance(cause, Refusal):
            problem = cause.problems[0]
            text, extensions = f"{problem.message} / {problem.message_en}", {"code": "REFUSED", "problem": problem.code}
        else:
            incident = secrets.token_hex(6)
            log.error("incident %s at %s", incident, error.path, exc_info=cause)
            text, extensions = "系统内部错误 / Internal error", {"code": "INTERNAL", "incident": incident}
        return GraphQLError(text, nodes=error.nodes, path=error.path, extensions=extensions)


def _unexpected(error: GraphQLError) -> bool:
    """A request's own mistakes (syntax, validation, variables) have no original error and are told as they are."""
    cause = error.original_error
    return cause is not None and not isinstance(cause, (Denied, GraphQLError))


class _Schema(strawberry.federation.Schema):
    """Leaves the logging of errors to Incidents, which knows the unexpected from the refused."""

    def entities_resolver(self, info: Info, representations: list[FederationAny]) -> list[FederationAny]:
        if len(representations) > MOST_ENTITIES:
            words = f"At most {MOST_ENTITIES} representations a request"
            raise Denied(words, extensions={"code": "TOO_MANY"})
        return super().entities_resolver(info, representations)

    def process_errors(self, errors: list[GraphQLError], execution_context: Any = None) -> None:
        return None


@cache
def make_schema(production: bool = False) -> strawberry.federation.Schema:
    """The schema with its limits; in production nobody may ask for its shape."""
    extensions: list[Any] = [
        lambda: QueryDepthLimiter(max_depth=DEEPEST),
        lambda: MaxAliasesLimiter(max_alias_count=MOST_ALIASES),
        lambda: MaxTokensLimiter(max_token_count=MOST_TOKENS),
        lambda: AddValidationRules([NoCircles]),
        lambda: ParserCache(maxsize=500),
        lambda: ValidationCache(maxsize=500),
        RowLimit,
        lambda: Incidents(should_mask_error=_unexpected),
    ]
    if production:
        extensions += [DisableIntrospection, lambda: AddValidationRules([NoSdl])]
    return _Schema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        extensions=extensions,
        federation_version="2.9",
        config=StrawberryConfig(scalar_map=SCALARS),
    )


class _SubscriptionsOnly(BaseGraphQLTransportWSHandler[Context, None]):
    """Queries and mutations go over HTTP, where every request shows its session anew; a socket shows it once."""

    async def run_operation(self, operation: Any) -> None:
        if not _subscribes(operation.query, operation.operation_name):
            words = "只接受订阅 / Only subscriptions go over a socket"
            await operation.send_initial_errors([GraphQLError(words, extensions={"code": "SUBSCRIPTIONS_ONLY"})])
            return
        await super().run_operation(operation)


def _subscribes(query: str, name: str | None) -> bool:
    """Whether the operation is a subscription. What cannot be read is left to the executor, which says why."""
    try:
        document = parse(query, max_tokens=MOST_TOKENS)
    except GraphQLError:
        return True
    operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    chosen = [d for d in operations if name is None or (d.name is not None and d.name.value == name)]
    return all(d.operation is OperationType.SUBSCRIPTION for d in chosen)


class Endpoint(GraphQL[Context, None]):
    """Adds who is asking, and refuses requests that another site's page may have forged."""

    graphql_transport_ws_handler_class = _SubscriptionsOnly

    def __init__(self, container: Container) -> None:
        settings = container.settings
        super().__init__(
            make_schema(settings.production),
            graphql_ide=None if settings.production else "graphiql",
            allow_queries_via_get=False,
            subscription_protocols=(GRAPHQL_TRANSPORT_WS_PROTOCOL, "graphql-sse"),
        )
        self._container = container

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = HTTPConnection(scope)
        if scope["type"] == "websocket":
            # A browser cannot add headers to a socket, but it cannot lie about the page's origin either.
            if "origin" in request.headers and auth.forged(_with_client(scope), self._container.settings):
                await WebSocket(scope, receive, send).close(1008)
                return
        elif scope["method"] == "POST" and auth.forged(request, self._container.settings):
            refusal = JSONResponse(
                {"errors": [{"message": "缺少 X-Shebao-Client 请求头或来源不符", "extensions": {"code": "FORGED"}}]},
                403,
            )
            await refusal(scope, receive, send)
            return
        try:
            with suppress(ClientDisconnect):
                await super().__call__(_json_first(scope), limited(receive, LARGEST_BODY), send)
        except TooLarge:
            error = {"message": "请求过大 / The request is too large", "extensions": {"code": "TOO_LARGE"}}
            await JSONResponse({"errors": [error]}, 413)(scope, receive, send)

    async def get_sub_response(self, request: Request | WebSocket) -> Response:
        response = await super().get_sub_response(request)
        if _SPECIFIED in request.headers.get("accept", ""):
            response.headers["content-type"] = _SPECIFIED
        return response

    def create_response(self, response_data: Any, sub_response: Response) -> Response:
        """The answer; in the specification's own media type where the client asks for it.

        There the status says whether the request could be executed at all; plain JSON keeps 200 for older clients.
        """
        if sub_response.headers.get("content-type") != _SPECIFIED:
            return super().create_response(response_data, sub_response)
        del sub_response.headers["content-type"]
        executed = response_data["data"] is not None or any("path" in e for e in response_data.get("errors", []))
        if not executed:
            del response_data["data"]
        response = super().create_response(response_data, sub_response)
        response.headers["content-type"] = f"{_SPECIFIED}; charset=utf-8"
        response.status_code = 200 if executed else 400
        return response

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Context:
        settings, ports = self._container.settings, self._container.ports
        actor = await auth.actor_behind(request, ports)

        def sign(file_id: int) -> str:
            return auth.sign_url(settings, actor.session_id if actor else 0, file_id, ports.store.clock())

        def keep(token: str) -> None:
            if isinstance(response, Response):
                auth.keep_session(response, token, settings)

        def forget() -> None:
            if isinstance(response, Response):
                response.delete_cookie(auth.COOKIE, path="/")

        return Context(
            ports=ports,
            actor=actor,
            ip=request.client.host if request.client else "",
            user_agent=request.headers.get("user-agent", ""),
            sign_url=sign,
            keep_session=keep,
            forget_session=forget,
        )


def _json_first(scope: Scope) -> Scope:
    """A client that prefers JSON and would also take an event stream gets JSON; one that asks for events gets them."""
    accept = Headers(scope=scope).get("accept", "")
    json_at, events_at = accept.find("json"), accept.find("text/event-stream")
    if not 0 <= json_at < events_at:
        return scope
    headers = [(k, v) for k, v in scope["headers"] if k != b"accept"]
    wanted = _SPECIFIED if _SPECIFIED in accept else "application/json"
    return {**scope, "headers": [*headers, (b"accept", wanted.encode())]}


def _with_client(scope: Scope) -> HTTPConnection:
    """The same connection as if it carried our header: for sockets the origin alone decides."""
    return HTTPConnection({**scope, "headers": [*scope["headers"], (auth.CLIENT_HEADER.encode(), b"socket")]})
