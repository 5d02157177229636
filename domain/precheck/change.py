"""The accuracy check of rows that change what is on file: bases, scheme, company, particulars."""

from __future__ import annotations

from datetime import date
from typing import Final

from domain.columns import BASE_KINDS, FIELDS, CellValue, ImportKind
from domain.identity import check_id
from domain.particulars import check_bank_card, check_name, check_phone
from domain.policy import Category
from domain.precheck.cells import CellError, clean_text, folded, is_number, read_date, read_rate, text_of
from domain.precheck.checks import RowReader, read_fen, read_name, read_near_month, read_scheme, require
from domain.precheck.identity import read_identity
from domain.precheck.kinds import read_flag
from domain.precheck.row import CheckedRow

NEW_FIELDS: Final = ("new_name", "new_phone", "new_bank_card", "new_id_number")
"""The particulars that a sheet can change; a row leaves those it names in `extra`."""

MONTHS_AHEAD: Final = 12
"""How many months ahead a base may be declared: the next policy period is never further away."""

_TEXTS: Final = ("change_reason", "target_company", "employee_no", "department", "remark")
_BASE_FIELDS: Final = ("base", "housing_base", "housing_rate")
_SAFE_DIGITS: Final = 15


def change_row(row: RowReader) -> CheckedRow:
    """Read one row of a change; all its problems are found. An empty from-month is the declaration month.

    Of the yearly change of bases it stays empty: it is the first month of the policy period, which the city decides.
    """
    kind = row.context.kind
    require(row, (spec for spec in FIELDS[kind] if spec.name != "confirmed"))
    name = read_name(row)
    identity = read_identity(row)
    extra = {field: text for field in _TEXTS if (text := clean_text(row.value(field)))}
    extra |= _particulars(row) if kind is ImportKind.PARTICULARS else {}
    if kind is ImportKind.ANNUAL_BASE:
        extra |= _confirmation(row)
    fields = NEW_FIELDS if kind is ImportKind.PARTICULARS else _BASE_FIELDS if kind in BASE_KINDS else ()
    if fields and all(row.value(field) is None for field in fields):
        row.report("nothing_to_change", fields[0], labels="、".join(row.spec(field).label for field in fields))
    return CheckedRow(
        row_no=row.row_no,
        cells=tuple(map(text_of, row.cells)),
        name=name,
        id_kind=identity.kind.value if identity else "",
        id_number=identity.normalized if identity else "",
        birth=identity.birth if identity else None,
        sex=identity.sex if identity else None,
        base_fen=read_fen(row, "base") if _knows(row, "base") else None,
        housing_base_fen=read_fen(row, "housing_base") if _knows(row, "housing_base") else None,
        housing_rate_ppm=row.read("housing_rate", read_rate) if _knows(row, "housing_rate") else None,
        city_code=None,
        category=Category.EMPLOYEE,
        scheme_name=read_scheme(row) if row.value("scheme") is not None else None,
        start_month=_from_month(row),
        extra=extra,
        problems=tuple(row.problems),
    )


def _knows(row: RowReader, field: str) -> bool:
    return row.value(field) is not None


def _from_month(row: RowReader) -> int | None:
    kind = row.context.kind
    if kind is ImportKind.PARTICULARS:
        return None
    if row.value("start_month") is None:
        return None if kind is ImportKind.ANNUAL_BASE else row.context.declaration_month.number
    if kind in BASE_KINDS:
        # How far back it may lie depends on the enrolment, which the compliance review knows.
        return read_near_month(row, "start_month", back=None, ahead=MONTHS_AHEAD)
    return read_near_month(row, "start_month", back=None)


def _confirmation(row: RowReader) -> dict[str, str]:
    """Whether the person has confirmed the base: 是 or the day they did; a bureau asks for nothing less."""
    value = row.value("confirmed")
    try:
        found = None if value is None else _read_confirmation(value)
    except CellError:
        row.report("confirmation_unreadable", "confirmed")
        return {}
    if not found or (isinstance(found, date) and found > row.context.today):
        row.report("not_confirmed_by_person", "confirmed")
        return {}
    return {"confirmed": found.isoformat() if isinstance(found, date) else "yes"}


def _read_confirmation(value: CellValue) -> date | bool | None:
    text = folded(value)
    if text in ("已确认", "已签字", "确认"):
        return True
    if text in ("未确认", "未签字"):
        return False
    try:
        return read_flag(value)
    except CellError:
        return read_date(value)


def _particulars(row: RowReader) -> dict[str, str]:
    """The new particulars that are given and can be read."""
    found: dict[str, str | None] = {
        "new_name": row.checked("new_name", check_name),
        "new_phone": row.checked("new_phone", check_phone),
        "new_bank_card": _bank_card(row),
    }
    return {field: text for field, text in found.items() if text} | _document(row)


def _bank_card(row: RowReader) -> str | None:
    value = row.value("new_bank_card")
    if is_number(value) and len(text_of(value)) > _SAFE_DIGITS:
        row.report("card_numeric", "new_bank_card")
        return None
    return row.checked("new_bank_card", check_bank_card)


def _document(row: RowReader) -> dict[str, str]:
    """The new document with what its number says of birth and sex; a passport leaves both as they are."""
    value = row.value("new_id_number")
    if value is None:
        return {}
    if is_number(value):
        row.report("id_numeric", "new_id_number")
        return {}
    found = check_id(folded(value).upper(), row.context.today)
    for item in found.problems:
        if item.code != "id_birth_and_sex_needed":
            row.add(item, "new_id_number")
    if not found.valid:
        return {}
    known = {"new_birth": found.birth.isoformat() if found.birth else "", "new_sex": found.sex or ""}
    document = {"new_id_number": found.normalized, "new_id_kind": found.kind.value}
    return document | {field: text for field, text in known.items() if text}
