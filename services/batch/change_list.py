"""The list of everybody of a submitted change, for the specialist who hands it in."""

from __future__ import annotations

from typing import Final

from domain.columns import BASE_KINDS, IMPORT_KIND_LABELS, CellValue, ImportKind
from domain.money import percent
from domain.period import BillingMonth
from domain.precheck import CheckedRow

_WHO: Final = ["序号", "姓名", "证件号码"]
_HEADERS: Final[dict[ImportKind, list[str]]] = {
    **{kind: ["新申报基数", "公积金新基数", "公积金新比例", "起始月", "公积金起始月"] for kind in BASE_KINDS},
    ImportKind.SCHEME_CHANGE: ["新方案", "申报工资", "起始月"],
    ImportKind.TRANSFER: ["转入单位", "起始月"],
    ImportKind.PARTICULARS: ["新姓名", "新手机号", "新银行卡号", "新证件号码"],
}
_MONEY: Final[dict[ImportKind, list[int]]] = {
    **{kind: [3, 4] for kind in BASE_KINDS},
    ImportKind.SCHEME_CHANGE: [4],
}


def list_form(kind: ImportKind) -> tuple[str, list[str], list[int]]:
    """Title, headers and money columns of the list."""
    return f"{IMPORT_KIND_LABELS[kind][0]}表", [*_WHO, *_HEADERS[kind]], _MONEY.get(kind, [])


def list_line(kind: ImportKind, number: int, row: CheckedRow) -> list[CellValue]:
    """One line of the list, in the order of its headers; amounts in fen."""
    month = str(BillingMonth.of(row.start_month)) if row.start_month else ""
    extra = row.extra
    cells: list[CellValue]
    if kind in BASE_KINDS:
        fund_from = str(BillingMonth.of(int(extra["fund_from"]))) if "fund_from" in extra else month
        rate = percent(row.housing_rate_ppm) if row.housing_rate_ppm is not None else None
        cells = [row.base_fen, row.housing_base_fen, rate, month, fund_from]
    elif kind is ImportKind.SCHEME_CHANGE:
        cells = [row.scheme_name, row.base_fen, month]
    elif kind is ImportKind.TRANSFER:
        cells = [extra.get("target_company", ""), month]
    else:
        cells = [extra.get(field, "") for field in ("new_name", "new_phone", "new_bank_card", "new_id_number")]
    return [number, row.name, row.id_number, *cells]
