"""Reading a bureau's result workbook in whatever layout: which column is what, and what its words mean.

A layout is understood once, is remembered by the fingerprint of its headers, and needs no question the next time.
What its words mean is remembered for each company alone.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from domain.columns import CellValue, normalize_header
from domain.declaration.verdict import Verdict
from domain.precheck import text_of

_SEARCH_ROWS: Final = 30
_LONGEST_HEADER: Final = 40
_FEWEST_HEADERS: Final = 2

RESULT_FIELDS: Final[dict[str, tuple[str, str]]] = {
    "id_number": ("证件号码", "document number"),
    "account": ("公积金账号", "housing-fund account"),
    "name": ("姓名", "name"),
    "result": ("办理结果", "result"),
    "reason": ("原因", "reason"),
}
"""What a column of a result workbook may be."""

_NAMES: Final[dict[str, str]] = {
    "id_number": (
        "证件号码 证件号 身份证号 身份证号码 公民身份号码 居民身份证号码 身份证件号码 社会保障号码 社会保障号 身份证"
    ),
    "account": (
        "公积金账号 个人公积金账号 公积金个人账号 住房公积金账号 个人客户号 个人账号 职工账号 公积金号 账号 新账号"
    ),
    "name": "姓名 职工姓名 参保人姓名 人员姓名 个人姓名",
    "result": (
        "办理结果 处理结果 审核结果 结果 办理状态 处理状态 业务状态 审核状态 经办结果 申报结果 状态 办结状态 反馈结果"
    ),
    "reason": (
        "失败原因 原因 审核意见 退回原因 不通过原因 错误原因 错误信息 反馈意见 处理意见 补正原因 备注 说明 反馈信息"
    ),
}
_BY_HEADER: Final = {normalize_header(name): field for field, names in _NAMES.items() for name in names.split()}

_WORDS: Final[dict[str, Verdict]] = {
    word: verdict
    for verdict, words in {
        Verdict.ACCEPTED: "成功 已办结 办结 办理成功 通过 审核通过 已通过 处理成功 申报成功 已生效 完成 已完成 同意",
        Verdict.FAILED: "失败 不通过 退回 办理失败 审核不通过 未通过 处理失败 申报失败 已退回 驳回 不同意 不予受理",
        Verdict.CORRECTION: "补正 待补 需修改 待补正 需补正 补充材料 待补充材料 需更正 待更正 退回修改 补件 待补件",
    }.items()
    for word in words.split()
}


@dataclass(frozen=True, slots=True)
class ResultColumns:
    """The column (by index) of each field; None where the sheet has none. `result` is always needed."""

    id_number: int | None = None
    account: int | None = None
    name: int | None = None
    result: int | None = None
    reason: int | None = None

    @property
    def usable(self) -> bool:
        """Whether people can be told apart and an answer is there."""
        return self.result is not None and (self.id_number is not None or self.account is not None)


@dataclass(frozen=True, slots=True)
class ResultTable:
    """The header of a result sheet and the filled rows below, each with its row number in the spreadsheet program."""

    headers: tuple[str, ...]
    rows: tuple[tuple[int, tuple[CellValue, ...]], ...]

    def samples(self, index: int, most: int = 3) -> tuple[str, ...]:
        """The first different texts of a column."""
        return tuple(dict.fromkeys(t for _, row in self.rows if (t := _text(row, index))))[:most]

    def words(self, index: int) -> tuple[str, ...]:
        """The different words of the result column, in the order of the sheet."""
        return tuple(dict.fromkeys(word for _, row in self.rows if (word := normalize_word(_text(row, index)))))


def read_table(rows: Sequence[Sequence[CellValue]], first_row: int) -> ResultTable | None:
    """The sheet as a table; None when no row looks like a header.

    The header is the row with the most known names; where none is known, the first with at least two texts.
    """
    best, known = None, 0
    for index, row in enumerate(rows[:_SEARCH_ROWS]):
        texts = [v for v in row if isinstance(v, str) and v.strip() and len(v) <= _LONGEST_HEADER]
        if len(texts) < _FEWEST_HEADERS:
            continue
        count = len({_BY_HEADER[h] for text in texts if (h := normalize_header(text)) in _BY_HEADER})
        if best is None or count > known:
            best, known = index, count
    if best is None:
        return None
    headers = tuple("".join(text_of(value).splitlines()).strip() for value in rows[best])
    found = tuple(
        (first_row + index, tuple(rows[index]))
        for index in range(best + 1, len(rows))
        if any(value is not None and text_of(value).strip() for value in rows[index])
    )
    return ResultTable(headers, found)


def fingerprint(headers: Sequence[str], company_id: int | None = None) -> str:
    """The mark of a layout: its headers in order, whatever their width, blanks and brackets.

    With a company, the mark of how that company reads it.
    """
    of_company = [] if company_id is None else [f"\n{company_id}"]
    return hashlib.sha256("\n".join([*map(normalize_header, headers), *of_company]).encode()).hexdigest()


def guess_columns(headers: Sequence[str]) -> ResultColumns:
    """The columns whose headers are known; the first of each field counts."""
    found: dict[str, int] = {}
    for index, header in enumerate(headers):
        field = _BY_HEADER.get(normalize_header(header)) or _BY_HEADER.get(normalize_header(header, drop_brackets=True))
        if field is not None:
            found.setdefault(field, index)
    return ResultColumns(**found)


def columns_from(headers: Sequence[str], chosen: Mapping[str, str]) -> ResultColumns:
    """The columns that somebody chose, header by field. Raises KeyError with the field or header that is unknown."""
    places = {normalize_header(header): index for index, header in reversed(list(enumerate(headers))) if header}
    found = {}
    for field, header in chosen.items():
        if field not in RESULT_FIELDS:
            raise KeyError(field)
        if header:
            found[field] = places[normalize_header(header)]
    return ResultColumns(**found)


def normalize_word(text: str) -> str:
    """A result word without width, blanks and the punctuation around it."""
    return "".join(unicodedata.normalize("NFKC", text).split()).strip("。.,，;；:：!！()【】[]")


def guess_word(word: str) -> Verdict | None:
    """What a result word means; None for one that only its reader can tell."""
    return _WORDS.get(normalize_word(word))


def _text(row: Sequence[CellValue], index: int) -> str:
    return text_of(row[index]).strip() if index < len(row) else ""
