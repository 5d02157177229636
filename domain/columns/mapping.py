"""From the user's headers to our fields: which row is the header, and which column means what."""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache

from rapidfuzz import fuzz

from domain.columns.fields import FIELDS, KIND_FIELDS, ImportKind, field_spec
from domain.errors import Problem, Severity

CellValue = str | int | float | bool | date | datetime | None

# Clerks put titles, notes and merged lines above the header, but never a whole page of them.
HEADER_SEARCH_ROWS = 30
# A header is a short phrase; a longer cell is a note.
_LONGEST_HEADER = 40
# Below this likeness two short Chinese headers mean different things (开始日期 and 出生日期 share half).
_THRESHOLD = 82
# The lower line of a two-line header is an exact name too, half a point below one that is exact by itself.
_EXACT = 99.5
# A note that mentions 姓名 is not yet a header, and neither is a line with one name and one likeness.
_FEWEST_EXACT = 2
_FEWEST_FIELDS = 3

_BRACKETED = re.compile(r"[(\[{【〔《<][^)\]}】〕》>]*[)\]}】〕》>]")
_NOISE = re.compile(r"[\s()\[\]{}【】〔〕《》<>*＊★:：、,，。.;；/\\|\-_—·'\"“”\u200b\ufeff]+")


class MappingSource(StrEnum):
    """Where a column's meaning comes from: this import's own choice, an earlier one, our names, or likeness."""

    CHOSEN = "chosen"
    REMEMBERED = "remembered"
    SYNONYM = "synonym"
    FUZZY = "fuzzy"


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """One column of the sheet: its index within the row, the user's header, our field (None: not used).

    `score` is 100 for an exact, remembered or chosen header and less for a guess that the user should look at.
    `source` says where the meaning comes from; it is no part of the mapping itself.
    """

    index: int
    header: str
    field: str | None
    score: float = 0.0
    source: MappingSource | None = dataclasses.field(default=None, compare=False)


