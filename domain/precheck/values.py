"""Values of fields with a closed list: possible words, guesses, and what a company means by words of its own.

Only these fields can be mapped; numbers, names and documents are never read as anything but what they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from rapidfuzz import fuzz

from domain.columns import KIND_FIELDS, CellValue, ColumnMapping
from domain.errors import Problem, Severity
from domain.identity import ID_KIND_LABELS, IdKind
from domain.legal_basis import LEGAL_BASES
from domain.over_age import DECISION_WORDS
from domain.policy import CATEGORY_LABELS, KIND_LABELS
from domain.precheck.cells import CellError, folded, text_of
from domain.precheck.kinds import read_flag, read_kinds, read_sex
from domain.precheck.legal import LEGAL_BASIS, MAKEUP, OVER_AGE, read_legal_basis, read_over_age
from domain.precheck.reasons import STOP_REASONS, read_stop_reason
from domain.precheck.row import PrecheckContext

_YES_NO: Final[Mapping[str, str]] = {"是": "是", "否": "否"}
_GUESSES = 3
_LEAST_LIKE = 30.0

Memory = Mapping[str, Mapping[str, str]]
"""What a company's own words mean: field -> folded value -> meaning. A meaning is a word that the field reads."""


@dataclass(frozen=True, slots=True)
class ClosedList:
    """A field with a closed list. `code` is the problem of an unknown value; None where no value is a problem.

    `choices` are meaning -> label, in the order to offer them; `synonyms` are other words for a meaning, and `read`
    answers the meaning of any word that the check understands (None or CellError: of none).
    """

    code: str | None
    choices: Callable[[PrecheckContext], Mapping[str, str]]
    synonyms: Mapping[str, Sequence[str]] | None = None
    read: Callable[[str, PrecheckContext], str | None] | None = None


def _cities(context: PrecheckContext) -> Mapping[str, str]:
    return context.book.cities()


def _schemes(context: PrecheckContext) -> Mapping[str, str]:
    return {name: name for name in sorted(context.scheme_names)}


def _id_kinds(_: PrecheckContext) -> Mapping[str, str]:
    return {label: label for kind, label in ID_KIND_LABELS.items() if kind is not IdKind.UNKNOWN}


def _kinds(_: PrecheckContext) -> Mapping[str, str]:
    return {word: word for word in ("五险一金", "五险", *KIND_LABELS.values())}


def _several_kinds(text: str, _: PrecheckContext) -> str:
    """Several kinds in one cell are an answer too: 养老、医疗 is written out in full."""
    found = read_kinds(text)
    return (
        text if text in ("五险一金", "五险") else "、".join(KIND_LABELS[kind] for kind in KIND_LABELS if kind in found)
    )


def _flag(text: str, _: PrecheckContext) -> str | None:
    found = read_flag(text)
    return None if found is None else "是" if found else "否"


CLOSED: Final[dict[str, ClosedList]] = {
    "city": ClosedList("city_unknown", _cities, read=lambda text, context: context.book.city_code(folded(text))),
    "scheme": ClosedList("scheme_unknown", _schemes),
    "id_kind": ClosedList("id_kind_unknown", _id_kinds),
    "sex": ClosedList(
        "sex_unreadable",
        lambda _: {"男": "男", "女": "女"},
        read=lambda text, _: "男" if read_sex(text) == "male" else "女",
    ),
    "category": ClosedList(None, lambda _: {label: label for label in CATEGORY_LABELS.values()}),
    "kinds": ClosedList("kinds_unreadable", _kinds, read=_several_kinds),
    "stop_reason": ClosedList(
        "stop_reason_unknown",
        lambda _: {reason.value: words.label for reason, words in STOP_REASONS.items()},
        {reason.value: words.synonyms for reason, words in STOP_REASONS.items()},
        lambda text, _: read_stop_reason(text).value,
    ),
    LEGAL_BASIS: ClosedList(
        "legal_basis_unknown",
        lambda _: {basis.value: words.label for basis, words in LEGAL_BASES.items()},
        {basis.value: words.synonyms for basis, words in LEGAL_BASES.items()},
        lambda text, _: read_legal_basis(text).value,
    ),
    OVER_AGE: ClosedList(
        "over_age_unknown",
        lambda _: {decision.value: words[0] for decision, words in DECISION_WORDS.items()},
        {decision.value: words for decision, words in DECISION_WORDS.items()},
        lambda text, _: read_over_age(text).value,
    ),
    **{field: ClosedList("flag_unreadable", lambda _: _YES_NO, read=_flag) for field in (*KIND_FIELDS, MAKEUP)},
}
"""The fields whose values can be mapped. A new field with a closed list gets its line here and nowhere else."""


