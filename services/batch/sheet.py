"""From the bytes of an upload to the one sheet that is meant, its columns, and its rows that are people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from domain.columns import (
    HEADER_SEARCH_ROWS,
    CellValue,
    ColumnMapping,
    ImportKind,
    find_header,
    find_named_header,
    header_names,
    map_columns,
    mapping_notices,
    missing_required,
)
from domain.errors import Problem, Refusal, Severity
from domain.precheck import iter_rows
from services.ports import Ports, RawSheet

HEAD = HEADER_SEARCH_ROWS + 30
"""Rows that are read of every sheet before one is chosen: a header lies among them, with some people below it."""

LARGEST = 100_000
"""The most people in one batch."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What people said about the sheet: its name, what its headers mean, and what they meant in earlier imports."""

    kind: ImportKind
    sheet_name: str | None = None
    chosen: Mapping[str, str] = field(default_factory=dict)
    remembered: Mapping[str, str] = field(default_factory=dict)

    def header_row(self, rows: Sequence[Sequence[CellValue]]) -> int | None:
        """Index of the header, by the chosen names or else by how much like a header it is; None if there is none."""
        named = find_named_header(rows, self.chosen, self.kind) if self.chosen else None
        return named if named is not None else find_header(rows, self.kind, self.remembered)

    def columns(self, headers: Sequence[str]) -> tuple[ColumnMapping, ...]:
        """What the headers mean, after everything that is known."""
        return map_columns(headers, self.kind, self.remembered, self.chosen)


@dataclass(frozen=True, slots=True)
class Understood:
    """The sheet that was chosen: its columns, its people still unread, and what concerns it as a whole."""

    mapping: tuple[ColumnMapping, ...]
    people: list[tuple[int, Sequence[CellValue]]]
    notices: tuple[Problem, ...]


def understand(ports: Ports, raw: bytes, name: str, wanted: Wanted) -> Understood:
    """Opens the file, finds sheet, header and people. Refused when there is none of these. CPU-bound."""
    heads: list[RawSheet] = []

    def choose(sheets: Sequence[RawSheet]) -> str:
        # Only names and headers are needed later; the rows of a CSV are its own and not kept twice.
        heads.extend(sheets)
        return chosen_sheet(sheets, wanted).name

    sheet = ports.sheets.chosen(raw, name, HEAD, choose)
    header = wanted.header_row(sheet.rows)
    if header is None:
        raise Refusal(no_header([sheet.name]))
    headers, first = header_names(sheet.rows, header, wanted.kind)
    mapping = wanted.columns(headers)
    missing = missing_required(mapping, wanted.kind)
    if missing:
        raise Refusal(*missing)
    notices = [*other_sheets(heads, sheet.name, wanted), *mapping_notices(mapping, wanted.kind)]
    people = list(iter_rows(sheet.rows, first, sheet.first_row, notices))
    if not people:
        raise Refusal(_no_rows())
    if len(people) > LARGEST:
        raise Refusal(_too_many(len(people)))
    return Understood(mapping, people, tuple(notices))


def chosen_sheet(sheets: Sequence[RawSheet], wanted: Wanted) -> RawSheet:
    """The sheet that was named, else the first visible one with a header of this import."""
    visible = [sheet for sheet in sheets if not sheet.hidden]
    names = [sheet.name for sheet in visible]
    if wanted.sheet_name is not None:
        found = next((sheet for sheet in visible if sheet.name == wanted.sheet_name), None)
        if found is None:
            raise Refusal(_sheet_unknown(wanted.sheet_name, names))
        return found
    for sheet in visible:
        if wanted.header_row(sheet.rows) is not None:
            return sheet
    raise Refusal(no_header(names))


def other_sheets(sheets: Sequence[RawSheet], chosen: str, wanted: Wanted) -> list[Problem]:
    """Notices about sheets with people that are not read: others that people see, and hidden ones."""
    others = [s for s in sheets if s.name != chosen and find_header(s.rows, wanted.kind, wanted.remembered) is not None]
    notices = []
    seen = "、".join(s.name for s in others if not s.hidden)
    if seen:
        notices.append(
            Problem(
                "other_sheets_left",
                f"只导入了工作表“{chosen}”；另有人员表未导入：{seen}",
                f"Only the sheet “{chosen}” is imported; left out: {seen}",
                "其他工作表请各建一个批次，导入时选择工作表",
                "Start a batch for each of them and choose the sheet",
                Severity.NOTICE,
                value=seen,
            )
        )
    hidden = "、".join(s.name for s in others if s.hidden)
    if hidden:
        notices.append(
            Problem(
                "hidden_sheets_left",
                f"隐藏的工作表里也有人员，没有读取：{hidden}",
                f"Hidden sheets hold people too and were not read: {hidden}",
                "需要导入的，请在表格软件中取消隐藏后重新上传",
                "To import them, show them in the spreadsheet program and upload again",
                Severity.NOTICE,
                value=hidden,
            )
        )
    return notices


def no_header(names: Sequence[str]) -> Problem:
    """No sheet has a header that is recognised."""
    seen = "、".join(names) or "(无)"
    return Problem(
        "header_missing",
        f"没有找到表头行；查看过的工作表：{seen}",
        f"No header row was found; sheets looked at: {seen}",
        "请指定各列的含义，或下载模板参考（表头须含“姓名”和“证件号码”等列）",
        "Say what the columns mean, or download the template to see (the header needs 姓名, 证件号码 and so on)",
    )


def _sheet_unknown(name: str, names: Sequence[str]) -> Problem:
    seen = "、".join(names) or "(无)"
    return Problem(
        "sheet_unknown",
        f"文件中没有工作表“{name}”；可选：{seen}",
        f"The file has no sheet “{name}”; possible: {seen}",
        "请重新选择工作表；隐藏的工作表须先取消隐藏",
        "Choose another sheet; a hidden one has to be shown first",
        field="sheetName",
        value=name,
    )


def _no_rows() -> Problem:
    return Problem(
        "rows_missing",
        "表头下面没有人员数据",
        "There are no people below the header",
        "请填写至少一行后重新上传",
        "Fill in at least one row and upload again",
    )


def _too_many(people: int) -> Problem:
    return Problem(
        "too_many_people",
        f"表中有 {people} 人，一个批次最多 {LARGEST} 人",
        f"The sheet holds {people} people; a batch takes {LARGEST} at most",
        "请按部门或地区拆成几个文件，分别导入",
        "Split it into several files and import each",
        field="file",
        value=str(people),
    )