def normalize_header(text: str, *, drop_brackets: bool = False) -> str:
    """A header without width, case, blanks, line breaks, asterisks and brackets; optionally without bracketed notes."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    if drop_brackets:
        folded = _BRACKETED.sub("", folded)
    return _NOISE.sub("", folded)


@cache
def _exact_names(kind: ImportKind) -> Mapping[str, str]:
    names: dict[str, str] = {}
    for spec in FIELDS[kind]:
        for text in (spec.label, spec.label_en, *spec.synonyms):
            names.setdefault(normalize_header(text), spec.name)
    return names


def _exact(header: str, kind: ImportKind) -> str | None:
    """The field whose label or synonym this header is, trying the whole text before the text without its brackets."""
    names = _exact_names(kind)
    return names.get(normalize_header(header)) or names.get(normalize_header(header, drop_brackets=True))


def _fuzzy(header: str, kind: ImportKind) -> list[tuple[float, str]]:
    """Fields whose names are like the header, best first, scores 82–99."""
    forms = {normalize_header(header), normalize_header(header, drop_brackets=True)} - {""}
    best: dict[str, float] = {}
    for name, field in _exact_names(kind).items():
        score = max((fuzz.ratio(form, name) for form in forms), default=0.0)
        if score >= _THRESHOLD and score > best.get(field, 0.0):
            best[field] = min(score, 99.0)
    return sorted(((score, field) for field, score in best.items()), reverse=True)


def _header_text(value: CellValue) -> str:
    if not isinstance(value, str) or len(value) > _LONGEST_HEADER:
        return ""
    return value.strip()


def find_header(
    rows: Sequence[Sequence[CellValue]], kind: ImportKind, remembered: Mapping[str, str] | None = None
) -> int | None:
    """Index of the row that is most like a header of this import, within the first 30 rows; None if none is.

    Required fields count double, so that a short list of notes never wins over the real header. A header that was
    given a meaning before (`remembered`) counts like one of our own names.
    """
    memory = _memory(remembered)
    best_index, best_score = None, 0.0
    for index, row in enumerate(rows[:HEADER_SEARCH_ROWS]):
        texts = [text for text in map(_header_text, row) if text]
        found: dict[str, float] = {}
        for text in texts:
            exact = memory.get(normalize_header(text)) or _exact(text, kind)
            if exact is not None:
                found[exact] = 1.0
            else:
                for _, field in _fuzzy(text, kind)[:1]:
                    found.setdefault(field, 0.5)
        exact_names = sum(weight == 1.0 for weight in found.values())
        if exact_names < _FEWEST_EXACT and len(found) < _FEWEST_FIELDS:
            continue
        score = sum(weight * (2 if _required(kind, field) else 1) for field, weight in found.items())
        if score > best_score:
            best_index, best_score = index, score
    return best_index


def find_named_header(rows: Sequence[Sequence[CellValue]], names: Iterable[str], kind: ImportKind) -> int | None:
    """Index of the first row that holds all these headers, as `header_names` reads them; None if no row does."""
    wanted = {normalize_header(name) for name in names}
    for index in range(min(len(rows), HEADER_SEARCH_ROWS)):
        if wanted <= {normalize_header(name) for name in header_names(rows, index, kind)[0]}:
            return index
    return None


def likely_header(rows: Sequence[Sequence[CellValue]]) -> int:
    """Index of the row to offer where no header was recognised: the first with the most different short texts."""
    counts = [len({_header_text(value) for value in row} - {""}) for row in rows[:HEADER_SEARCH_ROWS]]
    return counts.index(max(counts)) if counts else 0


def _memory(remembered: Mapping[str, str] | None) -> dict[str, str]:
    return {normalize_header(key): field for key, field in (remembered or {}).items()}


def _required(kind: ImportKind, field: str) -> bool:
    spec = field_spec(kind, field)
    return spec is not None and spec.required


def header_names(rows: Sequence[Sequence[CellValue]], index: int, kind: ImportKind) -> tuple[tuple[str, ...], int]:
    """The headers as the user wrote them, and the index of the first row below them.

    Bureau forms often have two header lines (参加险种 over 养老, 失业 …, 社保 over 基数); the two are then joined into
    one name for each column ("参加险种/养老").
    """
    top = [_any_text(value) for value in rows[index]]
    below = [_any_text(value) for value in rows[index + 1]] if index + 1 < len(rows) else []
    if not _is_second_line(top, below, kind):
        return tuple(top), index + 1
    width = max(len(top), len(below))
    top += [""] * (width - len(top))
    below += [""] * (width - len(below))
    names, group = [], ""
    for over, under in zip(top, below, strict=True):
        group = over or (group if under else "")
        names.append(f"{group}/{under}" if group and under else group or under)
    return tuple(names), index + 2


def _any_text(value: CellValue) -> str:
    """The header in one line; a line break inside a header is only there to keep the column narrow."""
    return "" if value is None else "".join(str(value).splitlines()).strip()


def _is_second_line(top: Sequence[str], below: Sequence[str], kind: ImportKind) -> bool:
    """Whether the row below belongs to the header: nothing under the person's columns, and it names fields."""
    own = {index for index, text in enumerate(top) if _exact(text, kind) in ("name", "id_number")}
    if not own or any(below[index] for index in own if index < len(below)):
        return False
    return sum(1 for text in below if text and _exact(text, kind)) > 0


