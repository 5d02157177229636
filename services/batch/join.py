"""The corrected error workbook comes back: its rows take the places of the failed rows of their batch."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass

from anyio import to_thread

from db.models.batch import Batch
from db.models.file import StoredFile
from db.scope import companies
from db.sql import CHUNK, fetch_tuples, marks
from db.transaction import Work, once
from domain.actor import Actor, not_found
from domain.batch import RowState
from domain.columns import HEADER_SEARCH_ROWS, CellValue, ColumnMapping, normalize_header
from domain.errors import Problem, Refusal
from domain.precheck import text_of
from services.batch.lock import locked
from services.batch.recheck import Recheck, open_for_correction, recheck_rows, stored_rows
from services.batch.review import Review, prepared
from services.batch.sheet import HEAD
from services.batch.upload import own_upload
from services.file import opened
from services.ports import Ports, RawSheet

_ROW_NUMBER = {normalize_header(text) for text in ("原表行号", "原行号")}
_MOST_TOLD = 50


@dataclass(frozen=True, slots=True)
class _Returned:
    """The rows that came back: the row of the workbook, the row number of the original file as written, the cells."""

    headers: tuple[str, ...]
    rows: tuple[tuple[int, CellValue, Sequence[CellValue]], ...]


async def join(ports: Ports, actor: Actor, batch_id: int, file_id: int, key: str) -> int:
    """Replaces failed rows by those of a corrected error workbook and checks them again. Answers the batch's id.

    All rows or none: a row without a number, with one the batch does not have, or with one that has passed by now is
    named, and nothing moves.
    """
    actor.require("batch.create")
    file = await own_upload(actor, file_id)
    raw = await opened(ports, file.id)
    origin = await to_thread.run_sync(ports.sheets.origin, raw)
    returned = await to_thread.run_sync(_read, ports, raw, file.name)

    async def run(unit: Work) -> int:
        batch = await locked(actor, batch_id)
        if origin is not None and origin != batch.number:
            raise Refusal(await _elsewhere(actor, origin, batch.number))
        open_for_correction(batch)
        review = await prepared(ports, batch)
        places = _places(review, returned.headers)
        wanted = await _by_number(batch, returned)
        rows = await _replaced(ports, batch, wanted, places)
        await recheck_rows(ports, unit, review, batch, rows)
        company_id: int = batch.company_id  # type: ignore[attr-defined]
        await StoredFile.filter(id=file.id).update(company_id=company_id)
        await unit.audit("batch.join", "batch", batch.id, company_id, 文件=file.name, 行数=len(rows))
        return batch.id

    return await once(ports.store, actor, "batch.join", key, {"id": batch_id, "file": file_id}, run)


def _read(ports: Ports, raw: bytes, name: str) -> _Returned:
    """The sheet with the column of row numbers, and its rows that are not blank."""

    def choose(sheets: Sequence[RawSheet]) -> str:
        found = next((sheet.name for sheet in sheets if not sheet.hidden and _header_row(sheet.rows) is not None), None)
        if found is None:
            raise Refusal(_no_numbers())
        return found

    sheet = ports.sheets.chosen(raw, name, HEAD, choose)
    header = _header_row(sheet.rows)
    if header is None:
        raise Refusal(_no_numbers())
    headers = tuple(_text(value) for value in sheet.rows[header])
    # The last one: a batch may itself come from an error workbook and have a column of that name.
    number = max(place for place, text in enumerate(headers) if normalize_header(text) in _ROW_NUMBER)
    rows = []
    for index in range(header + 1, len(sheet.rows)):
        cells = sheet.rows[index]
        if any(map(text_of, cells)):
            rows.append((sheet.first_row + index, cells[number] if number < len(cells) else None, cells))
    if not rows:
        raise Refusal(_no_rows())
    return _Returned(headers, tuple(rows))


def _header_row(rows: Sequence[Sequence[CellValue]]) -> int | None:
    for index, row in enumerate(rows[:HEADER_SEARCH_ROWS]):
        if any(normalize_header(_text(value)) in _ROW_NUMBER for value in row):
            return index
    return None


def _text(value: CellValue) -> str:
    return "".join(text_of(value).splitlines()).strip()


def _places(review: Review, headers: Sequence[str]) -> dict[int, int]:
    """The batch's columns by place, each with its place in the workbook; two with one name keep their order.

    A column that the batch uses has to be there; any other may be gone, and its cells stay as they are.
    """
    found: dict[str, deque[int]] = defaultdict(deque)
    for place, text in enumerate(headers):
        found[normalize_header(text)].append(place)
    places: dict[int, int] = {}
    missing: list[ColumnMapping] = []
    for column in review.mapping:
        queue = found.get(normalize_header(column.header)) if column.header else None
        if queue:
            places[column.index] = queue.popleft()
        elif column.field:
            missing.append(column)
    if missing:
        raise Refusal(*(_column_gone(column.header) for column in missing))
    return places


async def _by_number(batch: Batch, returned: _Returned) -> dict[int, Sequence[CellValue]]:
    """The cells by original row number; refused as a whole when any row cannot take its place."""
    states: dict[int, str] = {}
    numbers = [number for _, text, _ in returned.rows if (number := _number(text)) is not None]
    for start in range(0, len(numbers), CHUNK):
        part = numbers[start : start + CHUNK]
        states |= dict(
            await fetch_tuples(
                f"SELECT row_no, state FROM batch_row WHERE batch_id = ? AND row_no IN ({marks(part)})",
                [batch.id, *part],
            )
        )
    wanted: dict[int, Sequence[CellValue]] = {}
    problems: list[Problem] = []
    for row_no, text, cells in returned.rows:
        number = _number(text)
        if number is None:
            problems.append(_number_missing(row_no, text_of(text)))
        elif number not in states:
            problems.append(_number_unknown(row_no, number))
        elif states[number] != RowState.FAILED:
            problems.append(_passed_already(row_no, number))
        elif number in wanted:
            problems.append(_number_twice(row_no, number))
        else:
            wanted[number] = cells
    if problems:
        raise Refusal(*problems[:_MOST_TOLD])
    return wanted


def _number(value: CellValue) -> int | None:
    text = text_of(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else None


async def _replaced(
    ports: Ports, batch: Batch, wanted: dict[int, Sequence[CellValue]], places: dict[int, int]
) -> list[Recheck]:
    """The rows of the batch with the cells that came back."""
    rows: list[Recheck] = []
    last = 0
    while found := await stored_rows(ports, batch.id, "state = ?", [RowState.FAILED.value], last):
        last = found[-1].row_no
        for row in found:
            cells = wanted.get(row.row_no)
            if cells is not None:
                rows.append(row.changed({at: cells[p] if p < len(cells) else None for at, p in places.items()}))
    return rows


async def _elsewhere(actor: Actor, origin: str, number: str) -> Problem:
    """The workbook belongs to another batch; which one is said only to whoever may see it."""
    if not await Batch.filter(companies(actor, "company__"), number=origin).exists():
        return not_found("批次", "batch").at(field="fileId")
    return Problem(
        "join_other_batch",
        f"这是批次 {origin} 的错误表，不能并入批次 {number}",
        f"This is the error workbook of batch {origin}; it cannot be joined to batch {number}",
        f"请打开批次 {origin} 后再上传",
        f"Open batch {origin} and join it there",
        field="fileId",
        value=origin,
    )


def _no_numbers() -> Problem:
    return Problem(
        "join_numbers_missing",
        "表中没有“原表行号”列，无法知道各行在原批次中的位置",
        "The sheet has no column 原表行号, which says where its rows belong",
        "请从批次下载错误表，在其中更正后上传，不要删除最后一列",
        "Download the error workbook from the batch, correct it there and keep its last column",
        field="fileId",
    )


def _no_rows() -> Problem:
    return Problem(
        "rows_missing",
        "表头下面没有人员数据",
        "There are no people below the header",
        "请填写至少一行后重新上传",
        "Fill in at least one row and upload again",
        field="fileId",
    )


def _column_gone(header: str) -> Problem:
    return Problem(
        "join_column_missing",
        f"表中缺少批次使用的“{header}”列",
        f"The sheet lacks the column “{header}” that the batch uses",
        "请恢复这一列后重新上传",
        "Put the column back and upload again",
        field="fileId",
        column=header,
    )


def _number_missing(row_no: int, text: str) -> Problem:
    return Problem(
        "join_number_missing",
        f"第 {row_no} 行没有可用的原表行号" + (f"（“{text[:20]}”）" if text else ""),
        f"Row {row_no} has no usable original row number",
        "请对照错误表补上行号；新增的人员请另建批次导入",
        "Put the number back; new people go into a batch of their own",
        field="fileId",
        row=row_no,
    )


def _number_unknown(row_no: int, number: int) -> Problem:
    return Problem(
        "join_number_unknown",
        f"第 {row_no} 行的原表行号 {number} 不在该批次中",
        f"Row {row_no}: the batch has no row {number}",
        "请对照错误表改正行号；新增的人员请另建批次导入",
        "Correct the number; new people go into a batch of their own",
        field="fileId",
        row=row_no,
        value=str(number),
    )


def _passed_already(row_no: int, number: int) -> Problem:
    return Problem(
        "join_row_passed",
        f"第 {row_no} 行对应的原表第 {number} 行已经通过，不需要更正",
        f"Row {row_no}: row {number} of the batch has passed already",
        "请删除这一行后重新上传；要改已通过的行，请在批次中更正",
        "Delete the row and upload again; a row that has passed is corrected in the batch itself",
        field="fileId",
        row=row_no,
        value=str(number),
    )


def _number_twice(row_no: int, number: int) -> Problem:
    return Problem(
        "join_number_twice",
        f"第 {row_no} 行的原表行号 {number} 重复",
        f"Row {row_no}: the original row number {number} occurs twice",
        "每个原表行号只能出现一次，请删除多余的行",
        "Keep one row for each number",
        field="fileId",
        row=row_no,
        value=str(number),
    )