@dataclass(frozen=True, slots=True)
class Guess:
    """A meaning that may be the one, with its label and a likeness of 0 to 100."""

    meaning: str
    label: str
    score: float


def value_key(value: CellValue) -> str:
    """The form under which a value is remembered: half width, no blanks, one case, at most 120 characters."""
    return folded(value).casefold()[:120]


def guesses(field: str, value: str, context: PrecheckContext) -> tuple[Guess, ...]:
    """Up to three meanings whose words are like the value, best first."""
    known = CLOSED[field]
    plain = value_key(value)
    found = []
    for meaning, label in known.choices(context).items():
        words = (label, *((known.synonyms or {}).get(meaning, ())))
        score = max(fuzz.WRatio(plain, value_key(word)) for word in words)
        if score >= _LEAST_LIKE:
            found.append(Guess(meaning, label, round(score, 1)))
    return tuple(sorted(found, key=lambda guess: -guess.score)[:_GUESSES])


def meaning_of(field: str, text: str, context: PrecheckContext) -> str | None:
    """The meaning that the text names, by itself or by its label; None when it is no value of the field."""
    known = CLOSED[field]
    plain = value_key(text)
    for meaning, label in known.choices(context).items():
        if plain in (value_key(meaning), value_key(label)):
            return meaning
    try:
        return known.read(text, context) if known.read else None
    except CellError:
        return None


def label_of_meaning(field: str, meaning: str, context: PrecheckContext) -> str:
    """The meaning as people read it."""
    return CLOSED[field].choices(context).get(meaning, meaning)


def unknown_values(problems: Sequence[Problem]) -> set[str]:
    """The fields of these problems whose value is no word of their closed list."""
    return {p.field for p in problems if p.field in CLOSED and CLOSED[p.field].code == p.code}


def remembered_cells(
    cells: Sequence[CellValue],
    mapping: Sequence[ColumnMapping],
    problems: Sequence[Problem],
    memory: Memory,
    context: PrecheckContext,
) -> tuple[list[CellValue], list[Problem]] | None:
    """The cells with the company's own words replaced by what they mean, and a notice for each; None if none is.

    A word that the field understands by itself keeps its own meaning: memory answers only where the check has none.
    """
    unknown = unknown_values(problems)
    changed, notices = list(cells), []
    for column in mapping:
        field = column.field
        if field is None or field not in memory or column.index >= len(cells):
            continue
        if field not in unknown and CLOSED[field].code is not None:
            continue
        meaning = memory[field].get(value_key(cells[column.index]))
        if meaning is not None:
            changed[column.index] = meaning
            notices.append(_mapped(column, text_of(cells[column.index]), label_of_meaning(field, meaning, context)))
    return (changed, notices) if notices else None


def placed(problems: Sequence[Problem], row_no: int) -> tuple[Problem, ...]:
    """The problems with their row."""
    return tuple(replace(p, row=row_no) for p in problems)


def _mapped(column: ColumnMapping, value: str, label: str) -> Problem:
    return Problem(
        "value_mapped",
        f"按本公司的约定理解：{value} → {label}",
        f"Read as this company means it: {value} → {label}",
        "如不对，请在“取值对应”中更改",
        "If this is wrong, change what the value means",
        Severity.NOTICE,
        field=column.field,
        column=column.header,
        value=value,
    )
