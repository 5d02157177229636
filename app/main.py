"""The ASGI application: GraphQL, files, the console's pages and health."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.container import Container, running
from app.graphql import Endpoint
from app.settings import Settings
from app.sms import sandbox_routes
from app.uploads import download, upload
from app.worker import relaying
from db.clock import system_clock
from db.sql import fetch_value

_HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "cross-origin-opener-policy": "same-origin",
    "content-security-policy": (
        "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; font-src 'self' data:; "
        "connect-src 'self' ws: wss:; frame-ancestors 'none'; base-uri 'self'; form-action 'self'"
    ),
}
_IDE_POLICY = "default-src 'self' 'unsafe-inline' 'unsafe-eval' https: data: blob:; frame-ancestors 'none'"


class SecurityHeaders:
    """Adds the headers that tell browsers to be careful with our pages."""

    def __init__(self, app: ASGIApp, production: bool) -> None:
        self._app = app
        self._headers = dict(_HEADERS)
        if production:
            self._headers["strict-transport-security"] = "max-age=31536000; includeSubDomains"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        wanted = dict(self._headers)
        if scope["path"] == "/graphql" and scope["method"] == "GET":
            wanted["content-security-policy"] = _IDE_POLICY

        async def send_with(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name for name, _ in message["headers"]}
                extra = [(k.encode(), v.encode()) for k, v in wanted.items() if k.encode() not in present]
                message["headers"] = [*message["headers"], *extra]
            await send(message)

        await self._app(scope, receive, send_with)


async def _health(request: Request) -> Response:
    """200 when the database answers."""
    await fetch_value("SELECT 1")
    return JSONResponse({"status": "ok"})


def _console(settings: Settings) -> list[Route | Mount]:
    """The console below /admin/: its files, and its one page for every other path (the page does the routing)."""
    built = settings.console_dir.resolve()
    page = built / "index.html"

    async def index(request: Request) -> Response:
        asked = (built / request.path_params["path"]).resolve()
        if asked.is_file() and asked.is_relative_to(built):
            return FileResponse(asked)
        if not page.exists():
            return PlainTextResponse("控制台尚未构建，请运行 make web / The console is not built: make web", 503)
        return FileResponse(page, headers={"cache-control": "no-cache"})

    return [
        Route("/", lambda request: RedirectResponse("/admin/")),
        Route("/admin", lambda request: RedirectResponse("/admin/")),
        # A missing asset is a 404 and never the page: a browser with an old page has to notice.
        Mount("/admin/assets", StaticFiles(directory=built / "assets", check_dir=False)),
        Route("/admin/{path:path}", index),
    ]


def make_app(settings: Settings | None = None, container: Container | None = None) -> Starlette:
    """The application. With a container given (tests) nothing is opened or closed here and no worker runs."""
    settings = settings or (container.settings if container else Settings())

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        if container is not None:
            yield
            return
        async with running(settings) as opened, relaying(opened, receive=settings.embedded):
            attach(app, opened)
            yield

    app = Starlette(
        routes=[
            Route("/healthz", _health),
            Route("/files", upload, methods=["POST"]),
            Route("/files/{file_id:int}", download, methods=["GET"]),
            *sandbox_routes(settings, container.ports.store.clock if container else system_clock),
            *_console(settings),
        ],
        middleware=[Middleware(SecurityHeaders, production=settings.production)],
        lifespan=lifespan,
    )
    if container is not None:
        attach(app, container)
    return app


def attach(app: Starlette, container: Container) -> None:
    """Puts the container and the GraphQL endpoint into the application."""
    app.state.container = container
    endpoint = Endpoint(container)
    app.router.routes.insert(0, Route("/graphql", endpoint, methods=None))
    app.router.routes.insert(0, WebSocketRoute("/graphql", endpoint))
