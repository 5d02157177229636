"""From an HTTP request to an actor: session cookie or bearer token, and the guard against forged requests."""

from __future__ import annotations

import hashlib
import hmac

from starlette.requests import HTTPConnection
from starlette.responses import Response

from app.settings import Settings
from domain.actor import Actor
from services.ports import Ports
from services.staff import SESSION_MS, actor_of

COOKIE = "shebao_session"
CLIENT_HEADER = "x-shebao-client"
URL_LIFE_MS = 10 * 60 * 1000


def token_of(request: HTTPConnection) -> tuple[str, bool]:
    """The session token and whether the browser added it by itself (a cookie)."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return token.strip(), False
    return request.cookies.get(COOKIE, ""), True


async def actor_behind(request: HTTPConnection, ports: Ports) -> Actor | None:
    """The signed-in actor, if there is one."""
    token, _ = token_of(request)
    return await actor_of(ports, token) if token else None


def forged(request: HTTPConnection, settings: Settings) -> bool:
    """Whether a request may come from another site's page.

    A foreign page can make a browser send our cookie, but it can neither set a header of ours without a preflight that
    we never grant, nor hide its origin.
    """
    origin = request.headers.get("origin")
    if origin and not _own_origin(request, origin, settings):
        return True
    _, by_cookie = token_of(request)
    return bool(by_cookie and request.cookies.get(COOKIE) and not request.headers.get(CLIENT_HEADER))


def _own_origin(request: HTTPConnection, origin: str, settings: Settings) -> bool:
    host = request.headers.get("host", "")
    allowed = {o.strip() for o in settings.allowed_origins.split(",") if o.strip()}
    return origin in allowed or origin in (f"http://{host}", f"https://{host}")


def keep_session(response: Response, token: str, settings: Settings) -> None:
    """Gives the browser its session cookie; no script can read it."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=SESSION_MS // 1000,
        httponly=True,
        samesite="lax",
        secure=settings.production,
        path="/",
    )


def sign_url(settings: Settings, session_id: int, file_id: int, now: int) -> str:
    """A download address for this session and the next minutes."""
    expires = now + URL_LIFE_MS
    return f"/files/{file_id}?expires={expires}&signature={_signature(settings, session_id, file_id, expires)}"


def signed(settings: Settings, session_id: int, file_id: int, expires: int, signature: str, now: int) -> bool:
    """Whether the address was made by us for this session and has not run out."""
    return now <= expires and hmac.compare_digest(signature, _signature(settings, session_id, file_id, expires))


def _signature(settings: Settings, session_id: int, file_id: int, expires: int) -> str:
    message = f"{session_id}:{file_id}:{expires}".encode()
    return hmac.new(settings.keys.signing, message, hashlib.sha256).hexdigest()
