"""Looking at a result workbook before it is imported: its columns, its words, and what is remembered of both."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import orjson
from anyio import to_thread

from db.models.declaration import ResultLayout
from domain.actor import Actor
from domain.declaration import Channel, ResultColumns, ResultTable, Verdict, fingerprint, guess_columns, guess_word
from domain.declaration.reading import RESULT_FIELDS, columns_from, normalize_word, read_table
from domain.errors import Problem, Refusal
from domain.particulars import mask
from services import batch, file
from services.ports import Ports


@dataclass(frozen=True, slots=True)
class Reading:
    """What a workbook seems to say. `columns` are header by field; a word without verdict has to be asked for.

    `remembered`: the layout was imported before, so its columns need no question.
    """

    headers: tuple[str, ...]
    samples: tuple[tuple[str, ...], ...]
    columns: tuple[tuple[str, str], ...]
    words: tuple[tuple[str, Verdict | None], ...]
    remembered: bool
    rows: int


@dataclass(frozen=True, slots=True)
class Opened:
    """A workbook's table with what is known of its layout; `marks` are the layout's own and the company's.

    The columns may be known from any company's import, the words only from the company's own.
    """

    table: ResultTable
    marks: tuple[str, str]
    columns: ResultColumns
    words: dict[str, Verdict]
    remembered: bool


async def read_result(ports: Ports, actor: Actor, file_id: int, batch_id: int, channel: Channel) -> Reading:
    """Reads an uploaded result workbook and stores nothing."""
    actor.require("batch.submit")
    company_id = (await batch.one(actor, batch_id)).company_id
    found = await open_result(ports, actor, file_id, channel, company_id)
    table, columns = found.table, found.columns
    words = table.words(columns.result) if columns.result is not None else ()
    return Reading(
        headers=table.headers,
        samples=tuple(_masked(table, columns, index) for index in range(len(table.headers))),
        columns=tuple((name, table.headers[index]) for name, index in asdict(columns).items() if index is not None),
        words=tuple((word, found.words.get(word) or guess_word(word)) for word in words),
        remembered=found.remembered,
        rows=len(table.rows),
    )


async def open_result(ports: Ports, actor: Actor, file_id: int, channel: Channel, company_id: int) -> Opened:
    """The table of an uploaded workbook, with the remembered layout or a guess."""
    stored = await file.row(actor, file_id)
    raw = await file.opened(ports, stored.id)
    table = await to_thread.run_sync(_table, ports, raw, stored.name)
    marks = fingerprint(table.headers), fingerprint(table.headers, company_id)
    layouts = {r.fingerprint: r for r in await ResultLayout.filter(channel=channel.value, fingerprint__in=marks)}
    own = layouts.get(marks[1])
    layout = own or layouts.get(marks[0])
    columns = ResultColumns(**orjson.loads(layout.columns)) if layout else guess_columns(table.headers)
    words = {word: Verdict(verdict) for word, verdict in orjson.loads(own.words if own else "{}").items()}
    return Opened(table, marks, columns, words, layout is not None)


def chosen_columns(opened: Opened, chosen: dict[str, str]) -> ResultColumns:
    """The clerk's columns (header by field), or the known ones. Refused when people or answers cannot be found."""
    try:
        columns = columns_from(opened.table.headers, chosen) if chosen else opened.columns
    except KeyError as unknown:
        raise Refusal(_no_such_column(str(unknown.args[0]), opened.table.headers)) from unknown
    if not columns.usable:
        raise Refusal(_columns_needed(columns, opened.table.headers))
    return columns


def word_meanings(opened: Opened, columns: ResultColumns, chosen: dict[str, Verdict]) -> dict[str, Verdict]:
    """What each word of the result column means: chosen now, remembered, or plain. Unknown ones are left out."""
    said = {normalize_word(word): verdict for word, verdict in chosen.items()}
    words = opened.table.words(columns.result or 0)
    meanings = {word: said.get(word) or opened.words.get(word) or guess_word(word) for word in words}
    return {word: verdict for word, verdict in meanings.items() if verdict is not None}


def _table(ports: Ports, raw: bytes, name: str) -> ResultTable:
    """The first sheet whose columns are understood, else the first that looks like a table."""
    tables = [t for s in ports.sheets.read(raw, name) if (t := read_table(s.rows, s.first_row)) is not None and t.rows]
    if not tables:
        raise Refusal(
            Problem(
                "result_table_missing",
                "文件中没有找到带表头的结果表",
                "No result table with a header was found in the file",
                "请上传经办机构返回的结果表，表头须占一行",
                "Upload the bureau's result sheet; its header takes one line",
                field="fileId",
            )
        )
    return next((t for t in tables if guess_columns(t.headers).usable), tables[0])


def _masked(table: ResultTable, columns: ResultColumns, index: int) -> tuple[str, ...]:
    """Samples of a column; only results and reasons are shown as they are, the rest may hold anything."""
    samples = table.samples(index)
    return samples if index in (columns.result, columns.reason) else tuple(map(mask, samples))


def _no_such_column(name: str, headers: tuple[str, ...]) -> Problem:
    seen = "、".join(header for header in headers if header)
    return Problem(
        "result_column_unknown",
        f"没有“{name}”这一列；表中的列有：{seen}",
        f"There is no column {name}; the columns are: {seen}",
        "请从表头中选择",
        "Choose one of the headers",
        field="columns",
        value=name[:60],
    )


def _columns_needed(columns: ResultColumns, headers: tuple[str, ...]) -> Problem:
    lacking = ["result"] if columns.result is None else []
    lacking += ["id_number"] if columns.id_number is None and columns.account is None else []
    names = "、".join(RESULT_FIELDS[name][0] for name in lacking)
    names_en = ", ".join(RESULT_FIELDS[name][1] for name in lacking)
    seen = "、".join(header for header in headers if header)
    return Problem(
        "result_columns_needed",
        f"请指定哪一列是{names}；表中的列有：{seen}",
        f"Say which column is the {names_en}; the columns are: {seen}",
        "人员可用证件号码或公积金账号识别",
        "People are known by document number or housing-fund account",
        field="columns",
    )
