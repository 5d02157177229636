"""Files: sealed before they are stored, opened for whoever may see them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from db.models.file import StoredFile
from db.scope import company_sql
from db.sql import fetch, fetch_value, marks
from db.transaction import Work, work
from domain.actor import Actor, not_found
from domain.errors import Problem, Refusal
from services.ports import Ports

LARGEST = 20 * 1024 * 1024
PLACE = "file.content"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XLS = "application/vnd.ms-excel"
CSV = "text/csv"
PAPERS = ((b"%PDF-", "application/pdf"), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"))
"""Papers and pictures that may be attached to a record, by how they begin; no import reads them."""
SHARED = {"supplier": "supplier.read", "company_contract": "company.read"}
"""Purposes whose files are read by whoever holds the permission, within their scope: they hold no ID numbers."""


@dataclass(frozen=True, slots=True)
class FileRow:
    id: int
    name: str
    mime: str
    size: int
    created_at: int


async def keep(
    ports: Ports,
    unit: Work,
    name: str,
    mime: str,
    content: bytes,
    purpose: str,
    company_id: int | None = None,
    *,
    owned: bool = True,
) -> int:
    """Stores a file as part of an act. The bytes are written first: a row without content never exists.

    A file belongs to whoever makes it and opens for them. One with plain personal data that they did not bring
    themselves is not `owned`: it opens for those who may see such data alone.
    """
    row_id = unit.new_id()
    await ports.files.put(str(row_id), ports.store.vault.seal(PLACE, row_id, content))
    await StoredFile.create(
        id=row_id,
        name=_tidy(name),
        mime=mime,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        purpose=purpose,
        owner_id=unit.actor.staff_id if owned else 0,
        company_id=company_id,
        created_at=unit.now,
    )
    return row_id


async def upload(ports: Ports, actor: Actor, name: str, content: bytes) -> FileRow:
    """Takes an uploaded workbook, CSV or paper; its type is told from its bytes, never from its name."""
    actor.require("file.write")
    if not content:
        raise Refusal(_empty())
    if len(content) > LARGEST:
        raise Refusal(too_large())
    mime = _type_of(content)
    if mime is None:
        raise Refusal(_unknown_type(name))
    async with work(ports.store, actor) as unit:
        row_id = await keep(ports, unit, name, mime, content, "upload")
    return await row(actor, row_id)


async def row(actor: Actor, file_id: int) -> FileRow:
    """What a file is: for its owner, and for whoever sees its company and may see ID numbers in the open.

    Sheets, declarations and bills hold plain ID numbers and phones, so what is masked on screen is no more open here.
    """
    condition, values = company_sql(actor, "company_id")
    shared = f"({condition} AND company_id IS NOT NULL)" if actor.may("person.reveal") else "1 = 0"
    purposes = [purpose for purpose, permission in SHARED.items() if actor.may(permission)]
    attached = f"(purpose IN ({marks(purposes)}) AND (company_id IS NULL OR {condition}))" if purposes else "1 = 0"
    rows = await fetch(
        "SELECT id, name, mime, size, created_at FROM stored_file "
        f"WHERE id = ? AND (owner_id = ? OR {shared} OR {attached})",
        [
            file_id,
            actor.staff_id,
            *(values if actor.may("person.reveal") else []),
            *([*purposes, *values] if purposes else []),
        ],
    )
    if not rows:
        raise Refusal(not_found("文件", "file"))
    return FileRow(**rows[0])


async def content(ports: Ports, actor: Actor, file_id: int) -> tuple[FileRow, bytes]:
    """A file with its bytes, for whoever may see it; noted in the audit log before they leave."""
    found = await row(actor, file_id)
    company_id = await fetch_value("SELECT company_id FROM stored_file WHERE id = ?", [file_id])
    async with work(ports.store, actor) as unit:
        await unit.audit("file.download", "stored_file", file_id, company_id, 文件=found.name)
    return found, await opened(ports, file_id)


async def attach(unit: Work, file_id: int, purpose: str, company_id: int | None = None) -> FileRow:
    """Makes an upload of the actor's own the paper of a record (a purpose of SHARED), for its other readers too.

    Refused as not found for somebody else's file, and for one that serves another purpose already.
    """
    found = await StoredFile.filter(id=file_id, owner_id=unit.actor.staff_id).first()
    if found is None or found.purpose not in ("upload", purpose) or found.company_id not in (None, company_id):
        raise Refusal(not_found("文件", "file").at(field="fileId"))
    if not found.mime.startswith(("application/pdf", "image/")) and found.purpose == "upload":
        # A sheet may hold ID numbers, which the readers of contracts have no right to.
        raise Refusal(_no_paper(found.name))
    await StoredFile.filter(id=file_id).update(purpose=purpose, company_id=company_id)
    return FileRow(found.id, found.name, found.mime, found.size, found.created_at)


async def opened(ports: Ports, file_id: int) -> bytes:
    """The bytes of a file, for the system's own use after the right to it was checked."""
    return ports.store.vault.open(PLACE, file_id, await ports.files.get(str(file_id)))


def _tidy(name: str) -> str:
    """A name without a path or control characters, at most 120 characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(c for c in last if c.isprintable())[-120:] or "file"


def _type_of(content: bytes) -> str | None:
    if content.startswith(b"PK\x03\x04"):
        return XLSX
    if content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return XLS
    if paper := next((mime for begins, mime in PAPERS if content.startswith(begins)), None):
        return paper
    if b"\x00" in content[:4096] and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return None
    return CSV


def _empty() -> Problem:
    return Problem(
        "file_empty", "文件是空的", "The file is empty", "请选择有内容的文件", "Choose another file", field="file"
    )


def too_large() -> Problem:
    """The refusal of a file above the limit."""
    return Problem(
        "file_too_large",
        f"文件超过 {LARGEST // 1024 // 1024} MB",
        f"The file is larger than {LARGEST // 1024 // 1024} MB",
        "请拆分后分别上传，或删除图片和多余的工作表",
        "Split it, or remove pictures and unneeded sheets",
        field="file",
    )


def _no_paper(name: str) -> Problem:
    return Problem(
        "file_no_paper",
        "附件须为 PDF 或图片（PNG、JPEG）",
        "A paper is a PDF or a picture (PNG, JPEG)",
        "请把合同或证照导出为 PDF，或拍照后上传",
        "Export it as PDF or take a picture of it",
        field="fileId",
        value=name[:60],
    )


def _unknown_type(name: str) -> Problem:
    return Problem(
        "file_type",
        "只接受 .xlsx、.xls、.csv 表格，以及 PDF、PNG、JPEG 附件",
        "Only .xlsx, .xls and .csv sheets, and PDF, PNG and JPEG papers are accepted",
        "请在表格软件中另存为 .xlsx 后上传",
        "Save it as .xlsx in your spreadsheet program and upload that",
        field="file",
        value=_tidy(name),
    )