def map_columns(
    headers: Sequence[CellValue],
    kind: ImportKind,
    remembered: Mapping[str, str] | None = None,
    chosen: Mapping[str, str] | None = None,
) -> tuple[ColumnMapping, ...]:
    """One mapping for every header, in order; no field is given to two columns.

    `chosen` is what the user says about this very sheet, `remembered` what was chosen before, both by header; an
    empty value means "do not use this column". They come first, then exact names and synonyms, then likeness.
    """
    texts = [_any_text(header) for header in headers]
    found: dict[int, tuple[str | None, float, MappingSource]] = {}
    taken: set[str] = set()
    for memory, source in ((_memory(chosen), MappingSource.CHOSEN), (_memory(remembered), MappingSource.REMEMBERED)):
        for index, text in enumerate(texts):
            field = memory.get(normalize_header(text)) if text and index not in found else None
            if field == "":
                found[index] = (None, 100.0, source)
            elif field is not None and field not in taken and field_spec(kind, field):
                found[index] = (field, 100.0, source)
                taken.add(field)
    candidates: list[tuple[float, int, str]] = []
    for index, text in enumerate(texts):
        if text and index not in found:
            candidates += [(score, index, field) for score, field in _candidates(text, kind)]
    for score, index, field in sorted(candidates, key=lambda each: (-each[0], each[1])):
        if index not in found and field not in taken:
            found[index] = (field, score, MappingSource.SYNONYM if score >= _EXACT else MappingSource.FUZZY)
            taken.add(field)
    return tuple(ColumnMapping(index, text, *found.get(index, (None, 0.0, None))) for index, text in enumerate(texts))


def _candidates(text: str, kind: ImportKind) -> list[tuple[float, str]]:
    exact = _exact(text, kind)
    if exact is not None:
        return [(100.0, exact)]
    if "/" in text:
        # The lower line of a two-line header says it alone when the joined name is not one we know.
        exact = _exact(text.rsplit("/", 1)[1], kind)
        if exact is not None:
            return [(_EXACT, exact)]
    return _fuzzy(text, kind)


def column_of(mapping: Sequence[ColumnMapping], field: str | None) -> ColumnMapping | None:
    """The column where a problem about this field is to be shown; kinds asked for by several columns show at the first.

    None when no column of the sheet holds the field (the company's default was used).
    """
    if field is None:
        return None
    exact = next((column for column in mapping if column.field == field), None)
    if exact is None and field == "kinds":
        return next((column for column in mapping if column.field in KIND_FIELDS), None)
    return exact


def missing_required(mapping: Sequence[ColumnMapping], kind: ImportKind) -> list[Problem]:
    """A `column_missing` problem for every required field without a column, naming the columns that were seen."""
    mapped = {column.field for column in mapping}
    seen = "、".join(column.header for column in mapping if column.header) or "(无)"
    return [
        Problem(
            code="column_missing",
            message=f"没有找到“{spec.label}”列；表中的列有：{seen}",
            message_en=f"No column for “{spec.label_en}”; the columns seen are: {seen}",
            remedy=f"请指定哪一列是“{spec.label}”，或在表中加上这一列后重新上传",
            remedy_en=f"Say which column is “{spec.label_en}”, or add it to the sheet and upload again",
            field=spec.name,
        )
        for spec in FIELDS[kind]
        if spec.required and spec.name not in mapped
    ]


def mapping_notices(mapping: Sequence[ColumnMapping], kind: ImportKind) -> list[Problem]:
    """What the user should know about how columns are understood, once for the sheet and not once a row.

    A header like 停保月 may mean the last month paid or the first month not paid; we read it as the last month paid.
    """
    notices = []
    for column in mapping:
        name = normalize_header(column.header, drop_brackets=True)
        if kind is ImportKind.TERMINATE and column.field == "last_month" and not name.startswith(("最后", "末次")):
            notices.append(
                Problem(
                    code="last_month_meaning",
                    message=f"“{column.header}”按“最后缴费月”理解：填 11 月表示 11 月仍缴费，12 月起停缴",
                    message_en=f"“{column.header}” is read as the last month paid: 11 means paid through November",
                    remedy="若该列是停缴的首月，请改为上一个月",
                    remedy_en="If it is the first month not paid, enter the month before",
                    severity=Severity.NOTICE,
                    field="last_month",
                    column=column.header,
                )
            )
    return notices
