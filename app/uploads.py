"""Files in and out over HTTP; everything else goes through GraphQL."""

from __future__ import annotations

from dataclasses import asdict
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app import auth
from app.container import Container
from app.limits import TooLarge, limited
from domain.errors import Problem, Refusal
from schema.ids import global_id
from services import file

_SPARE = 1024 * 1024


def _refused(status: int, *problems: Problem) -> JSONResponse:
    plain = [{_camel(k): v for k, v in asdict(p).items()} for p in problems]
    return JSONResponse({"problems": plain}, status)


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.title() for word in rest)


def _forged() -> Problem:
    words = "The request's origin does not fit"
    return Problem("forged", "请求来源不符", words, "请在系统页面内上传", "Upload from a page of this system")


def _expired() -> Problem:
    words = "This address has run out"
    return Problem("url_expired", "下载地址已失效", words, "请重新点击下载", "Click download again")


def _signed_out() -> Problem:
    return Problem("unauthenticated", "请先登录", "Sign in first", "登录后重试", "Sign in and try again")


async def upload(request: Request) -> Response:
    """POST /files, multipart with one `file`: 201 with the file's id, or problems."""
    container: Container = request.app.state.container
    if auth.forged(request, container.settings):
        return _refused(403, _forged())
    actor = await auth.actor_behind(request, container.ports)
    if actor is None:
        return _refused(401, _signed_out())
    counted = Request(request.scope, limited(request.receive, file.LARGEST + _SPARE))
    try:
        async with counted.form(max_files=1, max_fields=4) as form:
            part = form.get("file")
            if part is None or isinstance(part, str):
                raise HTTPException(400)
            content = await part.read(file.LARGEST + 1)
            name = part.filename or "file"
    except TooLarge:
        return _refused(413, file.too_large())
    except HTTPException:
        problem = Problem("form_invalid", "请用表单上传一个文件（字段 file）", "Upload one file as form field `file`")
        return _refused(400, problem)
    try:
        row = await file.upload(container.ports, actor, name, content)
    except Refusal as refusal:
        status = {"file_too_large": 413, "forbidden": 403}.get(refusal.problems[0].code, 400)
        return _refused(status, *refusal.problems)
    body = {"id": global_id("StoredFile", row.id), "name": row.name, "size": row.size, "mime": row.mime}
    return JSONResponse(body, 201)


async def download(request: Request) -> Response:
    """GET /files/{id} with expiry and signature: the file, for the session that the address was made for."""
    container: Container = request.app.state.container
    actor = await auth.actor_behind(request, container.ports)
    if actor is None:
        return _refused(401, _signed_out())
    file_id, query = request.path_params["file_id"], request.query_params
    expires, signature = query.get("expires", ""), query.get("signature", "")
    readable = expires.isascii() and expires.isdigit() and len(expires) <= 15 and signature.isascii()
    now = container.ports.store.clock()
    good = readable and auth.signed(container.settings, actor.session_id, file_id, int(expires), signature, now)
    if not good:
        return _refused(403, _expired())
    try:
        row, content = await file.content(container.ports, actor, file_id)
    except Refusal as refusal:
        return _refused(404, *refusal.problems)
    headers = {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(row.name)}",
        "cache-control": "private, no-store",
    }
    return Response(content, media_type=row.mime, headers=headers)
