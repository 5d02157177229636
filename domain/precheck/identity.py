"""The identity part of a row: document type and number, birth and sex, and whether they agree."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from domain.columns import ImportKind
from domain.identity import ID_KIND_LABELS, IdentityCheck, IdKind, Sex, check_id
from domain.precheck.cells import CellError, folded, is_number, read_date, read_month
from domain.precheck.checks import RowReader
from domain.precheck.kinds import read_sex

_ID_KINDS: dict[str, IdKind] = {
    **{label: kind for kind, label in ID_KIND_LABELS.items() if kind is not IdKind.UNKNOWN},
    "身份证": IdKind.RESIDENT_ID,
    "居民身份证(户口簿)": IdKind.RESIDENT_ID,
    "居民身份证(户口薄)": IdKind.RESIDENT_ID,
    "二代身份证": IdKind.RESIDENT_ID,
    "大陆身份证": IdKind.RESIDENT_ID,
    "公民身份号码": IdKind.RESIDENT_ID,
    "港澳居民居住证": IdKind.HK_MACAU_TAIWAN_PERMIT,
    "台湾居民居住证": IdKind.HK_MACAU_TAIWAN_PERMIT,
    "港澳台居住证": IdKind.HK_MACAU_TAIWAN_PERMIT,
    "外国人永久居留证": IdKind.FOREIGNER_PERMIT,
    "外国人居留证": IdKind.FOREIGNER_PERMIT,
    "永久居留身份证": IdKind.FOREIGNER_PERMIT,
    "外国护照": IdKind.PASSPORT,
    "外国人护照": IdKind.PASSPORT,
    "passport": IdKind.PASSPORT,
}
_PASSPORT = re.compile(r"[A-Z0-9]{5,17}")
_SEX_LABELS = {"male": ("男", "male"), "female": ("女", "female")}


def read_identity(row: RowReader) -> IdentityCheck | None:
    """The checked document with birth and sex, from the number or else from their own columns; None if unusable."""
    stated = _stated_kind(row)
    value = row.value("id_number")
    if value is None:
        return None
    if is_number(value):
        row.report("id_numeric", "id_number")
        return None
    number = folded(value).upper()
    found = check_id(number, row.context.today)
    if not found.valid and stated is IdKind.PASSPORT and _PASSPORT.fullmatch(number):
        # Some countries number their passports with digits alone, which looks like a broken ID number otherwise.
        found = IdentityCheck(True, IdKind.PASSPORT, None, None, None, (), number)
    for item in found.problems:
        if item.code != "id_birth_and_sex_needed":
            row.add(item, "id_number")
    if not found.valid:
        return None
    if stated is not None and stated is not found.kind:
        row.report("id_kind_mismatch", "id_kind", found=ID_KIND_LABELS[found.kind])
    return _complete(row, found)


def _stated_kind(row: RowReader) -> IdKind | None:
    value = row.value("id_kind")
    if value is None:
        return None
    kind = _ID_KINDS.get(folded(value).casefold())
    if kind is None:
        labels = [label for known, label in ID_KIND_LABELS.items() if known is not IdKind.UNKNOWN]
        row.report("id_kind_unknown", "id_kind", allowed="、".join(labels))
    return kind


def _complete(row: RowReader, found: IdentityCheck) -> IdentityCheck:
    """Birth and sex columns are compared with the number, or stand in for it where the number holds neither."""
    if row.context.kind is not ImportKind.ENROLL:
        return found
    sex = row.read("sex", read_sex)
    if found.birth is not None:
        _compare_birth(row, found.birth)
        if sex is not None and found.sex is not None and sex != found.sex:
            label, label_en = _SEX_LABELS[found.sex]
            row.report("sex_mismatch", "sex", expected=label, expected_en=label_en)
        return found
    birth = row.read("birth", lambda value: read_date(value, birth=True))
    if birth is not None and birth > row.context.today:
        row.report("birth_in_future", "birth")
        birth = None
    if row.value("birth") is None or row.value("sex") is None:
        row.report("id_details_missing", "id_number")
    known: Sex | None = "male" if sex == "male" else "female" if sex == "female" else None
    return replace(found, birth=birth, sex=known)


def _compare_birth(row: RowReader, birth: date) -> None:
    """A birth column may hold a month only (出生年月); then only the month is compared."""
    value = row.value("birth")
    if value is None:
        return
    try:
        same = read_date(value, birth=True) == birth
    except CellError:
        try:
            month = read_month(value)
        except CellError:
            row.report("date_unreadable", "birth")
            return
        same = (month.year, month.month) == (birth.year, birth.month)
    if not same:
        row.report("birth_mismatch", "birth", expected=birth.isoformat())
